"""Servers in Docker containers, through testcontainers."""

# testcontainers is imported where it is used: most test runs need no container, and it is slow.
# Its ready-made RabbitMQ container cannot be imported without a deprecation warning, and neither
# it nor the one for PostgreSQL keeps its port when killed and started: hence the general one.

import os
import socket
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from tests.servers.processes import Instance, ServerFailed, find_program, free_port

_DEFAULT_ENGINE = "unix:///var/run/docker.sock"
_SECONDS_FOR_AN_ANSWER = 3


def in_container(image_variable: str, program: str) -> bool:
    """Whether to run a server in a container: its image was named, or it is not installed here.

    An installed program comes first because its image may be on no host that is reached from here.
    """
    named = image_variable in os.environ
    return (named or find_program(program) is None) and engine_answers()


def engine_answers() -> bool:
    """Whether a Docker engine is there, not only its client program."""
    import requests
    from docker.errors import DockerException  # type: ignore[import-untyped]
    from testcontainers.core.docker_client import DockerClient, get_docker_host

    address = urlsplit(get_docker_host() or _DEFAULT_ENGINE)
    # Asked first because the client leaves a socket open when nobody listens at this one.
    if address.scheme == "unix" and not _listens(address.path):
        return False
    try:
        engine = DockerClient(timeout=_SECONDS_FOR_AN_ANSWER)
    except (DockerException, requests.RequestException):
        return False
    engine.client.close()
    return True


def _listens(unix_socket: str) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(unix_socket) == 0


class ServerContainer(Instance):
    """A server in a container; its ports on this machine stay the same when it starts again."""

    def __init__(
        self,
        name: str,
        image: str,
        *,
        ports: Sequence[int],
        environment: Mapping[str, str],
        command: Sequence[str] = (),
    ) -> None:
        from testcontainers.core.container import DockerContainer

        super().__init__(name)
        self._image = image
        self._container = DockerContainer(image, env=dict(environment))
        if command:
            self._container.with_command(list(command))
        for port in ports:
            self._container.with_bind_ports(port, free_port())

    @property
    def running(self) -> bool:
        """Whether the container runs."""
        self._container.reload()
        return self._container.status == "running"

    def address(self, port: int) -> str:
        """`host:port` at which a port of the launched container is reached from here."""
        host = self._container.get_container_host_ip()
        return f"{host}:{self._container.get_exposed_port(port)}"

    def launch(self) -> None:
        """Create and start the container, or start it again."""
        from docker.errors import DockerException

        if self._container.status != "not_started":
            self._container.get_wrapped_container().start()
            return
        try:
            self._container.start()
        except DockerException as error:
            raise ServerFailed(
                f"{self.name}: Docker could not run the image {self._image}: {error}"
            ) from error

    def kill(self) -> None:
        """SIGKILL the server in the container."""
        if self.running:
            wrapped = self._container.get_wrapped_container()
            wrapped.kill()
            wrapped.wait()

    def pause(self) -> None:
        """Freeze all processes in the container."""
        self._container.get_wrapped_container().pause()

    def resume(self) -> None:
        """Let them go on."""
        self._container.get_wrapped_container().unpause()

    def succeeds(self, command: Sequence[str]) -> bool:
        """Run a command in the container, and say whether it succeeded."""
        return self._container.exec(list(command)).exit_code == 0

    def stop(self) -> None:
        """Remove the container and its data."""
        self._container.stop()

    def log_tail(self) -> str:
        """Return the last lines of the container's log."""
        if self._container.status == "not_started":
            return ""
        log = b"".join(self._container.get_logs()).decode(errors="replace")
        return "\n".join(log.splitlines()[-30:])
