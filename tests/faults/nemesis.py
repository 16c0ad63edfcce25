"""What is done to the suite, from a seed: kills, pauses, cuts; and what ends is started again."""

import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tests.faults.arena import BROKER, POSTGRES, Arena
from tests.faults.proxy import Road
from tests.servers import ServerFailed
from tests.servers.processes import Instance

SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 5.0, 40.0
_GAP_SECONDS = (0.5, 3.0)
_CUT_SECONDS = (0.5, 8.0)
_STARTED_AGAIN_AFTER_SECONDS = (0.1, 1.0)
_SERVER_AWAY_SECONDS = (0.1, 6.0)
_TICK_SECONDS = 0.05
_SECONDS_TO_HEAL = 120
_CUTS = (Road.RESET, Road.BLACK_HOLE, Road.NOTHING_OUT, Road.NOTHING_BACK, Road.SLOW)
# How often which process is hit: broker and PostgreSQL take everybody with them, and seconds to
# come back.
_WEIGHTS = {"web": 4, "worker": 6, BROKER: 4, POSTGRES: 4}


class Harm(StrEnum):
    """What is done to a target."""

    KILL = "SIGKILL"
    PAUSE = "SIGSTOP"
    CUT = "cut"


@dataclass(frozen=True)
class Fault:
    """One harm to one target, `at` so many seconds after the beginning, for so many seconds."""

    at: float
    harm: Harm
    target: str
    seconds: float
    road: Road = Road.OPEN

    def __str__(self) -> str:
        how = f" ({self.road})" if self.harm is Harm.CUT else ""
        return f"{self.at:6.1f} s  {self.harm} {self.target}{how} for {self.seconds:.1f} s"


def plan(seed: int, seconds: float, processes: Sequence[str], links: Sequence[str]) -> list[Fault]:
    """The faults of a run, in order; each kind comes early, so that a short run has them all."""
    chance = random.Random(seed)
    faults, at = [], 1.0
    kinds = _every_kind(chance, processes)
    while at < seconds:
        harm, target = kinds.pop() if kinds else _any_kind(chance, processes)
        faults.append(_fault(chance, at, harm, target, seconds, links))
        at += chance.uniform(*_GAP_SECONDS)
    return faults


def _every_kind(chance: random.Random, processes: Sequence[str]) -> list[tuple[Harm, str]]:
    kinds = [
        (Harm.KILL, BROKER),
        (Harm.KILL, POSTGRES),
        (Harm.KILL, "lookup worker"),
        (Harm.PAUSE, chance.choice([each for each in processes if each.endswith("worker")])),
        *((Harm.CUT, road) for road in _CUTS),
    ]
    chance.shuffle(kinds)
    return kinds


def _any_kind(chance: random.Random, processes: Sequence[str]) -> tuple[Harm, str]:
    harm = chance.choices((Harm.KILL, Harm.PAUSE, Harm.CUT), (70, 8, 22))[0]
    if harm is Harm.CUT:
        return harm, chance.choice(_CUTS)
    weights = [_WEIGHTS[each.split()[-1]] for each in processes]
    return harm, chance.choices(list(processes), weights)[0]


def _fault(
    chance: random.Random, at: float, harm: Harm, target: str, run: float, links: Sequence[str]
) -> Fault:
    if harm is Harm.KILL:
        is_server = target in (BROKER, POSTGRES)
        away = _SERVER_AWAY_SECONDS if is_server else _STARTED_AGAIN_AFTER_SECONDS
        return Fault(at, harm, target, chance.uniform(*away))
    if harm is Harm.PAUSE:
        longest = max(SHORTEST_PAUSE_SECONDS, min(LONGEST_PAUSE_SECONDS, run / 6))
        return Fault(at, harm, target, chance.uniform(SHORTEST_PAUSE_SECONDS, longest))
    return Fault(at, harm, chance.choice(list(links)), chance.uniform(*_CUT_SECONDS), Road(target))


class Nemesis:
    """Carries out a plan, and starts again what ended, as an orchestrator would.

    Everything happens in the thread that calls, because a process ends with the thread that
    started it.
    """

    def __init__(self, arena: Arena, faults: Sequence[Fault]) -> None:
        self.done: Counter[Harm] = Counter()
        self.ended_by_themselves: list[str] = []
        self._arena = arena
        self._faults = faults
        self._instances = arena.instances
        self._back_at: dict[str, float] = {}
        self._paused_until: dict[str, float] = {}
        self._cut_until: dict[str, float] = {}

    @property
    def kills(self) -> int:
        """How many processes were killed."""
        return self.done[Harm.KILL]

    def rage(self, seconds: float) -> None:
        """Carry out the plan, and return `seconds` after the beginning."""
        began = time.monotonic()
        waiting = list(self._faults)
        while (passed := time.monotonic() - began) < seconds:
            while waiting and waiting[0].at <= passed:
                self._strike(waiting.pop(0))
            self._tend()
            time.sleep(_TICK_SECONDS)

    def heal(self) -> None:
        """End all pauses and cuts, start what is down, and return when everything is ready.

        What ends while it starts is started again, for two minutes; then raises `ServerFailed`.
        """
        for name in list(self._paused_until):
            self._resume(name)
        for name in list(self._cut_until):
            self._mend(name)
        deadline = time.monotonic() + _SECONDS_TO_HEAL
        while True:
            try:
                self._start_all()
            except ServerFailed as failure:
                if time.monotonic() > deadline:
                    raise
                self.ended_by_themselves.append(str(failure).partition("\n")[0])
            else:
                return

    def _start_all(self) -> None:
        self._arena.start_servers()
        for process in self._arena.suite.processes.values():
            if not process.running:
                process.launch()
        for process in self._arena.suite.processes.values():
            process.wait_until_ready()

    def _strike(self, fault: Fault) -> None:
        now = time.monotonic()
        if fault.harm is Harm.CUT:
            self._arena.proxy.set_road(fault.target, fault.road)
            self._cut_until[fault.target] = now + fault.seconds
        else:
            instance = self._instances[fault.target]
            if not instance.running:
                return
            if fault.harm is Harm.KILL:
                self._paused_until.pop(fault.target, None)
                instance.kill()
                self._back_at[fault.target] = now + fault.seconds
            else:
                instance.pause()
                self._paused_until[fault.target] = now + fault.seconds
        self.done[fault.harm] += 1

    def _tend(self) -> None:
        now = time.monotonic()
        for name in [each for each, until in self._paused_until.items() if until <= now]:
            self._resume(name)
        for name in [each for each, until in self._cut_until.items() if until <= now]:
            self._mend(name)
        for name, instance in self._instances.items():
            if not instance.running:
                self._start_again(name, instance, now)

    def _start_again(self, name: str, instance: Instance, now: float) -> None:
        if name not in self._back_at:
            words = instance.log_tail().splitlines()[-1:] or ["it said nothing"]
            self.ended_by_themselves.append(f"{name}: {words[0][:200]}")
            self._back_at[name] = now + _STARTED_AGAIN_AFTER_SECONDS[1]
        elif self._back_at[name] <= now:
            instance.launch()
            del self._back_at[name]

    def _resume(self, name: str) -> None:
        del self._paused_until[name]
        self._instances[name].resume()

    def _mend(self, name: str) -> None:
        del self._cut_until[name]
        self._arena.proxy.set_road(name, Road.OPEN)
