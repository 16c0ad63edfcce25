"""What the suite is made of is bounded in pyproject.toml and pinned, with hashes, in the lock."""

import re
import tomllib
from collections.abc import Iterator

import pytest

from tests.architecture.suite import ROOT


def direct_dependencies(pyproject: str) -> Iterator[str]:
    """Every requirement that pyproject.toml names, in all groups."""
    tables = tomllib.loads(pyproject)
    yield from tables["project"]["dependencies"]
    for group in tables["dependency-groups"].values():
        yield from (requirement for requirement in group if isinstance(requirement, str))


def unbounded(pyproject: str) -> Iterator[str]:
    """The requirements without a lower or without an upper bound."""
    for requirement in direct_dependencies(pyproject):
        version = requirement.partition(";")[0]
        if not (">=" in version and re.search(r"<(?!=)", version)):
            yield requirement


def packages_in(lock: str) -> list[str]:
    """The packages of the lock, each with its hashes as one line."""
    joined = lock.replace("\\\n", " ")
    return [line for line in joined.splitlines() if line and not line.lstrip().startswith("#")]


def without_hash(lock: str) -> Iterator[str]:
    """The packages of the lock that nothing says the contents of."""
    for line in packages_in(lock):
        if not re.search(r" --hash=sha256:[0-9a-f]{64}\b", line):
            yield line.strip()


def test_every_direct_dependency_has_a_lower_and_an_upper_bound() -> None:
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert len(list(direct_dependencies(pyproject))) >= 40
    assert list(unbounded(pyproject)) == []


def test_every_package_of_the_lock_has_a_hash() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert len(packages_in(lock)) >= 100
    assert list(without_hash(lock)) == []


def test_every_direct_dependency_is_in_the_lock() -> None:
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = {line.partition("==")[0] for line in packages_in(lock)}
    named = {re.split(r"[\[<>=; ]", each)[0] for each in direct_dependencies(pyproject)}
    assert named - locked == set()


@pytest.mark.parametrize("requirement", ["flask", "flask>=3.1", "flask<4", "flask>=3,<=4"])
def test_a_dependency_without_a_bound_is_named(requirement: str) -> None:
    pyproject = f'[project]\ndependencies = ["{requirement}"]\n[dependency-groups]\n'
    grouped = f'[project]\ndependencies = []\n[dependency-groups]\ndev = ["{requirement}"]\n'
    assert list(unbounded(pyproject)) == list(unbounded(grouped)) == [requirement]


def test_a_package_without_a_hash_is_named() -> None:
    lock = f"# by a tool\nflask==3.1.3 \\\n    --hash=sha256:{'a' * 64}\n    # via credence\n"
    assert list(without_hash(lock)) == []
    assert list(without_hash(f"{lock}babel==2.18.0\n    # via credence\n")) == ["babel==2.18.0"]
