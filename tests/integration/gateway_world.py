"""Services that tell what reached them, with nginx or its twin in front."""

import gzip
import http.client
import json
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from wsgiref.types import StartResponse

import requests
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from chassis.web.gateway import Gateway
from services.names import SERVICES, WITH_DATABASE, WITHOUT_DATABASE
from tests.servers.gateway import GatewayServer
from tests.servers.processes import free_port

WITH_SESSION = WITH_DATABASE
SESSION = "session=of-mary"
STYLE = b"h1 { color: navy }"
DOCUMENTS = {
    "index.html": b"<h1>Documentation</h1>",
    "events/index.html": b"<h1>Events</h1>",
    "events/legal.order-entered.v1.json": b'{"type": "object"}',
}


class _Silent(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        pass


class Server(ABC):
    """A WSGI application on a port of its own, which it keeps when it is started again."""

    def __init__(self) -> None:
        self.port = free_port()
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._server = make_server(
            "127.0.0.1", self.port, self, threaded=True, request_handler=_Silent
        )
        self._server.daemon_threads = True  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def stop(self) -> None:
        assert self._server is not None
        assert self._thread is not None
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @abstractmethod
    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""


class StandIn(Server):
    """A service that answers with what reached it; the query says how.

    `status=404`, `type=text/html`, `cookie=1` sets one, `size=5000` makes the answer that long,
    `wait=1` holds it back until `go_on` is set. Identity also exchanges sessions.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.paths: list[str] = []
        self.go_on = threading.Event()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        self.paths.append(path)
        asked = parse_qs(environ.get("QUERY_STRING", ""))
        if path == "/internal/token":
            return _exchange(environ.get("HTTP_COOKIE", ""), asked["audience"][0], start_response)
        if "wait" in asked:
            self.go_on.wait(20)
        told = {
            "service": self.name,
            "path": path,
            "query": environ.get("QUERY_STRING", ""),
            "headers": _headers_of(environ),
            "padding": "x" * int(asked.get("size", ["0"])[0]),
        }
        body = json.dumps(told).encode()
        headers = [
            ("Content-Type", asked.get("type", ["application/json"])[0]),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Request-Id", environ.get("HTTP_X_REQUEST_ID", "")),
        ]
        if "cookie" in asked:
            headers.append(("Set-Cookie", "seen=1"))
        start_response(f"{asked.get('status', ['200'])[0]} Said", headers)
        return [body]

    def asked(self, path: str) -> int:
        """How often somebody asked for this path."""
        return self.paths.count(path)


def _exchange(cookie: str, audience: str, start_response: StartResponse) -> Iterable[bytes]:
    known = cookie == SESSION
    token = [("X-Token", f"token-of-mary-for-{audience}")] if known else []
    start_response("200 OK", [("Content-Length", "0"), *token])
    return [b""]


def _headers_of(environ: Mapping[str, Any]) -> dict[str, str]:
    return {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }


@dataclass(frozen=True)
class Answer:
    """What came back through a gateway."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        """What the service says reached it."""
        told: dict[str, Any] = json.loads(self.body)
        assert "service" in told, f"no service answered: {told}"
        return told

    @property
    def arrived(self) -> dict[str, str]:
        """The headers that reached the service."""
        headers: dict[str, str] = self.told["headers"]
        return headers


class Door:
    """A gateway with stand-ins for all services behind it."""

    def __init__(self, port: int, services: Mapping[str, StandIn], log: Callable[[], str]) -> None:
        self.port = port
        self.services = services
        self.log = log

    def ask(
        self,
        path: str,
        headers: Mapping[str, str] | None = None,
        *,
        method: str = "GET",
        body: str = "",
    ) -> Answer:
        """Send the path exactly as it is written, which other clients would tidy up."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
                connection.putheader(name, value)
            connection.endheaders(body.encode())
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    @contextmanager
    def without(self, service: str) -> Iterator[None]:
        """While a service is down."""
        self.services[service].stop()
        try:
            yield
        finally:
            self.services[service].start()


class _Embedded(Server):
    """The twin, with the session exchanged over HTTP, so that identity can be down."""

    def __init__(self, services: Mapping[str, StandIn], documents: Path) -> None:
        super().__init__()
        self._identity = services["identity"]
        self._gateway = Gateway(
            services,
            self._exchange,
            home="/identity/",
            documents=documents,
            without_session=WITHOUT_DATABASE,
            stylesheets=["/assets/credence.1.css"],
        )

    def _exchange(self, cookie: str, audience: str) -> str:
        url = f"http://127.0.0.1:{self._identity.port}/internal/token?audience={audience}"
        return requests.get(url, headers={"Cookie": cookie}, timeout=5).headers.get("X-Token", "")

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        return self._gateway(environ, start_response)


@contextmanager
def stand_ins() -> Iterator[dict[str, StandIn]]:
    """One for each service, running."""
    services = {name: StandIn(name) for name in SERVICES}
    for each in services.values():
        each.start()
    try:
        yield services
    finally:
        for each in services.values():
            each.go_on.set()
            each.stop()


@contextmanager
def behind_nginx(folder: Path) -> Iterator[Door]:
    """The production gateway."""
    prefix, assets = folder / "prefix", folder / "built"
    prefix.mkdir()
    assets.mkdir()
    (assets / "style-1f2e3d.css").write_bytes(STYLE)
    (assets / "style-1f2e3d.css.gz").write_bytes(gzip.compress(STYLE))
    (assets / "manifest.json").write_text("{}")
    _write_documents(assets / "docs")
    with stand_ins() as services:
        ports = {name: each.port for name, each in services.items()}
        gateway = GatewayServer(prefix, ports, assets)
        gateway.start()
        try:
            yield Door(gateway.port, services, lambda: gateway.log)
        finally:
            gateway.stop()


def _write_documents(folder: Path) -> None:
    for path, content in DOCUMENTS.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


@contextmanager
def behind_the_twin(folder: Path) -> Iterator[Door]:
    """The gateway of the embedded suite."""
    _write_documents(folder)
    with stand_ins() as services:
        gateway = _Embedded(services, folder)
        gateway.start()
        try:
            yield Door(gateway.port, services, lambda: "")
        finally:
            gateway.stop()
