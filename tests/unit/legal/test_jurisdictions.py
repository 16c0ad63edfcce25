"""Both states' files: complete, sourced, dated, and refused when they are faulty."""

from datetime import date
from pathlib import Path

import pytest

from chassis.state_folder import JurisdictionFault
from chassis.testing import service_of, test_settings
from services.legal.app import create_app
from services.legal.domain.procedure import CLOCK_OF, BoardDecision
from services.legal.jurisdiction import Ground, LegalRules, load_rules
from tests.states import STATES, changed, settings_of, state_folder

DAY = date(2026, 11, 22)


@pytest.fixture(params=STATES)
def rules(request: pytest.FixtureRequest) -> LegalRules:
    return load_rules(state_folder(request.param))


def test_every_decision_and_clock_has_its_words_and_days(rules: LegalRules) -> None:
    assert set(vars(rules.decisions)) == set(BoardDecision)
    assert set(CLOCK_OF.values()) <= set(rules.days)
    assert all(clock.source for clock in vars(rules.clocks).values())
    assert all(ground.source for ground in rules.grounds)


@pytest.mark.parametrize("state", STATES)
def test_the_service_starts_in_each_state(tmp_path: Path, state: str) -> None:
    app = create_app(test_settings("legal", tmp_path, **settings_of(state)))

    assert service_of(app).rules == load_rules(state_folder(state))
    service_of(app).database.close()


def test_kentucky_has_the_letters_of_krs_161_120_and_the_breach_of_contract() -> None:
    rules = load_rules(state_folder("kentucky"))

    assert list(rules.grounds_on(DAY)) == [*"abcdefghijklmno", "contract"]
    assert rules.longest_suspension(["c"], DAY) == 24
    assert rules.longest_suspension(["contract"], DAY) == 12
    confirmed = ("superintendent_report", "initial_review", "rebuttal", "supplement")
    assert [rules.days[name] for name in confirmed] == [30, 30, 30, 30]
    assert rules.days["final_order_after_recommended"] == 90


def test_a_renumbered_ground_holds_from_its_day() -> None:
    kentucky = load_rules(state_folder("kentucky"))
    later = Ground(
        code="j",
        citation="KRS 161.120(1)(k)",
        text="Failing to report",
        effective_from=date(2027, 7, 1),
        source="an act",
    )
    renumbered = LegalRules(**{**vars(kentucky), "grounds": (*kentucky.grounds, later)})

    assert renumbered.grounds_on(date(2027, 6, 30))["j"].citation == "KRS 161.120(1)(j)"
    assert renumbered.grounds_on(date(2027, 7, 1))["j"].citation == "KRS 161.120(1)(k)"
    assert list(renumbered.grounds_on(date(2027, 7, 1))) == list(kentucky.grounds_on(DAY))
    assert kentucky.grounds_on(date(1980, 1, 1)) == {}


@pytest.mark.parametrize(
    ("line", "instead", "key"),
    [
        ('case = "{year}-{number:04}"', 'case = "{year}-{count}"', "numbers.case"),
        ('case = "{year}-{number:04}"', 'case = "case {year}"', "numbers.case"),
        ("longest_suspension_months = 24", "longest_suspension_months = 0", "longest_suspension"),
        ('dismiss = "Dismiss"', "", "decisions.dismiss"),
        ("[clocks.rebuttal]", "[clocks.rebuttals]", "clocks.rebuttal"),
        ("effective_from = 1990-07-13", 'effective_from = "July"', "effective_from"),
    ],
)
def test_a_faulty_file_is_refused_with_its_key(
    tmp_path: Path, line: str, instead: str, key: str
) -> None:
    state = changed(state_folder("kentucky"), tmp_path, "conduct", line, instead)

    with pytest.raises(JurisdictionFault, match=rf"kentucky/conduct\.toml, line \d+: .*{key}"):
        load_rules(state)
