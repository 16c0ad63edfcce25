"""What lookup knows, and the finished documents that show it, each good through a known day."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Date, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.i18n.text import translatable
from chassis.storage.tables import service_metadata
from chassis.storage.types import Instant
from contracts.certification import CertificateFact, CertificateStatus, Restriction
from contracts.legal import OrderAction
from contracts.schemas import event_from, schema_of
from services.lookup.jurisdiction import LookupRules
from services.lookup.names import NameKey, keys_of

STATUS_WORDS = {
    CertificateStatus.ACTIVE: translatable("Active"),
    CertificateStatus.EXPIRED: translatable("Expired"),
    CertificateStatus.NOT_YET_EFFECTIVE: translatable("Not yet effective"),
    CertificateStatus.REVOKED: translatable("Revoked"),
    CertificateStatus.SURRENDERED: translatable("Surrendered"),
    CertificateStatus.SUSPENDED: translatable("Suspended"),
}


class Base(DeclarativeBase):
    """The tables of a lookup replica."""

    metadata = service_metadata()


class Certificate(Base):
    """A certificate as it was last told, and its document; `told` is the newest fact."""

    __tablename__ = "certificate"

    certificate_id: Mapped[UUID] = mapped_column(primary_key=True)
    number_key: Mapped[str] = mapped_column(String(40), unique=True)
    educator_id: Mapped[UUID] = mapped_column(index=True)
    version: Mapped[int]
    told: Mapped[dict[str, Any]] = mapped_column(JSON)
    document: Mapped[str] = mapped_column(Text)
    good_through: Mapped[date] = mapped_column(Date)


class Educator(Base):
    """An educator's finished document, with all their certificates."""

    __tablename__ = "educator"

    educator_id: Mapped[UUID] = mapped_column(primary_key=True)
    number_key: Mapped[str] = mapped_column(String(40), unique=True)
    educator_number: Mapped[str] = mapped_column(String(40), unique=True)
    document: Mapped[str] = mapped_column(Text)
    good_through: Mapped[date] = mapped_column(Date, index=True)


class Name(Base):
    """One key under which an educator is found; the table is its own index.

    The public number, and not a row's, so that a cursor means the same on every replica.
    """

    __tablename__ = "name"
    __table_args__ = ({"sqlite_with_rowid": False},)

    last: Mapped[str] = mapped_column(String(200), primary_key=True)
    first: Mapped[str] = mapped_column(String(200), primary_key=True)
    educator_number: Mapped[str] = mapped_column(String(40), primary_key=True, index=True)


class Freshness(Base):
    """The moment up to which this replica knows everything: one row, once it has caught up."""

    __tablename__ = "freshness"

    freshness_id: Mapped[int] = mapped_column(primary_key=True)
    as_of: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True)
class Shown:
    """A certificate's newest fact, and the document that shows it through `good_through`."""

    told: Mapping[str, Any]
    document: str
    good_through: date

    def on(self, day: date, rules: LookupRules) -> "Shown":
        """The same for a day: this very one while its document is good."""
        if day <= self.good_through:
            return self
        fact = event_from(CertificateFact, self.told)
        assert isinstance(fact, CertificateFact)
        return show(fact, day, rules, self.told)


def show(
    fact: CertificateFact, day: date, rules: LookupRules, told: Mapping[str, Any] | None = None
) -> Shown:
    """A certificate as the public may see it on a day.

    An order is noted only while it is in force: neither before its first day nor after its last
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
                "code": each.code,
                "title": each.title,
                "grades": rules.grades(each.lowest_grade, each.highest_grade),
                "lowest_grade": each.lowest_grade,
                "highest_grade": each.highest_grade,
                "population": each.population,
            }
            for each in fact.authorizations
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
        told=schema_of(CertificateFact).dump(fact) if told is None else told,
        document=json_text(document),
        good_through=good_through(fact, day),
    )


def good_through(fact: CertificateFact, day: date) -> date:
    """The last day on which a certificate's document says what it says on `day`."""
    last_days = [fact.expires_on, *(each.ends_on for each in fact.restrictions)]
    first_days = [fact.effective_on, *(each.starts_on for each in fact.restrictions)]
    changes = [each + timedelta(days=1) for each in last_days if each and each < date.max]
    later = [each for each in (*changes, *first_days) if each > day]
    return min(later) - timedelta(days=1) if later else date.max


def educator_document(certificates: Sequence[Shown]) -> str:
    """An educator with all their certificates, which `newest_first` has put in order."""
    newest = certificates[0].told
    head = json_text(
        {
            "educator_number": newest["educator_number"],
            "name": newest["holder_name"],
            "former_last_names": former_last_names(certificates),
        }
    )
    documents = ",".join(each.document for each in certificates)
    return f'{head[:-1]},"certificates":[{documents}]}}'


def newest_first(certificates: Sequence[Shown]) -> list[Shown]:
    """By the day of issue; the first one's holder is what the educator is called now."""
    return sorted(
        certificates,
        key=lambda each: (each.told["issued_on"], each.told["certificate_number"]),
        reverse=True,
    )


def former_last_names(certificates: Sequence[Shown]) -> list[str]:
    """Every former last name that any of the certificates tells."""
    return sorted({name for each in certificates for name in each.told["former_last_names"]})


def name_keys(certificates: Sequence[Shown]) -> set[NameKey]:
    """Every key under which their holder is found: each name on any of the certificates."""
    former = tuple(former_last_names(certificates))
    names = {(each.told["holder_name"], each.told["holder_last_name"]) for each in certificates}
    return {key for name, last_name in names for key in keys_of(name, last_name, former)}


def format_day(day: date) -> str:
    """A day as people write it."""
    return f"{day:%B %-d, %Y}"


def notice_in_words(
    kind: OrderAction, begins: str, ends: str | None, say: Callable[[str], str] = str
) -> str:
    """What an order does, of which the days are in words; `say` says a sentence in a language."""
    words = _NOTICES[kind]
    if kind is OrderAction.SUSPENSION and ends is None:
        words = _SUSPENDED_WITHOUT_END
    return say(words).format(begins=begins, ends=ends)


def _notice(order: Restriction) -> dict[str, str | None]:
    begins = format_day(order.starts_on)
    ends = format_day(order.ends_on) if order.ends_on else None
    return {
        "kind": order.kind,
        "text": notice_in_words(order.kind, begins, ends),
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
    """A value as JSON text, as short as it can be."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
