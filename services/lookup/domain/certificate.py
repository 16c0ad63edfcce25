"""A certificate's public document, which is good through a stated day."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Date, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.i18n.text import Translatable, translatable
from contracts.certification import CertificateFact, CertificateStatus, Restriction
from contracts.codec import dump, load
from contracts.legal import OrderAction
from services.lookup.domain.base import Base
from services.lookup.jurisdiction import LookupRules

STATUS_WORDS = {
    CertificateStatus.ACTIVE: translatable("Active"),
    CertificateStatus.EXPIRED: translatable("Expired"),
    CertificateStatus.NOT_YET_EFFECTIVE: translatable("Not yet effective"),
    CertificateStatus.REVOKED: translatable("Revoked"),
    CertificateStatus.SURRENDERED: translatable("Surrendered"),
    CertificateStatus.SUSPENDED: translatable("Suspended"),
}


class Certificate(Base):
    """A certificate's newest fact and its document; the fact's column is still called `told`."""

    __tablename__ = "certificate"

    certificate_id: Mapped[UUID] = mapped_column(primary_key=True)
    number_key: Mapped[str] = mapped_column(String(40), unique=True)
    educator_id: Mapped[UUID] = mapped_column(index=True)
    version: Mapped[int]
    newest_fact: Mapped[dict[str, Any]] = mapped_column("told", JSON)
    document: Mapped[str] = mapped_column(Text)
    good_through: Mapped[date] = mapped_column(Date)


@dataclass(frozen=True)
class Shown:
    """A certificate's newest fact, and the document that shows it through `good_through`."""

    newest_fact: Mapping[str, Any]
    document: str
    good_through: date

    def on(self, day: date, rules: LookupRules) -> "Shown":
        """The same certificate on a day; this object itself while its document is good."""
        if day <= self.good_through:
            return self
        fact = load(CertificateFact, self.newest_fact)
        return show(fact, day, rules, self.newest_fact)


def show(
    fact: CertificateFact,
    day: date,
    rules: LookupRules,
    newest_fact: Mapping[str, Any] | None = None,
) -> Shown:
    """A certificate as the public may see it on a day.

    An order is shown only while it is in force: neither before its first day nor after its last
    (EPSB procedures 1.7).
    """
    status = fact.status_on(day)
    document = {
        "certificate_number": fact.certificate_number,
        "educator_number": fact.educator_number,
        "holder_name": fact.holder_name,
        "title": fact.certificate_title,
        "type": fact.certificate_type,
        "authorizations": [
            {
                "code": authorization.code,
                "title": authorization.title,
                "grades": rules.grades(authorization.lowest_grade, authorization.highest_grade),
                "lowest_grade": authorization.lowest_grade,
                "highest_grade": authorization.highest_grade,
                "population": authorization.population,
            }
            for authorization in fact.authorizations
        ],
        "rank": fact.rank,
        "issued_on": fact.issued_on.isoformat(),
        "effective_on": fact.effective_on.isoformat(),
        "expires_on": fact.expires_on.isoformat() if fact.expires_on else None,
        "status": status,
        "status_text": STATUS_WORDS[status],
        "notices": [
            _notice(order)
            for order in sorted(fact.restrictions, key=lambda order: -order.kind.gravity)
            if order.is_in_force(day)
        ],
    }
    return Shown(
        newest_fact=dump(fact) if newest_fact is None else newest_fact,
        document=json_text(document),
        good_through=good_through(fact, day),
    )


def good_through(fact: CertificateFact, day: date) -> date:
    """The last day on which a certificate's document stays as it is on `day`."""
    last_days = [fact.expires_on, *(restriction.ends_on for restriction in fact.restrictions)]
    first_days = [fact.effective_on, *(restriction.starts_on for restriction in fact.restrictions)]
    changes = [last + timedelta(days=1) for last in last_days if last and last < date.max]
    later = [change for change in (*changes, *first_days) if change > day]
    return min(later) - timedelta(days=1) if later else date.max


def notice_of(kind: OrderAction, begins: date, ends: date | None) -> Translatable:
    """What an order does, in words."""
    words = _NOTICES[kind]
    if kind is OrderAction.SUSPENSION and ends is None:
        words = _SUSPENDED_WITHOUT_END
    return translatable(words, begins=begins, ends=ends)


def _notice(order: Restriction) -> dict[str, str | None]:
    return {
        "kind": order.kind,
        "text": notice_of(order.kind, order.starts_on, order.ends_on),
        "effective_on": order.starts_on.isoformat(),
        "ends_on": order.ends_on.isoformat() if order.ends_on else None,
    }


_NOTICES = {
    OrderAction.REVOCATION: translatable("Revoked effective {begins}."),
    OrderAction.SURRENDER: translatable("Surrendered effective {begins}."),
    OrderAction.SUSPENSION: translatable("Suspended from {begins} through {ends}."),
}
_SUSPENDED_WITHOUT_END = translatable("Suspended from {begins} until further order.")


def json_text(value: object) -> str:
    """A value as compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
