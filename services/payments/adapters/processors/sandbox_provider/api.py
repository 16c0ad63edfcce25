"""The merchant's API under /v1: checkouts, refunds, the book and mischief."""

import hmac
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from marshmallow import Schema, ValidationError
from werkzeug.exceptions import (
    BadRequest,
    Conflict,
    HTTPException,
    NotFound,
    Unauthorized,
    UnprocessableEntity,
)

from services.payments.adapters.processors.sandbox_provider.checkouts import (
    BookedCheckout,
    CheckoutTerms,
    IdempotencyKeyReused,
    UnknownCheckout,
    get_checkout,
    open_checkout,
)
from services.payments.adapters.processors.sandbox_provider.mischief import (
    PROCESS_WIDE,
    Mischief,
    set_mischief,
)
from services.payments.adapters.processors.sandbox_provider.provider import current_provider
from services.payments.adapters.processors.sandbox_provider.refunds import (
    RefundExceedsCapture,
    UnknownPayment,
    record_refund,
)
from services.payments.adapters.processors.sandbox_provider.schemas import (
    CheckoutSchema,
    MischiefSchema,
    RefundSchema,
)

blueprint = Blueprint("api", __name__, url_prefix="/v1")


@blueprint.before_request
def require_api_key() -> None:
    """Require `Authorization: Bearer <api key>` on every request."""
    expected = f"Bearer {current_provider().api_key}"
    given = request.headers.get("Authorization", "")
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise Unauthorized("The API key is missing or wrong.")


@blueprint.post("/checkouts")
def post_checkout() -> tuple[Response, int]:
    """Open a checkout, or return the one opened with the same Idempotency-Key."""
    terms = CheckoutTerms(**_body(CheckoutSchema()))
    with current_provider().book.transaction() as connection:
        checkout = open_checkout(
            connection, terms, _idempotency_key(), current_provider().book.now()
        )
    return jsonify(_shown(checkout)), 201


@blueprint.get("/checkouts/<checkout_id>")
def show_checkout(checkout_id: str) -> Response:
    """A checkout, with its payment if it has been paid."""
    with current_provider().book.transaction() as connection:
        return jsonify(_shown(get_checkout(connection, checkout_id)))


@blueprint.post("/refunds")
def post_refund() -> tuple[Response, int]:
    """Refund a payment or part of it; the same Idempotency-Key refunds once."""
    fields = _body(RefundSchema())
    with current_provider().book.transaction() as connection:
        refund = record_refund(
            connection,
            fields["reference"],
            fields["amount_cents"],
            _idempotency_key(),
            current_provider().book.now(),
        )
    current_provider().courier.wake()
    return jsonify(asdict(refund)), 201


@blueprint.get("/book")
def show_book() -> Response:
    """All captures and refunds with their sums, for reconciliation with a ledger."""
    return jsonify(current_provider().book.contents())


@blueprint.post("/mischief")
def post_mischief() -> Response:
    """Apply mischief from the next webhook on; `{}` ends it."""
    fields = _body(MischiefSchema())
    checkout_id = fields.pop("checkout_id", None)
    mischief = Mischief(**fields)
    with current_provider().book.transaction() as connection:
        if checkout_id:
            get_checkout(connection, checkout_id)
        set_mischief(connection, checkout_id or PROCESS_WIDE, mischief)
    return jsonify(checkout_id=checkout_id, **asdict(mischief))


@blueprint.errorhandler(UnknownCheckout)
def answer_unknown_checkout(_: UnknownCheckout) -> Response:
    """No such checkout."""
    return _problem(NotFound("There is no checkout with this id."))


@blueprint.errorhandler(UnknownPayment)
def answer_unknown_payment(_: UnknownPayment) -> Response:
    """No such payment."""
    return _problem(UnprocessableEntity("There is no captured payment with this reference."))


@blueprint.errorhandler(IdempotencyKeyReused)
def answer_reused_key(_: IdempotencyKeyReused) -> Response:
    """The key belongs to another request."""
    return _problem(
        Conflict(
            "This Idempotency-Key was used for a different request. "
            "Repeat that request unchanged, or use a new key."
        )
    )


@blueprint.errorhandler(RefundExceedsCapture)
def answer_excessive_refund(error: RefundExceedsCapture) -> Response:
    """More than was captured."""
    return _problem(
        UnprocessableEntity(f"Only {error.left_cents} cents of this payment can be refunded.")
    )


@blueprint.errorhandler(HTTPException)
def answer_http_error(error: HTTPException) -> Response:
    """Any other HTTP error."""
    return _problem(error)


def _problem(error: HTTPException) -> Response:
    """The error as a problem document (RFC 9457)."""
    response = jsonify(title=error.name, status=error.code, detail=error.description)
    response.status_code = error.code or 500
    response.content_type = "application/problem+json"
    return response


def _body(schema: Schema) -> dict[str, Any]:
    try:
        return dict(schema.load(request.get_json()))
    except ValidationError as error:
        faults = "; ".join(
            f"{field}: {' '.join(map(str, messages))}"
            for field, messages in sorted(error.messages_dict.items())
        )
        raise UnprocessableEntity(faults) from error


def _idempotency_key() -> str:
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        raise BadRequest("The Idempotency-Key header is missing.")
    return key


def _shown(checkout: BookedCheckout) -> dict[str, Any]:
    path = url_for("pages.show_payment_page", checkout_id=checkout.checkout_id)
    origin = current_provider().public_url or request.host_url
    return {
        "id": checkout.checkout_id,
        "url": origin.rstrip("/") + path,
        "status": "paid" if checkout.capture else "open",
        **asdict(checkout.terms),
        "payment": asdict(checkout.capture) if checkout.capture else None,
    }
