"""RabbitMQ servers for tests."""

import atexit
import os
import signal
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit

import requests

from tests.servers.containers import ServerContainer, in_container
from tests.servers.folders import PrivateFolder
from tests.servers.install import PORT_MAPPER, RABBITMQ, get_program
from tests.servers.processes import (
    Instance,
    ServerFailed,
    ServerProcess,
    accepts,
    environment_without,
    free_port,
)

_IMAGE_VARIABLE = "TEST_RABBITMQ_IMAGE"
_IMAGE = "rabbitmq:4.1-management-alpine"
_PORT = 5672
_MANAGEMENT_PORT = 15672
_USER = "guest"
_SECONDS_FOR_AN_ANSWER = 30
_FOLDER_IN_CONTAINER = "/var/lib/rabbitmq"

# The management plugin is there to create virtual hosts in milliseconds; what it would measure
# is not asked for.
_CONFIGURATION = """\
listeners.tcp.1 = 127.0.0.1:{port}
distribution.listener.interface = 127.0.0.1
management.tcp.ip = 127.0.0.1
management.tcp.port = {management_port}
management.rates_mode = none
management_agent.disable_metrics_collector = true
log.file = false
log.console = true
log.console.level = warning
"""


class RabbitServer:
    """A RabbitMQ server on which each test may have a virtual host of its own.

    Without an `instance` it is somebody else's, and is neither stopped nor killed.
    Without a `management_url` there is only the virtual host of `url`.
    `inner_port` is the AMQP port as the broker itself knows it.
    """

    def __init__(
        self,
        url: str,
        *,
        management_url: str | None = None,
        instance: Instance | None = None,
        folder: PrivateFolder | None = None,
        inner_port: int = _PORT,
    ) -> None:
        self._url = url
        self._management_url = management_url
        self._instance = instance
        self._folder = folder
        self._inner_port = inner_port
        atexit.register(self.stop)

    def url(self, vhost: str = "/") -> str:
        """Return the AMQP URL of a virtual host of this server, whether or not it exists."""
        return urlsplit(self._url)._replace(path=f"/{quote(vhost, safe='')}").geturl()

    def create_vhost(self, name: str) -> str:
        """Create an empty virtual host, in place of one of that name, and return its URL.

        Without management nothing is created, and the URL is that of the one virtual host.
        """
        if self._management_url is None:
            return self._url
        self.delete_vhost(name)
        vhost, user = quote(name, safe=""), urlsplit(self._url).username or _USER
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        self._manage("PUT", f"vhosts/{vhost}", {})
        self._manage("PUT", f"permissions/{vhost}/{user}", everything)
        return self.url(name)

    def delete_vhost(self, name: str) -> None:
        """Delete a virtual host, if it exists, and all that is in it."""
        if self._management_url is not None:
            self._manage("DELETE", f"vhosts/{quote(name, safe='')}", absent_is_fine=True)

    def start(self) -> None:
        """Start the server, or start it again after `kill` on the same data and port."""
        self.instance.start(self._answers)

    def kill(self) -> None:
        """SIGKILL the broker; a quorum queue comes back if it `has_saved` it."""
        self.instance.kill()

    def has_saved(self, vhost: str, queue: str) -> bool:
        """Whether a quorum queue is known again after `kill`.

        RabbitMQ writes the names of its quorum queues half a second after the last was declared,
        or later when it is busy; every operation on one that was not written times out for good.
        """
        folder = self._folder.path if self._folder else _FOLDER_IN_CONTAINER
        files = f"$(find {folder} -path '*quorum*' -name names.dets)"
        return self.instance.succeeds(
            ["sh", "-c", f"grep -qsF '{vhost}_{queue}' /dev/null {files}"]
        )

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
            raise ServerFailed("This RabbitMQ is not run by the tests, or was stopped.")
        return self._instance

    def _manage(
        self,
        method: str,
        path: str,
        body: Mapping[str, str] | None = None,
        *,
        absent_is_fine: bool = False,
    ) -> None:
        url = urlsplit(self._url)
        response = requests.request(
            method,
            f"{self._management_url}/api/{path}",
            json=body,
            auth=(url.username or _USER, url.password or _USER),
            timeout=_SECONDS_FOR_AN_ANSWER,
        )
        if not (absent_is_fine and response.status_code == requests.codes.not_found):
            response.raise_for_status()

    def _answers(self) -> bool:
        try:
            self._manage("GET", f"health/checks/port-listener/{self._inner_port}")
        except requests.RequestException:
            return False
        return True


