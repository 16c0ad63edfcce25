"""Facts about certificates, as certification tells them, and the word that all have arrived."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from flask import Flask

from chassis.testing import service_of
from contracts.certification import (
    Authorization,
    CertificateFact,
    CertificateIssued,
    CertificateReinstated,
    CertificateRevoked,
    CertificateSurrendered,
    CertificateSuspended,
    Restriction,
)
from contracts.legal import OrderAction

ADA = UUID("0199f3c2-5a10-7c41-9b1e-3f5d2a7c8e01")
ORDER = UUID("0199f3c2-5a10-7c41-9b1e-3f5d2a7c8e77")
MATHEMATICS = Authorization(
    code="SEC_MATH", title="Secondary Mathematics", lowest_grade=8, highest_grade=12
)
ART = Authorization(code="ART", title="Art", lowest_grade=0, highest_grade=12)


def issued(number: int = 1, **changes: Any) -> CertificateIssued:
    """Ada Lovelace's certificate, good from July 1, 2026 through June 30, 2031, or another."""
    values: dict[str, Any] = {
        "version": 1,
        "certificate_id": UUID(int=number),
        "certificate_number": f"KY-2026-{number:07d}",
        "educator_id": ADA,
        "educator_number": "202600001",
        "holder_name": "Ada Lovelace",
        "holder_last_name": "Lovelace",
        "certificate_type": "PROF",
        "certificate_title": "Professional Certificate for Teaching",
        "authorizations": (MATHEMATICS, ART),
        "rank": "II",
        "issued_on": date(2026, 6, 15),
        "effective_on": date(2026, 7, 1),
        "expires_on": date(2031, 6, 30),
    }
    return CertificateIssued(**{**values, **changes})


def held_by(name: str, educator: int, **changes: Any) -> CertificateIssued:
    """A certificate of somebody else; the number is the educator's and the certificate's."""
    values = {
        "educator_id": UUID(int=educator),
        "educator_number": str(educator),
        "holder_name": name,
        "holder_last_name": None,
    }
    return issued(educator, **{**values, **changes})


def suspended(
    since: date, until: date | None, fact: CertificateFact | None = None
) -> CertificateSuspended:
    """The next state of a certificate: suspended from a day through another."""
    order = Restriction(kind=OrderAction.SUSPENSION, order_id=ORDER, starts_on=since, ends_on=until)
    values = _next(fact or issued(), order)
    return CertificateSuspended(**values, order_id=ORDER, suspended_from=since)


def revoked(since: date, fact: CertificateFact | None = None) -> CertificateRevoked:
    """The next state of a certificate: revoked from a day on."""
    order = Restriction(kind=OrderAction.REVOCATION, order_id=ORDER, starts_on=since)
    return CertificateRevoked(**_next(fact or issued(), order), order_id=ORDER, revoked_from=since)


def surrendered(since: date, fact: CertificateFact | None = None) -> CertificateSurrendered:
    """The next state of a certificate: surrendered from a day on."""
    order = Restriction(kind=OrderAction.SURRENDER, order_id=ORDER, starts_on=since)
    values = _next(fact or issued(), order)
    return CertificateSurrendered(**values, order_id=ORDER, surrendered_from=since)


def reinstated(last_day: date, fact: CertificateFact) -> CertificateReinstated:
    """The next state of a suspended certificate: its suspension had its last day."""
    values = {name: getattr(fact, name) for name in CertificateFact.marks()}
    ended = tuple(replace(each, ends_on=last_day) for each in fact.restrictions)
    changes = {"version": fact.version + 1, "restrictions": ended, "order_id": ORDER}
    return CertificateReinstated(**{**values, **changes})


def _next(fact: CertificateFact, order: Restriction) -> dict[str, Any]:
    values = {name: getattr(fact, name) for name in CertificateFact.marks()}
    changes = {"version": fact.version + 1, "restrictions": (*fact.restrictions, order)}
    return {**values, **changes}


def tell_caught_up(app: Flask) -> None:
    """What the bus does about once a second while nothing waits."""
    tell = service_of(app).participant.caught_up
    assert tell is not None
    tell(service_of(app).now())
