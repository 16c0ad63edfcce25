"""The hosted payment page and its card form."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as WerkzeugResponse

from services.payments.adapters.processors.sandbox_provider.cards import (
    SANDBOX_CARDS,
    CardFormRefused,
    read_card,
)
from services.payments.adapters.processors.sandbox_provider.checkouts import (
    BookedCheckout,
    UnknownCheckout,
    get_checkout,
    record_attempt,
)
from services.payments.adapters.processors.sandbox_provider.provider import current_provider

blueprint = Blueprint("pages", __name__)


@blueprint.get("/healthz")
def healthz() -> str:
    """Report that the process is up."""
    return "ok"


@blueprint.get("/pay/<checkout_id>")
def show_payment_page(checkout_id: str) -> Response:
    """The card form, or a note that the invoice is paid."""
    return _page(_get_checkout(checkout_id))


@blueprint.post("/pay/<checkout_id>")
def pay(checkout_id: str) -> WerkzeugResponse:
    """Try the card once; a paid checkout only sends the payer back."""
    checkout = _get_checkout(checkout_id)
    if checkout.capture is None:
        now = current_provider().book.now()
        try:
            card = read_card(request.form, now.date())
        except CardFormRefused as refused:
            return _page(checkout, faults=refused.faults, status=422)
        with current_provider().book.transaction() as connection:
            checkout = record_attempt(connection, checkout_id, card, now)
        current_provider().courier.wake()
        if checkout.capture is None:
            return _page(checkout, refusal=card.refusal, status=402)
    return redirect(checkout.terms.return_url, 303)


@blueprint.errorhandler(UnknownCheckout)
def answer_unknown_checkout(_: UnknownCheckout) -> Response:
    """Respond to an unknown checkout with a page."""
    return _sealed(make_response(render_template("unknown.html"), 404), return_origin="")


@blueprint.app_template_filter("money")
def money(amount_cents: int, currency: str) -> str:
    """An amount as a payer reads it: $85.00; a provider knows the currency's code and no state."""
    amount = f"{amount_cents / 100:,.2f}"
    return f"${amount}" if currency == "USD" else f"{amount} {currency}"


def _get_checkout(checkout_id: str) -> BookedCheckout:
    with current_provider().book.transaction() as connection:
        return get_checkout(connection, checkout_id)


def _page(
    checkout: BookedCheckout,
    *,
    faults: dict[str, str] | None = None,
    refusal: str = "",
    status: int = 200,
) -> Response:
    template = "paid.html" if checkout.capture else "pay.html"
    page = render_template(
        template,
        checkout=checkout,
        cards=SANDBOX_CARDS,
        faults=faults or {},
        refusal=refusal,
        entered=request.form,
    )
    returning = urlsplit(checkout.terms.return_url)
    return _sealed(make_response(page, status), f"{returning.scheme}://{returning.netloc}")


def _sealed(response: Response, return_origin: str) -> Response:
    """Forbid scripts, frames, caching and referrers."""
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none';"
        # Browsers hold the redirect that answers a form to form-action too.
        f" form-action 'self' {return_origin}; frame-ancestors 'none'"
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
