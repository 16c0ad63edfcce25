"""Checkouts in the book: opened once per idempotency key, captured at most once.

All functions run inside the caller's transaction.
"""

import secrets
import sqlite3
from dataclasses import astuple, dataclass
from datetime import datetime

from services.payments.adapters.processors.processor import CardReport
from services.payments.adapters.processors.sandbox_provider.cards import SandboxCard
from services.payments.adapters.processors.sandbox_provider.deliveries import instant, queue

SCHEMA = """
CREATE TABLE IF NOT EXISTS checkouts (
    checkout_id TEXT PRIMARY KEY,
    invoice_number TEXT NOT NULL,
    amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
    currency TEXT NOT NULL,
    description TEXT NOT NULL,
    return_url TEXT NOT NULL,
    webhook_url TEXT NOT NULL,
    idempotency_key TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS captures (
    reference TEXT PRIMARY KEY,
    checkout_id TEXT NOT NULL UNIQUE REFERENCES checkouts,
    card_brand TEXT NOT NULL,
    last_four TEXT NOT NULL,
    captured_at TEXT NOT NULL
);
"""


class UnknownCheckout(Exception):
    """There is no checkout with this id."""


class IdempotencyKeyReused(Exception):
    """The same idempotency key came with a different request."""


def new_id(prefix: str) -> str:
    """An unguessable id: anyone who has a checkout's id can open its payment page."""
    return f"{prefix}_{secrets.token_hex(16)}"


@dataclass(frozen=True, slots=True)
class CheckoutTerms:
    """The amount a merchant requests, and the payer's and webhooks' URLs."""

    invoice_number: str
    amount_cents: int
    currency: str
    description: str
    return_url: str
    webhook_url: str


@dataclass(frozen=True, slots=True)
class Capture:
    """A captured payment; of the card, only brand and last four are stored."""

    reference: str
    card_brand: str
    last_four: str
    captured_at: str


@dataclass(frozen=True, slots=True)
class BookedCheckout:
    """A checkout in the book; `capture` is None until it is paid."""

    checkout_id: str
    terms: CheckoutTerms
    capture: Capture | None


def open_checkout(
    connection: sqlite3.Connection, terms: CheckoutTerms, idempotency_key: str, now: datetime
) -> BookedCheckout:
    """A new checkout, or the one opened with this key.

    Raises `IdempotencyKeyReused` if the key opened a checkout with other terms.
    """
    opened = connection.execute(
        "SELECT checkout_id FROM checkouts WHERE idempotency_key = ?", (idempotency_key,)
    ).fetchone()
    if opened:
        checkout = get_checkout(connection, opened["checkout_id"])
        if checkout.terms != terms:
            raise IdempotencyKeyReused
        return checkout
    checkout_id = new_id("chk")
    connection.execute(
        "INSERT INTO checkouts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (checkout_id, *astuple(terms), idempotency_key, instant(now)),
    )
    return BookedCheckout(checkout_id, terms, None)


def get_checkout(connection: sqlite3.Connection, checkout_id: str) -> BookedCheckout:
    """The checkout with this id; raises `UnknownCheckout`."""
    terms = connection.execute(
        "SELECT invoice_number, amount_cents, currency, description, return_url, webhook_url"
        " FROM checkouts WHERE checkout_id = ?",
        (checkout_id,),
    ).fetchone()
    if terms is None:
        raise UnknownCheckout
    capture = connection.execute(
        "SELECT reference, card_brand, last_four, captured_at FROM captures WHERE checkout_id = ?",
        (checkout_id,),
    ).fetchone()
    return BookedCheckout(
        checkout_id, CheckoutTerms(**terms), Capture(**capture) if capture else None
    )


def record_attempt(
    connection: sqlite3.Connection, checkout_id: str, card: SandboxCard, now: datetime
) -> BookedCheckout:
    """Capture the amount with a card that pays; for a card that fails, only report the failure.

    A checkout is captured once: an attempt on a paid one changes nothing and reports nothing.
    Raises `UnknownCheckout`.
    """
    checkout = get_checkout(connection, checkout_id)
    if checkout.capture:
        return checkout
    report = CardReport(
        event_id=new_id("evt"),
        checkout_id=checkout_id,
        kind="failed" if card.failure_reason else "paid",
        amount_cents=checkout.terms.amount_cents,
        currency=checkout.terms.currency,
        reference=new_id("pay"),
        card_brand=card.brand,
        last_four=card.last_four,
        failure_reason=card.failure_reason,
        occurred_at=now,
    )
    if report.kind == "paid":
        connection.execute(
            "INSERT INTO captures VALUES (?, ?, ?, ?, ?)",
            (report.reference, checkout_id, card.brand, card.last_four, instant(now)),
        )
    queue(connection, checkout.terms.webhook_url, report)
    return get_checkout(connection, checkout_id)
