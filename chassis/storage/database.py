"""A service's own database: one engine, and one transaction per use case."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, Select, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Session, declared_attr, mapped_column

from chassis.clock import Clock
from chassis.observability.metrics import count_recorded

POSTGRESQL_LIMITS = "-c statement_timeout=15000 -c idle_in_transaction_session_timeout=30000"

# A query, and one of its rows, whose columns are typed only where they are read.
AnySelect = Select[*tuple[Any, ...]]
AnyRow = Row[*tuple[Any, ...]]


class Versioned:
    """A mapped class with a version, which each change raises by one and each fact carries.

    Two transactions that change the same version cannot both commit: the later one raises
    `sqlalchemy.orm.exc.StaleDataError`.
    """

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805  # SQLAlchemy passes the class
        """The database checks the version on every update; the domain raises it."""
        return {"version_id_col": cls.version, "version_id_generator": False}


class Database:
    """The database of one service, on SQLite or PostgreSQL."""

    def __init__(self, service: str, url: str, clock: Clock) -> None:
        self.service = service
        self.clock = clock
        self.is_sqlite = url.startswith("sqlite")
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgresql_engine(url)
        self._reading_engine = self.engine.execution_options(read_only=True)
        self.after_record: list[Callable[[], None]] = []

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits at the end of the block, or rolls back on an error."""
        info = {"service": self.service, "clock": self.clock}
        with Session(self.engine, expire_on_commit=False, info=info) as session:
            with session.begin():
                yield session
            if recorded := session.info.get("recorded"):
                count_recorded(self.service, recorded)
                for wake in self.after_record:
                    wake()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A read-only session; it never makes a writer wait."""
        with Session(self._reading_engine, expire_on_commit=False) as session:
            yield session

    def ping(self) -> None:
        """Raise unless the database answers."""
        with self._reading_engine.connect() as connection:
            connection.execute(text("select 1"))

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _postgresql_engine(url: str) -> Engine:
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=8,
        max_overflow=8,
        connect_args={"connect_timeout": 3, "options": POSTGRESQL_LIMITS},
    )


def _sqlite_engine(url: str) -> Engine:
    """SQLite in WAL mode, where a writer takes its lock at BEGIN.

    With SQLite's default deferred BEGIN, a read followed by a write loses updates or fails at once;
    taking the lock first makes writers wait their turn.
    """
    engine = create_engine(url, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _: object) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=10000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        read_only = connection.get_execution_options().get("read_only")
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def moment_of(session: Session) -> datetime:
    """The current time by the clock of the session's service."""
    clock: Clock = session.info["clock"]
    return clock.now()


def is_postgresql(session: Session) -> bool:
    """Whether the session's database is PostgreSQL rather than SQLite."""
    return session.get_bind().dialect.name == "postgresql"


def insert_ignoring_repetition(session: Session, table: Any) -> Any:
    """An INSERT that skips rows whose key already exists, in either database's dialect."""
    module = postgresql if is_postgresql(session) else sqlite
    return module.insert(table).on_conflict_do_nothing()
