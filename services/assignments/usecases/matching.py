"""Finds the educator behind each reported person, by the numbers that the report gives."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Text, Uuid, case, cast, func, select, update
from sqlalchemy.orm import Session

from services.assignments.domain.known import Educator
from services.assignments.domain.report import StaffMember, StaffNumber


def match_staff(session: Session, which: ColumnElement[bool]) -> Sequence[UUID]:
    """Match anew the staff that `which` chooses; returns those whose educator changed.

    Numbers that lead to two educators match nobody: a district must say which one it means.
    """
    session.flush()
    # As text, for not every database finds the least of several ids.
    only_one = cast(func.min(cast(Educator.educator_id, Text)), Uuid)
    found = (
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
            StaffMember.staff_id == found.c.staff_id,
            StaffMember.educator_id.is_distinct_from(found.c.educator_id),
        )
        .values(educator_id=found.c.educator_id)
        .returning(StaffMember.staff_id)
        .execution_options(synchronize_session=False)
    ).all()
