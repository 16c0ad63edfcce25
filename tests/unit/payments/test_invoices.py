"""An application's fee: opened by certification's fact, paid at the processor, settled once."""

from datetime import date
from uuid import UUID

from flask import Flask
from lxml import html

from chassis.ids import new_id
from chassis.messaging.inbox import Verdict
from chassis.storage import audit
from chassis.testing import (
    NOW,
    client_of,
    deliver,
    recorded,
    service_of,
)
from contracts.certification import ApplicationPaymentOpened
from contracts.identity import Role
from contracts.notices import Recipient
from contracts.payments import (
    InvoiceOpened,
    NothingDue,
    PaymentFailed,
    PaymentSettled,
    PaymentsNotice,
    PaymentsNoticeDue,
)
from services.payments.adapters.processors.processor import CardReport, Checkout
from services.payments.usecases import invoices

EDUCATOR = new_id()


def payment_opened(
    *items: str, on: date = date(2026, 11, 22), application_id: UUID | None = None
) -> ApplicationPaymentOpened:
    return ApplicationPaymentOpened(
        version=4,
        application_id=application_id or new_id(),
        educator_id=EDUCATOR,
        application_kind="initial",
        certificate_type="PROF",
        fee_items=items,
        opened_on=on,
        applicant_name="Wilhelmina Testworthy",
    )


def open_invoice(app: Flask) -> InvoiceOpened:
    deliver(app, payment_opened("INITIAL"))
    opened: InvoiceOpened = recorded(app, InvoiceOpened)[0]
    service = service_of(app)
    with service.database.transaction() as session:
        checkout = Checkout("co_1", "http://127.0.0.1:8081/pay/co_1")
        invoices.send_to_checkout(session, opened.invoice_id, checkout)
    return opened


def report(kind: str = "paid", event_id: str = "evt_1", amount_cents: int = 8500) -> CardReport:
    return CardReport(
        event_id=event_id,
        checkout_id="co_1",
        kind=kind,  # type: ignore[arg-type]
        amount_cents=amount_cents,
        currency="USD",
        reference=f"pay_{event_id}",
        card_brand="visa",
        last_four="4242",
        failure_reason="insufficient_funds" if kind == "failed" else None,
        occurred_at=NOW,
    )


def take(app: Flask, *reports: CardReport) -> list[str]:
    service = service_of(app)
    outcomes = []
    for each in reports:
        with service.database.transaction() as session:
            outcomes.append(invoices.take_report(session, each, service.now(), date(2026, 11, 22)))
    return outcomes


def test_an_opened_payment_opens_one_invoice_for_the_fee_of_its_day(app: Flask) -> None:
    deliver(app, payment_opened("INITIAL"))

    opened = recorded(app, InvoiceOpened)

    assert [(each.amount_cents, each.currency) for each in opened] == [(8500, "USD")]
    assert opened[0].lines[0].title == "Initial certification"


def test_a_fee_is_the_one_in_force_on_the_day_the_payment_opened(app: Flask) -> None:
    deliver(app, payment_opened("INITIAL", on=date(2017, 6, 30)))
    deliver(app, payment_opened("INITIAL", on=date(2017, 7, 1)))

    assert [each.amount_cents for each in recorded(app, InvoiceOpened)] == [5000, 8500]


def test_the_same_application_announced_again_opens_no_second_invoice(app: Flask) -> None:
    application_id = new_id()
    first = payment_opened("INITIAL", application_id=application_id)
    deliver(app, first, first)
    later = ApplicationPaymentOpened(**{**vars(first), "version": 9})
    deliver(app, later)

    assert len(recorded(app, InvoiceOpened)) == 1


def test_the_applicant_is_notified_of_the_fee_in_both_languages(app: Flask) -> None:
    invoice = open_invoice(app)

    (notice,) = recorded(app, PaymentsNoticeDue)
    assert notice.kind == PaymentsNotice.FEE_DUE
    assert notice.recipient == Recipient(educator_id=invoice.educator_id)
    assert notice.link == f"/payments/invoices/{invoice.invoice_id}"
    assert "$85.00" in notice.title["en"]
    assert "Ya puede pagar la tarifa de $85.00" in notice.title["es"]


def test_free_items_open_no_invoice_and_remind_nobody(app: Flask) -> None:
    deliver(app, payment_opened("ONE_YEAR"))

    assert [type(each) for each in recorded(app)] == [NothingDue]
    assert recorded(app, PaymentsNoticeDue) == []


def test_an_unknown_fee_is_tried_again_rather_than_lost(app: Flask) -> None:
    outcomes = deliver(app, payment_opened("NO_SUCH_FEE"))

    assert [each.verdict for each in outcomes] == [Verdict.RETRY]


