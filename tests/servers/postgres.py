"""PostgreSQL servers for tests."""

import atexit
import os
import signal
import subprocess
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from tests.servers.containers import ServerContainer, in_container
from tests.servers.folders import PrivateFolder
from tests.servers.install import POSTGRES, get_program
from tests.servers.processes import (
    Instance,
    ServerFailed,
    ServerProcess,
    environment_without,
    free_port,
)

_IMAGE_VARIABLE = "TEST_POSTGRES_IMAGE"
_IMAGE = "postgres:17"
_PORT = 5432
_USER = "postgres"
_SETTINGS = ("max_connections=200", "timezone=UTC", "log_timezone=UTC")
_FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class PostgresServer:
    """A PostgreSQL server that tests may fill with databases.

    Without an `instance` it is somebody else's, and is neither stopped nor killed.
    """

    def __init__(
        self,
        admin_url: str,
        *,
        instance: Instance | None = None,
        folder: PrivateFolder | None = None,
    ) -> None:
        self._admin: URL = make_url(admin_url).set(drivername="postgresql+psycopg")
        self._instance = instance
        self._folder = folder
        atexit.register(self.stop)

    @property
    def admin_url(self) -> str:
        """SQLAlchemy URL of a database that is always there, as a user who may create others."""
        return self._admin.render_as_string(hide_password=False)

    def url(self, database: str) -> str:
        """Return the SQLAlchemy URL of a database on this server, whether or not it exists."""
        return self._admin.set(database=database).render_as_string(hide_password=False)

    def create_database(self, name: str) -> str:
        """Create an empty database, in place of one of that name, and return its URL."""
        self.drop_database(name)
        self._administer("CREATE DATABASE {}", name)
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database if it exists, and the connections to it."""
        self._administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def start(self) -> None:
        """Start the server, or start it again after `kill` on the same data and port."""
        self.instance.start(self._answers)

    def kill(self) -> None:
        """SIGKILL the postmaster and its backends, as when the machine lost them."""
        self.instance.kill()

    def stop(self) -> None:
        """End the server for good and remove its data."""
        atexit.unregister(self.stop)
        if self._instance:
            self._instance.stop()
        if self._folder:
            self._folder.remove()
        self._instance = self._folder = None

    @property
    def instance(self) -> Instance:
        """The process or container that it runs in; raises `ServerFailed` when it is not ours."""
        if self._instance is None:
            raise ServerFailed("This PostgreSQL is not run by the tests, or was stopped.")
        return self._instance

    def _connect(self) -> psycopg.Connection:
        plain = self._admin.set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(plain, autocommit=True, connect_timeout=5)

    def _administer(self, statement: str, database: str) -> None:
        with self._connect() as connection:
            connection.execute(sql.SQL(statement).format(sql.Identifier(database)))

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True


def provide_postgres(*, durable: bool = False, killable: bool = False) -> PostgresServer:
    """Provide a running PostgreSQL; who asks for it stops it.

    `durable` keeps what was committed through a loss of power; otherwise speed comes first.
    `killable` passes over a server named by the environment, which is not ours to kill.
    Raises `ServerUnavailable` when there is none.
    """
    named = os.environ.get("TEST_POSTGRES_URL")
    if named and not killable:
        return PostgresServer(named)
    settings = _SETTINGS if durable else _SETTINGS + _FORGETFUL
    options = [part for setting in settings for part in ("-c", setting)]
    server = (
        _in_container(options)
        if in_container(_IMAGE_VARIABLE, POSTGRES.name)
        else _private(options, killable)
    )
    try:
        server.start()
    except BaseException:
        server.stop()
        raise
    return server


def _in_container(options: list[str]) -> PostgresServer:
    container = ServerContainer(
        "PostgreSQL",
        os.environ.get(_IMAGE_VARIABLE, _IMAGE),
        ports=[_PORT],
        environment={"POSTGRES_PASSWORD": _USER},
        command=["postgres", *options],
    )
    container.launch()
    address = container.address(_PORT)
    return PostgresServer(f"postgresql://{_USER}:{_USER}@{address}/postgres", instance=container)


def _private(options: list[str], killable: bool) -> PostgresServer:
    program = get_program(POSTGRES, _missing(killable))
    # PostgreSQL refuses to run as root.
    user = _USER if os.geteuid() == 0 else None
    folder = PrivateFolder("postgres", owner=user)
    data = folder.path / "data"
    _create_cluster(program.with_name("initdb"), data, user)
    port = free_port()
    where = ["-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", ""]
    process = ServerProcess(
        "PostgreSQL",
        [program, *where, *options],
        folder=folder.path,
        environment=_environment(folder.path),
        user=user,
        # An immediate shutdown: what it would still save is thrown away.
        stop_signal=signal.SIGQUIT,
    )
    admin_url = f"postgresql://{_USER}@127.0.0.1:{port}/postgres"
    return PostgresServer(admin_url, instance=process, folder=folder)


def _create_cluster(initdb: Path, data: Path, user: str | None) -> None:
    run = subprocess.run(
        [initdb, "-D", data, "-U", _USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"],
        cwd=data.parent,
        env=_environment(data.parent),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        user=user,
        group=user,
        extra_groups=[] if user else None,
    )
    if run.returncode != 0:
        raise ServerFailed(f"PostgreSQL could not create its files:\n{run.stdout}")


def _environment(home: Path) -> dict[str, str]:
    return environment_without("PG", HOME=str(home))


def _missing(killable: bool) -> str:
    named = "" if killable else "TEST_POSTGRES_URL is not set, "
    return f"{named}no program postgres is installed, and no Docker engine answers"
