"""Domains and migrations are imported alone, in a process in which nothing else was."""

import ast
import json
import subprocess
import sys

import pytest

from services.names import SERVICES
from tests.architecture.arrows import is_domain
from tests.architecture.suite import ROOT

LOADED = {
    "chassis",
    "contracts",
    "services",
    "sqlalchemy",
    "greenlet",  # SQLAlchemy's
    "marshmallow",  # what is refused at the edge
    "msgspec",  # the codec of events, and of the files of a state
    "babel",  # the words of a language's plurals
    "anyascii",  # the plain letters of names
    "markupsafe",
    "prometheus_client",  # the database counts what it commits
    "typing_extensions",
    "cython_runtime",
}
"""What a domain may load, by itself or by what it imports: no web, no broker, no PDF."""
OF_TODAY = {
    "chassis.names.keys",  # search keys, by which the same code searches
    "services.lookup.domain.names",
    "chassis.storage.migrations.queue_seen",
    "chassis.storage.types",
}
"""What of our code migrations may import: the rest changes, and they must not with it."""
BUILDS = ("_cython_", "_sysconfigdata_")
"""What is named for the version or machine that it was built for."""
_SAYS_WHAT_IT_LOADED = """
import importlib, json, sys
before = set(sys.modules)
for name in sys.argv[1:]:
    importlib.import_module(name)
print(json.dumps(sorted({name.partition(".")[0] for name in set(sys.modules) - before})))
"""


def loaded_by(*modules: str) -> set[str]:
    """The packages outside the standard library that a bare process has after these imports."""
    run = subprocess.run(
        [sys.executable, "-c", _SAYS_WHAT_IT_LOADED, *modules],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {name for name in json.loads(run.stdout) if not name.startswith(BUILDS)}
    return loaded - set(sys.stdlib_module_names)


def domain_modules(service: str) -> list[str]:
    """Every module of a service's domain."""
    places = sorted(path.relative_to(ROOT) for path in (ROOT / "services" / service).rglob("*.py"))
    return [
        ".".join(place.with_suffix("").parts).removesuffix(".__init__")
        for place in places
        if is_domain(place.parts)
    ]


@pytest.mark.parametrize("service", SERVICES)
def test_a_domain_loads_no_web_no_broker_and_no_document(service: str) -> None:
    modules = domain_modules(service)
    assert modules
    assert loaded_by(*modules) - LOADED == set()


WITH_RULES = [
    service for service in SERVICES if (ROOT / "services" / service / "jurisdiction.py").is_file()
]
"""A service to which every state is alike has no rules to read."""


def test_the_services_that_have_rules_of_a_state_are_found() -> None:
    assert len(WITH_RULES) >= 6


@pytest.mark.parametrize("service", WITH_RULES)
def test_the_rules_of_a_state_are_read_without_the_web(service: str) -> None:
    assert loaded_by(f"services.{service}.jurisdiction") - LOADED == set()


def test_what_a_module_loads_is_seen() -> None:
    assert "flask" in loaded_by("chassis.web.forms")


def test_every_migration_can_be_imported() -> None:
    """Ruff and mypy leave migrations alone, and a database that is new runs them all at once."""
    versions = sorted((ROOT / "services").glob("*/migrations/versions/*.py"))
    assert {path.parts[-4] for path in versions} == set(SERVICES)
    assert len(versions) >= 14
    program = "import runpy, sys\nfor path in sys.argv[1:]: runpy.run_path(path)"
    subprocess.run(
        [sys.executable, "-c", program, *map(str, versions)], cwd=ROOT, check=True, timeout=60
    )


def test_a_migration_takes_no_meaning_from_code_that_changes() -> None:
    imported = set()
    for path in ROOT.glob("services/*/migrations/versions/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                imported.add(str(node.module))
            elif isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
    ours = {name for name in imported if name.startswith(("chassis", "contracts", "services"))}
    assert ours == OF_TODAY
