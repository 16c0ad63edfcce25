"""What the OneRoster 1.1 reader makes of good exports, and how it tells what is wrong with bad."""

import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.assignments.domain import faults
from services.assignments.domain.faults import Fault, ReportRefused
from services.assignments.formats import archive
from services.assignments.formats.oneroster import read_oneroster
from services.assignments.formats.report import (
    AssignmentReport,
    ReportedAssignment,
    ReportedStaff,
)
from tests.unit.assignments.exports import Export
from tests.unit.assignments.made_district import LARGE, SMALL, MadeDistrict


def faults_of(source: Path | bytes | Export) -> tuple[Fault, ...]:
    with pytest.raises(ReportRefused) as refused:
        read_oneroster(source.zipped() if isinstance(source, Export) else source)
    return refused.value.faults


def only_fault(source: Path | bytes | Export) -> Fault:
    (fault,) = faults_of(source)
    return fault


def report_or_refusal(content: bytes) -> AssignmentReport | ReportRefused:
    try:
        return read_oneroster(content)
    except ReportRefused as refused:
        return refused


def place(fault: Fault) -> tuple[str, int | None, str | None]:
    return fault.file, fault.row, fault.column


def counts(report: AssignmentReport) -> tuple[int, int, int, int]:
    return (
        len(report.organizations),
        len(report.staff),
        len(report.courses),
        len(report.assignments),
    )


# Good exports


@pytest.mark.parametrize("district", [LARGE, SMALL], ids=["large", "small"])
def test_a_district_is_read_without_loss_from_folder_and_zip(
    district: MadeDistrict, tmp_path: Path
) -> None:
    folder = district.write(tmp_path / "district")
    report = read_oneroster(folder)
    assert counts(report) == district.counts
    for number, inside in enumerate(["", "export/2026/"]):
        packed = tmp_path / f"{number}.zip"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
            for path in folder.glob("*.csv"):
                made.write(path, inside + path.name)
        assert read_oneroster(packed) == report


def test_the_students_of_a_large_district_are_counted_class_by_class() -> None:
    report = read_oneroster(LARGE.export().zipped())
    assert [one.student_count for one in report.assignments] == [
        LARGE.students_of(number) for number in range(LARGE.classes)
    ]


def test_a_teacher_enrollment_becomes_an_assignment_with_its_class_and_terms() -> None:
    first, second = read_oneroster(Export().zipped()).assignments
    assert first == ReportedAssignment(
        source_id="e1",
        staff_source_id="teacher",
        class_source_id="class-1",
        class_code="B-A",
        course_source_id="biology",
        school_source_id="school",
        grades=("10", "09", "KG"),
        primary=True,
        begins_on=date(2026, 8, 15),
        ends_on=date(2027, 6, 10),
        student_count=2,
    )
    assert (first.lowest_grade, first.highest_grade) == (0, 10)
    assert (second.begins_on, second.ends_on) == (date(2026, 9, 1), date(2026, 10, 1))
    assert (second.lowest_grade, second.highest_grade, second.primary) == (None, None, False)


def test_a_class_without_grades_has_those_of_its_course() -> None:
    export = Export().write("classes.csv", 2, "grades", "")
    assert read_oneroster(export.zipped()).assignments[0].grades == ("09", "10")


def test_only_those_who_teach_are_staff_and_no_social_security_number_is_kept() -> None:
    report = read_oneroster(Export().zipped())
    assert report.staff == (
        ReportedStaff(
            source_id="teacher",
            given_name="Zoë",
            family_name="Quill",
            middle_name=None,
            email="zoe.quill@tiny.example",
            identifier="77",
            user_ids=(("EPSB", "2001"),),
        ),
        ReportedStaff("aide", "Bo", "Marsh", "Lee", None, None, ()),
    )


def test_nothing_of_a_student_is_kept() -> None:
    told = repr(read_oneroster(Export().zipped()))
    assert "upil" not in told
    assert "secret" not in told


def test_rows_to_be_deleted_are_left_out() -> None:
    export = Export().write("enrollments.csv", 3, "status", "tobedeleted")
    assert counts(read_oneroster(export.zipped())) == (2, 1, 2, 1)


def test_a_byte_order_mark_windows_line_ends_and_blank_lines_are_accepted() -> None:
    export = Export()
    for file, content in export.files.items():
        export.files[file] = b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n") + b"\r\n"
    assert read_oneroster(export.zipped()) == read_oneroster(Export().zipped())


