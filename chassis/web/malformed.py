"""Refuses requests whose text no service could keep, before anything is made of it."""

import re
from collections.abc import Iterator
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from chassis.i18n.text import translatable
from chassis.problems import Problem

# PostgreSQL keeps no U+0000 in a text, and half of a surrogate pair is in no encoding at all.
_UNREADABLE = re.compile("[\0\ud800-\udfff]")


class MalformedText(Problem):
    """A request holds characters that are no text, or JSON that nobody can read."""

    title = translatable("This request holds characters that we cannot read")
    advice = translatable("Send text without NUL characters, and JSON in UTF-8 as RFC 8259 has it.")


def refuse_malformed_text() -> None:
    """Raise `MalformedText` for the current request if its address or body holds such text.

    Raises `werkzeug.exceptions.BadRequest` for a body that is no JSON, though it says that it is.
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
    # Without a body there is nothing to take apart, which most requests should not pay for.
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
        for each in value:
            yield from _texts_of(each)
    elif isinstance(value, dict):
        yield from value
        for each in value.values():
            yield from _texts_of(each)
