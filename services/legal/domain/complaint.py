"""A superintendent's complaint: filed once, screened, then closed or opened as a case.

Its text is in a separate table, loaded only by the use case that records who read it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.i18n.text import translatable
from chassis.ids import new_id
from chassis.problems import InvalidInput
from chassis.storage.database import Versioned
from chassis.storage.types import Instant
from services.legal.domain.base import Base, ImpossibleStep
from services.legal.domain.people import Educator


class ImpossibleDates(InvalidInput):
    """The days of a complaint contradict each other."""


class UnknownGrounds(InvalidInput):
    """The state has no such ground."""


class ComplaintState(StrEnum):
    """A complaint's state."""

    RECEIVED = "received"
    SCREENING = "screening"
    INSUFFICIENT_EVIDENCE = "insufficient_evidence"
    CASE_OPENED = "case_opened"


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A superintendent's signed statement; `facts` never leaves this service."""

    position: str
    facts: str
    occurred_on: date
    learned_on: date
    suspected_grounds: Sequence[str]
    signature: str

    def refuse_impossible_dates(self, today: date) -> None:
        """Raise `ImpossibleDates` for future days, or if it was learned of before it happened."""
        if self.occurred_on > today:
            raise ImpossibleDates({"occurred_on": [translatable("This date is in the future.")]})
        if self.learned_on > today:
            raise ImpossibleDates({"learned_on": [translatable("This date is in the future.")]})
        if self.learned_on < self.occurred_on:
            message = translatable(
                "You cannot have learned of it before it happened. Check both dates."
            )
            raise ImpossibleDates({"learned_on": [message]})


@dataclass(frozen=True)
class Evidence:
    """An uploaded document: its name, and the digest and size in bytes of the stored file."""

    name: str
    digest: str
    size: int


class Complaint(Versioned, Base):
    """A report about an educator by the superintendent of a district."""

    __tablename__ = "complaint"
    __table_args__ = (UniqueConstraint("filed_by", "form_id"),)

    complaint_id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    complaint_number: Mapped[str] = mapped_column(String(30), unique=True)
    form_id: Mapped[UUID]
    filed_by: Mapped[UUID]
    organization_id: Mapped[UUID] = mapped_column(index=True)
    organization_name: Mapped[str] = mapped_column(String(200))
    educator_id: Mapped[UUID] = mapped_column(ForeignKey("educator.educator_id"), index=True)
    position: Mapped[str] = mapped_column(String(200))
    occurred_on: Mapped[date]
    learned_on: Mapped[date]
    report_due_on: Mapped[date]
    received_at: Mapped[datetime] = mapped_column(Instant)
    received_on: Mapped[date]
    suspected_grounds: Mapped[list[str]] = mapped_column(JSON)
    signature: Mapped[str] = mapped_column(String(200))
    state: Mapped[ComplaintState] = mapped_column(String(30), index=True)
    review_due_on: Mapped[date]
    reviewed_on: Mapped[date | None]
    educator: Mapped[Educator] = relationship(lazy="selectin")
    text: Mapped["ComplaintText"] = relationship(lazy="raise")
    documents: Mapped[list["Document"]] = relationship(lazy="raise", order_by="Document.position")

    @classmethod
    def file(
        cls,
        statement: Statement,
        *,
        number: str,
        form_id: UUID,
        filed_by: UUID,
        organization_id: UUID,
        organization_name: str,
        educator: Educator,
        evidence: Sequence[Evidence],
        report_due_on: date,
        review_due_on: date,
        now: datetime,
        today: date,
    ) -> "Complaint":
        """A new complaint; a late one is also accepted.

        Raises `ImpossibleDates`.
        """
        statement.refuse_impossible_dates(today)
        return cls(
            complaint_id=new_id(),
            version=1,
            complaint_number=number,
            form_id=form_id,
            filed_by=filed_by,
            organization_id=organization_id,
            organization_name=organization_name,
            educator=educator,
            position=statement.position,
            occurred_on=statement.occurred_on,
            learned_on=statement.learned_on,
            report_due_on=report_due_on,
            received_at=now,
            received_on=today,
            suspected_grounds=list(statement.suspected_grounds),
            signature=statement.signature,
            state=ComplaintState.RECEIVED,
            review_due_on=review_due_on,
            text=ComplaintText(facts=statement.facts),
            documents=[
                Document(position=position, name=each.name, digest=each.digest, size=each.size)
                for position, each in enumerate(evidence, start=1)
            ],
        )

    @property
    def is_late(self) -> bool:
        """Whether it was received after the superintendent's deadline."""
        return self.received_on > self.report_due_on

    @property
    def awaits_review(self) -> bool:
        """Whether the agency has not decided on it yet."""
        return self.state in (ComplaintState.RECEIVED, ComplaintState.SCREENING)

    def begin_screening(self) -> None:
        """Start the screening; raises `ImpossibleStep`."""
        self._advance(ComplaintState.SCREENING, from_state=ComplaintState.RECEIVED)

    def close_for_insufficient_evidence(self, reason: str, today: date) -> None:
        """Close it without a case; the reason stays in this service. Raises `ImpossibleStep`."""
        self._advance(ComplaintState.INSUFFICIENT_EVIDENCE, from_state=ComplaintState.SCREENING)
        self.reviewed_on = today
        self.text.closing_reason = reason

    def become_case(self, today: date) -> None:
        """Record that a case was opened on it; raises `ImpossibleStep`."""
        self._advance(ComplaintState.CASE_OPENED, from_state=ComplaintState.SCREENING)
        self.reviewed_on = today

    def _advance(self, state: ComplaintState, *, from_state: ComplaintState) -> None:
        if self.state != from_state:
            raise ImpossibleStep(
                translatable(
                    "Complaint {number} is {state}; "
                    "only a complaint that is {before} can be {after}.",
                    number=self.complaint_number,
                    state=_WORDS[self.state],
                    before=_WORDS[from_state],
                    after=_WORDS[state],
                )
            )
        self.state = state
        self.version += 1


_WORDS = {
    ComplaintState.RECEIVED: translatable("received but not yet in screening"),
    ComplaintState.SCREENING: translatable("being screened"),
    ComplaintState.INSUFFICIENT_EVIDENCE: translatable("closed for insufficient evidence"),
    ComplaintState.CASE_OPENED: translatable("opened as a case"),
}


class ComplaintText(Base):
    """A complaint's text and the reason it was closed; neither leaves this service."""

    __tablename__ = "complaint_text"

    complaint_id: Mapped[UUID] = mapped_column(
        ForeignKey("complaint.complaint_id"), primary_key=True
    )
    facts: Mapped[str] = mapped_column(Text)
    closing_reason: Mapped[str | None] = mapped_column(Text)


class Document(Base):
    """A file attached to a complaint, stored under its digest; `size` is in bytes."""

    __tablename__ = "document"

    document_id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.complaint_id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]


def refuse_unknown_grounds(codes: Collection[str], grounds: Collection[str]) -> None:
    """Raise `UnknownGrounds` unless all codes are among the state's grounds."""
    unknown = sorted(set(codes) - set(grounds))
    if unknown:
        message = translatable("There is no ground {codes}.", codes=tuple(unknown))
        raise UnknownGrounds({"grounds": [message]})