def test_what_a_spreadsheet_does_to_truth_and_grades_is_understood() -> None:
    export = Export().write("enrollments.csv", 2, "primary", "TRUE")
    export.write("classes.csv", 2, "grades", "9")
    first = read_oneroster(export.zipped()).assignments[0]
    assert (first.primary, first.grades) == (True, ("09",))


def test_names_that_climb_out_of_the_zip_touch_nothing(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    packed = inside / "report.zip"
    packed.write_bytes(Export().zipped("../../"))
    assert counts(read_oneroster(packed)) == (2, 2, 2, 2)
    assert [path.name for path in tmp_path.rglob("*")] == ["inside", "report.zip"]


def test_an_uploaded_file_is_read_like_a_path() -> None:
    content = Export().zipped()
    assert read_oneroster(BytesIO(content)) == read_oneroster(content)


def test_demographics_are_not_opened() -> None:
    export = Export()
    export.files["demographics.csv"] = b"\xff\x00 not CSV at all"
    assert counts(read_oneroster(export.zipped())) == (2, 2, 2, 2)


# The zip file


def _patched_size(content: bytes, size: int) -> bytes:
    """Declare another unpacked size for the zip's last member, in its central directory."""
    at = content.rindex(b"PK\x01\x02") + 24
    return content[:at] + size.to_bytes(4, "little") + content[at + 4 :]


def _with_bad_checksum() -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as made:  # stored, so that the text can be found
        for file, content in Export().files.items():
            made.writestr(file, content)
    return stream.getvalue().replace(b"Tiny County", b"Tiny Bounty")


def _encrypted() -> bytes:
    content = bytearray(Export().zipped())
    content[content.rindex(b"PK\x01\x02") + 8] |= 0x1
    return bytes(content)


def _with_other_compression() -> bytes:
    content = bytearray(Export().zipped())
    content[content.rindex(b"PK\x01\x02") + 10] = zipfile.ZIP_LZMA
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "neither a OneRoster zip file nor a CSV file"),
        (b"sourcedId,status\n", "neither a OneRoster zip file nor a CSV file"),
        (Export().zipped()[:-30], "was cut short or damaged"),
    ],
)
def test_what_is_no_whole_zip_file_is_refused(content: bytes, problem: str, tmp_path: Path) -> None:
    packed = tmp_path / "fall.zip"
    packed.write_bytes(content)
    fault = only_fault(packed)
    assert place(fault) == ("fall.zip", None, None)
    assert problem in fault.problem


def test_a_path_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    fault = only_fault(tmp_path / "gone.zip")
    assert str(fault) == "gone.zip: does not exist. Name a zip file or a folder."


@pytest.mark.parametrize(
    ("content", "file", "problem", "cure"),
    [
        (_with_bad_checksum(), "orgs.csv", "damaged inside the zip", "Export the report again"),
        (_encrypted(), "users.csv", "protected by a password", "without a password"),
        (_with_other_compression(), "users.csv", "compression method", "with Deflate"),
        (_patched_size(Export().zipped(), 20), "users.csv", "damaged", "Export the report again"),
        (_patched_size(Export().zipped(), 2**31), "the zip file", "2,048 MB", "one district"),
    ],
    ids=["bad checksum", "encrypted", "other compression", "more than declared", "too large"],
)
def test_a_member_that_cannot_be_trusted_is_refused(
    content: bytes, file: str, problem: str, cure: str
) -> None:
    fault = only_fault(content)
    assert place(fault) == (file, None, None)
    assert problem in fault.problem
    assert cure in fault.cure


def test_a_folder_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file, content in Export().files.items():
        (tmp_path / file).write_bytes(content)
    monkeypatch.setattr(archive, "MAX_BYTES", 100)
    assert "one district" in only_fault(tmp_path).cure


def test_a_zip_file_of_very_many_members_is_refused() -> None:
    export = Export()
    export.files |= {f"{number}.txt": b"" for number in range(archive.MAX_MEMBERS)}
    fault = only_fault(export)
    assert place(fault) == ("the zip file", None, None)
    assert fault.problem == "contains 1,007 files; a report may contain at most 1,000"
    assert fault.cure == "Send the report's CSV files only."


def test_files_in_two_folders_are_refused() -> None:
    export = Export()
    export.files["old/orgs.csv"] = export.files["orgs.csv"]
    fault = only_fault(export)
    assert place(fault) == ("the zip file", None, None)
    assert 'several folders (the top level, "old")' in fault.problem
    assert "in one folder" in fault.cure


def test_a_file_that_is_in_the_zip_twice_is_refused() -> None:
    export = Export()
    export.files = {f"in/{file}": content for file, content in export.files.items()}
    export.files["in\\orgs.csv"] = export.files["in/orgs.csv"]
    fault = only_fault(export)
    assert place(fault) == ("orgs.csv", None, None)
    assert fault.problem == "is in the zip file twice"
    assert fault.cure == "Keep only the correct one."


