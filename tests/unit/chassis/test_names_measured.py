"""The comparison of names answers a frozen set of labelled pairs, by kind, at these rates."""

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from chassis.names.compare import compare
from chassis.names.parts import Name

PAIRS = Path("tests/data/names/pairs.csv")
WRITTEN_OTHERWISE = {"accents", "case", "former", "order", "suffix"}
ASKED_ABOUT = {"edits", "nicknames"}


class Answer(NamedTuple):
    """A labelled pair, and the answer to it."""

    kind: str
    is_held_out: bool
    label: str
    given: str


def answers() -> list[Answer]:
    with PAIRS.open(encoding="utf-8", newline="") as file:
        return [
            Answer(row["kind"], row["held_out"] == "yes", row["strength"], answer_to(row))
            for row in csv.DictReader(file)
        ]


def answer_to(row: dict[str, str]) -> str:
    former = tuple(filter(None, map(str.strip, row["left_former"].split(";"))))
    on_file = replace(name_in(row, "left"), former_last_names=former)
    typed = name_in(row, "right")
    match = compare(on_file, typed)
    assert match == compare(typed, on_file)
    return match.strength.name.lower() if match else "none"


def name_in(row: dict[str, str], side: str) -> Name:
    return Name(
        first=row[f"{side}_first"],
        middle=row[f"{side}_middle"],
        last=row[f"{side}_last"],
        suffix=row[f"{side}_suffix"],
    )


def share(answers: Iterable[bool]) -> float:
    counted = Counter(answers)
    return counted[True] / counted.total() if counted else 1.0


def strong_recall(of: list[Answer]) -> float:
    return share(each.given == "strong" for each in of if each.label == "strong")


def strong_precision(of: list[Answer]) -> float:
    return share(each.label == "strong" for each in of if each.given == "strong")


def near_recall(of: list[Answer]) -> float:
    return share(each.given != "none" for each in of if each.label == "near")


def told_apart(of: list[Answer]) -> float:
    return share(each.given == "none" for each in of if each.label == "none")


@pytest.fixture(scope="module")
def answered() -> list[Answer]:
    return answers()


@pytest.mark.parametrize("held_out", ["no", "yes"])
def test_pairs_of_each_kind_are_answered_as_labelled(answered: list[Answer], held_out: str) -> None:
    rows = [each for each in answered if each.is_held_out == (held_out == "yes")]
    print(f"\nheld out: {held_out}   strong recall, precision   near recall   told apart")
    for kind in sorted({each.kind for each in rows}):
        of_kind = [each for each in rows if each.kind == kind]
        figures = (strong_recall, strong_precision, near_recall, told_apart)
        print(f"{kind:16}", *(f"{figure(of_kind):12.3f}" for figure in figures))

    written_otherwise = [each for each in rows if each.kind in WRITTEN_OTHERWISE]
    assert strong_recall(written_otherwise) >= 0.97
    assert strong_precision(written_otherwise) >= 0.95
    assert near_recall([each for each in rows if each.kind in ASKED_ABOUT]) >= 0.9
    assert strong_recall(rows) >= 0.95
    assert strong_precision(rows) >= 0.95
    assert told_apart(rows) >= 0.9
