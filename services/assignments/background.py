"""Processes the files that districts send, one at a time, in a thread next to the worker's.

Each step is committed, so that a page can show a file's progress, and another worker can take over
a file whose worker died.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from chassis.context import Context, acting_in
from chassis.i18n.text import Translatable, translatable
from chassis.observability.logging import log
from chassis.observability.tracing import span
from chassis.problems import Problem
from chassis.service import Service
from services.assignments.domain.faults import Fault, ReportRefused
from services.assignments.domain.submission import ABANDONED_AFTER, ON_THE_WAY, Stage, Submission
from services.assignments.usecases.receiving import receive, take

IDLE_SECONDS = 0.5


def take_in(service: Service, stopping: threading.Event) -> None:
    """Process waiting files until `stopping` is set."""
    while not stopping.is_set():
        try:
            has_processed = take_in_next(service)
        except Exception:  # the database may be down for a moment; the files keep waiting
            log.exception("intake failed, trying again")
            has_processed = False
        if not has_processed:
            stopping.wait(IDLE_SECONDS)


def take_in_next(service: Service) -> bool:
    """Process the file that has waited longest; returns whether there was one."""
    with service.database.transaction() as session:
        submission = _find_next(session, service.now())
        if submission is None:
            return False
        if submission.is_last_attempt:
            # Its last worker died while processing it.
            submission.refuse(_refused_for(submission, *_OUR_FAULT), service.now())
            return True
        submission.read(service.now())
        submission_id, is_last_attempt = submission.submission_id, submission.is_last_attempt
    try:
        _become_report(service, submission_id)
    except ReportRefused as refused:
        _refuse(service, submission_id, refused)
    except Problem as problem:
        _refuse(service, submission_id, _refused_for(submission, problem.detail, problem.advice))
    except Exception:
        log.exception(
            "submission failed", submission=str(submission_id), is_last_attempt=is_last_attempt
        )
        if is_last_attempt:
            _refuse(service, submission_id, _refused_for(submission, *_OUR_FAULT))
        else:
            with _changing(service, submission_id) as failed:
                failed.wait(service.now())
    return True


_OUR_FAULT = (
    translatable("could not be processed because of an error on our side; the error was recorded"),
    translatable("Send it again. If it happens again, write to the agency"),
)


def _find_next(session: Session, now: datetime) -> Submission | None:
    abandoned = and_(
        Submission.stage.in_(ON_THE_WAY), Submission.stage_since <= now - ABANDONED_AFTER
    )
    return session.scalar(
        select(Submission)
        .where(or_(Submission.stage == Stage.WAITING, abandoned))
        .order_by(Submission.sent_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def _become_report(service: Service, submission_id: UUID) -> None:
    with service.database.reading() as session:
        submission = session.get_one(Submission, submission_id)
    file = service.files.path_of(submission.file_digest)
    received = receive(service.files, file, submission.file_name, service.rules)
    with _changing(service, submission_id) as read:
        read.judge(service.now())
    act = Context(
        actor=submission.actor,
        own_ids=frozenset(map(UUID, submission.own_ids or ())),
        correlation_id=submission.correlation_id,
    )
    with (
        service.context(),
        acting_in(act),
        span("take in a report", service.name),
        service.database.transaction() as session,
    ):
        report = take(session, service, submission.organization_id, received, submission.sent_by)
        judged = session.get_one(Submission, submission_id)
        judged.accept(report.report_id, service.now())


def _refuse(service: Service, submission_id: UUID, refused: ReportRefused) -> None:
    with _changing(service, submission_id) as submission:
        submission.refuse(refused, service.now())


@contextmanager
def _changing(service: Service, submission_id: UUID) -> Iterator[Submission]:
    """The submission; changes to it are committed at the end."""
    with service.database.transaction() as session:
        yield session.get_one(Submission, submission_id)


def _refused_for(
    submission: Submission, problem: Translatable, cure: Translatable
) -> ReportRefused:
    return ReportRefused((Fault(submission.file_name, None, None, None, problem, cure),))
