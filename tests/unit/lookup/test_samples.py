"""What only the whole lists of names show: everybody on them is found by their own name."""

from pathlib import Path

import pytest

from bench import population
from services.lookup.domain.names import interpretations_of, keys_of

pytestmark = pytest.mark.samples


def last_names_in(samples: Path) -> list[tuple[str, float]]:
    lines = (samples / "names/census1990-surnames.txt").read_text().splitlines()
    return [(line.split()[0].title(), float(line.split()[1])) for line in lines]


def first_names_in(samples: Path, year: int) -> list[tuple[str, float]]:
    lines = (samples / f"names/ssa-first-names-{year}.txt").read_text().splitlines()
    return [(line.split(",")[0], float(line.split(",")[2])) for line in lines]


def is_found(first: str, last: str) -> bool:
    kept = keys_of(f"{first} {last}", last, ())
    return all(
        kept & set(interpretations_of(search)) for search in (f"{last}, {first}", f"{first} {last}")
    )


def test_everybody_is_found_by_their_last_name(samples: Path) -> None:
    names = [name for name, _ in last_names_in(samples)]
    assert len(names) == 88_799
    assert [name for name in names if not is_found("Ada", name)] == []


@pytest.mark.parametrize("year", [1975, 1990])
def test_everybody_is_found_by_their_first_name(year: int, samples: Path) -> None:
    names = [name for name, _ in first_names_in(samples, year)]
    assert len(names) > 15_000
    assert [name for name in names if not is_found(name, "Lovelace")] == []


def test_the_names_of_the_bench_are_the_most_frequent_ones(samples: Path) -> None:
    assert population.listed("last_names") == last_names_in(samples)[:1_000]
    for year in (1975, 1990):
        borne = sorted(first_names_in(samples, year), key=lambda each: -each[1])
        assert population.listed(f"first_names_{year}") == borne[:300]
