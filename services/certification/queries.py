"""Read-only queries: an educator's records, a provider's candidates, the agency's queue."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from chassis.i18n.text import translatable
from chassis.storage.page import Page, page_of_rows
from contracts.event import Event
from services.certification.domain.application import Application
from services.certification.domain.certificate import Certificate, IssuedCopy
from services.certification.domain.element import Element, ElementKind, ElementState
from services.certification.domain.program import ProgramAdmission
from services.certification.domain.replicas import Educator, FinalOrder, Hold, Provider
from services.certification.domain.standing import ActionBy
from services.certification.domain.status import WITH_APPLICANT, ApplicationStatus

PAGE_SIZE = 50


def applications_of(session: Session, educator_id: UUID) -> Sequence[Application]:
    """An educator's applications, newest first."""
    return session.scalars(
        select(Application)
        .where(Application.educator_id == educator_id)
        .order_by(Application.application_id.desc())
    ).all()


def certificates_of(session: Session, educator_id: UUID) -> Sequence[Certificate]:
    """An educator's certificates, newest first."""
    return session.scalars(
        select(Certificate)
        .where(Certificate.educator_id == educator_id)
        .order_by(Certificate.effective_on.desc(), Certificate.certificate_number)
    ).all()


def find_certificate_of(session: Session, application_id: UUID) -> Certificate | None:
    """The certificate that was issued on an application."""
    return session.scalar(select(Certificate).where(Certificate.application_id == application_id))


def find_educator(session: Session, educator_id: UUID) -> Educator | None:
    """The educator, if identity has published them."""
    return session.get(Educator, educator_id)


def copies_of(session: Session, certificate_id: UUID) -> Sequence[IssuedCopy]:
    """The copies issued of a certificate, newest first."""
    return session.scalars(
        select(IssuedCopy)
        .where(IssuedCopy.certificate_id == certificate_id)
        .order_by(IssuedCopy.given_at.desc())
    ).all()


class ProgramOnRecord(NamedTuple):
    """A program that an educator was admitted to, and its provider."""

    admission: ProgramAdmission
    provider_name: str


def programs_of(session: Session, educator_id: UUID) -> list[ProgramOnRecord]:
    """The programs an educator was admitted to, newest first."""
    rows = session.execute(
        select(ProgramAdmission, Provider.name)
        .outerjoin(Provider, Provider.organization_id == ProgramAdmission.organization_id)
        .where(ProgramAdmission.educator_id == educator_id)
        .order_by(ProgramAdmission.admitted_on.desc())
    )
    return [
        ProgramOnRecord(admission, name or translatable("Your provider"))
        for admission, name in rows
    ]


def names_of_providers(session: Session, organization_ids: Collection[UUID]) -> dict[UUID, str]:
    """The providers' names; a provider that identity has not published is left out."""
    providers = session.scalars(
        select(Provider).where(Provider.organization_id.in_(organization_ids))
    )
    return {provider.organization_id: provider.name for provider in providers}


def candidates_of(
    session: Session, organization_ids: Collection[UUID], page: int = 1
) -> Page[Row[ProgramAdmission, Educator]]:
    """The candidates of these providers, by name."""
    query = (
        select(ProgramAdmission, Educator)
        .join(Educator, Educator.educator_id == ProgramAdmission.educator_id)
        .where(ProgramAdmission.organization_id.in_(organization_ids))
        .order_by(Educator.last_name, Educator.full_name, ProgramAdmission.admission_id)
    )
    return page_of_rows(session, query, page, PAGE_SIZE)


class RecommendationDue(NamedTuple):
    """An application waiting for the recommendation of the candidate's provider."""

    admission: ProgramAdmission
    application: Application


