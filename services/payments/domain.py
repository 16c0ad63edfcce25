"""Invoices and payments: their rules and events."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from chassis.i18n.text import translatable
from chassis.ids import new_id
from chassis.problems import RuleBroken
from chassis.storage.database import Versioned
from chassis.storage.tables import service_metadata
from chassis.storage.types import Instant
from contracts.payments import InvoiceLine, InvoiceOpened, PaymentFailed, PaymentSettled


class Base(DeclarativeBase):
    """The tables of the payments service."""

    metadata = service_metadata()


class AlreadyPaid(RuleBroken):
    """An invoice is paid once."""

    title = translatable("This invoice is already paid")
    advice = translatable("You do not need to do anything. Your receipt is on the invoice's page.")


class WrongAmount(RuleBroken):
    """The processor charged a different amount than the invoice's."""

    title = translatable("The payment does not match the invoice")


class InvoiceStatus(StrEnum):
    """The status of an invoice."""

    OPEN = "open"
    PAID = "paid"


class Invoice(Versioned, Base):
    """What an applicant owes for one application, in cents."""

    __tablename__ = "invoice"

    invoice_id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    invoice_number: Mapped[str] = mapped_column(String(20), unique=True)
    application_id: Mapped[UUID] = mapped_column(unique=True)
    educator_id: Mapped[UUID] = mapped_column(index=True)
    applicant_name: Mapped[str] = mapped_column(String(200))
    currency: Mapped[str] = mapped_column(String(3))
    amount_cents: Mapped[int]
    lines: Mapped[list[dict[str, str | int]]] = mapped_column(JSON)
    status: Mapped[InvoiceStatus] = mapped_column(String(10))
    opened_on: Mapped[date]
    settled_on: Mapped[date | None]
    checkout_id: Mapped[str | None] = mapped_column(String(100), unique=True)
    checkout_url: Mapped[str | None] = mapped_column(String(500))
    last_failure: Mapped[str | None] = mapped_column(String(100))
    payments: Mapped[list["Payment"]] = relationship(
        back_populates="invoice", lazy="selectin", order_by="Payment.settled_at"
    )

    @classmethod
    def open(
        cls,
        *,
        number: str,
        application_id: UUID,
        educator_id: UUID,
        applicant_name: str,
        lines: tuple[InvoiceLine, ...],
        currency: str,
        on: date,
    ) -> "Invoice":
        """A new invoice for these fees."""
        return cls(
            invoice_id=new_id(),
            version=1,
            invoice_number=number,
            application_id=application_id,
            educator_id=educator_id,
            applicant_name=applicant_name,
            currency=currency,
            amount_cents=sum(line.amount_cents for line in lines),
            lines=[vars(line) for line in lines],
            status=InvoiceStatus.OPEN,
            opened_on=on,
        )

    def opened(self) -> InvoiceOpened:
        """The event that the invoice was opened."""
        return InvoiceOpened(**self._facts())

    def state(self) -> InvoiceOpened | PaymentSettled:
        """The event with the invoice's current state."""
        return self._settled(self.payment) if self.payment else self.opened()

    def _settled(self, payment: "Payment") -> PaymentSettled:
        assert self.settled_on is not None
        return PaymentSettled(
            **self._facts(), receipt_number=payment.receipt_number, settled_on=self.settled_on
        )

    @property
    def is_paid(self) -> bool:
        """Whether the invoice is paid."""
        return self.status == InvoiceStatus.PAID

    @property
    def payment(self) -> "Payment | None":
        """The payment that settled the invoice."""
        return self.payments[0] if self.payments else None

    def refuse_if_paid(self) -> None:
        """Raise `AlreadyPaid` if the invoice is paid."""
        if self.is_paid:
            raise AlreadyPaid

    def send_to(self, checkout_id: str, checkout_url: str) -> None:
        """Record the processor's page where the invoice can be paid."""
        self.refuse_if_paid()
        self.checkout_id, self.checkout_url = checkout_id, checkout_url

    def try_again(self) -> None:
        """Forget why the last card was declined, since another payment is under way."""
        self.refuse_if_paid()
        self.last_failure = None

    def settle(self, payment: "Payment", settled_on: date) -> PaymentSettled:
        """Settle the invoice with this payment; raises `AlreadyPaid` and `WrongAmount`."""
        self.refuse_if_paid()
        if (payment.amount_cents, payment.currency) != (self.amount_cents, self.currency):
            raise WrongAmount(
                translatable(
                    "{number} is for {asked} {currency}, but the payment is for {held} {other}",
                    number=self.invoice_number,
                    asked=self.amount_cents,
                    currency=self.currency,
                    held=payment.amount_cents,
                    other=payment.currency,
                )
            )
        self.payments.append(payment)
        self.status = InvoiceStatus.PAID
        self.last_failure = None
        self.settled_on = settled_on
        self.version += 1
        return self._settled(payment)

    def record_failure(self, reason: str) -> PaymentFailed:
        """Record why a card was declined; the invoice stays open."""
        self.refuse_if_paid()
        self.last_failure = reason
        self.version += 1
        return PaymentFailed(**self._facts(), reason=reason)

    def _facts(self) -> dict[str, Any]:
        return {
            "version": self.version,
            "invoice_id": self.invoice_id,
            "invoice_number": self.invoice_number,
            "application_id": self.application_id,
            "educator_id": self.educator_id,
            "amount_cents": self.amount_cents,
            "currency": self.currency,
            "lines": tuple(InvoiceLine(**line) for line in self.lines),  # type: ignore[arg-type]
        }


class Payment(Base):
    """A payment received, by the processor's reference; a card number is never stored."""

    __tablename__ = "payment"

    payment_id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.invoice_id"), index=True)
    receipt_number: Mapped[str] = mapped_column(String(20), unique=True)
    reference: Mapped[str] = mapped_column(String(100), unique=True)
    amount_cents: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    card_brand: Mapped[str | None] = mapped_column(String(20))
    last_four: Mapped[str | None] = mapped_column(String(4))
    settled_at: Mapped[datetime] = mapped_column(Instant)
    invoice: Mapped[Invoice] = relationship(back_populates="payments")


class ProcessorReport(Base):
    """A webhook that was processed; its id identifies a duplicate."""

    __tablename__ = "processor_report"

    report_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    checkout_id: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(20))
    received_at: Mapped[datetime] = mapped_column(Instant)
    outcome: Mapped[str] = mapped_column(String(200))
