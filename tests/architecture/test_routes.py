"""Every route of every service says who may use it, and stands where the gateway looks for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from chassis.auth import (
    UndeclaredAccess,
    find_access,
    public,
    refuse_undeclared_routes,
    signed_in,
)
from chassis.testing import service_of
from tests.architecture.suite import create_app, service_names

PLATFORM = ("/healthz", "/readyz", "/metrics", "/assets/", "/internal/")
"""What the gateway does not lead to, and the assets that every service has."""


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


@pytest.mark.parametrize("service", service_names())
def test_every_route_says_who_may_use_it(app: Flask) -> None:
    assert list(app.url_map.iter_rules())
    assert undeclared_routes(app) == []


@pytest.mark.parametrize("service", service_names())
def test_every_route_is_under_the_name_of_its_service(app: Flask) -> None:
    assert unreachable_routes(app) == []


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


def test_a_route_elsewhere_than_under_its_service_is_named(library: Flask) -> None:
    assert unreachable_routes(library) == []
    library.add_url_rule("/books", view_func=public(lambda: ""))
    assert unreachable_routes(library) == ["/books"]
