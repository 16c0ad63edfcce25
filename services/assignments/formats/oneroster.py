"""Reads a OneRoster 1.1 bulk export, a zip or a folder, into an assignment report.

Students are only counted; demographics.csv, which describes them, is never opened.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO

from chassis.i18n.text import translatable
from services.assignments.domain.faults import FaultList
from services.assignments.formats.archive import read_files
from services.assignments.formats.oneroster_files import (
    CLASSES,
    COURSES,
    ENROLLMENTS,
    MANIFEST,
    ORGANIZATIONS,
    ROSTER_FILES,
    SESSIONS,
    USERS,
    RosterFile,
    check_manifest,
    split_list,
)
from services.assignments.formats.report import (
    AssignmentReport,
    ReportedAssignment,
    ReportedCourse,
    ReportedOrganization,
    ReportedStaff,
)

_ORGANIZATION_KINDS = ("department", "district", "local", "national", "school", "state")
_ROLES = (
    "administrator",
    "aide",
    "guardian",
    "parent",
    "proctor",
    "relative",
    "student",
    "teacher",
)
_USER_ID = re.compile(r"\{([^:{}]*):([^{}]*)\}")


@dataclass(frozen=True)
class _Class:
    course_source_id: str
    code: str
    grades: tuple[str, ...]
    begins_on: date | None
    ends_on: date | None


@dataclass(frozen=True)
class _Teaching:
    """A teacher's enrollment: an assignment without its class's part."""

    row: int
    source_id: str
    class_source_id: str
    school_source_id: str
    staff_source_id: str
    primary: bool
    begins_on: date | None
    ends_on: date | None


def read_oneroster(source: Path | bytes | IO[bytes], name: str = "") -> AssignmentReport:
    """Read a OneRoster 1.1 bulk export: the path of a folder or zip, or a zip's bytes or file.

    `name` is what the sender calls the file.
    Raises `ReportRefused` with all faults, each with file, row, column and cure.
    """
    faults = FaultList()
    contents = read_files(source, (MANIFEST, *ROSTER_FILES), faults, name)
    check_manifest(contents.get(MANIFEST), faults)
    files = {file: RosterFile(file, contents.get(file), faults) for file in ROSTER_FILES}
    report = _Roster(files).read()
    faults.refuse_if_any()
    return report


class _Roster:
    """The files of one export, read in order of their dependencies.

    Nothing read despite a fault is returned: a single fault refuses the report.
    """

    def __init__(self, files: dict[str, RosterFile]) -> None:
        self._organizations = files[ORGANIZATIONS]
        self._sessions = files[SESSIONS]
        self._courses = files[COURSES]
        self._classes = files[CLASSES]
        self._enrollments = files[ENROLLMENTS]
        self._users = files[USERS]
        self._teachings: list[_Teaching] = []
        self._students: Counter[str] = Counter()  # enrolled, by class
        self._enrolled: list[tuple[int, str]] = []  # row and user, until the users are read

    def read(self) -> AssignmentReport:
        organizations = tuple(self._read_organizations())
        terms = dict(self._read_terms())
        courses = {course.source_id: course for course in self._read_courses()}
        classes = dict(self._read_classes(terms, courses))
        self._read_enrollments()
        staff = tuple(self._read_staff())
        for row, user_id in self._enrolled:
            self._enrollments.check_reference(row, "userSourcedId", user_id, self._users)
        assignments = tuple(self._assignments(classes))
        return AssignmentReport(organizations, staff, tuple(courses.values()), assignments)

    def _read_organizations(self) -> Iterator[ReportedOrganization]:
        file = self._organizations
        parents: list[tuple[int, str]] = []
        for row, source_id, (name, kind, identifier, parent) in file.active_rows():
            file.require_one_of(row, "type", kind, _ORGANIZATION_KINDS)
            if parent:
                parents.append((row, parent))
            yield ReportedOrganization(
                source_id,
                file.require(row, "name", name),
                kind,
                identifier.strip() or None,
                parent or None,
            )
        for row, parent in parents:
            file.check_reference(row, "parentSourcedId", parent, file)

    def _read_terms(self) -> Iterator[tuple[str, tuple[date | None, date | None]]]:
        file = self._sessions
        for row, source_id, (start, end) in file.active_rows():
            begins_on = file.parse_date(row, "startDate", file.require(row, "startDate", start))
            ends_on = file.parse_date(row, "endDate", file.require(row, "endDate", end))
            if _in_order(file, row, "endDate", begins_on, ends_on):
                yield source_id, (begins_on, ends_on)

    def _read_courses(self) -> Iterator[ReportedCourse]:
        file = self._courses
        for row, source_id, values in file.active_rows():
            title, code, grades, organization, subjects, subject_codes = values
            file.check_reference(row, "orgSourcedId", organization, self._organizations)
            yield ReportedCourse(
                source_id,
                code.strip(),
                file.require(row, "title", title),
                file.grades(row, grades),
                split_list(subjects),
                split_list(subject_codes),
                organization,
            )

    def _read_classes(
        self,
        terms: dict[str, tuple[date | None, date | None]],
        courses: dict[str, ReportedCourse],
    ) -> Iterator[tuple[str, _Class]]:
        file = self._classes
        for row, source_id, (grades, course_id, code, school, term_ids) in file.active_rows():
            file.check_reference(row, "courseSourcedId", course_id, self._courses)
            file.check_reference(row, "schoolSourcedId", school, self._organizations)
            named_ids = split_list(term_ids)
            file.require(row, "termSourcedIds", "".join(named_ids))
            for term_id in named_ids:
                file.check_reference(row, "termSourcedIds", term_id, self._sessions)
            class_terms = [terms[term_id] for term_id in named_ids if term_id in terms]
            class_grades = file.grades(row, grades)
            if not class_grades and course_id in courses:
                class_grades = courses[course_id].grades
            begins_on = min((begin for begin, _ in class_terms if begin), default=None)
            ends_on = max((end for _, end in class_terms if end), default=None)
            yield source_id, _Class(course_id, code.strip(), class_grades, begins_on, ends_on)

    def _read_enrollments(self) -> None:
        file = self._enrollments
        for row, source_id, values in file.active_rows():
            class_id, school, user_id, role, primary, begin, end = values
            file.check_reference(row, "classSourcedId", class_id, self._classes)
            file.check_reference(row, "schoolSourcedId", school, self._organizations)
            self._enrolled.append((row, user_id))
            if role == "student":
                self._students[class_id] += 1
            elif role == "teacher":
                is_primary = file.parse_boolean(row, "primary", primary)
                begins_on = file.parse_date(row, "beginDate", begin)
                ends_on = file.parse_date(row, "endDate", end)
                self._teachings.append(
                    _Teaching(
                        row, source_id, class_id, school, user_id, is_primary, begins_on, ends_on
                    )
                )
            else:
                file.require_one_of(row, "role", role, _ROLES)
        if file.complete and not self._teachings:
            problem = translatable("no row has the role teacher, so no one would be assigned")
            file.fault(
                None, "role", None, problem, translatable("Export the teachers' enrollments too.")
            )

    def _read_staff(self) -> Iterator[ReportedStaff]:
        file = self._users
        teaching = {teaching.staff_source_id for teaching in self._teachings}
        for row, source_id, values in file.active_rows():
            role, user_ids, given, family, middle, identifier, email = values
            file.require_one_of(row, "role", role, _ROLES)
            if source_id in teaching:
                yield ReportedStaff(
                    source_id,
                    given.strip(),  # empty for somebody with one name
                    file.require(row, "familyName", family),
                    middle.strip() or None,
                    email.strip().lower() or None,
                    identifier.strip() or None,
                    _user_ids(user_ids),
                )

    def _assignments(self, classes: dict[str, _Class]) -> Iterator[ReportedAssignment]:
        for teaching in self._teachings:
            taught = classes.get(teaching.class_source_id)
            if taught is None:  # recorded as a fault of the enrollment or of classes.csv
                continue
            begins_on = teaching.begins_on or taught.begins_on
            ends_on = teaching.ends_on or taught.ends_on
            column = "endDate" if teaching.ends_on else "beginDate"
            if not _in_order(self._enrollments, teaching.row, column, begins_on, ends_on):
                continue
            if begins_on is None or ends_on is None:  # a fault of the class or its terms
                continue
            yield ReportedAssignment(
                source_id=teaching.source_id,
                staff_source_id=teaching.staff_source_id,
                class_source_id=teaching.class_source_id,
                class_code=taught.code,
                course_source_id=taught.course_source_id,
                school_source_id=teaching.school_source_id,
                grades=taught.grades,
                primary=teaching.primary,
                begins_on=begins_on,
                ends_on=ends_on,
                student_count=self._students[teaching.class_source_id],
            )


def _in_order(
    file: RosterFile, row: int, column: str, begins_on: date | None, ends_on: date | None
) -> bool:
    if begins_on is None or ends_on is None or begins_on <= ends_on:
        return True
    problem = translatable(
        "the end, {ends_on}, is before the beginning, {begins_on}",
        ends_on=str(ends_on),
        begins_on=str(begins_on),
    )
    file.fault(row, column, None, problem, translatable("Correct one of the two dates."))
    return False


def _user_ids(value: str) -> tuple[tuple[str, str], ...]:
    """Return kind and number of each {kind:number}, except Social Security numbers."""
    pairs = [(kind.strip(), number.strip()) for kind, number in _USER_ID.findall(value)]
    return tuple((kind, number) for kind, number in pairs if kind.casefold() != "ssn")
