"""Translates every error once: into a page for people, into RFC 9457 details for programs."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from flask import Flask, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from chassis.context import current_context
from chassis.problems import InvalidInput, Problem, SignInNeeded
from chassis.telemetry import log
from contracts.addresses import SIGN_IN

PROBLEM_JSON = "application/problem+json"


def answer_errors(app: Flask) -> None:
    """Have the application answer every error in one of the two forms."""
    app.register_error_handler(Problem, answer_problem)
    app.register_error_handler(HTTPException, _answer_http_error)
    app.register_error_handler(Exception, _answer_crash)


def wants_page() -> bool:
    """Whether a person looks at a page, rather than a program at the API.

    Browsers ask for HTML by name; a program that takes anything gets problem details.
    """
    if "/api/" in request.path or request.path.startswith("/internal/"):
        return False
    return request.accept_mimetypes.best_match((PROBLEM_JSON, "text/html")) == "text/html"


def answer_problem(problem: Problem) -> ResponseReturnValue:
    """A page that says what happened and what to do, or RFC 9457 problem details."""
    if isinstance(problem, SignInNeeded) and wants_page() and request.method == "GET":
        return redirect(f"{SIGN_IN}?next={quote(request.full_path.rstrip('?'))}", 303)
    return _answer(
        problem.status,
        problem.title,
        problem.detail,
        problem.advice,
        problem.kind,
        problem.errors if isinstance(problem, InvalidInput) else None,
    )


def _answer_http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error.get_response()
    errors = getattr(error, "data", {}).get("messages") if hasattr(error, "data") else None
    titles = {404: "We could not find that", 413: "The file is too large"}
    advice = {
        404: "Check the address, or start again from your home page.",
        405: "Go back to the page you came from.",
        413: "Choose a smaller file.",
        415: "Send the content type that the API's document names.",
    }
    return _answer(
        error.code,
        titles.get(error.code, error.name),
        "Check the fields that are named." if errors else error.description or error.name,
        advice.get(error.code, Problem.advice),
        error.name.lower().replace(" ", "-"),
        errors,
        allowed=error.valid_methods if isinstance(error, MethodNotAllowed) else None,
    )


def _answer_crash(error: Exception) -> ResponseReturnValue:
    log.exception("request crashed", path=request.path)
    return _answer(
        500,
        "Something went wrong on our side",
        "Nothing that you entered was lost by your doing.",
        "Try again in a minute. If it happens again, tell us the request number below.",
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
) -> ResponseReturnValue:
    values = {
        "type": f"urn:credence:problem:{kind}",
        "title": title,
        "status": status,
        "detail": detail,
        "advice": advice,
        "instance": f"urn:credence:request:{current_context().correlation_id}",
    }
    headers = {}
    # RFC 9110, sections 15.5.2 and 15.5.6: how to come in, and what may be asked.
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if allowed:
        headers["Allow"] = ", ".join(sorted(allowed))
    if wants_page():
        page = render_template("errors/problem.html", problem=values, errors=errors)
        return page, status, headers
    if errors:
        values["errors"] = errors
    return jsonify(values), status, {**headers, "Content-Type": PROBLEM_JSON}
