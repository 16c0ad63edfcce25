"""A minute of faults on the real suite loses and doubles nothing, and known mistakes are caught."""

import os

import pytest

from tests.faults.arena import Arena
from tests.faults.control import CONTROLS
from tests.faults.duel import duel
from tests.faults.nemesis import Harm, Nemesis, plan
from tests.faults.run import run_in
from tests.servers import PostgresServer, RabbitServer

SEED = 1
SECONDS = float(os.environ.get("FAULTS_SECONDS", "60"))
# A mistake shows by chance; a single miss is not yet blindness.
CONTROL_SEEDS = (1, 2)

pytestmark = [pytest.mark.faults, pytest.mark.timeout(SECONDS + 240)]


def test_a_seed_gives_one_plan_which_begins_with_every_kind_of_fault() -> None:
    processes = ["legal web", "legal worker", "lookup worker", "broker", "postgres"]
    faults = plan(SEED, 60, processes, ["legal to broker", "legal to postgres"])

    assert faults == plan(SEED, 60, processes, ["legal to broker", "legal to postgres"])
    assert faults != plan(SEED + 1, 60, processes, ["legal to broker", "legal to postgres"])
    assert {fault.harm for fault in faults} == set(Harm)
    assert {"lookup worker", "broker", "postgres"} <= {fault.target for fault in faults[:10]}


def test_a_minute_of_faults_loses_nothing_and_doubles_nothing(arena: Arena) -> None:
    Nemesis(arena, []).heal()

    report = run_in(arena, SECONDS, SEED)

    print(report)
    assert not report.breaches, "\n".join(map(str, report.breaches))
    assert report.kills >= 10, "too few kills to prove anything"
    assert report.answered >= 50, "too few commands were answered to prove anything"


def test_a_sharp_run_loses_nothing_and_doubles_nothing(
    postgres: PostgresServer, rabbitmq: RabbitServer
) -> None:
    outcome = duel(postgres, rabbitmq, seed=SEED)

    assert outcome.is_good, f"{outcome}: {outcome.missing[:5]} {outcome.doubled[:5]}"
    assert outcome.kills == 4
    assert outcome.events >= 100


@pytest.mark.parametrize("control", CONTROLS)
def test_a_known_mistake_is_caught(
    control: str, postgres: PostgresServer, rabbitmq: RabbitServer
) -> None:
    outcomes = (duel(postgres, rabbitmq, seed=seed, control=control) for seed in CONTROL_SEEDS)

    assert any(not outcome.is_good for outcome in outcomes), f"{control} was not noticed"
