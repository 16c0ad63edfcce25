"""Finds the educator behind each reported person, by the reported numbers."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Text, Uuid, case, cast, func, select, update
from sqlalchemy.orm import Session

from services.assignments.domain.replicas import Educator
from services.assignments.domain.report import StaffMember, StaffNumber


def match_staff(session: Session, which: ColumnElement[bool]) -> Sequence[UUID]:
    """Match again the staff that `which` selects; returns those whose educator changed.

    Numbers of two different educators match nobody: the district must correct them.
    """
    session.flush()
    # As text, because not every database has min() for ids.
    only_one = cast(func.min(cast(Educator.educator_id, Text)), Uuid)
    matches = (
        select(
            StaffMember.staff_id,
            case((func.count(Educator.educator_id.distinct()) == 1, only_one)).label("educator_id"),
        )
        .outerjoin(StaffNumber, StaffNumber.staff_id == StaffMember.staff_id)
        .outerjoin(Educator, Educator.educator_number == StaffNumber.number)
        .where(which)
        .group_by(StaffMember.staff_id)
        .subquery()
    )
    return session.scalars(
        update(StaffMember)
        .where(
            StaffMember.staff_id == matches.c.staff_id,
            StaffMember.educator_id.is_distinct_from(matches.c.educator_id),
        )
        .values(educator_id=matches.c.educator_id)
        .returning(StaffMember.staff_id)
        .execution_options(synchronize_session=False)
    ).all()
