"""Each route names permissions of its own service, and each permission is named by a route."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from flask import Flask

import contracts
from chassis.security.access import find_access, requires
from chassis.testing import service_of
from contracts.certification import CertificationPermission
from contracts.legal import LegalPermission
from contracts.permission import Permission, SuitePermission, all_permissions
from services.names import SERVICES
from tests.architecture.suite import ROOT, create_app

SUITE = "suite"
NAME = re.compile(r"[a-z]+\.[a-z]+(-[a-z]+)*")
ASKED = re.compile(r"\bmay\(\s*[\"']([^\"']*)[\"']")
"""Where a template asks whether its reader has a permission."""


def permissions_of(app: Flask) -> Iterator[tuple[str, Permission]]:
    """Each route of an application with each permission that it names."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            access = find_access(app.view_functions[rule.endpoint], method)
            for permission in access.permissions if access else ():
                yield f"{method} {rule.rule}", permission


def foreign_permissions(app: Flask) -> list[str]:
    """The routes that name a permission of another service."""
    return [
        f"{route}: {permission}"
        for route, permission in permissions_of(app)
        if permission.partition(".")[0] not in (app.name, SUITE)
    ]


def unused_permissions(apps: Iterable[Flask]) -> set[str]:
    """The permissions that no route names."""
    named = {permission for app in apps for _, permission in permissions_of(app)}
    return all_permissions().keys() - named


def unknown_permissions(templates: Iterable[Path]) -> list[str]:
    """Where a template asks for a permission that there is not."""
    return [
        f"{path.name}: {asked}"
        for path in templates
        for asked in ASKED.findall(path.read_text(encoding="utf-8"))
        if asked not in all_permissions()
    ]


@pytest.fixture(scope="module")
def apps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Flask]]:
    made = [create_app(service, tmp_path_factory.mktemp(service)) for service in SERVICES]
    yield made
    for app in made:
        service_of(app).database.close()


def test_each_route_names_permissions_of_its_own_service(apps: list[Flask]) -> None:
    assert sum(1 for app in apps for _ in permissions_of(app)) >= 90
    assert [fault for app in apps for fault in foreign_permissions(app)] == []


def test_each_permission_is_named_by_a_route(apps: list[Flask]) -> None:
    assert unused_permissions(apps) == set()


def test_each_permission_has_the_name_of_the_service_whose_facts_stand_beside_it() -> None:
    assert len(all_permissions()) == 17
    for kind in Permission.__subclasses__():
        service = SUITE if kind is SuitePermission else kind.__module__.partition(".")[2]
        assert service == SUITE or service in SERVICES
        assert service == SUITE or service in contracts.__all__
        for permission in kind:
            assert NAME.fullmatch(permission)
            assert permission.startswith(f"{service}.")


def test_each_permission_that_a_template_asks_for_is_known() -> None:
    templates = [*ROOT.glob("services/*/templates/**/*.html"), *ROOT.glob("chassis/**/*.html")]
    assert sum(bool(ASKED.search(path.read_text(encoding="utf-8"))) for path in templates) >= 6
    assert unknown_permissions(templates) == []


@pytest.fixture
def library() -> Flask:
    """An application with one page, for those who enter orders."""
    app = Flask("legal", static_folder=None)
    app.add_url_rule("/legal/books", "books", requires(LegalPermission.ENTER_ORDERS)(lambda: ""))
    return app


def test_a_route_that_names_a_permission_of_another_service_is_named(library: Flask) -> None:
    assert foreign_permissions(library) == []
    view = requires(LegalPermission.COMPLAIN, CertificationPermission.DECIDE)(lambda: "")
    library.add_url_rule("/legal/secret", "secret", view, methods=["POST"])
    assert foreign_permissions(library) == ["POST /legal/secret: certification.decide"]


def test_a_permission_that_no_route_names_is_named(library: Flask) -> None:
    unused = unused_permissions([library])
    assert LegalPermission.ENTER_ORDERS not in unused
    assert LegalPermission.COMPLAIN in unused


def test_a_misspelled_permission_of_a_template_is_named(tmp_path: Path) -> None:
    page = tmp_path / "books.html"
    page.write_text('{% if may("legal.complain") and may("legal.complian") %}{% endif %}')
    assert unknown_permissions([page]) == ["books.html: legal.complian"]