def test_a_paid_report_settles_the_invoice(app: Flask) -> None:
    opened = open_invoice(app)

    assert take(app, report()) == ["settled"]
    settled = recorded(app, PaymentSettled)
    assert [each.invoice_id for each in settled] == [opened.invoice_id]
    assert settled[0].version == opened.version + 1


def test_the_same_report_twice_settles_once(app: Flask) -> None:
    open_invoice(app)

    assert take(app, report(), report()) == ["settled", "settled"]
    assert take(app, report(event_id="evt_other")) == ["already settled"]
    assert len(recorded(app, PaymentSettled)) == 1


def test_a_failure_that_arrives_after_the_payment_changes_nothing(app: Flask) -> None:
    open_invoice(app)

    assert take(app, report(), report("failed", "evt_2")) == ["settled", "already settled"]
    assert recorded(app, PaymentFailed) == []


def test_a_declined_card_leaves_the_invoice_to_be_paid(app: Flask) -> None:
    open_invoice(app)

    assert take(app, report("failed", "evt_0")) == ["failure noted"]
    assert take(app, report()) == ["settled"]


def test_a_payment_under_way_is_not_called_declined_for_one_that_was(app: Flask) -> None:
    opened = open_invoice(app)
    path = f"/payments/invoices/{opened.invoice_id}"
    owner = client_of(app, {Role.EDUCATOR: None}, educator_id=EDUCATOR)
    take(app, report("failed", "evt_0"))
    assert html.fromstring(owner.get(path).text).find_class("usa-alert--warning") != []

    assert owner.post(f"{path}/pay").status_code == 303

    for page in (path, f"{path}/returned"):
        assert html.fromstring(owner.get(page).text).find_class("usa-alert--warning") == []


def test_another_amount_than_the_invoice_asks_for_is_refused_and_noted(app: Flask) -> None:
    open_invoice(app)

    (outcome,) = take(app, report(amount_cents=100))

    assert outcome.startswith("refused")
    assert recorded(app, PaymentSettled) == []


def test_an_educator_sees_their_invoice_and_nobody_elses(app: Flask) -> None:
    opened = open_invoice(app)
    path = f"/payments/invoices/{opened.invoice_id}"
    owner = client_of(app, {Role.EDUCATOR: None}, educator_id=EDUCATOR)
    stranger = client_of(app, {Role.EDUCATOR: None}, educator_id=new_id())

    assert "$85.00" in owner.get(path).text
    assert stranger.get(path).status_code == 403
    assert client_of(app).get(path).status_code == 303


def test_who_may_neither_pay_nor_see_invoices_is_told_whose_they_are(app: Flask) -> None:
    opened = open_invoice(app)
    analyst = client_of(app, {Role.ANALYST: None})
    page = f"/payments/invoices/{opened.invoice_id}"

    refusals = [
        analyst.get(path)
        for path in (page, f"{page}/returned", f"/payments/api/invoices/{opened.invoice_id}")
    ]

    assert {refused.status_code for refused in refusals} == {403}
    assert all("educator, finance" in refused.text for refused in refusals)
    assert client_of(app, {Role.FINANCE: None}).get(page).status_code == 200


def test_the_total_of_an_invoice_is_not_called_a_fee(app: Flask) -> None:
    path = f"/payments/invoices/{open_invoice(app).invoice_id}"
    owner = client_of(app, {Role.EDUCATOR: None}, educator_id=EDUCATOR)

    page = owner.get(path).text

    assert page.count('data-label="Fee"') == 1
    assert '<th scope="row" role="rowheader">Total</th>' in page


def test_paying_a_paid_invoice_leads_back_to_its_receipt(app: Flask) -> None:
    opened = open_invoice(app)
    take(app, report())
    owner = client_of(app, {Role.EDUCATOR: None}, educator_id=EDUCATOR)

    answer = owner.post(f"/payments/invoices/{opened.invoice_id}/pay")

    assert answer.status_code == 303
    assert answer.location == f"/payments/invoices/{opened.invoice_id}"
    assert "R-100001" in owner.get(answer.location).text


def test_a_webhook_without_a_good_signature_changes_nothing(app: Flask) -> None:
    open_invoice(app)

    answer = client_of(app).post(
        "/payments/webhooks/card", data=b"{}", headers={"Sandbox-Signature": "t=1,v1=00"}
    )

    assert answer.status_code == 400
    assert recorded(app, PaymentSettled) == []


def test_each_act_is_written_down_in_an_unbroken_trail(app: Flask) -> None:
    open_invoice(app)
    take(app, report())

    with service_of(app).database.reading() as session:
        assert audit.verify(session) == 2


def test_finance_sees_what_was_received_today(app: Flask) -> None:
    open_invoice(app)
    take(app, report())

    page = client_of(app, {Role.FINANCE: None}).get("/payments/received?day=2026-11-22")

    assert "pay_evt_1" in page.text
