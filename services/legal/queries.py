"""Read-only queries: legal's work by deadline, and the status of a district's complaints."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, lazyload

from chassis.storage.page import Page, page_of
from contracts.event import Event
from services.legal.domain.case import Case
from services.legal.domain.complaint import Complaint, ComplaintState
from services.legal.domain.hold import Hold
from services.legal.domain.order import Order
from services.legal.domain.procedure import FINISHED, CaseState

PAGE_SIZE = 50


@dataclass(frozen=True)
class Work:
    """A complaint to screen or a case to continue, and its deadline."""

    number: str
    path: str
    educator_name: str
    educator_number: str
    state: ComplaintState | CaseState
    due_on: date | None
    has_hold: bool

    def is_overdue(self, today: date) -> bool:
        """Whether the deadline has passed."""
        return self.due_on is not None and self.due_on < today


def work_by_clock(session: Session, reader_id: UUID | None) -> list[Work]:
    """Complaints to screen, open cases, and finished cases whose hold is still in force.

    Ordered by deadline, overdue first; work without a deadline comes last. Nothing about the
    reader, who may be an educator, is among it.
    """
    complaints = session.scalars(
        select(Complaint).where(
            Complaint.state.in_([ComplaintState.RECEIVED, ComplaintState.SCREENING]),
            Complaint.educator_id != reader_id,
        )
    )
    on_hold = select(Hold.case_id).where(Hold.lifted_on.is_(None))
    cases = session.scalars(
        select(Case)
        .where(
            or_(Case.state.not_in(FINISHED), Case.case_id.in_(on_hold)),
            Case.educator_id != reader_id,
        )
        .options(lazyload(Case.entries), lazyload(Case.complaint))
    )
    work = [*map(_complaint_work, complaints), *map(_case_work, cases)]
    return sorted(work, key=lambda each: (each.due_on or date.max, each.number))


class Clocks(NamedTuple):
    """Counts of work overdue, due within a week, within 30 days, later, and without a deadline."""

    overdue: int
    this_week: int
    this_month: int
    later: int
    without: int


def count_by_clock(work: Iterable[Work], today: date) -> Clocks:
    """The work counted by days left."""
    counts = [0] * len(Clocks._fields)
    for item in work:
        counts[_span_of(item.due_on, today)] += 1
    return Clocks(*counts)


def _span_of(due_on: date | None, today: date) -> int:
    if due_on is None:
        return 4
    left = (due_on - today).days
    return 0 if left < 0 else 1 if left <= 7 else 2 if left <= 30 else 3


def finished_cases(session: Session, reader_id: UUID | None, page: int) -> Page[Case]:
    """The finished cases, newest first, except any about the reader."""
    query = (
        select(Case)
        .where(Case.state.in_(FINISHED), Case.educator_id != reader_id)
        .options(lazyload(Case.entries), lazyload(Case.complaint))
        .order_by(Case.opened_on.desc(), Case.case_number.desc())
    )
    return page_of(session, query, page, PAGE_SIZE)


def cases_by_clock(session: Session, reader_id: UUID | None) -> Sequence[Case]:
    """The open cases, by deadline, except any about the reader."""
    return session.scalars(
        select(Case)
        .where(Case.state.not_in(FINISHED), Case.educator_id != reader_id)
        .order_by(Case.due_on, Case.case_number)
    ).all()


def complaints_of(
    session: Session, organizations: Collection[UUID], reader_id: UUID | None
) -> list[tuple[Complaint, Case | None]]:
    """These districts' complaints with their cases, newest first, except any about the reader."""
    rows = session.execute(
        select(Complaint, Case)
        .outerjoin(Case, Case.complaint_id == Complaint.complaint_id)
        .where(Complaint.organization_id.in_(organizations), Complaint.educator_id != reader_id)
        .order_by(Complaint.received_at.desc(), Complaint.complaint_number.desc())
    )
    return [(complaint, case) for complaint, case in rows]


def find_case_of(session: Session, complaint_id: UUID) -> Case | None:
    """The case that was opened on a complaint."""
    return session.scalar(select(Case).where(Case.complaint_id == complaint_id))


def find_order_of(session: Session, case_id: UUID) -> Order | None:
    """The final order of a case."""
    return session.scalar(select(Order).where(Order.case_id == case_id))


def announcements(session: Session) -> Iterator[Event]:
    """The holds in force, and the current state of every order."""
    for hold in session.scalars(select(Hold).where(Hold.lifted_on.is_(None))):
        yield hold.placed()
    for order in session.scalars(select(Order)):
        yield order.state()


def _complaint_work(complaint: Complaint) -> Work:
    return Work(
        number=complaint.complaint_number,
        path=f"/legal/complaints/{complaint.complaint_id}",
        educator_name=complaint.educator.full_name,
        educator_number=complaint.educator.educator_number,
        state=ComplaintState(complaint.state),
        due_on=complaint.review_due_on,
        has_hold=False,
    )


def _case_work(case: Case) -> Work:
    return Work(
        number=case.case_number,
        path=f"/legal/cases/{case.case_id}",
        educator_name=case.educator.full_name,
        educator_number=case.educator.educator_number,
        state=CaseState(case.state),
        due_on=case.due_on,
        has_hold=case.hold is not None,
    )
