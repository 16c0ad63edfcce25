"""Route access: every route declares who may use it, and requests are checked before its view."""

from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from flask import Flask, current_app, g, request

from chassis.i18n.text import code_words, translatable, translatable_count
from chassis.jurisdiction import Grants
from chassis.problems import NotAllowed, SignInNeeded
from chassis.security.principal import get_principal
from chassis.security.tokens import TokenVerifier
from contracts.identity import Role
from contracts.permission import Permission

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Access:
    """Who may use a route."""

    description: str
    permissions: tuple[Permission, ...] = ()
    is_open: bool = False


def _declare(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Anybody may use this route."""
    return _declare(Access("anybody", is_open=True))(view)


def internal(view: View) -> View:
    """Only the platform may use this route; the gateway does not expose it."""
    return _declare(Access("the platform", is_open=True))(view)


def signed_in(view: View) -> View:
    """Anybody who is signed in may use this route."""
    return _declare(Access("anybody signed in"))(view)


def requires(permission: Permission, *others: Permission) -> Callable[[View], View]:
    """Only those who have one of these permissions may use this route."""
    permissions = (permission, *others)
    return _declare(Access(", ".join(permissions), permissions))


def find_access(view: Any, method: str = "GET") -> Access | None:
    """The access that a view function, or a method of a view class, declares."""
    view_class = getattr(view, "view_class", None)
    if view_class is not None:
        view = getattr(view_class, method.lower(), None) or view
    return getattr(view, "access", None)


class UndeclaredAccess(Exception):
    """A route does not say who may use it."""


def refuse_undeclared_routes(app: Flask) -> None:
    """Raise `UndeclaredAccess` for routes that do not declare who may use them, so that no route
    is left open by mistake.
    """
    undeclared = [
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if find_access(app.view_functions[rule.endpoint], method) is None
    ]
    if undeclared:
        raise UndeclaredAccess(f"say who may use: {', '.join(undeclared)}")


def record_access() -> None:
    """Record whether the route is public, which decides the language of every response."""
    access = _find_route_access()
    g.is_for_anybody = access is None or access.is_open


def _find_route_access() -> Access | None:
    if request.endpoint is None:
        return None
    return find_access(current_app.view_functions[request.endpoint], request.method)


def authorize(verifier: TokenVerifier, grants: Grants, now: datetime) -> None:
    """Authenticate the request and reject callers who may not use the route.

    Raises `SignInNeeded` and `NotAllowed`.
    """
    g.principal = None
    if request.endpoint is None:
        return
    access = _find_route_access()
    if access is None:
        raise NotAllowed(translatable("This address does not say who may use it."))
    # An expired token must not keep anybody from public pages, such as the sign-in page.
    with suppress(SignInNeeded) if access.is_open else nullcontext():
        g.principal = verifier.find_principal(request.environ.get("HTTP_AUTHORIZATION", ""), now)
    if access.is_open:
        return
    principal = get_principal()
    if access.permissions and not principal.may(*access.permissions):
        raise _refusal_naming(grants.roles_with(*access.permissions))


def _refusal_naming(roles: list[Role]) -> NotAllowed:
    """Says whose page it is, so that the reader knows whom to ask."""
    return NotAllowed(
        translatable_count(
            "Only this role may do this: {roles}.",
            "Only these roles may do this: {roles}.",
            len(roles),
            roles=tuple(code_words(role) for role in roles),
        ),
        advice=translatable(
            "Ask somebody who has such a role. "
            "If this is your work, ask your organization's administrator for the role."
        ),
    )
