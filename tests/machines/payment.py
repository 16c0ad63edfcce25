"""The life of a payment: announced, sent to the processor, reported again and again, paid once."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from sqlalchemy import select

from chassis.ids import new_id
from contracts.certification import ApplicationPaymentOpened
from contracts.payments import InvoiceOpened, PaymentFailed, PaymentSettled
from services.payments.adapters.processors.processor import CardReport, Checkout
from services.payments.domain import AlreadyPaid, Invoice, Payment
from services.payments.usecases import invoices
from tests.machines.life import Life, Stage

FEE = 8500


class PaymentLife(Life):
    """What the processor says comes repeatedly and in any order, true or false."""

    def __init__(self, stage: Stage, begin: None) -> None:
        super().__init__(stage, begin)
        self.announced = ApplicationPaymentOpened(
            version=4,
            application_id=new_id(),
            educator_id=new_id(),
            application_kind="initial",
            certificate_type="PROF",
            fee_items=("INITIAL",),
            opened_on=self.service.today(),
            applicant_name="Wilhelmina Testworthy",
        )
        self.version, self.is_paid = 0, False
        self.checkout_id: str | None = None
        self.outcomes: dict[str, str] = {}

    def invoice(self) -> Invoice:
        with self.service.database.reading() as session:
            found = session.scalars(select(Invoice)).one()
            assert found is not None
            return found

    @initialize()
    def certification_opens_the_payment(self) -> None:
        self.hear(self.announced)
        self.version = 1
        self.invoice_id = self.invoice().invoice_id
        self.tell(InvoiceOpened, self.invoice_id, 1)
        self.tell_people()

    @rule(later=st.integers(0, 3))
    def certification_says_so_again(self, later: int) -> None:
        self.hear(ApplicationPaymentOpened(**{**vars(self.announced), "version": 4 + later}))

    @rule(number=st.integers(1, 2))
    def the_payer_goes_to_the_processor(self, number: int) -> None:
        checkout = Checkout(f"co_{number}", f"http://127.0.0.1:8081/pay/co_{number}")
        is_new = self.checkout_id != checkout.id
        if self.attempt(
            lambda session: invoices.send_to_checkout(session, self.invoice_id, checkout),
            {AlreadyPaid} if self.is_paid and is_new else set(),
        ):
            self.checkout_id = checkout.id

    @rule(
        report=st.sampled_from(("evt_1", "evt_2", "evt_3", "evt_4", "evt_5", "evt_6")),
        kind=st.sampled_from(("paid", "paid", "failed")),
        amount_cents=st.sampled_from((FEE, FEE, FEE, FEE - 1, 0)),
        currency=st.sampled_from(("USD", "USD", "USD", "EUR")),
        checkout=st.sampled_from(("co_1", "co_1", "co_2", "co_of_nobody")),
    )
    def the_processor_reports(
        self, report: str, kind: str, amount_cents: int, currency: str, checkout: str
    ) -> None:
        outcome = self.do(
            lambda session: invoices.take_report(
                session,
                CardReport(
                    event_id=report,
                    checkout_id=checkout,
                    kind=kind,  # type: ignore[arg-type]
                    amount_cents=amount_cents,
                    currency=currency,
                    reference=f"pay_{report}",
                    card_brand="visa",
                    last_four="4242",
                    failure_reason="insufficient_funds" if kind == "failed" else None,
                    occurred_at=self.service.now(),
                ),
                **self.moment,
            )
        )
        if report in self.outcomes:
            assert outcome == self.outcomes[report]
            return
        self.outcomes[report] = outcome
        is_right = (amount_cents, currency) == (FEE, "USD")
        if checkout != self.checkout_id or self.is_paid or (kind == "paid" and not is_right):
            return
        self.version += 1
        self.is_paid = kind == "paid"
        fact = PaymentSettled if self.is_paid else PaymentFailed
        self.tell(fact, self.invoice_id, self.version)

    @precondition(lambda self: self.version)
    @invariant()
    def it_is_paid_once_and_in_full(self) -> None:
        self.reach("paid" if self.is_paid else "open")
        invoice = self.invoice()
        with self.service.database.reading() as session:
            received = [each.amount_cents for each in session.scalars(select(Payment))]
        assert received == [FEE] * self.is_paid
        assert invoice.is_paid == self.is_paid
        assert (invoice.settled_on is not None) == self.is_paid
        assert invoice.version == self.version

    @invariant()
    def payments_speaks_of_nothing_but_money(self) -> None:
        """Paying never decides: nothing that it tells issues a certificate."""
        assert {topic.partition(".")[0] for topic, _, _ in self.facts} <= {"payments"}