# Whole files


def test_a_missing_file_is_told() -> None:
    fault = only_fault(Export().without("courses.csv"))
    assert place(fault) == ("courses.csv", None, None)
    assert "is missing from the report" in fault.problem
    assert "Export it together with the other files" in fault.cure


def test_a_missing_manifest_is_told() -> None:
    assert place(only_fault(Export().without("manifest.csv"))) == ("manifest.csv", None, None)


def test_a_misnamed_file_is_told_with_its_right_name() -> None:
    export = Export()
    export.files["Courses.csv"] = export.files.pop("courses.csv")
    fault = only_fault(export)
    assert fault.problem == 'is missing; there is a file "Courses.csv"'
    assert fault.cure == "Rename it to courses.csv."


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n"])
def test_an_empty_file_is_told(content: bytes) -> None:
    export = Export()
    export.files["classes.csv"] = content
    fault = only_fault(export)
    assert place(fault) == ("classes.csv", None, None)
    assert fault.problem == "is empty"
    assert fault.cure == "Export it again, with its header and rows."


def test_a_file_with_a_header_and_no_rows_is_told() -> None:
    export = Export()
    export.files["users.csv"] = export.files["users.csv"].splitlines(keepends=True)[0]
    fault = only_fault(export)
    assert place(fault) == ("users.csv", None, None)
    assert fault.problem == "has a header and no rows"
    assert fault.cure == "Export it again, with rows."


def test_an_export_in_which_nobody_teaches_is_told() -> None:
    export = Export().write("enrollments.csv", 2, "role", "proctor")
    fault = only_fault(export.write("enrollments.csv", 3, "role", "proctor"))
    assert place(fault) == ("enrollments.csv", None, "role")
    assert "Export the teachers' enrollments too" in fault.cure


# The manifest


@pytest.mark.parametrize(
    ("row", "value", "problem", "cure"),
    [
        (3, "1.2", "is not the version expected", "Export the report as OneRoster 1.1."),
        (8, "delta", "enrollments.csv contains only changes", "in bulk"),
        (8, "absent", "does not mean that enrollments.csv is complete", "in bulk"),
    ],
)
def test_a_manifest_of_another_kind_of_export_is_refused(
    row: int, value: str, problem: str, cure: str
) -> None:
    fault = only_fault(Export().write("manifest.csv", row, "value", value))
    assert place(fault) == ("manifest.csv", row, "value")
    assert fault.value == value
    assert problem in fault.problem
    assert cure in fault.cure


def test_a_manifest_that_does_not_tell_the_version_is_refused() -> None:
    export = Export().replace("manifest.csv", b"oneroster.version,1.1\n", b"")
    fault = only_fault(export)
    assert place(fault) == ("manifest.csv", None, "value")
    assert fault.problem == "oneroster.version is missing"
    assert fault.cure == "Export the report as OneRoster 1.1."


def test_a_manifest_that_leaves_a_file_out_is_refused() -> None:
    fault = only_fault(Export().replace("manifest.csv", b"file.orgs,bulk\n", b""))
    assert place(fault) == ("manifest.csv", None, "value")
    assert fault.problem == "there is no entry for orgs.csv"
    assert '"bulk" for file.orgs' in fault.cure


def test_a_manifest_that_tells_a_thing_twice_is_refused() -> None:
    fault = only_fault(Export().replace("manifest.csv", b"demographics", b"users"))
    assert place(fault) == ("manifest.csv", 10, "propertyName")
    assert (fault.value, fault.problem) == ("file.users", "is already set in row 7")
    assert fault.cure == "Remove one of the two rows."


# Lines and bytes


