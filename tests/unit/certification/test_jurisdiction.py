"""The states' files: what they offer on which day, and how a faulty one is refused."""

import csv
from datetime import date
from pathlib import Path

import pytest

from chassis.jurisdiction import load_place
from chassis.messaging.inbox import Verdict
from chassis.state_folder import JurisdictionFault
from chassis.testing import (
    FixedClock,
    client_of,
    deliver,
    prepare,
    recorded,
    service_of,
    test_settings,
)
from contracts.certification import ApplicationPaymentOpened
from contracts.identity import Role
from services.certification.app import create_app
from services.certification.domain.element import ElementKind
from services.certification.jurisdiction import UnknownCertificateType, load_rules
from tests.states import STATES, changed, state_folder
from tests.unit.certification import story

ENDORSEMENTS = Path(__file__).parents[2] / "data/connecticut_endorsements.csv"


@pytest.mark.parametrize("state", STATES)
def test_a_state_words_every_element_and_offers_a_free_certificate_too(state: str) -> None:
    folder = state_folder(state)
    rules, place = load_rules(folder), load_place(folder)

    assert set(rules.elements) == set(ElementKind)
    assert len(rules.types_on(story.TODAY)) >= 2
    assert rules.fitness_questions
    assert all(rules.grades_of(area.authorization(), place) for area in rules.areas.values())


@pytest.mark.parametrize(
    ("state", "code", "grades"),
    [
        ("kentucky", "IECE", "Birth to Primary"),
        ("kentucky", "ELEM", "P to 5"),
        ("kentucky", "SEC_MATH", "8 to 12"),
        ("connecticut", "029", "7 to 12"),
        ("connecticut", "042", "PK to 12"),
        ("connecticut", "112", "Birth to K"),
    ],
)
def test_grades_are_written_as_the_state_writes_them(state: str, code: str, grades: str) -> None:
    folder = state_folder(state)
    rules, place = load_rules(folder), load_place(folder)

    said = rules.grades_of(rules.get_area(code).authorization(), place)
    assert said == grades.replace(" to ", "\N{EN DASH}")


def test_connecticuts_initial_certificate_is_good_for_ten_years_since_july_2025() -> None:
    rules = load_rules(state_folder("connecticut"))
    before, since = date(2025, 6, 30), date(2025, 7, 1)

    assert rules.get_type("INITIAL", before).last_day(before) == date(2028, 6, 29)
    assert rules.get_type("INITIAL", since).last_day(since) == date(2035, 6, 30)
    with pytest.raises(UnknownCertificateType):
        rules.get_type("INITIAL", date(1900, 1, 1))


def test_connecticut_starts_and_takes_an_application(tmp_path: Path) -> None:
    app = create_app(
        test_settings("certification", tmp_path, JURISDICTION="connecticut"), FixedClock()
    )
    prepare(app)
    story.tell_who_there_is(app)
    willa = client_of(app, {Role.EDUCATOR: None}, educator_id=story.WILLA)

    assert "Initial Educator Certificate" in willa.get("/certification/apply").text
    application_id = story.start(app, "CHARTER", ("029",))
    story.fill_in(app, application_id)
    [opened] = recorded(app, ApplicationPaymentOpened)
    assert opened.fee_items == ("CHARTER",)
    [outcome] = deliver(app, story.nothing_due(application_id))
    assert outcome.verdict is Verdict.HANDLED
    service_of(app).database.close()


FAULTS: dict[str, tuple[str, str, str]] = {
    "a number without a number": ("{number:07d}", "{year}", "certificate_number"),
    "an unknown recommendation": ('"completer"', '"anybody"', "recommendation"),
    "a day that there is not": ('"06-30"', '"06-31"', "ends_on"),
    "no months": ("months = 60", 'months = "five years"', "months"),
    "an area twice": ('code = "ELEM",', 'code = "IECE",', "authorizations"),
    "grades upside down": (
        "lowest_grade = 8, highest_grade = 12",
        "lowest_grade = 12, highest_grade = 8",
        "highest_grade",
    ),
    "a population that is not named": ('visual = "Visually impaired"', "", "population"),
    "an element that is not worded": ("[elements.degrees]", "[elements.diplomas]", "degrees"),
    "a day in quotes": ("effective_from = 1990-07-01", 'effective_from = "1990"', "effective_from"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_file_is_refused_naming_file_and_key(fault: str, tmp_path: Path) -> None:
    good, bad, key = FAULTS[fault]
    state = changed(state_folder("kentucky"), tmp_path, "certification", good, bad)

    with pytest.raises(JurisdictionFault, match=rf"certification\.toml, line \d+: .*{key}"):
        load_rules(state)


def test_connecticuts_codes_and_grades_are_those_of_its_list() -> None:
    folder = state_folder("connecticut")
    rules, place = load_rules(folder), load_place(folder)
    with ENDORSEMENTS.open(encoding="utf-8", newline="") as file:
        listed = [(line["code"], line["grades"]) for line in csv.DictReader(file)]
    assert len(listed) == 56
    for code, grades in listed:
        area = rules.get_area(code)
        if grades:
            said = grades.replace("-", "\N{EN DASH}")
            assert (code, rules.grades_of(area.authorization(), place)) == (code, said)
