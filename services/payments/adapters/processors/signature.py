"""Webhook signatures `t=<unix seconds>,v1=<hex>`: HMAC-SHA256 over `t`, a dot and the body.

The scheme is Stripe's, so that the sandbox exercises a real processor's rules.
"""

import hmac
import re
from datetime import datetime, timedelta

from services.payments.adapters.processors.processor import WebhookRefused

TOLERANCE = timedelta(seconds=300)
_TIMESTAMP = re.compile(r"[0-9]{1,12}")


def sign(body: bytes, secret: str, at: datetime) -> str:
    """The header value for `body`, sent at `at`."""
    timestamp = str(int(at.timestamp()))
    return f"t={timestamp},v1={_digest(timestamp, body, secret)}"


def verify(body: bytes, header: str, secret: str, now: datetime) -> None:
    """Accept `body` if one `v1` in `header` is ours and recent.

    Several `v1` are allowed: a processor sends one for each secret while secrets are changed.
    Raises `WebhookRefused`.
    """
    parts = [part.strip().partition("=") for part in header.split(",")]
    timestamps = [value for name, _, value in parts if name == "t"]
    digests = [value for name, _, value in parts if name == "v1"]
    if len(timestamps) != 1 or not _TIMESTAMP.fullmatch(timestamps[0]) or not digests:
        raise WebhookRefused("The webhook carries no signature of the form t=…,v1=….")
    expected = _digest(timestamps[0], body, secret)
    if not any(hmac.compare_digest(expected.encode(), digest.encode()) for digest in digests):
        raise WebhookRefused("The webhook's signature does not match its body.")
    if now.timestamp() - int(timestamps[0]) > TOLERANCE.total_seconds():
        raise WebhookRefused(
            f"The webhook was signed more than {TOLERANCE.total_seconds():.0f} seconds ago."
        )


def _digest(timestamp: str, body: bytes, secret: str) -> str:
    return hmac.digest(secret.encode(), timestamp.encode() + b"." + body, "sha256").hex()