@pytest.mark.parametrize(
    ("old", "new", "row", "column", "problem", "cure"),
    [
        (b"courseSourcedId", b"courseSourceId", 1, "courseSourcedId", "not this column's", "ame"),
        (b"courseSourcedId", b"CourseSourcedID", 1, "courseSourcedId", "not this", "Rename the"),
        (b"classCode", b"room", 1, "classCode", "is missing from the header", "every column"),
        (b"title", b"grades", 1, "grades", "in the header more than once", "Remove or rename"),
        (b"Art A,UG", b"Art\x92s,UG", 3, "title", "the byte 0x92, which is not UTF-8", "CSV UTF-8"),
        (b"title", b"tit\x92e", 1, "tit\N{REPLACEMENT CHARACTER}e", "the byte 0x92", "CSV UTF-8"),
        (b"Art A,UG", b"Art,\rUG", 3, "grades", "a carriage return alone", "CR LF"),
        (b"Art A", b"Art\0A", 3, "title", "control character (code 0)", "Retype this field"),
        (
            b"Art A,",
            b"",
            3,
            "termSourcedIds",
            "too few fields: 8, and",
            "do not leave any field out",
        ),
        (b"Art A", b"Art, A", 3, None, "too many fields: 10, and the header has 9", "a comma in"),
        (b"Art A", b'"Art A', 3, "title", "is opened and not closed", "Close it"),
        (b"Art A", b'"Art" A', 3, None, "cannot be read as CSV", "in quotation marks"),
        (b"Art A", b"A" * 200_000, 3, None, "cannot be read as CSV", "in quotation marks"),
    ],
)
def test_a_line_that_cannot_be_read_is_told_with_row_and_column(
    old: bytes, new: bytes, row: int, column: str | None, problem: str, cure: str
) -> None:
    fault = only_fault(Export().replace("classes.csv", old, new))
    assert place(fault) == ("classes.csv", row, column)
    assert problem in fault.problem
    assert cure in fault.cure


def test_a_misspelt_header_is_told_with_the_right_name() -> None:
    fault = only_fault(Export().replace("classes.csv", b"courseSourcedId", b"courseSourceId"))
    assert str(fault) == (
        'classes.csv, row 1, column courseSourcedId: "courseSourceId" is not this column\'s name. '
        "Rename the header to courseSourcedId."
    )


def test_a_file_with_old_macintosh_line_ends_is_told() -> None:
    export = Export()
    export.files["users.csv"] = export.files["users.csv"].replace(b"\n", b"\r")
    fault = only_fault(export)
    assert place(fault) == ("users.csv", 1, "email")
    assert "old Macintosh" in fault.problem
    assert "Unix (LF) line endings" in fault.cure


def test_a_lost_line_is_told_once_and_not_again_where_it_is_named() -> None:
    export = Export().replace("classes.csv", b"Biology A", b"Biology\xffA")
    assert place(only_fault(export)) == ("classes.csv", 2, "title")


# Values


@pytest.mark.parametrize(
    ("file", "row", "column", "value", "problem", "cure"),
    [
        (
            "orgs.csv",
            3,
            "parentSourcedId",
            "x",
            "does not match any organization in",
            "Add the organ",
        ),
        (
            "orgs.csv",
            3,
            "type",
            "scool",
            "is not an allowed value",
            "Write one of: department, district,",
        ),
        ("orgs.csv", 3, "name", " ", "is empty", "Fill it in."),
        ("orgs.csv", 3, "status", "inactive", "is not a status", "Write active or tobedeleted"),
        (
            "courses.csv",
            3,
            "orgSourcedId",
            "x",
            "does not match any organization in orgs.csv",
            "Add the org",
        ),
        (
            "courses.csv",
            3,
            "sourcedId",
            "biology",
            "is already the sourcedId of row 2",
            "Remove one of",
        ),
        ("courses.csv", 3, "grades", "14", "is not a grade", "Write PK, KG, 01 to 12"),
        ("academicSessions.csv", 2, "startDate", "8/15/2026", "is not a date", "2026-08-15"),
        ("academicSessions.csv", 2, "startDate", "2026-02-30", "is not a date", "year first"),
        ("academicSessions.csv", 2, "endDate", "", "is empty", "Fill it in."),
        ("academicSessions.csv", 2, "endDate", "2026-08-14", "is before", "Correct one of the two"),
        (
            "classes.csv",
            2,
            "courseSourcedId",
            "x",
            "does not match any course in courses.csv",
            "Add the co",
        ),
        (
            "classes.csv",
            2,
            "schoolSourcedId",
            "x",
            "does not match any organization in",
            "Add the organ",
        ),
        (
            "classes.csv",
            2,
            "termSourcedIds",
            "fall,x",
            "does not match any academic session in",
            "Add the a",
        ),
        ("classes.csv", 2, "termSourcedIds", ",", "is empty", "Fill it in."),
        ("classes.csv", 2, "grades", "10,first", "is not a grade", "another CEDS grade"),
        (
            "enrollments.csv",
            4,
            "classSourcedId",
            "x",
            "does not match any class in classes.csv",
            "Add the",
        ),
        (
            "enrollments.csv",
            4,
            "schoolSourcedId",
            "x",
            "does not match any organization in",
            "Add the org",
        ),
        (
            "enrollments.csv",
            4,
            "userSourcedId",
            "x",
            "does not match any user in users.csv",
            "Add the user",
        ),
        ("enrollments.csv", 4, "sourcedId", "e1", "is already the sourcedId of row 2", "Remove"),
        ("enrollments.csv", 4, "sourcedId", "", "is empty", "Fill it in."),
        (
            "enrollments.csv",
            4,
            "role",
            "pupil",
            "is not an allowed value",
            "relative, student, teacher.",
        ),
        ("enrollments.csv", 2, "primary", "yes", "is neither true nor false", "Write true or"),
        ("enrollments.csv", 2, "beginDate", "2026-W33-6", "is not a date", "year first"),
        ("enrollments.csv", 2, "beginDate", "2027-06-11", "is before the beginning", "Correct one"),
        ("enrollments.csv", 3, "endDate", "2026-08-31", "is before the beginning", "Correct one"),
        ("users.csv", 2, "familyName", "", "is empty", "Fill it in."),
        ("users.csv", 5, "role", "Student", "is not an allowed value", "student"),
    ],
)
def test_a_value_that_cannot_be_right_is_told_with_row_column_and_cure(
    file: str, row: int, column: str, value: str, problem: str, cure: str
) -> None:
    fault = only_fault(Export().write(file, row, column, value))
    assert place(fault) == (file, row, column)
    assert fault.value is None or fault.value in value
    assert problem in fault.problem
    assert cure in fault.cure


