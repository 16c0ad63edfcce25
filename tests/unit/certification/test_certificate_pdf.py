"""The certificate document: accessible, reproducible, and whole on one page whatever it says."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from services.certification.domain.signatory import Signatory
from services.certification.formats import certificate_pdf
from services.certification.formats.certificate_pdf import (
    AuthorizationLine,
    CertificateDocument,
    CertificateNotPrintableError,
    render_certificate,
)

US_LETTER_LANDSCAPE = (792, 612)
BORDER = 31

KENTUCKY = CertificateDocument(
    agency_name="Education Professional Standards Board",
    state_name="Commonwealth of Kentucky",
    certificate_title="Professional Certificate for Teaching",
    certificate_number="KY-2024-0041873",
    holder_name="José Nuñez-Łukaszewicz",
    educator_number_label="EPSB ID",
    educator_number="201184562",
    authorizations=(
        AuthorizationLine("08M", "Mathematics", "8-12", "General"),
        AuthorizationLine("ESL", "English as a Second Language", "P-12", "General"),
    ),
    rank="II",
    issued_on=date(2024, 6, 14),
    effective_on=date(2024, 7, 1),
    expires_on=date(2029, 6, 30),
    signatories=(
        Signatory("Margaret A. Holloway", "Chair, Education Professional Standards Board"),
        Signatory("Robert T. Whitfield, Ed.D.", "Commissioner of Education"),
    ),
    statute="KRS 161.020 and 16 KAR 2:010",
    verification_url="https://credentials.example.gov/lookup/verify/KY-2024-0041873",
    number_label="Certificate number",
    verify_words="Verify this certificate at",
)
CONNECTICUT = replace(
    KENTUCKY,
    agency_name="Connecticut State Department of Education",
    state_name="State of Connecticut",
    certificate_title="Initial Educator Certificate",
    educator_number_label="EIN",
    authorizations=(AuthorizationLine("029", "Mathematics", "7-12", ""),),
    rank=None,
    signatories=(),
    statute="section 10-145b of the Connecticut General Statutes",
)
SIXTY_LETTERS = "Wilhelmina-Alexandrina Montgomery-Featherstonehaugh-Browning"
LONG_TITLE = "Interdisciplinary Early Childhood Education (endorsement)"
TWELVE_AUTHORIZATIONS = tuple(
    AuthorizationLine(f"{code:03}", LONG_TITLE, "Birth-Primary", "Exceptional Children")
    for code in range(1, 13)
)
THREE_SIGNATORIES = (
    *KENTUCKY.signatories,
    Signatory(
        "Dr. Annelise Carrington-Beauchamp",
        "Associate Commissioner, Office of Educator Licensure and Effectiveness",
    ),
)


def read(document: CertificateDocument) -> PdfReader:
    return PdfReader(BytesIO(render_certificate(document)))


def lines_of(document: CertificateDocument) -> list[str]:
    with pypdfium2.PdfDocument(render_certificate(document)) as pdf:
        text: str = pdf[0].get_textpage().get_text_range()
    return [line.rstrip() for line in text.splitlines()]


def structure_elements(node: Any) -> Iterator[Any]:
    """Every element below `node` of a PDF's structure tree, in reading order."""
    kids = node.get_object().get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        element = kid.get_object()
        if isinstance(element, dict) and "/S" in element:
            yield element
            yield from structure_elements(element)


def catalog_of(document: CertificateDocument) -> Any:
    return read(document).root_object


def elements_of(document: CertificateDocument) -> list[Any]:
    return list(structure_elements(catalog_of(document)["/StructTreeRoot"]))


def letters_outside_the_border(document: CertificateDocument) -> list[str]:
    with pypdfium2.PdfDocument(render_certificate(document)) as pdf:
        text = pdf[0].get_textpage()
        width, height = US_LETTER_LANDSCAPE
        outside = []
        for index in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(index)
            if min(left, bottom, width - right, height - top) < BORDER:
                outside.append(text.get_text_range(index, 1))
        return [letter for letter in outside if letter.strip()]


def codes_scanned_from_the_page(document: CertificateDocument) -> list[str]:
    with pypdfium2.PdfDocument(render_certificate(document)) as pdf:
        picture = pdf[0].render(scale=2, grayscale=True)
        pixels = memoryview(bytes(picture.buffer)).cast("B", (picture.height, picture.stride))
        return [code.text for code in zxingcpp.read_barcodes(pixels)]


def test_the_same_certificate_is_the_same_bytes() -> None:
    first = render_certificate(KENTUCKY)
    render_certificate(CONNECTICUT)

    assert render_certificate(KENTUCKY) == first
    assert render_certificate(replace(KENTUCKY, rank="I")) != first


def test_threads_that_render_at_the_same_time_do_not_disturb_each_other() -> None:
    documents = [replace(KENTUCKY, educator_number=str(number)) for number in range(12)]
    with ThreadPoolExecutor(max_workers=4) as threads:
        together = list(threads.map(render_certificate, documents))

    assert together == [render_certificate(document) for document in documents]


