"""Completes a service's OpenAPI document: RFC 9457 errors, security, and the Idempotency-Key.

flask-smorest documents the routes' requests and responses from their schemas.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from flask import Flask
from flask_smorest import Api
from flask_smorest.spec.plugins import FlaskPlugin

from chassis.security.access import find_access
from chassis.web.idempotency import KEY

Json = dict[str, Any]

PROBLEM: Json = {
    "type": "object",
    "description": "What went wrong and what to do next (RFC 9457).",
    "required": ["type", "title", "status", "detail", "advice", "instance"],
    "properties": {
        "type": {"type": "string", "description": "The problem's name, which never changes."},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "What happened this time."},
        "advice": {"type": "string", "description": "What to do next."},
        "instance": {"type": "string", "description": "The request's number, to quote in support."},
        "errors": {"type": "object", "description": "What is not valid, field by field."},
    },
}
ERRORS = {
    "400": ("bad-request", "The request could not be read."),
    "401": ("sign-in-needed", "Nobody is signed in, or the sign-in is no longer valid."),
    "403": ("not-allowed", "The signed-in person may not see or do this."),
    "404": ("not-found", "There is no such resource."),
    "409": ("rule-broken", "A rule forbids this now."),
    "413": ("request-entity-too-large", "The request is too large."),
    "422": ("invalid-input", "Some input is not valid; `errors` says what."),
    "5XX": (
        "internal-error",
        "Something went wrong on our side; the same request may be sent again.",
    ),
}
"""For each status, the name of one of its problems, and what it means."""
KEY_HEADER: Json = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "description": "Your own key for this command; the same key sent again does not repeat it.",
    "schema": {"type": "string", "pattern": f"^{KEY}$"},
}
TAG = "What the service's pages show and do, for programs."
SIGN_IN: Json = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class DocumentedApi(Api):  # type: ignore[misc]  # flask-smorest carries no types
    """A service's API, with errors documented here instead of by flask-smorest."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def document(self, app: Flask) -> Json:
        """The whole document."""
        # A copy, since what `to_dict` returns is shared by every call of it.
        document: Json = deepcopy(self.spec.to_dict())
        components = document["components"]
        schemas = components["schemas"]
        for path, method, view in _views(app):
            operation = document["paths"].get(path, {}).get(method)
            if operation is not None:
                _complete(operation, path, method, view)
                _allow_more_parts(operation, schemas)
        for unused in ("Error", "PaginationMetadata"):
            schemas.pop(unused, None)
        schemas["Problem"] = PROBLEM
        components["responses"] = {_name(status): _response(status) for status in ERRORS}
        components["securitySchemes"] = {"bearer": SIGN_IN}
        document["tags"] = [{**tag, "description": TAG} for tag in document.get("tags", [])]
        return document


def _views(app: Flask) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    for rule in app.url_map.iter_rules():
        path = FlaskPlugin.flaskpath2openapi(rule.rule)
        for method in rule.methods or ():
            yield path, method.lower(), app.view_functions[rule.endpoint]


def _complete(operation: Json, path: str, method: str, view: Callable[..., Any]) -> None:
    access = find_access(view, method)
    assert access is not None
    if not access.is_open:
        operation["security"] = [{"bearer": []}]
    if getattr(view, "needs_key", False):
        operation.setdefault("parameters", []).append(KEY_HEADER)
    takes_input = bool(operation.get("parameters") or operation.get("requestBody"))
    changes = method != "get"
    can_happen = {
        "400": True,
        "401": not access.is_open,
        # Forms from other sites are rejected everywhere.
        "403": changes or not access.is_open,
        "404": "{" in path,
        "409": changes,
        "413": changes,
        "422": takes_input,
        "5XX": True,
    }
    for status, is_possible in can_happen.items():
        if is_possible:
            reference = {"$ref": f"#/components/responses/{_name(status)}"}
            operation["responses"][status] = reference


def _allow_more_parts(operation: Json, schemas: Json) -> None:
    """Allow extra form fields with an upload: they are ignored, not rejected."""
    content = operation.get("requestBody", {}).get("content", {})
    if upload := content.get("multipart/form-data"):
        name = upload["schema"]["$ref"].rpartition("/")[2]
        schemas[name].pop("additionalProperties", None)


def _name(status: str) -> str:
    return f"Problem{status}"


def _response(status: str) -> Json:
    kind, meaning = ERRORS[status]
    example = {
        "type": f"urn:credence:problem:{kind}",
        "title": meaning,
        "status": int(status.replace("X", "0")),
        "detail": "What happened this time.",
        "advice": "What to do next.",
        "instance": "urn:credence:request:0199b2d4-5c1e-7000-8000-000000000000",
    }
    if status == "422":
        example["errors"] = {"name": ["Give either a name or a number."]}
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}
    return {"description": meaning, "content": {"application/problem+json": content}}
