"""File, read and screen a complaint, then close it or open a case on it."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from chassis.i18n.text import translatable
from chassis.messaging.outbox import record
from chassis.problems import NotFound
from chassis.security.own_matter import is_own_matter, refuse_own_matter
from chassis.storage import audit
from chassis.storage.sequences import next_number
from services.legal.domain.case import Case
from services.legal.domain.complaint import (
    Complaint,
    Document,
    Evidence,
    Statement,
    refuse_unknown_grounds,
)
from services.legal.domain.people import Educator
from services.legal.jurisdiction import LegalRules
from services.legal.usecases import notices
from services.legal.usecases.people import get_organization


def file_complaint(
    session: Session,
    rules: LegalRules,
    statement: Statement,
    *,
    form_id: UUID,
    filed_by: UUID,
    organization_id: UUID,
    educator_id: UUID,
    evidence: Sequence[Evidence] = (),
    now: datetime,
    today: date,
) -> Complaint:
    """File a superintendent's complaint and confirm receipt; sending the form again adds nothing.

    `filed_by` is the account.
    Raises `OwnMatter`, `NotFound`, `ImpossibleDates`, `UnknownGrounds` and `UnknownDistrict`.
    """
    refuse_own_matter(educator_id)
    # Locked, so that two simultaneous copies of a form are handled one after the other.
    educator = session.get(Educator, educator_id, with_for_update=True)
    if educator is None:
        raise NotFound(translatable("There is no such educator."))
    existing = session.scalar(
        select(Complaint).where(Complaint.filed_by == filed_by, Complaint.form_id == form_id)
    )
    if existing is not None:
        return existing
    refuse_unknown_grounds(statement.suspected_grounds, rules.grounds_on(today))
    # Checked before deadlines are computed, which fail beyond the calendar's last year.
    statement.refuse_impossible_dates(today)
    complaint = Complaint.file(
        statement,
        number=_number(session, rules, "complaint", today),
        form_id=form_id,
        filed_by=filed_by,
        organization_id=organization_id,
        organization_name=get_organization(session, organization_id).name,
        educator=educator,
        evidence=evidence,
        report_due_on=rules.due("superintendent_report", statement.learned_on),
        review_due_on=rules.due("initial_review", today),
        now=now,
        today=today,
    )
    session.add(complaint)
    record(session, notices.complaint_received(complaint))
    audit.record_entry(
        session,
        "complaint received",
        complaint.complaint_id,
        after={
            "number": complaint.complaint_number,
            "late": complaint.is_late,
            "documents": len(evidence),
        },
    )
    return complaint


def get_complaint(session: Session, complaint_id: UUID) -> Complaint:
    """The complaint without its text; raises `NotFound`, also to whom it is about."""
    complaint = session.get(Complaint, complaint_id, options=[selectinload(Complaint.documents)])
    if complaint is None or is_own_matter(complaint.educator_id):
        raise NotFound(translatable("There is no such complaint."))
    return complaint


def read_complaint(session: Session, complaint_id: UUID) -> Complaint:
    """The whole complaint; records who read it in the audit trail.

    Raises `NotFound`, also to whom it is about.
    """
    complaint = session.get(
        Complaint,
        complaint_id,
        options=[selectinload(Complaint.text), selectinload(Complaint.documents)],
        populate_existing=True,
    )
    if complaint is None or is_own_matter(complaint.educator_id):
        raise NotFound(translatable("There is no such complaint."))
    audit.record_entry(
        session, "complaint read", complaint_id, after={"number": complaint.complaint_number}
    )
    return complaint


def read_document(session: Session, complaint: Complaint, document_id: UUID) -> Document:
    """A document of a complaint; records who read it in the audit trail.

    Raises `NotFound`.
    """
    document = next((each for each in complaint.documents if each.document_id == document_id), None)
    if document is None:
        raise NotFound(translatable("This complaint has no such document."))
    audit.record_entry(
        session,
        "document read",
        complaint.complaint_id,
        after={"number": complaint.complaint_number, "document": document.position},
    )
    return document


def _get_for_update(session: Session, complaint_id: UUID) -> Complaint:
    complaint = session.get(
        Complaint, complaint_id, options=[selectinload(Complaint.text)], with_for_update=True
    )
    if complaint is None:
        raise NotFound(translatable("There is no such complaint."))
    refuse_own_matter(complaint.educator_id)
    return complaint


def begin_screening(session: Session, complaint_id: UUID) -> Complaint:
    """Start screening a complaint; raises `OwnMatter` and `ImpossibleStep`."""
    complaint = _get_for_update(session, complaint_id)
    complaint.begin_screening()
    audit.record_entry(session, "screening begun", complaint_id)
    return complaint


def close_complaint(session: Session, complaint_id: UUID, *, reason: str, today: date) -> Complaint:
    """Close a complaint for insufficient evidence and notify its district, without the reason.

    Raises `OwnMatter` and `ImpossibleStep`.
    """
    complaint = _get_for_update(session, complaint_id)
    complaint.close_for_insufficient_evidence(reason, today)
    record(session, notices.complaint_closed(complaint))
    audit.record_entry(session, "complaint closed", complaint_id, after={"state": complaint.state})
    return complaint


def open_case(
    session: Session,
    rules: LegalRules,
    complaint_id: UUID,
    *,
    grounds: Sequence[str],
    by: str,
    today: date,
) -> Case:
    """Open a case on a screened complaint.

    Raises `OwnMatter`, `ImpossibleStep`, `UnknownGrounds` and `InvalidInput`.
    """
    refuse_unknown_grounds(grounds, rules.grounds_on(today))
    case = Case.open(
        _get_for_update(session, complaint_id),
        number=_number(session, rules, "case", today),
        grounds=grounds,
        by=by,
        today=today,
        clocks=rules.days,
    )
    session.add(case)
    audit.record_entry(
        session,
        "case opened",
        case.case_id,
        after={"number": case.case_number, "complaint": str(complaint_id), "grounds": grounds},
    )
    return case


def _number(session: Session, rules: LegalRules, kind: str, today: date) -> str:
    number = next_number(session, f"{kind} {today.year}")
    return rules.numbers.written(kind, year=today.year, number=number)
