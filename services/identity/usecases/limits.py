"""Rate limits; attempts are counted before they run, so that concurrency cannot exceed a limit."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from chassis.i18n.text import translatable
from chassis.ids import new_id
from chassis.problems import TooMany
from chassis.storage.database import insert_ignoring_repetition
from services.identity.domain.limits import Attempt, UsedChallenge


class TooManyTries(TooMany):
    """Too many attempts for one username or from one address have failed."""

    def __init__(self, window: timedelta) -> None:
        minutes = window // timedelta(minutes=1)
        super().__init__(
            translatable("To protect everyone's records, no more attempts are accepted for now."),
            advice=translatable("Wait {minutes} minutes, then try again.", minutes=minutes),
        )


def begin_attempt(
    session: Session, most: Mapping[str, int], window: timedelta, now: datetime
) -> list[UUID]:
    """Count an attempt under each key of `most`; call `forgive` when it succeeds.

    Raises `TooManyTries` when that many have failed within `window` under one of the keys.
    """
    for made_by, limit in most.items():
        failed = session.scalar(
            select(func.count())
            .select_from(Attempt)
            .where(Attempt.made_by == made_by, Attempt.at > now - window)
        )
        if (failed or 0) >= limit:
            raise TooManyTries(window)
    attempts = [Attempt(attempt_id=new_id(), made_by=made_by, at=now) for made_by in most]
    session.add_all(attempts)
    return [attempt.attempt_id for attempt in attempts]


def forgive(session: Session, attempts: Collection[UUID], made_by: str | None = None) -> None:
    """Remove a successful attempt, and with `made_by` the failures before it."""
    session.execute(delete(Attempt).where(Attempt.attempt_id.in_(attempts)))
    if made_by is not None:
        session.execute(delete(Attempt).where(Attempt.made_by == made_by))


def is_challenge_used(session: Session, challenge_id: str) -> bool:
    """Whether a CAPTCHA was used before."""
    return session.get(UsedChallenge, challenge_id) is not None


def use_challenge(session: Session, challenge_id: str, now: datetime) -> bool:
    """Record a CAPTCHA as used; False if it was used before."""
    inserted = session.execute(
        insert_ignoring_repetition(session, UsedChallenge)
        .values(challenge_id=challenge_id, used_at=now)
        .returning(UsedChallenge.challenge_id)
    ).first()
    return inserted is not None