class _Broker(ServerProcess):
    """The broker, and an Erlang port mapper of its own, which it could otherwise leave behind."""

    def __init__(
        self, program: Path, port_mapper: Path, *, folder: Path, environment: Mapping[str, str]
    ) -> None:
        port = free_port()
        with_mapper = {**environment, "ERL_EPMD_PORT": str(port), "ERL_EPMD_ADDRESS": "127.0.0.1"}
        super().__init__(
            "RabbitMQ",
            [program],
            folder=folder,
            environment=with_mapper,
            # An orderly shutdown takes seconds, to save what is thrown away.
            stop_signal=signal.SIGKILL,
        )
        self._mapper_port = port
        self._mapper = ServerProcess(
            "epmd", [port_mapper, "-port", str(port)], folder=folder, environment=with_mapper
        )

    def launch(self) -> None:
        """Run the broker, after the port mapper if that does not run yet."""
        self._mapper.start(lambda: accepts(self._mapper_port))
        super().launch()

    def stop(self) -> None:
        """End both."""
        super().stop()
        self._mapper.stop()


def provide_rabbitmq(*, killable: bool = False) -> RabbitServer:
    """Provide a running RabbitMQ with quorum queues and streams; who asks for it stops it.

    `TEST_RABBITMQ_MANAGEMENT_URL`, as `http://host:15672`, goes with `TEST_RABBITMQ_URL`; without
    it all tests share the virtual host of that URL.
    `killable` passes over a server named by the environment, which is not ours to kill.
    Raises `ServerUnavailable` when there is none.
    """
    named = os.environ.get("TEST_RABBITMQ_URL")
    if named and not killable:
        management_url = os.environ.get("TEST_RABBITMQ_MANAGEMENT_URL", "").rstrip("/")
        return RabbitServer(named, management_url=management_url or None)
    server = _in_container() if in_container(_IMAGE_VARIABLE, RABBITMQ.name) else _private(killable)
    try:
        server.start()
    except BaseException:
        server.stop()
        raise
    return server


def _in_container() -> RabbitServer:
    container = ServerContainer(
        "RabbitMQ",
        os.environ.get(_IMAGE_VARIABLE, _IMAGE),
        ports=[_PORT, _MANAGEMENT_PORT],
        environment={"RABBITMQ_DEFAULT_USER": _USER, "RABBITMQ_DEFAULT_PASS": _USER},
    )
    container.launch()
    return RabbitServer(
        f"amqp://{_USER}:{_USER}@{container.address(_PORT)}",
        management_url=f"http://{container.address(_MANAGEMENT_PORT)}",
        instance=container,
    )


def _private(killable: bool) -> RabbitServer:
    missing = _missing(killable)
    program = get_program(RABBITMQ, missing)
    # Debian's program is a wrapper that insists on the user rabbitmq; beside it is what it wraps.
    program = program.with_name("rabbitmq-server")
    port_mapper = get_program(PORT_MAPPER, missing)
    folder = PrivateFolder("rabbitmq")
    port, management_port = free_port(), free_port()
    configuration = folder.path / "rabbitmq.conf"
    configuration.write_text(_CONFIGURATION.format(port=port, management_port=management_port))
    plugins = folder.path / "enabled_plugins"
    plugins.write_text("[rabbitmq_management].\n")
    environment = environment_without(
        "RABBITMQ_",
        "ERL_",
        # Erlang keeps its cookie here.
        HOME=str(folder.path),
        RABBITMQ_NODENAME=f"credence-{port}@localhost",
        RABBITMQ_DIST_PORT=str(free_port()),
        RABBITMQ_CONFIG_FILE=str(configuration),
        RABBITMQ_ENABLED_PLUGINS_FILE=str(plugins),
        RABBITMQ_MNESIA_BASE=str(folder.path / "mnesia"),
        RABBITMQ_LOG_BASE=str(folder.path / "log"),
        # Files that are not there, so that those of the machine are not read.
        RABBITMQ_ADVANCED_CONFIG_FILE=str(folder.path / "advanced.config"),
        RABBITMQ_CONF_ENV_FILE=str(folder.path / "rabbitmq-env.conf"),
        # The start script becomes the broker, instead of waiting for it beside it.
        RUNNING_UNDER_SYSTEMD="true",
    )
    broker = _Broker(program, port_mapper, folder=folder.path, environment=environment)
    return RabbitServer(
        f"amqp://{_USER}:{_USER}@127.0.0.1:{port}",
        management_url=f"http://127.0.0.1:{management_port}",
        instance=broker,
        folder=folder,
        inner_port=port,
    )


def _missing(killable: bool) -> str:
    named = "" if killable else "TEST_RABBITMQ_URL is not set, "
    return f"{named}no program rabbitmq-server is installed, and no Docker engine answers"
