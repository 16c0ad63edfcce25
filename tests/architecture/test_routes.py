"""Every route of every service says who may use it, and stands where the gateway looks for it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from chassis.security.access import (
    UndeclaredAccess,
    find_access,
    public,
    refuse_undeclared_routes,
    requires,
    signed_in,
)
from chassis.testing import service_of
from contracts.payments import PaymentsPermission
from services.names import SERVICES
from tests.architecture.suite import ROOT, create_app

PLATFORM = ("/healthz", "/readyz", "/metrics", "/assets/", "/internal/")
"""What the gateway does not lead to, and the assets that every service has."""

ABOUT_ONES_OWN_ACCOUNT = {
    "GET /identity/api/session",
    "GET /identity/messages",
    "GET /identity/messages/<uuid:mail_id>",
    "GET /identity/profile",
    "POST /identity/profile/language",
    "GET /identity/sessions",
    "POST /identity/sessions/<uuid:session_id>/end",
    "POST /identity/sessions/end-all",
}
"""What everybody may do who has an account; each of these looks at the signed-in account only."""


def undeclared_routes(app: Flask) -> list[str]:
    """The routes that do not say who may use them."""
    return [
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if find_access(app.view_functions[rule.endpoint], method) is None
    ]


def unreachable_routes(app: Flask) -> list[str]:
    """The routes to which the gateway never leads, for they are not under the service's name."""
    reachable = (f"/{app.name}/", *PLATFORM)
    return [rule.rule for rule in app.url_map.iter_rules() if not rule.rule.startswith(reachable)]


@pytest.fixture
def app(service: str, tmp_path: Path) -> Iterator[Flask]:
    made = create_app(service, tmp_path)
    yield made
    service_of(made).database.close()


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_says_who_may_use_it(app: Flask) -> None:
    assert list(app.url_map.iter_rules())
    assert undeclared_routes(app) == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_is_under_the_name_of_its_service(app: Flask) -> None:
    assert unreachable_routes(app) == []


def actless_routes(app: Flask) -> set[str]:
    """The routes for anybody who is signed in, whatever they may do."""
    return {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if (access := find_access(app.view_functions[rule.endpoint], method)) is not None
        and not access.is_open
        and not access.permissions
    }


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_names_an_act_but_those_about_ones_own_account(app: Flask) -> None:
    assert actless_routes(app) == (ABOUT_ONES_OWN_ACCOUNT if app.name == "identity" else set())


def unlimited_routes(app: Flask, limits: str) -> list[str]:
    """Where strangers may send as much as they like, for the gateway does not count it."""
    counted = re.search(r'"~\^POST(\S+)" \$binary_remote_addr', limits)
    assert counted
    return [
        rule.rule
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ())
        and (access := find_access(app.view_functions[rule.endpoint], "POST")) is not None
        and access.is_open
        and not re.match(counted[1], rule.rule)
    ]


@pytest.mark.parametrize("service", ["identity"])
def test_how_often_strangers_may_send_to_identity_is_limited(app: Flask) -> None:
    limits = (ROOT / "deploy/gateway/limits.conf").read_text()
    # Ending one's own session costs nothing and tells nothing.
    assert unlimited_routes(app, limits) == ["/identity/sign-out"]


@pytest.fixture
def library() -> Flask:
    """An application whose one page is for anybody who is signed in."""
    app = Flask("library", static_folder=None)

    @app.get("/library/books")
    @signed_in
    def books() -> str:
        return "books"

    return app


def test_a_route_that_does_not_say_who_may_use_it_is_named(library: Flask) -> None:
    assert undeclared_routes(library) == []
    library.add_url_rule("/library/secret", view_func=lambda: "", methods=["GET", "POST"])
    assert undeclared_routes(library) == ["GET /library/secret", "POST /library/secret"]
    with pytest.raises(UndeclaredAccess, match="GET /library/secret, POST /library/secret"):
        refuse_undeclared_routes(library)


def test_a_route_that_names_no_act_is_seen(library: Flask) -> None:
    assert actless_routes(library) == {"GET /library/books"}
    pay = requires(PaymentsPermission.PAY)(lambda: "")
    library.add_url_rule("/library/pay", view_func=pay)
    assert actless_routes(library) == {"GET /library/books"}


def test_a_route_elsewhere_than_under_its_service_is_named(library: Flask) -> None:
    assert unreachable_routes(library) == []
    library.add_url_rule("/books", view_func=public(lambda: ""))
    assert unreachable_routes(library) == ["/books"]
