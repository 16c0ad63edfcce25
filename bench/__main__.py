"""Runs measurements by name: `python -m bench propagation`, or `all` of them.

A measurement is a module of this package with a `main(arguments)` that returns an exit code; it is
found by its name alone.
"""

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent


def measurements() -> list[str]:
    """The names of all measurements."""
    return sorted(each.stem for each in HERE.glob("*.py") if "\ndef main(" in each.read_text())


def main() -> int:
    """Run what the command line names; returns the worst exit code."""
    name, *arguments = sys.argv[1:] or [""]
    if name == "all":
        return max(_run(each, arguments) for each in measurements())
    if name not in measurements():
        print("usage: python -m bench NAME [--rounds N]; NAME is all or one of")
        print("\n".join(f"  {each}" for each in measurements()))
        return 2
    return _run(name, arguments)


def _run(name: str, arguments: list[str]) -> int:
    run: Callable[[list[str]], int] = import_module(f"bench.{name}").main
    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
