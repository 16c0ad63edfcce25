"""The port to card processors: requests to open a checkout, and webhook reports.

Cards are entered on the processor's own page, reached by redirect (PCI DSS 4.0.1, SAQ A), so no
card number ever passes through here.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

__all__ = [
    "CardReport",
    "Checkout",
    "Processor",
    "ProcessorRefused",
    "ProcessorUnavailable",
    "WebhookRefused",
]


class ProcessorUnavailable(Exception):
    """The processor could not be reached or failed; the same request may be tried again."""


class ProcessorRefused(Exception):
    """The processor rejected the request; the same request will fail again."""


class WebhookRefused(Exception):
    """A webhook that must not be trusted: forged, stale or unreadable. `reason` says which."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Checkout:
    """A payment page the processor has opened: send the payer's browser to `url`."""

    id: str
    url: str


@dataclass(frozen=True, slots=True)
class CardReport:
    """One webhook's report about a checkout.

    Reports arrive at least once and in any order: `event_id` identifies a duplicate, and a `failed`
    attempt may be reported after the attempt that was `paid`.
    `reference` is the processor's id of the payment, the same in `paid` and in `refunded`.
    `amount_cents` is what this report moved (of a partial refund, that part).
    `failure_reason` is the processor's code, such as `insufficient_funds`, when `kind` is `failed`.
    """

    event_id: str
    checkout_id: str
    kind: Literal["paid", "failed", "refunded"]
    amount_cents: int
    currency: str
    reference: str
    card_brand: str | None
    last_four: str | None
    failure_reason: str | None
    occurred_at: datetime


class Processor(Protocol):
    """A card processor with a hosted payment page and signed webhooks."""

    signature_header: str
    """The HTTP header in which this processor's webhooks carry their signature."""

    def open_checkout(
        self,
        *,
        invoice_number: str,
        amount_cents: int,
        currency: str,
        description: str,
        return_url: str,
        webhook_url: str,
        idempotency_key: str,
    ) -> Checkout:
        """Open a payment page for `amount_cents`; the same key gives the same checkout.

        The payer returns to `return_url` whatever happened: only a webhook proves that money
        moved. A processor whose account names its webhook address does not need `webhook_url`.
        Raises `ProcessorUnavailable` or `ProcessorRefused`.
        """
        ...

    def read_webhook(self, body: bytes, signature: str, now: datetime) -> CardReport:
        """Verify the received bytes and return their report.

        Raises `WebhookRefused` when the signature is wrong, was made more than 300 seconds before
        `now`, or the report cannot be parsed.
        """
        ...