def test_it_is_dated_the_day_it_was_issued() -> None:
    metadata = read(KENTUCKY).metadata

    assert metadata is not None
    assert metadata.creation_date is not None
    assert metadata.creation_date.date() == KENTUCKY.issued_on


def test_it_is_marked_as_accessible_with_language_and_displayed_title() -> None:
    catalog = catalog_of(KENTUCKY)
    metadata = read(KENTUCKY).metadata

    assert catalog["/Lang"] == "en-US"
    assert catalog["/MarkInfo"]["/Marked"].value is True
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert metadata is not None
    assert metadata.title == (
        "Professional Certificate for Teaching KY-2024-0041873, José Nuñez-Łukaszewicz"
    )
    assert b"<pdfuaid:part>1</pdfuaid:part>" in catalog["/Metadata"].get_data()


def test_a_screen_reader_meets_heading_then_table_with_column_headers_then_the_code() -> None:
    tags = [element["/S"] for element in elements_of(KENTUCKY)]

    assert tags.count("/H1") == 1
    assert tags.count("/TH") == 4
    assert tags.count("/TD") == 4 * len(KENTUCKY.authorizations)
    assert tags.index("/H1") < tags.index("/Table") < tags.index("/TH") < tags.index("/Figure")


def missing_for_a_screen_reader(document: CertificateDocument) -> list[str]:
    """What a screen reader would look for on the page and not find."""
    elements = elements_of(document)
    headings = [int(tag[2:]) for each in elements if (tag := each["/S"])[:2] == "/H"]
    rows = [
        [cell.get_object()["/S"] for cell in each["/K"]] for each in elements if each["/S"] == "/TR"
    ]
    checks = {
        "a heading of level 1 first": headings[:1] == [1],
        "headings without a skipped level": all(
            after <= before + 1 for before, after in pairwise(headings)
        ),
        "a row of column headers": bool(rows) and set(rows[0]) == {"/TH"},
        "cells under the headers": bool(rows[1:])
        and all(row == ["/TD"] * len(rows[0]) for row in rows[1:]),
        "headers that say that they head a column": all(
            any(part.get("/Scope") == "/Column" for part in attributes_of(each))
            for each in elements
            if each["/S"] == "/TH"
        ),
        "words for every picture": all(
            each.get("/Alt") for each in elements if each["/S"] == "/Figure"
        ),
    }
    return [check for check, holds in checks.items() if not holds]


def attributes_of(element: Any) -> list[Any]:
    attributes = element.get("/A", []).get_object() if "/A" in element else []
    return [
        each.get_object() for each in (attributes if isinstance(attributes, list) else [attributes])
    ]


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(KENTUCKY, id="Kentucky"),
        pytest.param(CONNECTICUT, id="Connecticut"),
        pytest.param(replace(KENTUCKY, authorizations=TWELVE_AUTHORIZATIONS), id="12 lines"),
    ],
)
def test_headings_table_headers_and_pictures_say_what_they_are(
    document: CertificateDocument,
) -> None:
    assert missing_for_a_screen_reader(document) == []


