"""Production knows every service: compose runs each in its roles, and the gateway leads to it."""

import re
from collections.abc import Iterator, Sequence

import pytest

from services.names import SERVICES
from tests.architecture.suite import ROOT

COMPOSE = ROOT / "deploy/compose.yaml"
GATEWAY = ROOT / "deploy/gateway/nginx.conf"
UPSTREAMS = ROOT / "deploy/gateway/upstreams.conf"
ROLES = ("web", "worker")


def containers_in(compose: str) -> set[str]:
    """The names under `services:` in a compose file."""
    block = re.search(r"^services:[^\n]*\n((?:[ #\n][^\n]*\n?|\n)*)", compose, re.MULTILINE)
    return set(re.findall(r"^  ([\w-]+):", block.group(1), re.MULTILINE)) if block else set()


def compose_faults(compose: str, services: Sequence[str]) -> Iterator[str]:
    """The roles of services that are not run."""
    containers = containers_in(compose)
    for service in services:
        # A container called as the service is a replica, in which its web and worker run together.
        if service in containers:
            continue
        for role in ROLES:
            if f"{service}-{role}" not in containers:
                yield f"compose.yaml runs no {service}-{role}"


def gateway_faults(gateway: str, services: Sequence[str]) -> Iterator[str]:
    """The services to whose pages no location of the gateway leads."""
    locations = re.findall(r"^\s*location\s+(?:(=|~\*?|\^~)\s+)?(\S+)\s*\{", gateway, re.MULTILINE)
    for service in services:
        if not any(_leads(how, pattern, f"/{service}/page") for how, pattern in locations):
            yield f"nginx.conf has no location for /{service}/"


def _leads(how: str, pattern: str, path: str) -> bool:
    if how.startswith("~"):
        return re.search(pattern.replace("(?<", "(?P<"), path) is not None
    return how != "=" and pattern != "/" and path.startswith(pattern)


def upstream_faults(upstreams: str, services: Sequence[str], containers: set[str]) -> Iterator[str]:
    """The services that the gateway does not know where to find, and addresses of nobody."""
    known = dict(
        re.findall(r"^upstream (\S+) \{[^}]*?\bserver ([\w.-]+):", upstreams, re.MULTILINE)
    )
    for service in services:
        if service not in known:
            yield f"upstreams.conf does not say where {service} is"
    for service, host in known.items():
        if host not in containers:
            yield f"upstreams.conf looks for {service} at {host}, which compose.yaml does not run"


def test_the_gateway_leads_to_every_service() -> None:
    assert list(gateway_faults(GATEWAY.read_text(encoding="utf-8"), SERVICES)) == []


def test_the_gateway_knows_where_every_service_is() -> None:
    upstreams = UPSTREAMS.read_text(encoding="utf-8")
    expected = {f"{service}-web" for service in SERVICES}
    assert list(upstream_faults(upstreams, SERVICES, expected)) == []


def test_compose_runs_every_service_in_its_roles_where_there_is_a_compose_file() -> None:
    compose = COMPOSE.read_text(encoding="utf-8") if COMPOSE.is_file() else None
    assert compose is None or list(compose_faults(compose, SERVICES)) == []


COMPOSE_FILE = """\
x-service: &service
  image: library
services:
  # One of each role.

  library-web: &web
    <<: *service
    environment:
      lending-web: not a container
  library-worker:
    <<: *service
volumes:
  lending-worker:
"""


def test_a_service_that_compose_does_not_run_is_named() -> None:
    assert containers_in(COMPOSE_FILE) == {"library-web", "library-worker"}
    assert list(compose_faults(COMPOSE_FILE, ["library"])) == []
    assert list(compose_faults(COMPOSE_FILE, ["library", "lending"])) == [
        "compose.yaml runs no lending-web",
        "compose.yaml runs no lending-worker",
    ]
    without_worker = COMPOSE_FILE.replace("library-worker:", "library-clock:")
    assert list(compose_faults(without_worker, ["library"])) == [
        "compose.yaml runs no library-worker"
    ]
    assert list(compose_faults("volumes:\n", ["library"]))
    assert list(compose_faults("services:\n  library:\n    image: library\n", ["library"])) == []


@pytest.mark.parametrize(
    "location",
    [
        "location /lending/ {",
        "location ^~ /lending/ {",
        "location ~ ^/(?<service>library|lending)/ {",
        "location ~* ^/(library|lending)/ {",
    ],
)
def test_a_location_leads_to_a_service(location: str) -> None:
    assert list(gateway_faults(f"server {{\n    {location}\n}}\n}}\n", ["lending"])) == []


@pytest.mark.parametrize(
    "location",
    [
        "location / {",
        "location = /lending/ {",
        "location /lending-desk/ {",
        "# location /lending/ {",
        "location ~ ^/(library|lending)$ {",
        "location ~ ^/(library)/ {",
    ],
)
def test_a_service_to_which_no_location_leads_is_named(location: str) -> None:
    assert list(gateway_faults(f"server {{\n    {location}\n}}\n}}\n", ["lending"])) == [
        "nginx.conf has no location for /lending/"
    ]


def test_an_upstream_that_is_missing_or_leads_nowhere_is_named() -> None:
    upstreams = "upstream library {\n    zone library 64k;\n    server library-web:8000;\n}\n"
    assert list(upstream_faults(upstreams, ["library"], {"library-web"})) == []
    assert list(upstream_faults(upstreams, ["library", "lending"], {"library-web"})) == [
        "upstreams.conf does not say where lending is"
    ]
    assert list(upstream_faults(upstreams, ["library"], {"books-web"})) == [
        "upstreams.conf looks for library at library-web, which compose.yaml does not run"
    ]
