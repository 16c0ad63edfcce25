"""What tests of the published language share: a language of their own, and two specifications."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

import contracts.event
from contracts import Event, check
from tests.contracts.library import READERS, SAMPLE, SUITE, book_lent, write_sample

CONFORMANCE = Path(__file__).parents[2] / "../shared/data/conformance"


@pytest.fixture
def language(monkeypatch: pytest.MonkeyPatch) -> dict[str, type[Event]]:
    """An empty language: the facts that a test declares are the only ones, until it ends."""
    classes: dict[str, type[Event]] = {}
    monkeypatch.setattr(contracts.event, "_classes", classes)
    return classes


@pytest.fixture
def folder(language: dict[str, type[Event]], tmp_path: Path) -> Path:
    """A published language of one released fact, in which nothing is wrong."""
    book_lent()
    made = tmp_path / "contracts"
    (made / "samples").mkdir(parents=True)
    write_sample(made, SAMPLE)
    (made / "unheard.toml").write_text("")
    check.release(made)
    check.write_documents(READERS, made)
    assert check.find_faults(READERS, SUITE, made) == []
    return made


def load_specification(name: str) -> Any:
    """A specification's JSON Schema; without it the test is left out, unless `CI=true`."""
    path = CONFORMANCE / name
    if not path.is_file() and os.environ.get("CI") != "true":
        pytest.skip(f"shared/data/conformance has no {name}")
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def cloudevents() -> Any:
    """The JSON Schema of CloudEvents 1.0."""
    return load_specification("cloudevents.json")


@pytest.fixture(scope="session")
def asyncapi_specification() -> Any:
    """The JSON Schema of AsyncAPI 3.0.0."""
    return load_specification("asyncapi-3.0.0.json")
