"""A district with many teachers for measuring imports: its report, and its teachers' records.

About a quarter of the assignments are out of field, for every reason there is.
"""

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from chassis.ids import new_id
from contracts.certification import Authorization
from contracts.identity import OrganizationKind
from services.assignments.domain.replicas import Certificate, Educator, Organization
from services.assignments.formats.flat_columns import NAMES

TODAY = date(2026, 11, 22)
DISTRICT_NUMBER = "165"
SCHOOLS = 200
COURSES = 600
ASSIGNMENTS_A_TEACHER = 5

_AREAS = (
    ("Elementary", "ELEM", 0, 5),
    ("Mathematics", "MS_MATH", 5, 9),
    ("Science", "MS_SCIENCE", 5, 9),
    ("English", "SEC_ENGLISH", 8, 12),
    ("Algebra", "SEC_MATH", 8, 12),
    ("Biology", "SEC_BIOLOGY", 8, 12),
    ("Chemistry", "SEC_CHEMISTRY", 8, 12),
    ("History", "SEC_SOCIAL", 8, 12),
    ("Spanish", "WORLD_LANGUAGE", 0, 12),
    ("Art", "ART", 0, 12),
    ("Physical Education", "PE", 0, 12),
)
_FIRST_NAMES = ("Ann", "Bo", "Carmen", "DeShawn", "Elif", "Zoë", "Mary Ann", "Raúl")
_LAST_NAMES = ("Lee", "O'Connell", "Núñez", "Smith-Jones", "Okafor", "Van Dyke", "Quill")
_SUSPENSION = {
    "kind": "suspension",
    "order_id": str(UUID(int=7)),
    "starts_on": "2026-09-01",
    "ends_on": None,
}


@dataclass(frozen=True)
class _Teacher:
    number: str
    first_name: str
    last_name: str
    area: int


class ReportedDistrict:
    """The district, always the same for the same number of assignments."""

    def __init__(self, assignments: int) -> None:
        self.organization_id = new_id()
        self._assignments = assignments
        self._chance = random.Random(165)
        self._teachers = [
            _Teacher(
                f"2{number:07d}",
                self._chance.choice(_FIRST_NAMES),
                self._chance.choice(_LAST_NAMES),
                self._chance.randrange(len(_AREAS)),
            )
            for number in range(max(1, assignments // ASSIGNMENTS_A_TEACHER))
        ]

    def make_known(self, session: Session) -> None:
        """Store the replicas of the district, its teachers and their certificates."""
        session.add(
            Organization(
                organization_id=self.organization_id,
                version=1,
                kind=OrganizationKind.DISTRICT,
                name="Large County",
                state_number=DISTRICT_NUMBER,
            )
        )
        known = [teacher for teacher in self._teachers if self._chance.random() < 0.98]
        ids = {teacher.number: new_id() for teacher in known}
        session.execute(
            insert(Educator), [_educator(teacher, ids[teacher.number]) for teacher in known]
        )
        holders = [teacher for teacher in known if self._chance.random() < 0.98]
        session.execute(
            insert(Certificate),
            [self._certificate(teacher, ids[teacher.number]) for teacher in holders],
        )

    def _certificate(self, teacher: _Teacher, educator_id: UUID) -> dict[str, Any]:
        area, code, lowest, highest = _AREAS[teacher.area]
        authorization = Authorization(
            code=code, title=area, lowest_grade=lowest, highest_grade=highest
        )
        fate = self._chance.random()
        return {
            "certificate_id": new_id(),
            "version": 1,
            "educator_id": educator_id,
            "certificate_number": f"K{teacher.number}",
            "effective_on": date(2024, 7, 1),
            "expires_on": date(2026, 6, 30) if fate < 0.03 else date(2029, 6, 30),
            "authorizations": [vars(authorization)],
            "restrictions": [_SUSPENSION] if fate > 0.99 else [],
        }

    def report(self, *, faulty: float = 0) -> bytes:
        """The district's flat assignment file, with a share of faulty rows."""
        text = StringIO()
        writer = csv.writer(text)
        writer.writerow(NAMES)
        writer.writerows(self._rows(faulty))
        return text.getvalue().encode()

    def _rows(self, faulty: float) -> Iterator[list[str]]:
        chance = random.Random(1050)
        for number in range(self._assignments):
            teacher = self._teachers[number % len(self._teachers)]
            row = _row(number, teacher, chance)
            if chance.random() < faulty:
                column, value = chance.choice(_FAULTS)
                row[NAMES.index(column)] = value
            yield row


_FAULTS = (
    ("first_name", ""),
    ("course_code", "30/2601"),
    ("lowest_grade", "14"),
    ("highest_grade", ""),
    ("students", "1,200"),
    ("hours", "0"),
    ("begins_on", "8/15/2026"),
    ("ends_on", "2025-05-28"),
    ("primary", "yes"),
    ("population", "everybody"),
)


def _educator(teacher: _Teacher, educator_id: UUID) -> dict[str, Any]:
    return {
        "educator_id": educator_id,
        "version": 1,
        "educator_number": teacher.number,
        "full_name": f"{teacher.first_name} {teacher.last_name}",
        "name_key": "",
    }


def _row(number: int, teacher: _Teacher, chance: random.Random) -> list[str]:
    is_own_area = chance.random() < 0.86
    area = teacher.area if is_own_area else chance.randrange(len(_AREAS))
    course = area + len(_AREAS) * chance.randrange(COURSES // len(_AREAS))
    subject, _, lowest, highest = _AREAS[area]
    first, second = sorted(chance.choices(range(lowest, highest + 1), k=2))
    # Some courses have an unknown subject; some titles contain a comma.
    subject = "Odds and ends" if course % 97 == 0 else subject
    title = f"{subject}, level {course}" if course % 31 == 0 else f"{subject} {course}"
    school = f"{DISTRICT_NUMBER}{(number // ASSIGNMENTS_A_TEACHER) % SCHOOLS:03d}"
    return [
        DISTRICT_NUMBER,
        school,
        teacher.number,
        teacher.first_name,
        teacher.last_name,
        f"L{course:05d}",
        title,
        str(number),
        subject,
        "",
        _grade(first),
        _grade(second),
        str(chance.randrange(1, 35)),
        str(chance.randrange(60, 200)),
        "2026-08-15",
        "2027-05-28",
        "true",
    ]


def _grade(order: int) -> str:
    return f"{order:02d}" if order else "KG"
