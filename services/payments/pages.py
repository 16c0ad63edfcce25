"""HTML routes: an educator's fees, payment, receipts, and finance's daily receipts."""

from datetime import date, timedelta
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from chassis.i18n.language import format_weekday
from chassis.i18n.text import Translatable, translatable
from chassis.problems import InvalidInput, NotAllowed
from chassis.security.access import requires
from chassis.security.principal import get_principal
from chassis.service import current_rules, current_service
from chassis.web.charts import Bar, bar_chart
from contracts.payments import PaymentsPermission
from services.payments import queries
from services.payments.domain import AlreadyPaid, Invoice
from services.payments.jurisdiction import PaymentRules
from services.payments.usecases import invoices
from services.payments.usecases.checkout import (
    INVOICE_READERS,
    begin_checkout,
    current_processor,
    refuse_unless_visible,
)

EARLIEST = date(2000, 1, 1)

blueprint = Blueprint("pages", __name__, url_prefix="/payments")


@blueprint.app_template_filter("money")
def money(cents: int) -> str:
    """An amount as the state writes it."""
    return current_service().place.currency.written(cents)


@blueprint.get("/")
@requires(PaymentsPermission.PAY)
def list_invoices() -> ResponseReturnValue:
    """What the educator owes and has paid."""
    educator_id = get_principal().educator_id
    if educator_id is None:
        raise NotAllowed(translatable("Only an educator has fees to pay."))
    with current_service().database.reading() as session:
        mine = queries.invoices_of(session, educator_id)
    return render_template("payments/invoices.html", invoices=mine)


@blueprint.get("/invoices/<uuid:invoice_id>")
@requires(*INVOICE_READERS)
def invoice(invoice_id: UUID) -> ResponseReturnValue:
    """One invoice, with its payment form or receipt."""
    return render_template(
        "payments/invoice.html", invoice=_get_visible(invoice_id), rules=current_rules(PaymentRules)
    )


@blueprint.post("/invoices/<uuid:invoice_id>/pay")
@requires(PaymentsPermission.PAY)
def pay(invoice_id: UUID) -> ResponseReturnValue:
    """Go to the processor's page, or to the receipt if already paid."""
    try:
        url = begin_checkout(current_service(), current_processor(), get_principal(), invoice_id)
    except AlreadyPaid:
        return redirect(f"/payments/invoices/{invoice_id}", 303)
    return redirect(url, 303)


@blueprint.get("/invoices/<uuid:invoice_id>/returned")
@requires(*INVOICE_READERS)
def returned(invoice_id: UUID) -> ResponseReturnValue:
    """The return from the processor's page: paid, or waiting for its report."""
    shown = _get_visible(invoice_id)
    if shown.is_paid:
        return redirect(f"/payments/invoices/{invoice_id}", 303)
    return render_template("payments/returned.html", invoice=shown)


@blueprint.get("/received")
@requires(PaymentsPermission.SEE_RECEIVED)
def received() -> ResponseReturnValue:
    """What was received on a day."""
    service = current_service()
    day = _day_asked_for(service.today())
    with service.database.reading() as session:
        payments = queries.payments_received(session, day, service.place.time_zone)
        week = queries.week_received(session, day, service.place.time_zone)
        return render_template(
            "payments/received.html",
            payments=payments,
            day=day,
            owed=queries.owed(session),
            week=bar_chart(
                "week",
                translatable("Received in the seven days up to this one"),
                (translatable("Day"), translatable("Received")),
                [
                    Bar(format_weekday(total.day), total.amount_cents, money(total.amount_cents))
                    for total in week
                ],
            ),
            day_before=day - timedelta(days=1),
            day_after=day + timedelta(days=1) if day < service.today() else None,
        )


def _day_asked_for(today: date) -> date:
    try:
        day = date.fromisoformat(request.args.get("day") or today.isoformat())
    except ValueError:
        raise _not_shown(translatable("Enter a date such as 2026-11-22.")) from None
    if day < EARLIEST:
        raise _not_shown(translatable("Enter a date no earlier than {day}.", day=str(EARLIEST)))
    if day > today:
        raise _not_shown(translatable("This day is in the future. Choose today or an earlier day."))
    return day


def _not_shown(fault: Translatable) -> InvalidInput:
    return InvalidInput({"day": [fault]}, translatable("We cannot show the payments of that day."))


def _get_visible(invoice_id: UUID) -> Invoice:
    with current_service().database.reading() as session:
        shown = invoices.get_invoice(session, invoice_id)
    refuse_unless_visible(get_principal(), shown)
    return shown
