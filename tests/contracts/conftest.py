"""What tests of the published language share: a language of their own, and AsyncAPI's schema."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

import contracts.event
from chassis.web.assets import AssetsUnavailable
from chassis.web.build_assets import Package
from contracts import Event, check
from tests.contracts.library import READERS, SAMPLE, SUITE, book_lent, write_sample
from tests.npm import fetched

ASYNCAPI = Package(
    "@asyncapi/specs",
    "6.11.1",
    "sha512-A3WBLqAKGoJ2+6FWFtpjBlCQ1oFCcs4GxF7zsIGvNqp/klGUHjlA3aAcZ9XMMpLGE8zPeYDz2x9FmO6DSuKraQ==",
)


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


@pytest.fixture(scope="session")
def asyncapi_specification() -> Any:
    """The JSON Schema of AsyncAPI 3.0.0; without npm the test is left out, unless `CI=true`."""
    try:
        package = fetched(ASYNCAPI)
    except AssetsUnavailable as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))
    return json.loads((package / "schemas/3.0.0.json").read_text(encoding="utf-8"))
