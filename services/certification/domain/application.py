"""An application for a certificate: its states, and who may change it when."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.i18n.text import translatable
from chassis.ids import new_id
from chassis.storage.database import Versioned
from chassis.storage.types import Instant
from contracts.certification import (
    ApplicationDecided,
    ApplicationOutcome,
    ApplicationPaymentOpened,
    ApplicationSubmitted,
)
from services.certification.domain import refusals
from services.certification.domain.base import Base
from services.certification.domain.element import Element, ElementKind, ElementState
from services.certification.domain.program import Recommendation
from services.certification.domain.status import (
    DECIDED,
    NEVER_SUBMITTED,
    WITH_APPLICANT,
    ApplicationStatus,
    refuse_unless,
)

_IS_OPEN = text("status NOT IN ('approved', 'denied', 'withdrawn')")


class Application(Versioned, Base):
    """One educator's application for one certificate."""

    __tablename__ = "application"
    __table_args__ = (
        Index(
            "uq_application_open",
            "educator_id",
            "certificate_type",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        Index("ix_application_queue", "status", "status_since"),
    )

    application_id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    application_number: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    educator_id: Mapped[UUID] = mapped_column(index=True)
    applicant_name: Mapped[str] = mapped_column(String(250))
    certificate_type: Mapped[str] = mapped_column(String(20))
    authorization_codes: Mapped[list[str]] = mapped_column(JSON)
    recommendation: Mapped[Recommendation] = mapped_column(String(20))
    status: Mapped[ApplicationStatus] = mapped_column(String(20))
    status_since: Mapped[datetime] = mapped_column(Instant)
    started_on: Mapped[date]
    discloses: Mapped[bool]
    invoice_id: Mapped[UUID | None]
    submitted_on: Mapped[date | None]
    return_reasons: Mapped[str | None] = mapped_column(Text)
    decided_on: Mapped[date | None]
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decision_reasons: Mapped[str | None] = mapped_column(Text)
    elements_stored: Mapped[list[Element]] = relationship(
        lazy="selectin", cascade="all, delete-orphan"
    )

    @classmethod
    def start(
        cls,
        *,
        number: str,
        educator_id: UUID,
        applicant_name: str,
        certificate_type: str,
        authorization_codes: Iterable[str],
        recommendation: Recommendation,
        now: datetime,
        today: date,
    ) -> "Application":
        """A new application for an initial certificate, with every element it needs."""
        application = cls(
            application_id=new_id(),
            version=1,
            application_number=number,
            kind="initial",
            educator_id=educator_id,
            applicant_name=applicant_name,
            certificate_type=certificate_type,
            authorization_codes=list(authorization_codes),
            recommendation=recommendation,
            status=ApplicationStatus.DRAFT,
            status_since=now,
            started_on=today,
            discloses=False,
        )
        for kind in ElementKind:
            is_recommendation = kind is ElementKind.PROGRAM_RECOMMENDATION
            is_needed = not is_recommendation or recommendation is not Recommendation.NONE
            application.elements_stored.append(Element.begin(kind, now, is_needed=is_needed))
        return application

    @property
    def elements(self) -> list[Element]:
        """Every element, in display order."""
        order = list(ElementKind)
        return sorted(self.elements_stored, key=lambda element: order.index(element.kind))

    def element(self, kind: ElementKind) -> Element:
        """The element of this kind; every application has one of each."""
        return next(element for element in self.elements_stored if element.kind == kind)

    @property
    def payment(self) -> Element:
        """The payment element, which events from payments change."""
        return self.element(ElementKind.PAYMENT)

    @property
    def is_with_applicant(self) -> bool:
        """Whether the applicant may change it."""
        return self.status in WITH_APPLICANT

    @property
    def is_withdrawable(self) -> bool:
        """Whether it was never submitted."""
        return self.status in NEVER_SUBMITTED

    @property
    def is_submitted(self) -> bool:
        """Whether the agency must act on it."""
        return self.status == ApplicationStatus.SUBMITTED

    @property
    def is_decided(self) -> bool:
        """Whether it was approved or denied."""
        return self.status in DECIDED

    @property
    def undone(self) -> list[Element]:
        """The elements that keep it from being submitted."""
        return [element for element in self.elements if not element.is_done]

    @property
    def unverified(self) -> list[Element]:
        """The elements that keep it from being approved."""
        return [element for element in self.elements if not element.is_settled]

    @property
    def is_submittable(self) -> bool:
        """Whether the applicant may submit it now."""
        return not self.undone and self.status in (
            ApplicationStatus.READY,
            ApplicationStatus.RETURNED,
        )

    # The applicant's actions.

    def refuse_unless_editable(self, kind: ElementKind) -> None:
        """Raise unless the applicant may change this element: as for `edit`."""
        refuse_unless(self.status, WITH_APPLICANT)
        if self.element(kind).state == ElementState.VERIFIED:
            raise refusals.AlreadyVerified

    def edit(
        self,
        kind: ElementKind,
        state: ElementState,
        answers: dict[str, Any],
        now: datetime,
    ) -> None:
        """Save an applicant's answers to an element.

        Raises `AlreadySubmitted`, `AlreadyDecided`, `AlreadyWithdrawn` and `AlreadyVerified`.
        """
        self.refuse_unless_editable(kind)
        element = self.element(kind)
        element.put(state, now, answers)
        element.note = None
        if kind == ElementKind.CHARACTER_AND_FITNESS:
            self.discloses = element.discloses
        self.version += 1

    def refuse_unless_submittable(self) -> None:
        """Raise unless it may be submitted now: as for `submit`."""
        refuse_unless(self.status, WITH_APPLICANT)
        if not self.is_submittable:
            raise refusals.NotReadyToSubmit(element.kind for element in self.undone)

    def submit(self, now: datetime, today: date) -> ApplicationSubmitted:
        """Submit the application to the agency.

        Raises `NotReadyToSubmit`, `AlreadySubmitted`, `AlreadyDecided` and `AlreadyWithdrawn`.
        """
        self.refuse_unless_submittable()
        self._turn(ApplicationStatus.SUBMITTED, now)
        self.submitted_on = today
        return ApplicationSubmitted(**self._facts(), submitted_on=today)

    def withdraw(self, now: datetime) -> None:
        """Withdraw the application; raises unless it was never submitted."""
        if self.status == ApplicationStatus.RETURNED:
            raise refusals.AlreadySubmitted
        refuse_unless(self.status, NEVER_SUBMITTED)
        self._turn(ApplicationStatus.WITHDRAWN, now)

    # The provider's recommendation, and events from payments.

    def recommend(self, provider_name: str, now: datetime, today: date) -> None:
        """Record a preparation provider's recommendation.

        Raises `AlreadyRecommended`, `AlreadySubmitted`, `AlreadyDecided` and `AlreadyWithdrawn`.
        """
        refuse_unless(self.status, WITH_APPLICANT)
        element = self.element(ElementKind.PROGRAM_RECOMMENDATION)
        if element.is_done:
            raise refusals.AlreadyRecommended
        answers = {"provider": provider_name, "recommended_on": today.isoformat()}
        element.put(ElementState.VERIFIED, now, answers)
        self.version += 1

    def open_payment(
        self, fee_items: Sequence[str], now: datetime, today: date
    ) -> ApplicationPaymentOpened | None:
        """Open the payment once everything before it is done; None if it is not, or was opened.

        Source: payment opens only after the recommendation (16 KAR 4:040 pages).
        """
        before_payment = [element for element in self.undone if element is not self.payment]
        if self.status != ApplicationStatus.DRAFT or before_payment:
            return None
        self._turn(ApplicationStatus.PAYMENT_DUE, now)
        self.payment.since = now
        return ApplicationPaymentOpened(
            **self._facts(),
            fee_items=tuple(fee_items),
            opened_on=today,
            applicant_name=self.applicant_name,
        )

    def record_invoice(self, invoice_id: UUID, now: datetime) -> None:
        """Record the invoice; the payment element stays done if it was paid already."""
        if self.invoice_id is not None:
            return
        self.invoice_id = invoice_id
        if not self.payment.is_done:
            self.payment.put(ElementState.IN_PROGRESS, now)
        self.version += 1

    def record_payment(self, state: ElementState, now: datetime) -> bool:
        """Record the fee as paid (verified) or not due (not required); return whether this is new.

        This does not decide the application.
        """
        if self.payment.is_done:
            return False
        self.payment.put(state, now)
        self.version += 1
        if self.status == ApplicationStatus.PAYMENT_DUE:
            self.status, self.status_since = ApplicationStatus.READY, now
        return True

    # The agency's actions.

    def verify(self, kind: ElementKind, note: str, now: datetime) -> None:
        """Verify an element; a disclosure needs a note that says why.

        Raises `NotSubmitted`, `NothingToCheck`, `NotCheckedByAgency`, `NoteNeeded` and others.
        """
        element = self._checkable(kind, ElementState.SUBMITTED, ElementState.REJECTED)
        if element.discloses and not note:
            raise refusals.NoteNeeded(
                translatable("Say why the disclosure does not prevent approval.")
            )
        self._check(element, ElementState.VERIFIED, note, now)

    def reject(self, kind: ElementKind, note: str, now: datetime) -> None:
        """Reject an element; the note explains why to the applicant.

        Raises `NotSubmitted`, `NothingToCheck`, `NotCheckedByAgency`, `NoteNeeded` and others.
        """
        element = self._checkable(
            kind, ElementState.SUBMITTED, ElementState.VERIFIED, ElementState.NOT_REQUIRED
        )
        if not note:
            raise refusals.NoteNeeded(translatable("Tell the applicant what is wrong."))
        self._check(element, ElementState.REJECTED, note, now)

    def _checkable(self, kind: ElementKind, *states: ElementState) -> Element:
        refuse_unless(self.status, {ApplicationStatus.SUBMITTED})
        element = self.element(kind)
        if not element.is_checked_by_agency:
            raise refusals.NotCheckedByAgency
        if element.state not in states:
            raise refusals.NothingToCheck
        return element

    def _check(self, element: Element, state: ElementState, note: str, now: datetime) -> None:
        element.put(state, now)
        element.note = note or None
        self.version += 1

    def send_back(self, reasons: str, now: datetime) -> None:
        """Return the application to the applicant; raises unless it is submitted."""
        refuse_unless(self.status, {ApplicationStatus.SUBMITTED})
        self._turn(ApplicationStatus.RETURNED, now)
        self.return_reasons = reasons

    def refuse_unless_decidable(self, seen_version: int) -> None:
        """Raise unless it is submitted and still at the version the decision is based on."""
        refuse_unless(self.status, {ApplicationStatus.SUBMITTED})
        if seen_version != self.version:
            raise refusals.StaleDecision

    def decide(
        self,
        outcome: ApplicationOutcome,
        reasons: str,
        decided_by: str,
        now: datetime,
        today: date,
    ) -> ApplicationDecided:
        """Approve or deny, once.

        Raises `NotAllVerified`, `NotSubmitted`, `AlreadyDecided` and `AlreadyWithdrawn`.
        """
        refuse_unless(self.status, {ApplicationStatus.SUBMITTED})
        if outcome == ApplicationOutcome.APPROVED and self.unverified:
            raise refusals.NotAllVerified(element.kind for element in self.unverified)
        self._turn(ApplicationStatus(outcome), now)
        self.decided_on, self.decided_by, self.decision_reasons = today, decided_by, reasons
        return ApplicationDecided(**self._facts(), outcome=outcome, decided_on=today)

    def _turn(self, status: ApplicationStatus, now: datetime) -> None:
        self.status, self.status_since = status, now
        self.version += 1

    def _facts(self) -> dict[str, Any]:
        return {
            "version": self.version,
            "application_id": self.application_id,
            "educator_id": self.educator_id,
            "application_kind": self.kind,
            "certificate_type": self.certificate_type,
        }
