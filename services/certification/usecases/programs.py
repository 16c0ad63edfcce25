"""A preparation provider's actions: admit a candidate, record the exit, recommend."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.i18n.text import translatable
from chassis.messaging.outbox import record
from chassis.problems import InvalidInput, NotAllowed, NotFound
from chassis.security.own_matter import refuse_own_matter
from chassis.storage import audit
from services.certification.domain.application import Application
from services.certification.domain.program import (
    AlreadyAdmitted,
    ProgramAdmission,
    ProgramDoesNotCover,
    Recommendation,
)
from services.certification.domain.replicas import Educator, Provider
from services.certification.jurisdiction import CertificationRules
from services.certification.usecases import notices
from services.certification.usecases.applications import (
    check_codes,
    get_application,
    open_payment_if_complete,
)


class NoSuchEducator(InvalidInput):
    """No educator has this number and this last name."""

    title = translatable("We could not find this educator")


def get_own_admission(
    session: Session,
    admission_id: UUID,
    organization_ids: Collection[UUID],
    *,
    for_update: bool = False,
) -> ProgramAdmission:
    """A candidate of one of these providers, and not the officer.

    Raises `NotFound`, `NotAllowed` and `OwnMatter`.
    """
    admission = session.get(ProgramAdmission, admission_id, with_for_update=for_update)
    if admission is None:
        raise NotFound(translatable("There is no such candidate."))
    if admission.organization_id not in organization_ids:
        raise NotAllowed(translatable("This candidate is in another provider's program."))
    refuse_own_matter(admission.educator_id)
    return admission


def record_admission(
    session: Session,
    rules: CertificationRules,
    *,
    organization_id: UUID,
    educator_number: str,
    last_name: str,
    program_name: str,
    certificate_type: str,
    authorization_codes: Iterable[str],
    admitted_on: date,
    today: date,
) -> ProgramAdmission:
    """Record that a provider admitted an educator to a program.

    Raises `NoSuchEducator` unless number and last name both match, `OwnMatter`, `AlreadyAdmitted`,
    `UnknownCertificateType`, `UnknownAuthorization` and `InvalidInput`.
    """
    rules.get_type(certificate_type, today)
    codes = check_codes(rules, authorization_codes)
    educator = _get_educator(session, educator_number, last_name)
    refuse_own_matter(educator.educator_id)
    admission = ProgramAdmission.admit(
        organization_id=organization_id,
        educator_id=educator.educator_id,
        program_name=program_name,
        certificate_type=certificate_type,
        authorization_codes=codes,
        admitted_on=admitted_on,
        today=today,
    )
    _refuse_second_admission(session, admission)
    session.add(admission)
    session.flush()
    audit.record_entry(
        session,
        "admission recorded",
        admission.admission_id,
        after={
            "educator_id": str(educator.educator_id),
            "organization_id": str(organization_id),
            "program_name": program_name,
            "certificate_type": certificate_type,
            "authorization_codes": list(codes),
            "admitted_on": admitted_on.isoformat(),
        },
    )
    return admission


def _get_educator(session: Session, educator_number: str, last_name: str) -> Educator:
    """The educator, locked so that a double click admits once."""
    candidates = session.scalars(
        select(Educator)
        .where(Educator.educator_number == educator_number.strip())
        .with_for_update()
    )
    for educator in candidates:
        if educator.has_last_name(last_name):
            return educator
    advice = translatable(
        "No educator has this number and last name. Check both with the candidate, "
        "whose profile shows the number."
    )
    raise NoSuchEducator({"educator_number": [advice]})


def _refuse_second_admission(session: Session, admission: ProgramAdmission) -> None:
    others = session.scalars(
        select(ProgramAdmission).where(
            ProgramAdmission.organization_id == admission.organization_id,
            ProgramAdmission.educator_id == admission.educator_id,
            ProgramAdmission.certificate_type == admission.certificate_type,
            ProgramAdmission.completed_on.is_(None),
        )
    )
    for other in others:
        if other.program_name.casefold() == admission.program_name.casefold():
            raise AlreadyAdmitted


def record_completion(
    session: Session,
    admission_id: UUID,
    organization_ids: Collection[UUID],
    *,
    completed_on: date,
    today: date,
) -> ProgramAdmission:
    """Record a candidate's exit as completer.

    Raises `NotFound`, `NotAllowed`, `OwnMatter`, `AlreadyCompleted` and `InvalidInput`.
    """
    admission = get_own_admission(session, admission_id, organization_ids, for_update=True)
    admission.complete(completed_on, today)
    audit.record_entry(
        session,
        "completion recorded",
        admission_id,
        after={"completed_on": completed_on.isoformat()},
    )
    return admission


def recommend(
    session: Session,
    rules: CertificationRules,
    admission_id: UUID,
    organization_ids: Collection[UUID],
    application_id: UUID,
    *,
    now: datetime,
    today: date,
) -> Application:
    """Recommend a candidate for the certificate they applied for.

    Raises `NotFound`, `NotAllowed`, `OwnMatter`, `ProgramDoesNotCover`, `NotACompleter`,
    `AlreadyRecommended` and others where the application can no longer be changed.
    """
    admission = get_own_admission(session, admission_id, organization_ids)
    application = get_application(session, application_id, for_update=True)
    if application.educator_id != admission.educator_id:
        raise ProgramDoesNotCover
    admission.refuse_unless_recommendable_for(
        Recommendation(application.recommendation),
        application.certificate_type,
        application.authorization_codes,
    )
    provider = session.get(Provider, admission.organization_id)
    application.recommend(provider.name if provider else translatable("Your provider"), now, today)
    audit.record_entry(
        session, "candidate recommended", application_id, after={"admission_id": str(admission_id)}
    )
    if not open_payment_if_complete(session, rules, application, now, today):
        # When the payment opens, payments notifies the applicant, and one notice is enough.
        record(session, notices.application_recommended(application))
    return application
