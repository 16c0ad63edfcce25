"""Read a case's file, take its steps, record the board's decisions, and place holds."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.i18n.text import translatable
from chassis.messaging.outbox import record
from chassis.problems import NotFound
from chassis.security.own_matter import is_own_matter, refuse_own_matter
from chassis.storage import audit
from services.legal.domain.case import Case
from services.legal.domain.procedure import BoardDecision, Step
from services.legal.domain.timeline import Vote
from services.legal.jurisdiction import LegalRules
from services.legal.usecases import notices


def get_case(session: Session, case_id: UUID) -> Case:
    """The case; raises `NotFound`, also to whom it is about."""
    case = session.get(Case, case_id)
    if case is None or is_own_matter(case.educator_id):
        raise NotFound(translatable("There is no such case."))
    return case


def get_case_for_update(session: Session, case_id: UUID) -> Case:
    """The case, locked; raises `NotFound` and `OwnMatter`."""
    case = session.get(Case, case_id, with_for_update=True)
    if case is None:
        raise NotFound(translatable("There is no such case."))
    refuse_own_matter(case.educator_id)
    return case


def read_case(session: Session, case_id: UUID) -> Case:
    """A case's file; records who read it in the audit trail.

    Raises `NotFound`, also to whom it is about.
    """
    case = get_case(session, case_id)
    audit.record_entry(session, "case file read", case_id, after={"number": case.case_number})
    return case


def take_step(
    session: Session,
    rules: LegalRules,
    case_id: UUID,
    step: Step,
    *,
    on: date,
    by: str,
    today: date,
    note: str | None = None,
) -> Case:
    """Take the next step of a case; raises `OwnMatter`, and like `Case.take`."""
    case = get_case_for_update(session, case_id)
    before = case.state
    case.take(step, on=on, by=by, today=today, clocks=rules.days, note=note)
    if step is Step.NOTIFY_EDUCATOR:
        record(session, notices.educator_notified(case))
    audit.record_entry(
        session,
        step.replace("_", " "),
        case_id,
        before={"state": before},
        after={"state": case.state, "on": on.isoformat()},
    )
    return case


def record_decision(
    session: Session,
    rules: LegalRules,
    case_id: UUID,
    decision: BoardDecision,
    *,
    on: date,
    vote: Vote,
    by: str,
    today: date,
    note: str | None = None,
) -> Case:
    """Record the board's decision; raises `OwnMatter`, and like `Case.decide`."""
    case = get_case_for_update(session, case_id)
    before = case.state
    case.decide(decision, on=on, vote=vote, by=by, today=today, clocks=rules.days, note=note)
    if notice := notices.decided(case, decision):
        record(session, notice)
    audit.record_entry(
        session,
        "board decided",
        case_id,
        before={"state": before},
        after={
            "state": case.state,
            "decision": decision,
            "on": on.isoformat(),
            "vote": f"{vote.votes_for}-{vote.votes_against}-{vote.abstained}",
        },
    )
    return case


def place_hold(session: Session, case_id: UUID, *, reason: str, by: str, today: date) -> Case:
    """Block decisions on the educator's applications; the reason stays in this service.

    Raises `OwnMatter`, `HoldAlreadyPlaced` and `ImpossibleStep`.
    """
    case = get_case_for_update(session, case_id)
    record(session, case.place_hold(reason, by=by, today=today))
    audit.record_entry(session, "hold placed", case_id)
    return case


def lift_hold(session: Session, case_id: UUID, *, reason: str, by: str, today: date) -> Case:
    """Lift the hold; the reason stays in this service.

    Raises `OwnMatter` and `NoHoldInForce`.
    """
    case = get_case_for_update(session, case_id)
    record(session, case.lift_hold(reason, by=by, today=today))
    audit.record_entry(session, "hold lifted", case_id)
    return case
