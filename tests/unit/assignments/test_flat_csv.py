"""The flat assignment file: what is read from it, and which contradictions refuse it."""

from collections.abc import Callable, Sequence
from datetime import date

import pytest

from services.assignments.domain.faults import ReportRefused
from services.assignments.formats.flat_columns import NAMES, TEMPLATE
from services.assignments.formats.flat_csv import is_flat_csv, read_flat_csv
from services.assignments.formats.tables import ReportTables
from tests.unit.assignments.flat_files import POPULATIONS, RIGHT, flat_file


def read(content: bytes) -> ReportTables:
    return read_flat_csv(content, "ours.csv", POPULATIONS)


def faults_of(content: bytes) -> Sequence[str]:
    with pytest.raises(ReportRefused) as refused:
        read(content)
    return str(refused.value).splitlines()


def test_a_row_becomes_an_assignment_with_all_that_it_names() -> None:
    report = read(flat_file({}))

    assert report.organizations.rows() == [
        ("165", None, "district", "165"),
        ("165010", None, "school", "165010"),
    ]
    assert report.staff.rows() == [("1234567", "Ann", "Lee", ["1234567"])]
    assert report.courses.rows() == [
        ("302601", "302601", "Biology 1", ["302601"], ["Science"], "general")
    ]
    (assignment,) = report.assignments.rows(named=True)
    assert assignment == {
        "source_id": "165010/1234567/302601/2/2026-08-15",
        "staff_source_id": "1234567",
        "course_source_id": "302601",
        "school_source_id": "165010",
        "class_source_id": "165010/302601/2",
        "class_code": "2",
        "lowest_grade": 9,
        "highest_grade": 12,
        "is_primary": True,
        "begins_on": date(2026, 8, 15),
        "ends_on": date(2027, 5, 28),
        "student_count": 27,
        "hours": 175,
    }
    assert report.district_numbers == ["165"]
    assert report.begin_days == [(date(2026, 8, 15), 1)]


def test_what_may_be_left_empty_may_be() -> None:
    report = read(flat_file({"school_number": "", "section": "", "subject": "", "population": ""}))

    assert report.organizations["source_id"].to_list() == ["165"]
    assert report.courses.select("subjects", "population").row(0) == ([], None)
    assert report.assignments["school_source_id"].to_list() == ["165"]


def test_several_subject_words_are_set_apart_by_semicolons() -> None:
    report = read(flat_file({"subject": "Biology; ;Life Science "}))

    assert report.courses["subjects"].to_list() == [["Biology", "Life Science"]]


@pytest.mark.parametrize(("text", "order"), [("PK", -1), ("k", 0), ("9", 9), ("UG", None)])
def test_grades_are_read_as_districts_write_them(text: str, order: int | None) -> None:
    report = read(flat_file({"lowest_grade": text, "highest_grade": text}))

    assert report.assignments["lowest_grade"].to_list() == [order]


def test_teachers_of_one_section_share_the_class_and_others_do_not() -> None:
    other = {"staff_number": "7", "first_name": "Bo", "last_name": "Marsh"}

    together = read(flat_file({}, other)).assignments["class_source_id"]
    alone = read(flat_file({"section": ""}, {**other, "section": ""})).assignments
    assert together.n_unique() == 1
    assert alone["class_source_id"].n_unique() == 2


@pytest.mark.parametrize(
    "content",
    [
        flat_file({}).replace(b"\r\n", b"\n"),
        b"\xef\xbb\xbf" + flat_file({}),
        flat_file({}, names=(*reversed(NAMES), "remarks")),
        flat_file({}) + b"\r\n\r\n",
        flat_file({"first_name": "  Ann\N{NO-BREAK SPACE}"}),
    ],
)
def test_the_same_file_in_another_dress_reads_the_same(content: bytes) -> None:
    told, plain = read(content), read(flat_file({}))

    assert told.staff.equals(plain.staff)
    assert told.assignments.equals(plain.assignments)


