"""Runs benchmarks by name: `python -m bench propagation`, or `all` of them.

A benchmark is a module of this package with a `main(arguments)` that returns an exit code; it is
found by its name.
"""

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent


def measurements() -> list[str]:
    """The names of all benchmarks."""
    return sorted(path.stem for path in HERE.glob("[a-z]*.py") if "\ndef main(" in path.read_text())


def main() -> int:
    """Run what the command line names; returns the highest exit code."""
    name, *arguments = sys.argv[1:] or [""]
    if name == "all":
        return max(_run(measurement, arguments) for measurement in measurements())
    if name not in measurements():
        print("usage: python -m bench NAME [--rounds N]; NAME is all or one of")
        print("\n".join(f"  {measurement}" for measurement in measurements()))
        return 2
    return _run(name, arguments)


def _run(name: str, arguments: list[str]) -> int:
    run: Callable[[list[str]], int] = import_module(f"bench.{name}").main
    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