def test_a_fault_reads_as_a_sentence_that_names_place_value_and_cure() -> None:
    fault = only_fault(Export().write("classes.csv", 2, "courseSourcedId", "abc"))
    assert str(fault) == (
        'classes.csv, row 2, column courseSourcedId: "abc" does not match any course in '
        "courses.csv. Add the course or correct the id."
    )


def test_an_active_row_that_names_a_deleted_one_is_told() -> None:
    fault = only_fault(Export().write("courses.csv", 3, "status", "tobedeleted"))
    assert place(fault) == ("classes.csv", 3, "courseSourcedId")
    assert fault.problem == "names a row marked tobedeleted in courses.csv"
    assert fault.cure == "Mark this row tobedeleted too, or correct the id."


def test_faults_of_several_files_are_told_at_once() -> None:
    export = Export().without("academicSessions.csv")
    export.write("orgs.csv", 3, "type", "scool").write("users.csv", 2, "familyName", "")
    export.write("enrollments.csv", 4, "userSourcedId", "x").replace("courses.csv", b"Art", b"\xff")
    assert [place(fault) for fault in faults_of(export)] == [
        ("academicSessions.csv", None, None),
        ("orgs.csv", 3, "type"),
        ("courses.csv", 3, "title"),
        ("users.csv", 2, "familyName"),
        ("enrollments.csv", 4, "userSourcedId"),
    ]


def test_faults_beyond_the_limit_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "FAULT_LIMIT", 2)
    export = Export().without("manifest.csv")
    for row in (2, 3, 4):
        export.write("enrollments.csv", row, "classSourcedId", "x" * 100)
    with pytest.raises(ReportRefused) as refused:
        read_oneroster(export.zipped())
    assert (len(refused.value.faults), refused.value.more) == (2, 2)
    assert refused.value.faults[1].value == "x" * 80 + "…"
    assert str(refused.value).splitlines()[-1] == "Faults found beyond these 2: 2."


# Any damage


@settings(max_examples=3 * settings().max_examples, deadline=None)
@given(data=st.data())
def test_any_byte_changed_in_a_file_is_refused_or_loses_nothing(data: st.DataObject) -> None:
    export = Export()
    file = data.draw(st.sampled_from(sorted(export.files)))
    export.files[file] = _with_one_byte_changed(export.files[file], data)
    answer = report_or_refusal(export.zipped())
    if isinstance(answer, ReportRefused):
        assert answer.faults
        assert all(fault.cure for fault in answer.faults)
    else:
        assert counts(answer) == (2, 2, 2, 2)


@settings(max_examples=3 * settings().max_examples, deadline=None)
@given(data=st.data())
def test_any_byte_changed_in_a_zip_is_refused_or_changes_nothing(data: st.DataObject) -> None:
    whole = Export().zipped()
    answer = report_or_refusal(_with_one_byte_changed(whole, data))
    if isinstance(answer, ReportRefused):
        assert answer.faults
    else:
        assert answer == read_oneroster(whole)


def _with_one_byte_changed(content: bytes, data: st.DataObject) -> bytes:
    position = data.draw(st.integers(0, len(content) - 1))
    changed = bytearray(content)
    changed[position] = data.draw(st.integers(0, 255))
    return bytes(changed)