def recommendations_due(
    session: Session, organization_ids: Collection[UUID], admission_id: UUID | None = None
) -> list[RecommendationDue]:
    """The recommendations these providers owe, longest wait first; for one candidate, if given."""
    query = (
        select(ProgramAdmission, Application)
        .join(Application, Application.educator_id == ProgramAdmission.educator_id)
        .join(Element, Element.application_id == Application.application_id)
        .where(
            ProgramAdmission.organization_id.in_(organization_ids),
            Application.certificate_type == ProgramAdmission.certificate_type,
            Application.status.in_(WITH_APPLICANT),
            Element.kind == ElementKind.PROGRAM_RECOMMENDATION,
            Element.state == ElementState.NOT_STARTED,
        )
        .order_by(Application.application_id)
    )
    if admission_id:
        query = query.where(ProgramAdmission.admission_id == admission_id)
    return [
        RecommendationDue(admission, application)
        for admission, application in session.execute(query)
        if admission.covers(application.certificate_type, application.authorization_codes)
    ]


def applications_by_id(
    session: Session, application_ids: Collection[UUID]
) -> Sequence[Application]:
    """These applications, in no order."""
    return session.scalars(
        select(Application).where(Application.application_id.in_(application_ids))
    ).all()


def _waits_for_legal() -> ColumnElement[bool]:
    return and_(
        Application.discloses,
        Application.elements_stored.any(
            and_(
                Element.kind == ElementKind.CHARACTER_AND_FITNESS,
                Element.state == ElementState.SUBMITTED,
            )
        ),
    )


UP_TO_DAYS = (7, 30)
"""Upper bounds of the queue's age groups, in days; a last group holds what is older."""


def queue_by_age(session: Session, now: datetime) -> list[int]:
    """Submitted applications by age: up to each of `UP_TO_DAYS`, then older."""
    bounds = [now - timedelta(days=days) for days in UP_TO_DAYS]
    since = Application.status_since
    youngest, middle, oldest = since >= bounds[0], since < bounds[0], since < bounds[1]
    return [
        _count(session, Application.status == ApplicationStatus.SUBMITTED, *conditions)
        for conditions in ((youngest,), (middle, ~oldest), (oldest,))
    ]


def waiting_by_actor(session: Session) -> dict[ActionBy, int]:
    """How many submitted or returned applications are waiting, by who must act."""
    is_submitted = Application.status == ApplicationStatus.SUBMITTED
    legal = _count(session, is_submitted, _waits_for_legal())
    return {
        ActionBy.AGENCY: _count(session, is_submitted) - legal,
        ActionBy.LEGAL: legal,
        ActionBy.APPLICANT: _count(session, Application.status == ApplicationStatus.RETURNED),
    }


class DayOfWork(NamedTuple):
    """How many applications were submitted and decided on a day."""

    day: date
    submitted: int
    decided: int


def week_of_work(session: Session, today: date) -> list[DayOfWork]:
    """The last seven days, today last."""
    days = [today - timedelta(days=before) for before in range(6, -1, -1)]
    submitted = _number_by_day(session, Application.submitted_on, days[0])
    decided = _number_by_day(session, Application.decided_on, days[0])
    return [DayOfWork(day, submitted.get(day, 0), decided.get(day, 0)) for day in days]


def _number_by_day(
    session: Session, column: InstrumentedAttribute[date | None], first: date
) -> dict[date, int]:
    rows = session.execute(select(column, func.count()).where(column >= first).group_by(column))
    return {day: number for day, number in rows if day is not None}


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Application).where(*conditions)) or 0


def holds_on(session: Session, educator_ids: Iterable[UUID]) -> dict[UUID, date | None]:
    """The educators on hold, each with the day it was placed; for the agency only."""
    holds = session.scalars(
        select(Hold).where(Hold.educator_id.in_(list(educator_ids)), Hold.lifted_on.is_(None))
    )
    return {hold.educator_id: hold.placed_on for hold in holds}


def orders_on(session: Session, educator_id: UUID) -> Sequence[FinalOrder]:
    """The final orders on an educator, newest first."""
    return session.scalars(
        select(FinalOrder)
        .where(FinalOrder.educator_id == educator_id)
        .order_by(FinalOrder.effective_on.desc())
    ).all()


def announcements(session: Session) -> Iterator[Event]:
    """The current state of every certificate, as last published."""
    for certificate in session.scalars(select(Certificate)):
        yield certificate.state()
