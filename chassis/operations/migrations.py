"""Creates and migrates a service's schema, with its own Alembic history."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import command, context
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.operations.ops import CreateTableOp, MigrationScript
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text

from chassis.service import Service
from chassis.settings import SERVICES, Settings


def _config(name: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SERVICES / name / "migrations"))
    return config


def upgrade(service: Service, revision: str = "head") -> None:
    """Bring the service's database to `revision`."""
    prepare_folder(service.settings)
    config = _config(service.name)
    with _transaction(service) as connection:
        if _is_current(connection, config, revision):
            return
        if not service.database.is_sqlite:
            # A migration may take long, but others must not wait long behind its lock on a table.
            connection.execute(text("set local statement_timeout = 0"))
            connection.execute(text("set local lock_timeout = '10s'"))
        config.attributes["connection"] = connection
        config.attributes["metadata"] = service.metadata
        command.upgrade(config, revision)


class BrokenReferences(Exception):
    """A migration left rows that refer to rows that are not there; nothing of it is kept."""


@contextmanager
def _transaction(service: Service) -> Iterator[Connection]:
    """A transaction for a migration; raises `BrokenReferences`.

    SQLite changes a column by building the table again, and would refuse to drop the old one while
    other tables refer to it; so references are checked at the end instead.
    """
    with service.database.engine.connect() as connection:
        if not service.database.is_sqlite:
            with connection.begin():
                yield connection
            return
        driver: Any = connection.connection.dbapi_connection
        # Within a transaction this would change nothing.
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                    raise BrokenReferences(f"{len(broken)} rows, the first in {broken[0][0]}")
        finally:
            driver.execute("PRAGMA foreign_keys=ON")


def _is_current(connection: Connection, config: Config, revision: str) -> bool:
    head = ScriptDirectory.from_config(config).get_current_head()
    return (
        revision == "head" and MigrationContext.configure(connection).get_current_revision() == head
    )


def downgrade(service: Service, revision: str) -> None:
    """Take the service's database back to `revision`."""
    config = _config(service.name)
    with _transaction(service) as connection:
        config.attributes["connection"] = connection
        config.attributes["metadata"] = service.metadata
        command.downgrade(config, revision)


def write_revision(service: Service, message: str) -> None:
    """Write the next migration from the difference between the models and the database."""
    config = _config(service.name)
    with service.database.engine.begin() as connection:
        config.attributes["connection"] = connection
        config.attributes["metadata"] = service.metadata
        number = 1 + len(list(ScriptDirectory.from_config(config).walk_revisions()))
        command.revision(
            config,
            message,
            autogenerate=True,
            rev_id=f"{number:04d}",
            process_revision_directives=_without_info,
        )


def _without_info(_: object, __: object, scripts: list[MigrationScript]) -> None:
    """Leave out what only today's code says of a table, such as what it is a replica of."""
    for script in scripts:
        for operation in script.upgrade_ops.ops if script.upgrade_ops else ():
            if isinstance(operation, CreateTableOp):
                operation.info = {}


def differences(service: Service) -> list[object]:
    """What autogenerate would change: empty when the migrations match the models."""
    with service.database.engine.connect() as connection:
        migration = MigrationContext.configure(connection, opts=_options())
        return list(compare_metadata(migration, service.metadata))


def prepare_folder(settings: Settings) -> None:
    """Create the folder for SQLite databases and files."""
    settings.var.mkdir(parents=True, exist_ok=True)


def run() -> None:
    """Run the migrations; each service's `migrations/env.py` calls this."""
    connection: Connection = context.config.attributes["connection"]
    metadata: MetaData = context.config.attributes["metadata"]
    context.configure(connection=connection, target_metadata=metadata, **_options())
    with context.begin_transaction():
        context.run_migrations()


def _options() -> dict[str, Any]:
    return {"render_as_batch": True, "compare_type": True, "compare_server_default": False}
