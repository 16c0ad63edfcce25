"""The adapter to the sandbox provider, for development, tests and demonstrations."""

from datetime import UTC, datetime
from http import HTTPStatus

import requests
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from services.payments.adapters.processors.processor import (
    CardReport,
    Checkout,
    ProcessorRefused,
    ProcessorUnavailable,
    WebhookRefused,
)
from services.payments.adapters.processors.signature import verify

CONNECT_SECONDS = 3
ANSWER_SECONDS = 10


class SandboxProcessor:
    """A `Processor` over the sandbox provider's HTTP API at `base_url`."""

    signature_header = "Sandbox-Signature"

    def __init__(self, base_url: str, api_key: str, webhook_secret: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._api_key = api_key
        self._webhook_secret = webhook_secret

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
        """Open a payment page; see `Processor.open_checkout`."""
        response = self._post(
            "/v1/checkouts",
            {
                "invoice_number": invoice_number,
                "amount_cents": amount_cents,
                "currency": currency,
                "description": description,
                "return_url": return_url,
                "webhook_url": webhook_url,
            },
            idempotency_key,
        )
        try:
            opened = response.json()
            return Checkout(id=opened["id"], url=opened["url"])
        except (ValueError, KeyError, TypeError) as error:
            raise ProcessorUnavailable(
                f"The card processor at {self._base_url} did not return a checkout. "
                "Is something else running at that address?"
            ) from error

    def read_webhook(self, body: bytes, signature: str, now: datetime) -> CardReport:
        """Verify and read a webhook; see `Processor.read_webhook`."""
        verify(body, signature, self._webhook_secret, now)
        try:
            return CardReport(**_ReportSchema().loads(body.decode()))
        except (ValueError, ValidationError) as error:
            raise WebhookRefused(
                f"The webhook's signature is valid, but its body cannot be parsed: {error}"
            ) from error

    def _post(
        self, path: str, document: dict[str, str | int], idempotency_key: str
    ) -> requests.Response:
        with requests.Session() as session:
            # A .netrc entry would replace our key, and a proxy cannot reach a local provider.
            session.trust_env = False
            try:
                response = session.post(
                    self._base_url + path,
                    json=document,
                    headers={
                        "Authorization": f"Bearer {self._api_key}",
                        "Idempotency-Key": idempotency_key,
                    },
                    timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
                    allow_redirects=False,
                )
            except requests.RequestException as error:
                raise ProcessorUnavailable(
                    f"The card processor at {self._base_url} could not be reached. "
                    "Nothing was charged; try again in a few minutes."
                ) from error
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise ProcessorUnavailable(
                f"The card processor at {self._base_url} failed with HTTP "
                f"{response.status_code}. Nothing was charged; try again in a few minutes."
            )
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            raise ProcessorRefused(
                f"The card processor refused to open a payment page: {_detail(response)}"
            )
        return response


class _ReportSchema(Schema):
    """The body of a webhook; fields added later are ignored."""

    class Meta:
        unknown = EXCLUDE

    event_id = fields.String(required=True, validate=validate.Length(min=1))
    checkout_id = fields.String(required=True, validate=validate.Length(min=1))
    kind = fields.String(required=True, validate=validate.OneOf(["paid", "failed", "refunded"]))
    amount_cents = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    currency = fields.String(required=True, validate=validate.Length(equal=3))
    reference = fields.String(required=True, validate=validate.Length(min=1))
    card_brand = fields.String(required=True, allow_none=True)
    last_four = fields.String(required=True, allow_none=True, validate=validate.Length(equal=4))
    failure_reason = fields.String(required=True, allow_none=True)
    occurred_at = fields.AwareDateTime(required=True, format="iso", default_timezone=UTC)


def _detail(response: requests.Response) -> str:
    """The provider's error detail, or the status alone if it gave none."""
    try:
        return str(response.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"HTTP {response.status_code}."
