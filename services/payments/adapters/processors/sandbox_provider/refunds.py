"""Refunds in the book: never more than was captured, once per idempotency key.

All functions run inside the caller's transaction.
"""

import sqlite3
from dataclasses import astuple, dataclass
from datetime import datetime

from services.payments.adapters.processors.processor import CardReport
from services.payments.adapters.processors.sandbox_provider.checkouts import (
    BookedCheckout,
    Capture,
    IdempotencyKeyReused,
    get_checkout,
    new_id,
)
from services.payments.adapters.processors.sandbox_provider.deliveries import instant, queue

SCHEMA = """
CREATE TABLE IF NOT EXISTS refunds (
    refund_id TEXT PRIMARY KEY,
    reference TEXT NOT NULL REFERENCES captures,
    amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
    refunded_at TEXT NOT NULL,
    idempotency_key TEXT NOT NULL UNIQUE
);
"""


class UnknownPayment(Exception):
    """There is no captured payment with this reference."""


class RefundExceedsCapture(Exception):
    """The refund exceeds what is left of the captured amount, `left_cents`."""

    def __init__(self, left_cents: int) -> None:
        super().__init__(left_cents)
        self.left_cents = left_cents


@dataclass(frozen=True, slots=True)
class BookedRefund:
    """A refund of `amount_cents` of the payment `reference`."""

    refund_id: str
    reference: str
    amount_cents: int
    refunded_at: str


def record_refund(
    connection: sqlite3.Connection,
    reference: str,
    amount_cents: int,
    idempotency_key: str,
    now: datetime,
) -> BookedRefund:
    """Refund `amount_cents` of a payment and report it; the same key refunds once.

    Raises `UnknownPayment`, `RefundExceedsCapture` or `IdempotencyKeyReused`.
    """
    earlier = _find_refund(connection, idempotency_key)
    if earlier:
        if (earlier.reference, earlier.amount_cents) != (reference, amount_cents):
            raise IdempotencyKeyReused
        return earlier
    checkout, capture = _get_captured_checkout(connection, reference)
    left_cents = checkout.terms.amount_cents - _refunded_cents(connection, reference)
    if amount_cents > left_cents:
        raise RefundExceedsCapture(left_cents)
    refund = BookedRefund(new_id("ref"), reference, amount_cents, instant(now))
    connection.execute(
        "INSERT INTO refunds VALUES (?, ?, ?, ?, ?)", (*astuple(refund), idempotency_key)
    )
    report = CardReport(
        event_id=new_id("evt"),
        checkout_id=checkout.checkout_id,
        kind="refunded",
        amount_cents=amount_cents,
        currency=checkout.terms.currency,
        reference=reference,
        card_brand=capture.card_brand,
        last_four=capture.last_four,
        failure_reason=None,
        occurred_at=now,
    )
    queue(connection, checkout.terms.webhook_url, report)
    return refund


def _find_refund(connection: sqlite3.Connection, idempotency_key: str) -> BookedRefund | None:
    row = connection.execute(
        "SELECT refund_id, reference, amount_cents, refunded_at FROM refunds"
        " WHERE idempotency_key = ?",
        (idempotency_key,),
    ).fetchone()
    return BookedRefund(**row) if row else None


def _get_captured_checkout(
    connection: sqlite3.Connection, reference: str
) -> tuple[BookedCheckout, Capture]:
    row = connection.execute(
        "SELECT checkout_id FROM captures WHERE reference = ?", (reference,)
    ).fetchone()
    checkout = get_checkout(connection, row["checkout_id"]) if row else None
    if checkout is None or checkout.capture is None:
        raise UnknownPayment
    return checkout, checkout.capture


def _refunded_cents(connection: sqlite3.Connection, reference: str) -> int:
    (cents,) = connection.execute(
        "SELECT coalesce(sum(amount_cents), 0) FROM refunds WHERE reference = ?", (reference,)
    ).fetchone()
    return int(cents)
