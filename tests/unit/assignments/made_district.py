"""OneRoster districts of any size, of which everything that is counted follows from the parts."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from tests.unit.assignments.exports import Export

Rows = Iterable[tuple[str, ...]]

_SUBJECTS = ("English", "Mathematics", "Science", "Social Studies", "Art", "Music, instrumental")
_GRADES = ("PK", "KG", *(f"{grade:02d}" for grade in range(1, 13)))
_FIRST_NAMES = ("Ann", "Bo", "Carmen", "DeShawn", "Elif", "Zoë", "Mary Ann", "Raúl")
_LAST_NAMES = ("Lee", "O'Connell", "Núñez", "Smith-Jones", "Okafor", "Van Dyke", 'Ford "Junior"')
_FEWEST_STUDENTS, _STUDENT_COUNTS = 5, 25
_BLANK: tuple[str, ...] = ("active", "2026-08-01T00:00:00.000Z")


@dataclass(frozen=True)
class MadeDistrict:
    """A district in which each class has a course, a school and one teacher, each in turn.

    Beside those who teach, each school has a principal, who does not.
    """

    schools: int
    teachers: int
    students: int
    courses: int
    classes: int

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Organizations, teachers, courses and the teachers' assignments of its report."""
        return 1 + self.schools, self.teachers, self.courses, self.classes

    def students_of(self, number: int) -> int:
        """How many students the class of this number has."""
        return _FEWEST_STUDENTS + number % _STUDENT_COUNTS

    def export(self) -> Export:
        """Its OneRoster 1.1 bulk export."""
        tables = {
            "orgs.csv": self._organizations(),
            "academicSessions.csv": self._sessions(),
            "courses.csv": self._courses(),
            "classes.csv": self._classes(),
            "enrollments.csv": self._enrollments(),
            "users.csv": self._users(),
        }
        made = Export()
        made.files |= {file: _csv_of(_HEADERS[file], rows) for file, rows in tables.items()}
        return made

    def write(self, folder: Path) -> Path:
        """Put its export into a folder, and give the folder."""
        folder.mkdir()
        for file, content in self.export().files.items():
            (folder / file).write_bytes(content)
        return folder

    def _organizations(self) -> Rows:
        yield ("district", *_BLANK, "Made County", "district", "165", "")
        for school in range(self.schools):
            number = f"165{school:03d}"
            yield (f"school-{school}", *_BLANK, f"School {school}", "school", number, "district")

    def _sessions(self) -> Rows:
        yield ("year", *_BLANK, "2026-2027", "schoolYear", "2026-08-15", "2027-06-10", "", "2027")
        yield ("fall", *_BLANK, "Fall", "term", "2026-08-15", "2026-12-18", "year", "2027")
        yield ("spring", *_BLANK, "Spring", "term", "2027-01-04", "2027-06-10", "year", "2027")

    def _courses(self) -> Rows:
        for course in range(self.courses):
            subject = _SUBJECTS[course % len(_SUBJECTS)]
            title, code = f"{subject} {course}", f"{course:06d}"
            yield (
                *(f"course-{course}", *_BLANK, title, code, _GRADES[course % len(_GRADES)]),
                *("district", subject, ""),
            )

    def _classes(self) -> Rows:
        for number in range(self.classes):
            course = number % self.courses
            yield (
                *(f"class-{number}", *_BLANK, f"Class {number}", _GRADES[course % len(_GRADES)]),
                *(f"course-{course}", f"C-{number}", f"school-{number % self.schools}"),
                "fall,spring" if number % 2 else "fall",
            )

    def _enrollments(self) -> Rows:
        for number in range(self.classes):
            where = (f"class-{number}", f"school-{number % self.schools}")
            teacher = f"teacher-{number % self.teachers}"
            yield (f"t-{number}", *_BLANK, *where, teacher, "teacher", "true", "", "")
            for place in range(self.students_of(number)):
                student = f"student-{(number + place) % self.students}"
                identity = f"s-{number}-{place}"
                yield (identity, *_BLANK, *where, student, "student", "false", "", "")

    def _users(self) -> Rows:
        groups = (
            ("teacher", "teacher", self.teachers),
            ("student", "student", self.students),
            ("principal", "administrator", self.schools),
        )
        for group, role, size in groups:
            for number in range(size):
                first = _FIRST_NAMES[number % len(_FIRST_NAMES)]
                last = _LAST_NAMES[number % len(_LAST_NAMES)]
                mail = f"{group}.{number}@made.example"
                yield (
                    *(f"{group}-{number}", *_BLANK, role, "", first, last, ""),
                    *(f"{group[0]}{number:06d}", mail),
                )


SMALL = MadeDistrict(schools=3, teachers=16, students=300, courses=12, classes=120)
LARGE = MadeDistrict(schools=20, teachers=200, students=4_000, courses=90, classes=1_500)


def _csv_of(header: str, rows: Rows) -> bytes:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return text.getvalue().encode()


_HEADERS = {file: content.decode().partition("\n")[0] for file, content in Export().files.items()}
