"""Puts the suite under fault, and says what held: `python -m tests.faults --seconds 60`."""

import argparse
import random
import sys

from tests.faults.control import CONTROLS
from tests.faults.deadline import hard_deadline
from tests.faults.run import run

# To start, set out, heal, drain, check and end: three minutes on two slow cores that others share.
_SECONDS_AROUND = 900


def main() -> int:
    """Run, print what is missing or doubled, and end with the one line; 1 unless all held."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long faults go on")
    parser.add_argument("--seed", type=int, help="of the plan of faults; chosen when not given")
    parser.add_argument("--control", choices=list(CONTROLS), help="a mistake to be caught")
    asked = parser.parse_args()
    seed = random.randrange(10**6) if asked.seed is None else asked.seed
    with hard_deadline(asked.seconds + _SECONDS_AROUND):
        report = run(
            asked.seconds, seed, say=lambda line: print(line, flush=True), control=asked.control
        )
    for breach in report.breaches:
        print(breach)
    print(report)
    return 0 if report.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
