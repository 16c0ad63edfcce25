"""Builds the pages for integrators under /docs: every API, every event, and their schemas.

Static and in English: nothing on them depends on the state, the reader, or a running service.
"""

import ast
import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from chassis.settings import ROOT, SERVICES, service_names
from chassis.web.assets import STYLESHEETS
from contracts import asyncapi
from contracts.catalog import CONTRACTS, entries, load_unheard
from contracts.event import event_classes

TEMPLATES = Path(__file__).parent / "docs"


class ServiceApi(NamedTuple):
    """A service with an API; `title` and `purpose` come from its package's docstring."""

    name: str
    title: str
    purpose: str

    @property
    def openapi_url(self) -> str:
        """The address of the service's OpenAPI document."""
        return f"/{self.name}/api/openapi.json"


def services_with_api(folder: Path = SERVICES) -> list[ServiceApi]:
    """Every service that has an API, by name."""
    apis = []
    for name in service_names(folder):
        package = ast.parse((folder / name / "__init__.py").read_text(encoding="utf-8"))
        title, _, purpose = (ast.get_docstring(package) or name).partition(": ")
        apis.append(ServiceApi(name, title, f"{purpose[:1].upper()}{purpose[1:]}"))
    return apis


def documents(asset_url: Callable[[str], str]) -> dict[str, str]:
    """Every file under /docs, by its path there; `asset_url` returns the address of an asset."""
    described = (ROOT / "docs" / "asyncapi.json").read_text(encoding="utf-8")
    catalog = entries(event_classes(), asyncapi.readers_in(json.loads(described)), load_unheard())
    services = services_with_api()
    pages = _environment(asset_url)

    def page(template: str, *stylesheets: str, **values: object) -> str:
        return pages.get_template(template).render(
            values, entries=catalog, services=services, stylesheets=(*STYLESHEETS, *stylesheets)
        )

    files = {
        "index.html": page("index.html"),
        "events/index.html": page("events.html"),
        "asyncapi.json": described,
    }
    for service in services:
        sheets = ("swagger-ui/swagger-ui.css", "openapi.css")
        files[f"{service.name}/index.html"] = page("api.html", *sheets, service=service)
    for entry in catalog:
        for address, folder in (("events", "released"), ("samples", "samples")):
            source = CONTRACTS / folder / f"{entry.topic}.json"
            files[f"{address}/{entry.topic}.json"] = source.read_text(encoding="utf-8")
    return files


def _environment(asset_url: Callable[[str], str]) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals.update(asset_url=asset_url)
    return environment
