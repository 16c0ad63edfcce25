"""The life cycle of an application: started, opened for payment, paid, submitted or withdrawn."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.i18n.text import translatable
from chassis.messaging.outbox import record
from chassis.problems import InvalidInput, NotAllowed, NotFound
from chassis.storage import audit
from chassis.storage.sequences import next_number
from services.certification.domain.application import Application
from services.certification.domain.element import ElementState
from services.certification.domain.program import ProgramAdmission, Recommendation
from services.certification.domain.refusals import AlreadyApplied
from services.certification.domain.status import OPEN
from services.certification.jurisdiction import MOST_AUTHORIZATIONS, CertificationRules
from services.certification.usecases import notices, work
from services.certification.usecases.replicas import get_educator


def get_application(
    session: Session, application_id: UUID, *, for_update: bool = False
) -> Application:
    """The application; raises `NotFound`."""
    application = session.get(Application, application_id, with_for_update=for_update)
    if application is None:
        raise NotFound(translatable("There is no such application."))
    return application


def get_own_application(
    session: Session, application_id: UUID, educator_id: UUID | None, *, for_update: bool = False
) -> Application:
    """The educator's own application; raises `NotFound` and `NotAllowed`."""
    application = get_application(session, application_id, for_update=for_update)
    if application.educator_id != educator_id:
        raise NotAllowed(translatable("This application belongs to someone else."))
    return application


def start_application(
    session: Session,
    rules: CertificationRules,
    *,
    educator_id: UUID,
    certificate_type: str,
    authorization_codes: Iterable[str],
    now: datetime,
    today: date,
) -> Application:
    """Start an application for an initial certificate.

    Raises `EducatorUnknown`, `UnknownCertificateType`, `UnknownAuthorization`, `InvalidInput`, and
    `AlreadyApplied` when an application for this type is open.
    """
    educator = get_educator(session, educator_id)
    applied_type = rules.get_type(certificate_type, today)
    codes = check_codes(rules, authorization_codes)
    if (open_one := _find_open(session, educator_id, certificate_type)) is not None:
        raise AlreadyApplied.as_one_is_open(open_one.application_id, open_one.application_number)
    application = Application.start(
        number=f"A-{next_number(session, 'application', first=100001)}",
        educator_id=educator_id,
        applicant_name=educator.full_name,
        certificate_type=certificate_type,
        authorization_codes=codes,
        recommendation=applied_type.recommendation,
        now=now,
        today=today,
    )
    session.add(application)
    try:
        session.flush()
    except IntegrityError as error:  # another transaction of the same click was faster
        raise AlreadyApplied from error
    audit.record_entry(
        session,
        "application started",
        application.application_id,
        after={"certificate_type": certificate_type, "authorization_codes": list(codes)},
    )
    _ask_for_recommendation(session, application)
    return application


def check_codes(rules: CertificationRules, codes: Iterable[str]) -> tuple[str, ...]:
    """The authorization codes, each once; raises `InvalidInput` and `UnknownAuthorization`."""
    chosen = tuple(dict.fromkeys(codes))
    if not chosen:
        raise InvalidInput({"authorization_codes": [translatable("Choose at least one area.")]})
    if len(chosen) > MOST_AUTHORIZATIONS:
        raise InvalidInput(
            {
                "authorization_codes": [
                    translatable("Choose no more than {most} areas.", most=MOST_AUTHORIZATIONS)
                ]
            }
        )
    rules.authorizations_of(chosen)
    return chosen


def _find_open(session: Session, educator_id: UUID, certificate_type: str) -> Application | None:
    return session.scalar(
        select(Application).where(
            Application.educator_id == educator_id,
            Application.certificate_type == certificate_type,
            Application.status.in_(OPEN),
        )
    )


def _ask_for_recommendation(session: Session, application: Application) -> None:
    if application.recommendation == Recommendation.NONE:
        return
    admissions = session.scalars(
        select(ProgramAdmission).where(ProgramAdmission.educator_id == application.educator_id)
    )
    for admission in admissions:
        if admission.covers(application.certificate_type, application.authorization_codes):
            notice = notices.recommendation_requested(
                application, admission.organization_id, admission.admission_id
            )
            record(session, notice)


def open_payment_if_complete(
    session: Session,
    rules: CertificationRules,
    application: Application,
    now: datetime,
    today: date,
) -> bool:
    """Open the payment once everything before it is done; return whether this call opened it."""
    fee_items = rules.get_type(application.certificate_type, today).fee_items
    opened = application.open_payment(fee_items, now, today)
    if opened is not None:
        record(session, opened)
    return opened is not None


def record_invoice(session: Session, application_id: UUID, invoice_id: UUID, now: datetime) -> None:
    """Record an application's invoice; ignore an application that is not on record."""
    application = session.get(Application, application_id, with_for_update=True)
    if application is not None:
        application.record_invoice(invoice_id, now)


def settle_payment(
    session: Session, application_id: UUID, state: ElementState, now: datetime
) -> None:
    """Record that the fee is paid or none is due; this does not decide the application."""
    application = session.get(Application, application_id, with_for_update=True)
    if application is None or not application.record_payment(state, now):
        return
    if application.is_submittable:
        record(session, notices.application_ready(application))


def submit_application(
    session: Session,
    application_id: UUID,
    educator_id: UUID | None,
    *,
    due_on: date,
    now: datetime,
    today: date,
) -> Application:
    """Submit the application; the applicant has confirmed that everything in it is true.

    It waits in the agency's queue from now on, to be decided by `due_on`.

    Raises `NotReadyToSubmit`, `AlreadySubmitted`, `AlreadyDecided` and `AlreadyWithdrawn`.
    """
    application = get_own_application(session, application_id, educator_id, for_update=True)
    record(session, application.submit(now, today))
    work.put_in_queue(session, application, due_on, now)
    audit.record_entry(
        session, "application submitted", application_id, after={"confirmed_true": True}
    )
    return application


def withdraw_application(
    session: Session, application_id: UUID, educator_id: UUID | None, *, now: datetime
) -> Application:
    """Withdraw the application; raises `AlreadySubmitted` and others unless never submitted."""
    application = get_own_application(session, application_id, educator_id, for_update=True)
    before = application.status
    application.withdraw(now)
    audit.record_entry(session, "application withdrawn", application_id, before={"status": before})
    return application
