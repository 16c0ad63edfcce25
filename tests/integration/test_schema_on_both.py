"""Every service's migrations make just what its models say, on both databases, and back again."""

import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect

from chassis.operations import migrations
from chassis.service import Service
from chassis.settings import SettingsFault
from chassis.testing import service_of, test_settings
from services.names import SERVICES, WITH_DATABASE, WITHOUT_DATABASE


def start(name: str, folder: Path, **environ: str) -> Service:
    """A service on an empty database."""
    module = importlib.import_module(f"services.{name}.app")
    return service_of(module.create_app(test_settings(name, folder, **environ)))


@pytest.fixture(
    params=[("sqlite", name) for name in SERVICES]
    + [("postgresql", name) for name in WITH_DATABASE],
    ids=" ".join,
)
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Service]:
    """Each service on each database."""
    database, name = request.param
    environ = {}
    if database == "postgresql":
        environ["DATABASE_URL"] = request.getfixturevalue("postgres_url")
    made = start(name, tmp_path, **environ)
    yield made
    made.database.close()


def tables(service: Service) -> set[str]:
    return set(inspect(service.database.engine).get_table_names())


def test_migrations_make_what_the_models_say_and_can_be_taken_back(service: Service) -> None:
    migrations.upgrade(service)
    assert tables(service) >= set(service.metadata.tables)
    assert migrations.differences(service) == []

    migrations.downgrade(service, "base")
    assert tables(service) == {"alembic_version"}

    migrations.upgrade(service)
    assert migrations.differences(service) == []


@pytest.mark.parametrize("name", sorted(WITHOUT_DATABASE))
def test_a_service_that_shares_nothing_refuses_a_shared_database(name: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsFault, match="its own SQLite file"):
        start(name, tmp_path, DATABASE_URL="postgresql+psycopg://127.0.0.1/shared")
