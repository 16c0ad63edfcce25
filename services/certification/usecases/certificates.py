"""Issue certificates, apply legal's orders, and record the copies issued."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.i18n.text import translatable
from chassis.messaging.outbox import record
from chassis.problems import NotFound
from chassis.storage import audit
from chassis.storage.replicas import keep_newest
from chassis.storage.sequences import next_number
from contracts.legal import OrderFact
from services.certification.domain.application import Application
from services.certification.domain.certificate import Certificate, IssuedCopy
from services.certification.domain.replicas import Educator, FinalOrder
from services.certification.jurisdiction import CertificationRules
from services.certification.usecases.applications import check_codes
from services.certification.usecases.replicas import find_locked_educator, get_educator


def get_certificate(session: Session, certificate_id: UUID) -> Certificate:
    """The certificate; raises `NotFound`."""
    certificate = session.get(Certificate, certificate_id)
    if certificate is None:
        raise NotFound(translatable("There is no such certificate."))
    return certificate


def issue_certificate(
    session: Session,
    rules: CertificationRules,
    application: Application,
    educator: Educator,
    today: date,
) -> Certificate:
    """Issue the certificate applied for, effective today."""
    issued_type = rules.get_type(application.certificate_type, today)
    number = next_number(session, "certificate", first=100001)
    certificate = Certificate.issue(
        number=rules.number_certificate(number, today.year),
        application_id=application.application_id,
        educator_id=educator.educator_id,
        educator_number=educator.educator_number,
        holder_name=educator.full_name,
        holder_last_name=educator.last_name,
        former_last_names=educator.former_last_names,
        certificate_type=issued_type.code,
        certificate_title=issued_type.title,
        authorizations=rules.authorizations_of(tuple(application.authorization_codes)),
        rank=None,
        statute=issued_type.statute,
        issued_on=today,
        effective_on=today,
        expires_on=issued_type.last_day(today),
    )
    return _announce(session, certificate)


def record_legacy_certificate(
    session: Session,
    rules: CertificationRules,
    *,
    educator_id: UUID,
    certificate_number: str,
    certificate_type: str,
    authorization_codes: Iterable[str],
    issued_on: date,
    effective_on: date | None = None,
    expires_on: date | None = None,
    rank: str | None = None,
) -> Certificate:
    """Import a certificate from the legacy system; each certificate number is imported once.

    By default it is effective when issued and expires by its type's rule.
    Orders already on record against its holder apply to it from the start.
    Raises `EducatorUnknown`, `UnknownCertificateType`, `UnknownAuthorization` and `InvalidInput`.
    """
    educator = get_educator(session, educator_id)
    existing = session.scalar(
        select(Certificate).where(Certificate.certificate_number == certificate_number)
    )
    if existing is not None:
        return existing
    issued_type = rules.get_type(certificate_type, issued_on)
    effective_on = effective_on or issued_on
    orders = session.scalars(select(FinalOrder).where(FinalOrder.educator_id == educator_id))
    certificate = Certificate.issue(
        number=certificate_number,
        application_id=None,
        educator_id=educator_id,
        educator_number=educator.educator_number,
        holder_name=educator.full_name,
        holder_last_name=educator.last_name,
        former_last_names=educator.former_last_names,
        certificate_type=issued_type.code,
        certificate_title=issued_type.title,
        authorizations=rules.authorizations_of(check_codes(rules, authorization_codes)),
        rank=rank,
        statute=issued_type.statute,
        issued_on=issued_on,
        effective_on=effective_on,
        expires_on=expires_on or issued_type.last_day(effective_on),
        restrictions=[order.restriction() for order in orders],
    )
    return _announce(session, certificate)


def _announce(session: Session, certificate: Certificate) -> Certificate:
    session.add(certificate)
    record(session, certificate.issued())
    audit.record_entry(
        session,
        "certificate issued",
        certificate.certificate_id,
        after={"certificate_number": certificate.certificate_number},
    )
    return certificate


def apply_order(session: Session, event: OrderFact) -> None:
    """Apply a final order, or its end, to every certificate of the educator; once per version.

    The order's newest version is stored, so it also applies to certificates imported later.
    """
    find_locked_educator(session, event.educator_id)
    order = keep_newest(session, FinalOrder, event)
    if order is None:
        return
    restriction = order.restriction()
    certificates = session.scalars(
        select(Certificate)
        .where(Certificate.educator_id == event.educator_id)
        .order_by(Certificate.certificate_number)
        .with_for_update()
    )
    for certificate in certificates:
        if certificate.is_bound_by(restriction):
            record(session, certificate.apply_order(restriction, has_ended=order.has_ended))
            audit.record_entry(
                session,
                "order ended" if order.has_ended else "order applied",
                certificate.certificate_id,
                after={"order_number": order.order_number, "action": order.action},
            )


def record_copy(
    session: Session,
    certificate_id: UUID,
    *,
    account_id: UUID,
    given_to: str,
    to_holder: bool,
    now: datetime,
) -> None:
    """Record that a certificate was issued as a PDF, and to whom."""
    session.add(
        IssuedCopy(
            certificate_id=certificate_id,
            account_id=account_id,
            given_to=given_to,
            to_holder=to_holder,
            given_at=now,
        )
    )
    audit.record_entry(session, "copy given out", certificate_id, after={"to_holder": to_holder})
