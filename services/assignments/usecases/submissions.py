"""Stores the files that districts send; `background` processes them later."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.context import current_context
from chassis.i18n.text import translatable
from chassis.problems import NotFound
from services.assignments.domain.submission import Stage, Submission


def submit(
    session: Session,
    *,
    organization_id: UUID,
    file_name: str,
    file_digest: str,
    sent_by: str,
    now: datetime,
) -> Submission:
    """Record that the stored file was sent for a district, on behalf of the current actor."""
    context = current_context()
    submission = Submission(
        organization_id=organization_id,
        sent_at=now,
        sent_by=sent_by,
        actor=context.actor,
        own_ids=sorted(map(str, context.own_ids)),
        correlation_id=context.correlation_id,
        file_name=file_name,
        file_digest=file_digest,
        stage_since=now,
    )
    session.add(submission)
    return submission


def get_submission(session: Session, submission_id: UUID) -> Submission:
    """The submission; raises `NotFound`."""
    submission = session.get(Submission, submission_id)
    if submission is None:
        raise NotFound(translatable("There is no such submission."))
    return submission


def unfinished_submissions(session: Session, organization_id: UUID) -> Sequence[Submission]:
    """The submissions that need attention: those in progress, and the last one if refused."""
    newest_first = session.scalars(
        select(Submission)
        .where(Submission.organization_id == organization_id)
        .order_by(Submission.sent_at.desc(), Submission.submission_id.desc())
        .limit(20)
    ).all()
    return [
        submission
        for submission in newest_first
        if submission.is_on_its_way
        or (submission is newest_first[0] and submission.stage == Stage.REFUSED)
    ]
