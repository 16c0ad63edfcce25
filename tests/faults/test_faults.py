"""A minute of faults on the real suite loses and doubles nothing, and known mistakes are caught."""

import os

import pytest

from services.names import SERVICES
from tests.faults.arena import BROKER, POSTGRES, Arena
from tests.faults.control import CONTROLS
from tests.faults.duel import duel
from tests.faults.nemesis import Harm, Nemesis, plan
from tests.faults.proxy import Road
from tests.faults.run import run_in
from tests.servers import PostgresServer, RabbitServer

SEED = 1
SECONDS = float(os.environ.get("FAULTS_SECONDS", "60"))
# A mistake shows by chance; a single miss is not yet blindness.
CONTROL_SEEDS = (1, 2)

pytestmark = [pytest.mark.faults, pytest.mark.timeout(SECONDS + 900)]


def test_a_seed_gives_one_plan_which_has_every_kind_of_fault() -> None:
    processes = [f"{each} {role}" for role in ("worker", "web") for each in SERVICES]
    processes += [BROKER, POSTGRES]
    links = [f"{each} to {server}" for each in SERVICES for server in (BROKER, POSTGRES)]

    faults = plan(SEED, 60, processes, links)

    assert faults == plan(SEED, 60, processes, links)
    assert faults != plan(SEED + 1, 60, processes, links)
    killed = {fault.target for fault in faults if fault.harm is Harm.KILL}
    assert {"lookup worker", BROKER, POSTGRES} <= killed
    assert {"worker", "web"} <= {each.split()[-1] for each in killed}
    assert {fault.road for fault in faults if fault.harm is Harm.CUT} == set(Road) - {Road.OPEN}
    pauses = [
        fault.seconds for fault in plan(SEED, 1200, processes, links) if fault.harm is Harm.PAUSE
    ]
    assert 5 <= min(pauses) < 10, "short ones"
    assert 35 < max(pauses) <= 40, "and long ones"


def test_a_minute_of_faults_loses_nothing_and_doubles_nothing(
    arena: Arena, capsys: pytest.CaptureFixture[str]
) -> None:
    Nemesis(arena, []).heal()

    report = run_in(arena, SECONDS, SEED)

    with capsys.disabled():
        print(f"\n{report}")
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
    control: str,
    postgres: PostgresServer,
    rabbitmq: RabbitServer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for seed in CONTROL_SEEDS:
        outcome = duel(postgres, rabbitmq, seed=seed, control=control)
        with capsys.disabled():
            print(f"\ncontrol, {control}: {outcome}")
        if outcome.doubled if control == "no inbox" else outcome.missing:
            return

    pytest.fail(f"{control} was not noticed")
