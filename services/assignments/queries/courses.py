"""Queries for a district's courses."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.storage.database import AnyRow
from chassis.storage.page import Page, page_of_rows
from services.assignments.domain.finding import Finding
from services.assignments.domain.report import Assignment, Course

COURSES_A_PAGE = 100


def courses_of(session: Session, organization_id: UUID, page: int = 1) -> Page[AnyRow]:
    """A district's courses, each with its number of classes and of findings."""
    classes = (
        select(
            Assignment.course_id,
            func.count(Assignment.class_source_id.distinct()).label("classes"),
            func.count(Finding.finding_id).label("findings"),
        )
        .outerjoin(
            Finding,
            (Finding.assignment_id == Assignment.assignment_id) & Finding.resolved_at.is_(None),
        )
        .where(Assignment.organization_id == organization_id, Assignment.ended_on.is_(None))
        .group_by(Assignment.course_id)
        .subquery()
    )
    query = (
        select(
            Course,
            func.coalesce(classes.c.classes, 0).label("classes"),
            func.coalesce(classes.c.findings, 0).label("findings"),
        )
        .outerjoin(classes, classes.c.course_id == Course.course_id)
        .where(Course.organization_id == organization_id, Course.ended_on.is_(None))
        .order_by(Course.title, Course.course_id)
    )
    return page_of_rows(session, query, page, COURSES_A_PAGE)
