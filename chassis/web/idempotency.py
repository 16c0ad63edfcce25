"""The API's Idempotency-Key: a command sent twice runs once and gets the same response.

The response is stored per caller, in the transaction of the effect, so that a retry after a lost
response finds it (follows draft-ietf-httpapi-idempotency-key-header-07).
"""

import hashlib
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.i18n.text import translatable
from chassis.problems import InvalidInput, RuleBroken
from chassis.security.principal import get_principal
from chassis.storage.database import insert_ignoring_repetition, moment_of
from chassis.storage.tables import IDEMPOTENCY

Answer = tuple[dict[str, Any], int]
KEY = r"[!-~]{8,200}"
"""Visible ASCII characters, from 8 to 200."""


class KeyReused(InvalidInput):
    """The same Idempotency-Key came with a different request."""

    title = translatable("This Idempotency-Key was used for another request")


class StillCarriedOut(RuleBroken):
    """The same command came again before the first request finished."""

    title = translatable("This command is still running")
    advice = translatable("Send it again in a second to get the response to the first request.")


def needs_key(view: Callable[..., Any]) -> Callable[..., Any]:
    """Reject requests to this route, a command, that have no key.

    Put it directly under the access decorator; the OpenAPI document then lists the header.
    """

    @wraps(view)
    def refuse_without_key(*args: Any, **kwargs: Any) -> Any:
        _get_key()
        return view(*args, **kwargs)

    refuse_without_key.needs_key = True  # type: ignore[attr-defined]
    return refuse_without_key


def _get_key() -> str:
    key = request.headers.get("Idempotency-Key", "")
    if not re.fullmatch(KEY, key):
        message = "Send a header of 8 to 200 letters, digits and symbols, without spaces."
        raise InvalidInput({"Idempotency-Key": [message]})
    return key


def answer_once(
    session: Session, produce: Callable[[], Answer], content: bytes | None = None
) -> Answer:
    """The response to the current request: produced now, or stored by the first request.

    `content` replaces a body that differs between retries, such as a form with a file.
    Raises `InvalidInput` when the header is missing, `KeyReused` when it belongs to another request
    of this caller, and `StillCarriedOut`.
    """
    key, client = _get_key(), str(get_principal().account_id)
    body = request.get_data() if content is None else content
    fingerprint = hashlib.sha256(
        b"\0".join((request.method.encode(), request.path.encode(), body))
    ).hexdigest()
    stored = session.execute(
        select(IDEMPOTENCY).where(IDEMPOTENCY.c.client == client, IDEMPOTENCY.c.key == key)
    ).first()
    if stored is not None:
        if stored.fingerprint != fingerprint:
            raise KeyReused({"Idempotency-Key": ["Use a new key for a new request."]})
        return stored.response, stored.status
    response, status = produce()
    stored_now = session.execute(
        insert_ignoring_repetition(session, IDEMPOTENCY)
        .values(
            client=client,
            key=key,
            fingerprint=fingerprint,
            status=status,
            response=response,
            created_at=moment_of(session),
        )
        .returning(IDEMPOTENCY.c.key)
    ).first()
    if stored_now is None:
        raise StillCarriedOut
    return response, status