def plant(old: str, new: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> CertificateDocument:
    """The usual certificate, which is now set by a template with this fault in it."""
    sound = certificate_pdf.TEMPLATE.read_text()
    assert old in sound
    template = folder / "certificate.typ"
    template.write_text(sound.replace(old, new))
    monkeypatch.setattr(certificate_pdf, "TEMPLATE", template)
    return KENTUCKY


@pytest.mark.parametrize(
    ("old", "new", "refusal"),
    [
        pytest.param(', alt: "QR code that opens " + url', "", "alt text", id="picture unnamed"),
        pytest.param(
            "  heading(certificate.certificate_title)",
            "  heading(level: 2, certificate.certificate_title)",
            "heading",
            id="first heading of level 2",
        ),
        pytest.param(
            "  heading(certificate.certificate_title)",
            "  heading(certificate.certificate_title)\n  heading(level: 3)[Holder]",
            "heading",
            id="level 2 skipped",
        ),
        pytest.param("#set document(", "#let _ = (", "title", id="document untitled"),
    ],
)
def test_a_template_that_shuts_somebody_out_makes_no_certificate(
    old: str, new: str, refusal: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(CertificateNotPrintableError, match=refusal):
        render_certificate(plant(old, new, monkeypatch, tmp_path))


def test_a_table_without_headers_is_missed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    planted = plant(
        "table.header(..columns.map(label)),", "..columns.map(label),", monkeypatch, tmp_path
    )

    assert "a row of column headers" in missing_for_a_screen_reader(planted)


def test_a_screen_reader_passes_over_border_and_seal() -> None:
    whole_document = elements_of(KENTUCKY)[0]

    parts = {part.get_object()["/S"] for part in whole_document["/K"]}
    assert parts == {"/P", "/H1", "/Table", "/Div"}


def test_the_picture_of_the_code_says_in_words_where_it_leads() -> None:
    figures = [element for element in elements_of(KENTUCKY) if element["/S"] == "/Figure"]

    assert [figure["/Alt"] for figure in figures] == [
        f"QR code that opens {KENTUCKY.verification_url}"
    ]


def test_only_the_font_that_comes_with_typst_is_used_and_embedded() -> None:
    page: Any = read(KENTUCKY).pages[0]
    names = {font.get_object()["/BaseFont"] for font in page["/Resources"]["/Font"].values()}

    assert {name.split("+")[1].split("-")[0] for name in names} == {"LibertinusSerif"}


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(KENTUCKY, id="usual"),
        pytest.param(CONNECTICUT, id="no rank, no population, nobody signs"),
        pytest.param(replace(KENTUCKY, holder_name=SIXTY_LETTERS), id="60 letters"),
        pytest.param(replace(KENTUCKY, holder_name="W" * 60), id="60 widest letters"),
        pytest.param(replace(KENTUCKY, expires_on=None), id="does not expire"),
        pytest.param(replace(KENTUCKY, signatories=THREE_SIGNATORIES[:1]), id="1 signatory"),
        pytest.param(
            replace(
                KENTUCKY,
                authorizations=tuple(
                    replace(line, title=f"{LONG_TITLE}, {LONG_TITLE[:30]}")
                    for line in TWELVE_AUTHORIZATIONS
                ),
            ),
            id="12 titles of 89 letters",
        ),
        *(
            pytest.param(
                replace(
                    KENTUCKY,
                    holder_name=SIXTY_LETTERS,
                    authorizations=TWELVE_AUTHORIZATIONS[:count],
                    signatories=THREE_SIGNATORIES,
                ),
                id=f"60 letters, {count} authorizations, 3 signatories",
            )
            for count in range(1, 13)
        ),
    ],
)
def test_it_is_one_letter_page_with_everything_on_it(document: CertificateDocument) -> None:
    (page,) = read(document).pages
    lines = lines_of(document)

    assert (page.mediabox.width, page.mediabox.height) == US_LETTER_LANDSCAPE
    assert document.holder_name in lines
    for authorization in document.authorizations:
        printed = [authorization.code, authorization.title, authorization.grades]
        assert " ".join([*printed, authorization.population]).rstrip() in lines
    for signatory in document.signatories:
        assert signatory.name in lines
    assert letters_outside_the_border(document) == []


@pytest.mark.parametrize(
    "name",
    [
        "José Nuñez-Łukaszewicz",
        "Nguyễn Thị Ánh Tuyết",
        "Ka\u02bbahumanu Keōpūolani",
        "Þóra Ægisdóttir",
        "Ştefăniță Đorđević",
        "Αλέξανδρος Παπαδόπουλος",
        "Сергей Щукин",
        "Siobhán O'Brien",
    ],
)
def test_the_holders_name_keeps_every_mark(name: str) -> None:
    assert name in lines_of(replace(KENTUCKY, holder_name=name))


def test_a_name_is_printed_and_never_read_as_markup() -> None:
    name = '#panic("no") *bold* _thin_ $x$ @ref // \\'

    assert name in lines_of(replace(KENTUCKY, holder_name=name))


def test_dates_number_and_rank_are_printed_under_the_states_own_labels() -> None:
    lines = lines_of(KENTUCKY)

    printed = dict(pairwise(lines))
    assert printed["Certificate number"] == "KY-2024-0041873"
    assert printed["EPSB ID"] == "201184562"
    assert printed["Rank"] == "II"
    assert printed["Issued"] == "June 14, 2024"
    assert printed["Effective"] == "July 1, 2024"
    assert printed["Valid through"] == "June 30, 2029"


def test_a_certificate_without_an_end_says_that_it_does_not_expire() -> None:
    lines = lines_of(replace(KENTUCKY, expires_on=None))

    assert "Does not expire" in lines
    assert "Valid through" not in lines


def test_a_state_without_ranks_and_populations_shows_neither() -> None:
    lines = lines_of(CONNECTICUT)

    assert "EIN" in lines
    assert "Rank" not in lines
    assert "Code Authorization Grades" in lines


@pytest.mark.parametrize(
    "url",
    [
        KENTUCKY.verification_url,
        "http://localhost:8080/lookup/verify/KY-1",
        (
            "https://educator-certification.department-of-education.example.gov"
            "/lookup/verify/0192f0c1-7a3e-7c55-9b0e-3f6f1d2a4b5c"
        ),
    ],
)
def test_the_printed_code_opens_the_verification_page_and_its_address_stands_beneath(
    url: str,
) -> None:
    document = replace(KENTUCKY, verification_url=url)

    assert codes_scanned_from_the_page(document) == [url]
    assert url in "".join(lines_of(document))


def test_a_letter_that_no_font_draws_is_refused_by_name() -> None:
    with pytest.raises(CertificateNotPrintableError, match=r"KY-2024-0041873 .* `\"山\"`"):
        render_certificate(replace(KENTUCKY, holder_name="山田 太郎"))


def test_more_than_a_page_can_hold_is_refused_and_not_cut() -> None:
    with pytest.raises(CertificateNotPrintableError, match="does not fit on one page"):
        render_certificate(replace(KENTUCKY, authorizations=TWELVE_AUTHORIZATIONS * 2))
