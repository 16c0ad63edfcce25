"""A certificate: its authorizations, the orders against it, and its status on a day."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.calendar import day_in, last_day_of_term
from chassis.i18n.text import translatable
from chassis.ids import new_id
from chassis.problems import RuleBroken
from chassis.storage.database import Versioned
from chassis.storage.types import Instant
from contracts.certification import (
    Authorization,
    CertificateFact,
    CertificateIssued,
    CertificateReinstated,
    CertificateRevoked,
    CertificateStatus,
    CertificateSurrendered,
    CertificateSuspended,
    Restriction,
    status_on,
)
from contracts.legal import OrderAction
from services.certification.domain.base import Base

ENDS_SOON = timedelta(days=180)
"""How long before the last day the holder is reminded."""


class NoCopyIssued(RuleBroken):
    """Copies of a revoked or surrendered certificate are not issued."""

    title = translatable("Copies of this certificate are no longer issued")
    advice = translatable("Anyone can look up its current status by its number.")


def last_day_of(effective_on: date, months: int, ends_on: str | None) -> date:
    """The last day of a term of `months`, or the last `ends_on` (such as 06-30) within the term."""
    term_ends = last_day_of_term(effective_on, months)
    if ends_on is None:
        return term_ends
    in_that_year = day_in(term_ends.year, ends_on)
    return in_that_year if in_that_year <= term_ends else day_in(term_ends.year - 1, ends_on)


class LastFact(StrEnum):
    """The kind of event last published about a certificate."""

    ISSUED = "issued"
    SUSPENDED = "suspended"
    SURRENDERED = "surrendered"
    REVOKED = "revoked"
    REINSTATED = "reinstated"


_FACT_OF = {
    OrderAction.SUSPENSION: LastFact.SUSPENDED,
    OrderAction.SURRENDER: LastFact.SURRENDERED,
    OrderAction.REVOCATION: LastFact.REVOKED,
}


class CertificateRestriction(Base):
    """The effect of one final order on one certificate."""

    __tablename__ = "certificate_restriction"

    certificate_id: Mapped[UUID] = mapped_column(
        ForeignKey("certificate.certificate_id"), primary_key=True
    )
    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[OrderAction] = mapped_column(String(20))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    def restriction(self) -> Restriction:
        """The restriction as events carry it."""
        return Restriction(
            kind=OrderAction(self.kind),
            order_id=self.order_id,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
        )


class Certificate(Versioned, Base):
    """One certificate; its status is computed for a day and never stored."""

    __tablename__ = "certificate"

    certificate_id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    certificate_number: Mapped[str] = mapped_column(String(40), unique=True)
    application_id: Mapped[UUID | None] = mapped_column(unique=True)
    educator_id: Mapped[UUID] = mapped_column(index=True)
    educator_number: Mapped[str] = mapped_column(String(30))
    holder_name: Mapped[str] = mapped_column(String(250))
    holder_last_name: Mapped[str] = mapped_column(String(100))
    former_last_names: Mapped[list[str]] = mapped_column(JSON)
    certificate_type: Mapped[str] = mapped_column(String(20))
    certificate_title: Mapped[str] = mapped_column(String(100))
    authorizations_stored: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    rank: Mapped[str | None] = mapped_column(String(10))
    statute: Mapped[str] = mapped_column(String(200))
    issued_on: Mapped[date]
    effective_on: Mapped[date]
    expires_on: Mapped[date | None]
    last_fact: Mapped[LastFact] = mapped_column(String(20))
    last_order_id: Mapped[UUID | None]
    restrictions_stored: Mapped[list[CertificateRestriction]] = relationship(
        lazy="selectin", cascade="all, delete-orphan"
    )

    @classmethod
    def issue(
        cls,
        *,
        number: str,
        application_id: UUID | None,
        educator_id: UUID,
        educator_number: str,
        holder_name: str,
        holder_last_name: str,
        former_last_names: Iterable[str],
        certificate_type: str,
        certificate_title: str,
        authorizations: Sequence[Authorization],
        rank: str | None,
        statute: str,
        issued_on: date,
        effective_on: date,
        expires_on: date | None,
        restrictions: Sequence[Restriction] = (),
    ) -> "Certificate":
        """A new certificate; orders already in force against its holder apply from the start."""
        certificate = cls(
            certificate_id=new_id(),
            version=1,
            certificate_number=number,
            application_id=application_id,
            educator_id=educator_id,
            educator_number=educator_number,
            holder_name=holder_name,
            holder_last_name=holder_last_name,
            former_last_names=list(former_last_names),
            certificate_type=certificate_type,
            certificate_title=certificate_title,
            authorizations_stored=[vars(authorization) for authorization in authorizations],
            rank=rank,
            statute=statute,
            issued_on=issued_on,
            effective_on=effective_on,
            expires_on=expires_on,
            last_fact=LastFact.ISSUED,
        )
        for restriction in filter(certificate.is_bound_by, restrictions):
            certificate._put(restriction)
        return certificate

    @property
    def authorizations(self) -> tuple[Authorization, ...]:
        """What it authorizes."""
        return tuple(Authorization(**values) for values in self.authorizations_stored)

    @property
    def restrictions(self) -> tuple[Restriction, ...]:
        """The orders on it, including past ones, by first day."""
        restrictions = [stored.restriction() for stored in self.restrictions_stored]
        return tuple(sorted(restrictions, key=lambda each: (each.starts_on, each.order_id)))

    def status_on(self, day: date) -> CertificateStatus:
        """Its status on a day."""
        return status_on(day, self.effective_on, self.expires_on, self.restrictions)

    def ends_soon(self, day: date) -> bool:
        """Whether it is active on a day and expires within `ENDS_SOON`."""
        is_active = self.status_on(day) == CertificateStatus.ACTIVE
        return is_active and self.expires_on is not None and self.expires_on - day <= ENDS_SOON

    def is_taken_away(self, day: date) -> bool:
        """Whether it is revoked or surrendered on a day, and so neither copied nor renewed."""
        return self.status_on(day) in (CertificateStatus.REVOKED, CertificateStatus.SURRENDERED)

    def refuse_copy_if_taken_away(self, day: date) -> None:
        """Raise `NoCopyIssued` if it is revoked or surrendered on this day."""
        if not self.is_taken_away(day):
            return
        since = min(
            restriction.starts_on
            for restriction in self.restrictions
            if restriction.is_in_force(day) and restriction.kind is not OrderAction.SUSPENSION
        )
        is_revoked = self.status_on(day) == CertificateStatus.REVOKED
        raise NoCopyIssued(
            translatable(
                "Certificate {number} has been {status} since {since}, by a final order.",
                number=self.certificate_number,
                status=translatable("revoked") if is_revoked else translatable("surrendered"),
                since=since,
            )
        )

    def is_bound_by(self, restriction: Restriction) -> bool:
        """Whether an order applies to it; an order that ended before it took effect does not."""
        is_on_record = any(
            stored.order_id == restriction.order_id for stored in self.restrictions_stored
        )
        ends_on = restriction.ends_on
        return is_on_record or ends_on is None or ends_on >= self.effective_on

    def apply_order(self, restriction: Restriction, *, has_ended: bool) -> CertificateFact:
        """Apply an order, or its end, and return the event to publish."""
        self._put(restriction)
        self.last_fact = LastFact.REINSTATED if has_ended else _FACT_OF[restriction.kind]
        self.last_order_id = restriction.order_id
        self.version += 1
        return self.state()

    def _put(self, restriction: Restriction) -> None:
        for stored in self.restrictions_stored:
            if stored.order_id == restriction.order_id:
                stored.kind = restriction.kind
                stored.starts_on, stored.ends_on = restriction.starts_on, restriction.ends_on
                return
        self.restrictions_stored.append(
            CertificateRestriction(certificate_id=self.certificate_id, **vars(restriction))
        )

    def issued(self) -> CertificateIssued:
        """The event that it was issued."""
        return CertificateIssued(**self._facts())

    def state(self) -> CertificateFact:
        """The event last published; publishing it again changes nothing."""
        if self.last_fact == LastFact.ISSUED:
            return self.issued()
        order = next(
            stored for stored in self.restrictions_stored if stored.order_id == self.last_order_id
        )
        facts = {**self._facts(), "order_id": order.order_id}
        if self.last_fact == LastFact.REINSTATED:
            return CertificateReinstated(**facts)
        if self.last_fact == LastFact.SUSPENDED:
            return CertificateSuspended(**facts, suspended_from=order.starts_on)
        if self.last_fact == LastFact.SURRENDERED:
            return CertificateSurrendered(**facts, surrendered_from=order.starts_on)
        return CertificateRevoked(**facts, revoked_from=order.starts_on)

    def _facts(self) -> dict[str, Any]:
        return {
            "version": self.version,
            "certificate_id": self.certificate_id,
            "certificate_number": self.certificate_number,
            "educator_id": self.educator_id,
            "educator_number": self.educator_number,
            "holder_name": self.holder_name,
            "holder_last_name": self.holder_last_name,
            "former_last_names": tuple(self.former_last_names),
            "certificate_type": self.certificate_type,
            "certificate_title": self.certificate_title,
            "authorizations": self.authorizations,
            "rank": self.rank,
            "issued_on": self.issued_on,
            "effective_on": self.effective_on,
            "expires_on": self.expires_on,
            "restrictions": self.restrictions,
        }


class IssuedCopy(Base):
    """A copy of a certificate issued as a PDF: when, and to whom."""

    __tablename__ = "issued_copy"

    copy_id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    certificate_id: Mapped[UUID] = mapped_column(
        ForeignKey("certificate.certificate_id"), index=True
    )
    account_id: Mapped[UUID]
    given_to: Mapped[str] = mapped_column(String(200))
    to_holder: Mapped[bool]
    given_at: Mapped[datetime] = mapped_column(Instant)
