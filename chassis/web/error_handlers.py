"""Turns every error into a page for people or RFC 9457 problem details for programs."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from flask import Flask, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from chassis.context import current_context
from chassis.i18n.language import ENGLISH, gettext, writing_in
from chassis.i18n.text import translatable
from chassis.observability.logging import log
from chassis.problems import InvalidInput, Problem, SignInNeeded
from contracts.addresses import SIGN_IN

PROBLEM_JSON = "application/problem+json"
_WWW_AUTHENTICATE = {"WWW-Authenticate": "Bearer"}
# Fields that no page repeats.
_SECRET = re.compile("password|ssn")
RETRY_AFTER_SECONDS = 10


class ErrorText(NamedTuple):
    """The text of an error page: what happened, and what to do next."""

    title: str
    detail: str
    advice: str = Problem.advice


_HTTP_ERRORS = {
    400: ErrorText(
        Problem.title,
        translatable("What you sent could not be read as what its content type says it is."),
        translatable("Send it whole, and JSON in UTF-8 (RFC 8259)."),
    ),
    404: ErrorText(
        translatable("We could not find that"),
        translatable("Nothing answers at this address."),
        translatable("Check the address, or start again from your home page."),
    ),
    405: ErrorText(
        translatable("This cannot be done at this address"),
        translatable("What you sent does not fit this address."),
        translatable("Go back to the page you came from."),
    ),
    413: ErrorText(
        translatable("The file is too large"),
        translatable("At most 60 MB can be sent at once, so nothing was saved."),
        translatable("Choose a smaller file."),
    ),
    415: ErrorText(
        translatable("This kind of content is not accepted here"),
        translatable("What you sent does not fit this address."),
        translatable("Send a content type that the API document lists."),
    ),
}


def answer_errors(app: Flask) -> None:
    """Register the handlers that answer every error in one of the two forms."""
    app.register_error_handler(Problem, answer_problem)
    app.register_error_handler(HTTPException, _answer_http_error)
    app.register_error_handler(OperationalError, _answer_without_database)
    app.register_error_handler(NoConnectionFree, _answer_without_database)
    app.register_error_handler(Exception, _answer_crash)


def wants_page() -> bool:
    """Whether the client is a browser rather than a program.

    Browsers ask for HTML by name; a program that accepts anything gets problem details.
    """
    if "/api/" in request.path or request.path.startswith("/internal/"):
        return False
    return request.accept_mimetypes.best_match((PROBLEM_JSON, "text/html")) == "text/html"


def answer_problem(problem: Problem) -> ResponseReturnValue:
    """A page that says what happened and what to do, or RFC 9457 problem details."""
    if isinstance(problem, SignInNeeded) and wants_page() and request.method == "GET":
        return redirect(f"{SIGN_IN}?next={quote(request.full_path.rstrip('?'))}", 303)
    if isinstance(problem, SignInNeeded) and wants_page() and request.form:
        return _preserve_submitted_form()
    return _answer(
        problem.status,
        problem.title,
        problem.detail,
        problem.advice,
        problem.kind,
        problem.errors if isinstance(problem, InvalidInput) else None,
        go_to=problem.go_to,
    )


def _preserve_submitted_form() -> ResponseReturnValue:
    """A page that holds the form until its sender has signed in again."""
    submitted = list(request.form.items(multi=True))
    repeatable = [(name, value) for name, value in submitted if not _SECRET.search(name)]
    page = render_template(
        "errors/session_ended.html",
        typed=repeatable,
        without=len(repeatable) < len(submitted) or bool(request.files),
    )
    return page, 401, _WWW_AUTHENTICATE


def _answer_http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error.get_response()
    if refused := getattr(error, "data", {}).get("messages"):
        return answer_problem(InvalidInput(_by_field(refused)))
    words = _HTTP_ERRORS.get(error.code, ErrorText(error.name, error.description or error.name))
    return _answer(
        error.code,
        words.title,
        words.detail,
        words.advice,
        error.name.lower().replace(" ", "-"),
        allowed=error.valid_methods if isinstance(error, MethodNotAllowed) else None,
    )


def _by_field(refused: Mapping[str, Any]) -> dict[str, Any]:
    """What webargs refused, field by field, without where it looked: query, json or files."""
    errors: dict[str, Any] = {}
    for place, found in refused.items():
        errors |= found if isinstance(found, Mapping) else {place: found}
    return errors


def _answer_without_database(error: Exception) -> ResponseReturnValue:
    """The database is down, starting, or overloaded: all temporary."""
    log.exception("database does not answer", path=request.path)
    return _answer(
        503,
        translatable("This part of the site does not work right now"),
        translatable("We cannot reach our records. Nothing that was saved is lost."),
        translatable(
            "Try again in a minute. If you were sending a form, first look whether it has arrived."
        ),
        "service-unavailable",
    )


def _answer_crash(error: Exception) -> ResponseReturnValue:
    log.exception("request crashed", path=request.path)
    return _answer(
        500,
        translatable("Something went wrong on our side"),
        translatable("Nothing you did caused it."),
        translatable(
            "Try again in a minute. If it happens again, tell us the request number below."
        ),
        "internal-error",
    )


def _answer(
    status: int,
    title: str,
    detail: str,
    advice: str,
    kind: str,
    errors: Any = None,
    allowed: Iterable[str] | None = None,
    go_to: tuple[str, str] | None = None,
) -> ResponseReturnValue:
    values: dict[str, Any] = {
        "type": f"urn:credence:problem:{kind}",
        "title": title,
        "status": status,
        "detail": detail,
        "advice": advice,
        "instance": f"urn:credence:request:{current_context().correlation_id}",
    }
    headers: dict[str, str] = {}
    # RFC 9110, sections 15.5.2 and 15.5.6, require these headers.
    if status == 401:
        headers |= _WWW_AUTHENTICATE
    if status == 503:
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if allowed:
        headers["Allow"] = ", ".join(sorted(allowed))
    if wants_page():
        page = render_template("errors/problem.html", problem=values, errors=errors, go_to=go_to)
        return page, status, headers
    # Programs are answered in English, but in the state's words.
    with writing_in(ENGLISH):
        values |= {key: gettext(values[key]) for key in ("title", "detail", "advice")}
    if errors:
        values["errors"] = errors
    return jsonify(values), status, {**headers, "Content-Type": PROBLEM_JSON}
