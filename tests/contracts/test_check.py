"""The check of the published language: each rule is seen to fail, and the real facts pass."""

from pathlib import Path
from uuid import UUID

import pytest

from contracts import Event, Part, check
from contracts.catalog import UnreadableDocument
from contracts.event import personal, public, restricted
from services.names import SERVICES
from tests.architecture.suite import readers
from tests.contracts.library import (
    READERS,
    SAMPLE,
    SUITE,
    TOPIC,
    change,
    faults_in,
    write_sample,
)


def test_the_published_language_has_no_faults() -> None:
    assert check.find_faults(readers(), SERVICES) == []


def test_the_command_says_what_is_wrong_and_fails(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check.main(READERS, SUITE, folder) == 0
    assert capsys.readouterr().out == "contracts: 1 facts, 0 faults\n"
    (folder / "samples" / f"{TOPIC}.json").unlink()
    assert check.main(READERS, SUITE, folder) == 1
    assert TOPIC in capsys.readouterr().out


def test_a_fact_needs_a_publisher_in_the_suite(folder: Path) -> None:
    found = check.find_faults(READERS, ("lookup", "reminders"), folder)
    assert found == [f"{TOPIC}: no service 'library' publishes it; readers: lookup, reminders"]


def test_a_fact_that_nobody_sends_anymore_names_services_that_did(
    language: dict[str, type[Event]],
) -> None:
    class BookLost(Event, topic="books.book-lost.v1", subject="book_id", once_sent_by=("library",)):
        """A book was lost."""

        book_id: UUID = public()

    assert list(check.publisher_faults([BookLost], {}, SUITE)) == []
    assert list(check.publisher_faults([BookLost], {}, ("lookup",))) == [
        "books.book-lost.v1: no service 'library' publishes it; readers: none"
    ]


def test_a_fact_that_nobody_hears_must_be_listed(folder: Path) -> None:
    assert faults_in(folder, {}) == [
        f"{TOPIC}: no service reacts to it; if that is intended, say why in unheard.toml"
    ]
    (folder / "unheard.toml").write_text(f'"{TOPIC}" = "for the archive"')
    assert faults_in(folder, {}) == []


def test_a_fact_that_somebody_hears_may_not_be_listed_as_unheard(folder: Path) -> None:
    (folder / "unheard.toml").write_text(f'"{TOPIC}" = "for the archive"')
    assert faults_in(folder) == [f"{TOPIC}: listed in unheard.toml, but read by lookup, reminders"]


def test_the_list_of_unheard_facts_names_real_facts_with_reasons(folder: Path) -> None:
    (folder / "unheard.toml").write_text('"library.book-lost.v1" = "we hope"\n')
    assert faults_in(folder) == [
        "library.book-lost.v1: listed in unheard.toml, but there is no such fact"
    ]
    (folder / "unheard.toml").write_text(f'"{TOPIC}" = " "\n')
    assert faults_in(folder, {}) == [f"{TOPIC}: listed in unheard.toml without a reason"]


def test_a_reader_of_a_topic_that_does_not_exist_is_named(folder: Path) -> None:
    assert faults_in(folder, {**READERS, "library.book-lost.v1": ["reminders"]}) == [
        "library.book-lost.v1: read by reminders, but there is no such fact"
    ]


def test_each_fact_needs_a_sample(folder: Path) -> None:
    (folder / "samples" / f"{TOPIC}.json").unlink()
    assert faults_in(folder) == [f"{TOPIC}: there is no sample contracts/samples/{TOPIC}.json"]


@pytest.mark.parametrize("sample", [{**SAMPLE, "lent_on": "soon"}, {"version": 1}, [], None])
def test_a_sample_that_no_longer_loads_is_named(folder: Path, sample: object) -> None:
    write_sample(folder, sample)
    [fault] = faults_in(folder)
    assert fault.startswith(f"{TOPIC}: its sample no longer loads: ")


@pytest.mark.parametrize(
    ("sample", "field"),
    [
        ({**SAMPLE, "color": "red"}, "color"),
        ({name: value for name, value in SAMPLE.items() if name != "due_on"}, "due_on"),
        ({**SAMPLE, "book_id": "0199F3C2-5A10-7C41-9B1E-3F5D2A7C8E01"}, "book_id"),
        ({**SAMPLE, "copies": [{"code": "B-1"}]}, "copies"),
    ],
)
def test_a_sample_that_is_not_what_is_sent_is_named_with_its_field(
    folder: Path, sample: object, field: str
) -> None:
    write_sample(folder, sample)
    assert faults_in(folder) == [
        f"{TOPIC}: field {field!r} of its sample differs from what is published"
    ]


def test_a_sample_of_no_fact_is_named(folder: Path) -> None:
    (folder / "samples" / "library.book-lost.v1.json").write_text("{}")
    assert faults_in(folder) == ["library.book-lost.v1: has a sample, but there is no such fact"]


def test_a_file_that_is_not_json_or_toml_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "samples" / f"{TOPIC}.json").write_text("<<<<<<< HEAD")
    with pytest.raises(UnreadableDocument, match=rf"samples/{TOPIC}\.json is not JSON"):
        check.find_faults(READERS, SUITE, folder)
    assert check.main(READERS, SUITE, folder) == 1
    assert f"samples/{TOPIC}.json is not JSON" in capsys.readouterr().out
    (folder / "unheard.toml").write_text("<<<<<<< HEAD")
    with pytest.raises(UnreadableDocument, match=r"unheard\.toml is not TOML"):
        check.find_faults(READERS, SUITE, folder)


def test_a_restricted_field_may_not_appear_in_an_event(folder: Path) -> None:
    fact = change(ssn=(str | None, restricted(default=None)))
    assert list(check.mark_faults([fact])) == [
        f"{TOPIC}: field 'ssn' is restricted, and must not be in an event"
    ]
    assert set(check.mark_faults([fact])) <= set(faults_in(folder))


def test_a_field_without_a_mark_is_named(language: dict[str, type[Event]]) -> None:
    class BookLost(Event, topic="library.book-lost.v1", subject="book_id"):
        """A book was lost."""

        book_id: UUID = public()
        title: str

    assert list(check.mark_faults([BookLost])) == [
        "library.book-lost.v1: field 'title' has no mark: declare it with public() or personal()"
    ]


class Borrower(Part):
    name: str
    ssn: str = restricted()


class Loan(Part):
    borrower: Borrower | None = None


def test_a_secret_may_not_hide_in_a_part_of_an_event(language: dict[str, type[Event]]) -> None:
    fact = change(loans=(tuple[Loan, ...], public(default=())))
    [told] = check.mark_faults([fact])
    assert told.startswith(f"{TOPIC}: field 'loans' has a mark inside, at borrower.ssn; ")


def test_lookup_may_hear_only_what_is_wholly_public(folder: Path) -> None:
    change(borrower=(str | None, personal(default=None)))
    told = f"{TOPIC}: lookup reacts to it, but its field 'borrower' is personal"
    assert told in faults_in(folder)
    assert told not in faults_in(folder, {TOPIC: ["reminders"]})