def test_lines_with_quotation_marks_are_read_between_those_without() -> None:
    titles = ["Biology 1", 'Biology, "advanced"', "Chemistry", "Art, and more"]
    rows = [
        {"course_code": str(number), "course_title": title} for number, title in enumerate(titles)
    ]

    assert read(flat_file(*rows)).courses["title"].to_list() == titles


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda content: content.replace(b"Ann", b"\xc4nn"), "row 2, column first_name: has the b"),
        (
            lambda content: content.replace(b"Ann", b"A\x00n"),
            "row 2, column first_name: contains an",
        ),
        (lambda content: content.replace(b",Lee,", b",Le,e,"), "row 2: has too many fields"),
        (lambda content: content.replace(b",Lee,", b","), "row 2, column primary: has too few"),
        (lambda content: content.replace(b"Ann", b'"Ann'), "row 2, column first_name: a quotation"),
        (lambda content: content.replace(b",hours", b",hour"), '"hour" is not this column\'s name'),
        (lambda content: content.replace(b"section", b"subject"), "in the header more than"),
        (lambda content: content.partition(b"\n")[0], "has a header and no rows"),
        (lambda content: b"", "is empty"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_place(
    spoil: Callable[[bytes], bytes], told: str
) -> None:
    assert any(told in fault for fault in faults_of(spoil(flat_file({}))))


def test_faults_of_lines_and_of_cells_are_told_together() -> None:
    content = (
        flat_file({"hours": "0"}, {}).replace(b"Ann", b"A,n", 1)
        + flat_file({"students": "many", "section": "3"}).partition(b"\n")[2]
    )

    assert [fault.partition(":")[0] for fault in faults_of(content)] == [
        "ours.csv, row 2",
        "ours.csv, row 4, column students",
    ]


@pytest.mark.parametrize(
    ("second", "column", "told"),
    [
        ({"district_number": "166"}, "district_number", '"166" is not the same district as "165"'),
        (
            {"last_name": "Marsh"},
            "last_name",
            '"Marsh" is "Lee" in row 2, which has the',
        ),
        ({"course_title": "Art"}, "course_title", 'is "Biology 1" in row 2, which has the same'),
        ({"population": ""}, "population", 'is "general" in row 2, which has the same course code'),
        ({"section": "2"}, "section", "is the same teacher, course and section as row 2"),
    ],
)
def test_a_row_that_contradicts_an_earlier_one_is_told(
    second: dict[str, str], column: str, told: str
) -> None:
    (fault,) = faults_of(flat_file({}, {"section": "3", **second}))

    assert fault.startswith(f"ours.csv, row 3, column {column}: ")
    assert told in fault


def test_a_school_number_that_is_the_districts_does_not_hide_a_repetition() -> None:
    (fault,) = faults_of(flat_file({"school_number": ""}, {"school_number": "165"}))

    assert "as row 2" in fault


def test_a_faulty_row_is_no_measure_for_the_right_ones() -> None:
    faults = faults_of(flat_file({"last_name": ""}, {"section": "3"}, {"section": "4"}))

    assert len(faults) == 1


def test_contradictions_beyond_the_limit_are_counted() -> None:
    rows = [{"section": str(number), "last_name": f"Lee{number}"} for number in range(1_500)]

    assert faults_of(flat_file(*rows))[-1] == "Faults found beyond these 1,000: 499."


def test_a_file_is_known_by_its_header() -> None:
    assert is_flat_csv(TEMPLATE)
    assert is_flat_csv(flat_file({}).upper())
    assert is_flat_csv(TEMPLATE.replace(b",", b";"))
    assert not is_flat_csv(b"PK\x03\x04" + bytes(200))
    assert not is_flat_csv(b"name,type\r\n" + TEMPLATE)
    assert RIGHT.keys() == set(NAMES)
