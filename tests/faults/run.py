"""One run: the suite under load and fault, then quiet, then every invariant checked."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.faults.arena import Arena, NeverQuiet, open_arena
from tests.faults.evidence import Breach, Evidence, Kind
from tests.faults.invariants import breaches
from tests.faults.load import Load
from tests.faults.nemesis import Harm, Nemesis, plan

PEOPLE = 6
_SECONDS_TO_DRAIN = 120


@dataclass
class Report:
    """What a run showed."""

    seed: int
    kills: int = 0
    events: int = 0
    drained_in: float = 0.0
    answered: int = 0
    breaches: list[Breach] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether everything held."""
        return not self.breaches

    def __str__(self) -> str:
        return (
            f"faults: seed {self.seed}, {self.kills} kills, {self.events} events, "
            f"{self._count(Kind.MISSING)} missing, {self._count(Kind.DOUBLED)} doubled, "
            f"drained in {self.drained_in:.1f} s"
        )

    def _count(self, kind: Kind) -> int:
        return sum(breach.kind is kind for breach in self.breaches)


def run(
    seconds: float,
    seed: int,
    say: Callable[[str], None] = print,
    control: str | None = None,
) -> Report:
    """Put the real suite under fault for `seconds`, by the plan that `seed` gives."""
    began = time.monotonic()
    with open_arena(control) as arena:
        say(f"the suite is up after {time.monotonic() - began:.0f} s; seed {seed}")
        return run_in(arena, seconds, seed, say)


def run_in(arena: Arena, seconds: float, seed: int, say: Callable[[str], None] = print) -> Report:
    """The same on a suite that runs already."""
    faults = plan(seed, seconds, list(arena.instances), list(arena.proxy.links))
    for fault in faults:
        say(str(fault))
    load = Load(arena.suite.base_url, seed, PEOPLE)
    load.start()
    nemesis = Nemesis(arena, faults)
    nemesis.rage(seconds)
    ended = time.monotonic()
    load.ask_to_stop()
    nemesis.heal()
    load.stop()
    try:
        arena.wait_until_quiet(_SECONDS_TO_DRAIN)
    except NeverQuiet as never:
        say(str(never))
    report = Report(seed, kills=nemesis.kills, drained_in=time.monotonic() - ended)
    evidence = Evidence(arena, load)
    report.events, report.answered = evidence.events, len(load.notebook.answered)
    say(_summary(load, nemesis))
    report.breaches = breaches(evidence)
    return report


def _summary(load: Load, nemesis: Nemesis) -> str:
    by_themselves = ", ".join(nemesis.ended_by_themselves) or "none"
    acts = ", ".join(f"{count} {step.lstrip('_')}" for step, count in sorted(load.taken.items()))
    return (
        f"{len(load.journeys)} journeys took {load.steps_taken} steps under fault ({acts}) and "
        f"stumbled {len(load.stumbles)} times; {len(load.notebook.answered)} commands answered; "
        f"{nemesis.done[Harm.PAUSE]} pauses, {nemesis.done[Harm.CUT]} cuts; "
        f"ended by themselves: {by_themselves}"
    )
