"""Rejects malformed text (NUL, lone surrogates, invalid JSON) before the view runs."""

import re
from collections.abc import Iterator
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from chassis.i18n.text import translatable
from chassis.problems import Problem

# PostgreSQL cannot store U+0000 in a text, and a lone surrogate has no encoding.
_UNREADABLE = re.compile("[\0\ud800-\udfff]")


class MalformedText(Problem):
    """A request contains characters that are not text, or JSON that cannot be read."""

    title = translatable("This request contains characters that we cannot read")
    advice = translatable("Send text without NUL characters, and JSON in UTF-8 (RFC 8259).")

    @property
    def kind(self) -> str:
        """The name that programs recognize since 0.1.0, when the class had it too."""
        return "unreadable-text"


def refuse_malformed_text() -> None:
    """Raise `MalformedText` if the current request's address or body contains such text.

    Raises `werkzeug.exceptions.BadRequest` for a body that claims to be JSON and is not.
    """
    try:
        is_unreadable = any(map(_UNREADABLE.search, _texts_of_request()))
    except RecursionError as error:
        raise MalformedText from error
    if is_unreadable:
        raise MalformedText


def _texts_of_request() -> Iterator[str]:
    yield request.path
    environ = request.environ
    if environ.get("QUERY_STRING"):
        yield from _texts_of_form(request.args)
    # Most requests have no body and should not pay for parsing one.
    if not (environ.get("CONTENT_LENGTH") or environ.get("HTTP_TRANSFER_ENCODING")):
        return
    yield from _texts_of_form(request.form)
    for upload in request.files.values():
        yield upload.filename or ""
    if request.is_json and request.get_data():
        yield from _texts_of(request.get_json())


def _texts_of_form(values: MultiDict[str, str]) -> Iterator[str]:
    for name, value in values.items(multi=True):
        yield name or ""  # a part of a form may come without a name
        yield value


def _texts_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts_of(item)
    elif isinstance(value, dict):
        yield from value
        for item in value.values():
            yield from _texts_of(item)
