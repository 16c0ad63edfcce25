"""What is learned anew can be learned: each copy's facts are such as the service reacts to."""

from pathlib import Path

import pytest

from chassis.service import Service
from chassis.storage.replicas import replica_of
from chassis.testing import service_of
from contracts.legal import OrderEntered
from services.names import SERVICES
from tests.architecture.suite import create_app


def unheard(service: Service) -> set[str]:
    """The facts that tables of copies name and no reaction hears."""
    (key,) = replica_of()["info"]
    tables = service.metadata.tables.values()
    named = {topic for table in tables for topic in table.info.get(key, ())}
    return named - set(service.participant.reactions.topics)


@pytest.mark.parametrize("name", SERVICES)
def test_every_fact_that_a_copy_is_told_by_is_heard(name: str, tmp_path: Path) -> None:
    assert unheard(service_of(create_app(name, tmp_path))) == set()


def test_a_fact_that_nobody_hears_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service = service_of(create_app("assignments", tmp_path))
    table = service.metadata.tables["certificate"]
    monkeypatch.setattr(table, "info", replica_of(OrderEntered)["info"])
    assert unheard(service) == {OrderEntered.topic}
