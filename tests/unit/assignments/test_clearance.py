"""Judging many assignments at once says of each what `judge` says of it alone."""

import random
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from chassis.ids import new_id
from contracts.certification import Authorization, Restriction
from contracts.legal import OrderAction
from services.assignments.domain.clearance import Clearance
from services.assignments.domain.judging import HeldCertificate, Teaching, judge
from services.assignments.domain.standard import ReportingStandard
from services.assignments.jurisdiction import load_rules
from tests.states import STATES, state_folder

TODAY = date(2026, 11, 22)


def some_authorization(chance: random.Random, standard: ReportingStandard) -> Authorization:
    codes = sorted({code for row in standard.coverage for code in row.authorizations})
    codes += sorted(standard.populations[1].authorizations or {"LBD"})
    lowest = chance.randint(-1, 9)
    return Authorization(
        code=chance.choice(codes),
        title="Some area",
        lowest_grade=lowest,
        highest_grade=min(12, lowest + chance.choice((0, 3, 5, 12))),
        population=chance.choice(("general", "general", "moderate_severe")),
    )


def some_certificate(chance: random.Random, standard: ReportingStandard) -> HeldCertificate:
    orders = [
        Restriction(
            kind=chance.choice(list(OrderAction)),
            order_id=new_id(),
            starts_on=TODAY + timedelta(days=chance.choice((-30, 0, 1))),
            ends_on=chance.choice((None, TODAY - timedelta(days=1), TODAY)),
        )
        for _ in range(chance.choice((0, 0, 0, 1, 2)))
    ]
    return HeldCertificate(
        certificate_id=new_id(),
        number=f"K{chance.randrange(10**8)}",
        effective_on=TODAY + timedelta(days=chance.choice((-900, -900, 0, 1))),
        expires_on=chance.choice((None, TODAY, TODAY - timedelta(days=1), date(2029, 6, 30))),
        authorizations=tuple(
            some_authorization(chance, standard) for _ in range(chance.choice((0, 1, 1, 2, 4)))
        ),
        restrictions=tuple(orders),
    )


def some_course(chance: random.Random, standard: ReportingStandard) -> Teaching:
    subjects = [subject for area in standard.content_areas for subject in area.subjects]
    codes = [course.code for course in standard.courses]
    return Teaching(
        staff_name="Zoë Quill",
        educator_id=None,
        course_title="Some course",
        codes=tuple(chance.sample([*codes, "L1", "L2", "L3"], chance.choice((0, 1, 2)))),
        subjects=tuple(chance.sample([*subjects, "Odds and ends"], chance.choice((0, 1, 2)))),
        lowest_grade=None,
        highest_grade=None,
        population=chance.choice((None, None, "general", "moderate_severe", "unheard of")),
    )


def _held_by(
    held: dict[UUID, list[HeldCertificate]], educator_id: UUID | None
) -> list[HeldCertificate]:
    return held.get(educator_id, []) if educator_id else []


@pytest.mark.parametrize("state", STATES)
def test_thousands_of_assignments_are_judged_the_same_at_once_and_alone(state: str) -> None:
    standard, chance = load_rules(state_folder(state)).standard, random.Random(1221)
    held: dict[UUID, list[HeldCertificate]] = {
        new_id(): [some_certificate(chance, standard) for _ in range(chance.choice((0, 1, 1, 3)))]
        for _ in range(300)
    }
    courses = {new_id(): some_course(chance, standard) for _ in range(150)}
    clearance = Clearance(standard, TODAY)
    for each, certificates in held.items():
        clearance.add_educator(each, certificates)
    for course_id, course in courses.items():
        clearance.add_course(course_id, course.codes, course.subjects, course.population)
    answers = []
    for _ in range(8_000):
        educator_id: UUID | None = chance.choice([None, new_id(), *held])
        course_id = chance.choice(list(courses))
        lowest = chance.choice([None, *range(-1, 13)])
        highest = None if lowest is None else chance.randint(lowest, 12)
        teaching = replace(
            courses[course_id],
            educator_id=educator_id,
            lowest_grade=lowest,
            highest_grade=highest,
        )

        alone = judge(teaching, _held_by(held, educator_id), standard, TODAY)
        at_once = clearance.clears(educator_id, course_id, lowest, highest)

        assert at_once == alone.in_field, (teaching, alone)
        answers.append(at_once)
    assert answers.count(True) > 100
    assert answers.count(False) > 200
