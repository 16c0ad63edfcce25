"""Queries for districts: reports, counts, the state's overview, and the events to resync."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from chassis.i18n.text import translatable
from chassis.problems import NotFound
from chassis.storage.database import AnyRow, AnySelect
from chassis.storage.page import count_rows
from contracts.event import Event
from contracts.identity import OrganizationKind
from services.assignments.domain.finding import Finding
from services.assignments.domain.replicas import Organization
from services.assignments.domain.report import Assignment, Report


def get_district(session: Session, organization_id: UUID) -> Organization:
    """The district; raises `NotFound`."""
    organization = session.get(Organization, organization_id)
    if organization is None or not organization.is_district:
        raise NotFound(translatable("There is no such district."))
    return organization


def districts_named(session: Session, ids: Iterable[UUID]) -> Sequence[Organization]:
    """These districts, by name."""
    return session.scalars(
        select(Organization)
        .where(Organization.organization_id.in_(ids))
        .order_by(Organization.name)
    ).all()


def reports_of(session: Session, organization_id: UUID, most: int = 10) -> Sequence[Report]:
    """A district's reports, newest first."""
    return session.scalars(
        select(Report)
        .where(Report.organization_id == organization_id)
        .order_by(Report.accepted_at.desc(), Report.report_id.desc())
        .limit(most)
    ).all()


def count_assignments(session: Session, organization_id: UUID) -> int:
    """The number of a district's current assignments."""
    return count_rows(
        session,
        select(Assignment.assignment_id).where(
            Assignment.organization_id == organization_id, Assignment.ended_on.is_(None)
        ),
    )


def findings_by_district(session: Session) -> Sequence[AnyRow]:
    """The state's overview: every district with its counts, by name."""
    newest = _newest_reports().subquery()
    assignments = _number_by_district(Assignment.organization_id, Assignment.ended_on.is_(None))
    findings = _number_by_district(Finding.organization_id, Finding.resolved_at.is_(None))
    return session.execute(
        select(
            Organization,
            newest.c.report_id,
            newest.c.accepted_at,
            newest.c.school_year,
            func.coalesce(assignments.c.number, 0).label("assignments"),
            func.coalesce(findings.c.number, 0).label("findings"),
        )
        .outerjoin(newest, newest.c.organization_id == Organization.organization_id)
        .outerjoin(assignments, assignments.c.organization_id == Organization.organization_id)
        .outerjoin(findings, findings.c.organization_id == Organization.organization_id)
        .where(Organization.kind == OrganizationKind.DISTRICT)
        .order_by(Organization.name)
    ).all()


def _number_by_district(organization_id: Any, condition: ColumnElement[bool]) -> Any:
    return (
        select(organization_id.label("organization_id"), func.count().label("number"))
        .where(condition)
        .group_by(organization_id)
        .subquery()
    )


def _newest_reports() -> AnySelect:
    """Each district's newest report; ids are ordered by time."""
    place = func.row_number().over(
        partition_by=Report.organization_id,
        order_by=(Report.accepted_at.desc(), Report.report_id.desc()),
    )
    ranked = select(Report, place.label("place")).subquery()
    return select(ranked).where(ranked.c.place == 1)


def announcements(session: Session) -> Iterator[Event]:
    """Each district's newest report, and every open finding."""
    newest = _newest_reports().subquery()
    for report in session.scalars(
        select(Report).join(newest, newest.c.report_id == Report.report_id)
    ):
        yield report.accepted()
    for finding in session.scalars(select(Finding).where(Finding.resolved_at.is_(None))):
        yield finding.opened()
