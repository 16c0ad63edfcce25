"""Rebuilds each reader's projections from what their owners announce, and compares."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select

from chassis.operations import migrations
from chassis.service import Service
from chassis.storage.replicas import REPLICA_OF
from chassis.testing import deliver
from contracts.event import Event
from tests.faults.arena import application
from tests.faults.evidence import Breach, Evidence, doubled, missing, wrong

# What holds nothing but what others told, and is no replica that `resync` could rebuild; of holds
# those in force, for an owner announces no others.
BESIDES_REPLICAS = {
    "certification": ("hold", "final_order"),
    "lookup": ("certificate", "educator", "name"),
}


def projections_equal_a_rebuild(evidence: Evidence) -> Iterator[Breach]:
    """I4: what readers keep of others' things is what a new reader would know from the owners."""
    announced = [
        event for service in evidence.services.values() for event in _announced_by(service)
    ]
    for name, service in evidence.services.items():
        folder = evidence.folder / "rebuilt" / name
        folder.mkdir(parents=True)
        rebuilt = _rebuild(evidence, name, folder, announced)
        for table in _projections_of(service):
            yield from _compare(name, table, service, rebuilt)
        rebuilt.database.close()


def _projections_of(service: Service) -> list[str]:
    replicas = [table.name for table in service.metadata.sorted_tables if REPLICA_OF in table.info]
    return [*replicas, "signing_key", *BESIDES_REPLICAS.get(service.name, ())]


def _announced_by(service: Service) -> list[Event]:
    with service.context(), service.database.reading() as session:
        return list(service.announce(session))


def _rebuild(evidence: Evidence, name: str, folder: Path, announced: list[Event]) -> Service:
    environ = {
        **evidence.environ(name),
        "VAR_DIR": str(folder),
        f"{name.upper()}_DATABASE_URL": f"sqlite:///{folder}/{name}.sqlite",
    }
    app = application(name, environ)
    service: Service = app.extensions["credence"]
    migrations.upgrade(service)
    heard = [event for event in announced if event.topic in service.reactions.topics]
    deliver(app, *heard)
    return service


def _compare(name: str, table: str, real: Service, rebuilt: Service) -> Iterator[Breach]:
    kept, remade = _contents(real, table), _contents(rebuilt, table)
    for key in remade.keys() - kept.keys():
        yield missing(f"{name} does not have {table} {key}")
    for key in kept.keys() - remade.keys():
        yield doubled(f"{name} has {table} {key}, which no owner announces")
    for key in kept.keys() & remade.keys():
        if kept[key] != remade[key]:
            yield wrong(f"{name} has another {table} {key} than its owner")


def _contents(service: Service, name: str) -> dict[str, dict[str, Any]]:
    table: Table = service.metadata.tables[name]
    rows = select(table)
    if name == "hold":
        rows = rows.where(table.c.lifted_on.is_(None))
    with service.database.reading() as session:
        return {
            " ".join(str(row[column.name]) for column in table.primary_key): dict(row)
            for row in session.execute(rows).mappings()
        }
