"""A submission: a file that a district sent, until it is accepted as a report or refused."""

from dataclasses import asdict
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.i18n.text import from_json, to_json, translatable
from chassis.ids import new_id
from chassis.storage.types import Instant
from services.assignments.domain.faults import Fault, ReportRefused
from services.assignments.domain.tables import Base

ATTEMPTS = 3
ABANDONED_AFTER = timedelta(seconds=60)
"""After this time in one stage, a submission's worker must have died."""


class Stage(StrEnum):
    """A submission's progress."""

    WAITING = "waiting"
    READING = "reading"
    JUDGING = "judging"
    ACCEPTED = "accepted"
    REFUSED = "refused"


ON_THE_WAY = (Stage.WAITING, Stage.READING, Stage.JUDGING)


class Submission(Base):
    """One sent file; `report_id` is set once it is accepted.

    It is processed on behalf of `actor`, whose ids are `own_ids` and who sent it in the request
    `correlation_id`.
    `faults` are the reasons for a refusal, and `more_faults` counts those beyond the limit.
    """

    __tablename__ = "submission"

    submission_id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organization_id: Mapped[UUID] = mapped_column(index=True)
    sent_at: Mapped[datetime] = mapped_column(Instant)
    sent_by: Mapped[str]
    actor: Mapped[str]
    own_ids: Mapped[list[str] | None] = mapped_column(JSON)
    correlation_id: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str]
    file_digest: Mapped[str] = mapped_column(String(64))
    stage: Mapped[Stage] = mapped_column(String(10), default=Stage.WAITING, index=True)
    stage_since: Mapped[datetime] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(default=0)
    report_id: Mapped[UUID | None]
    faults: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    more_faults: Mapped[int] = mapped_column(default=0)

    @property
    def is_on_its_way(self) -> bool:
        """Whether it is neither accepted nor refused yet."""
        return self.stage in ON_THE_WAY

    @property
    def is_last_attempt(self) -> bool:
        """Whether there is no further attempt if this one fails."""
        return self.attempts >= ATTEMPTS

    @property
    def refusal(self) -> ReportRefused:
        """Why it was refused."""
        return ReportRefused(tuple(map(_read, self.faults)), self.more_faults)

    def read(self, now: datetime) -> None:
        """Record that a worker started reading it."""
        self.attempts += 1
        self._enter(Stage.READING, now)

    def judge(self, now: datetime) -> None:
        """Record that it was read without a fault."""
        self._enter(Stage.JUDGING, now)

    def accept(self, report_id: UUID, now: datetime) -> None:
        """Record that it became a report."""
        self.report_id = report_id
        self._enter(Stage.ACCEPTED, now)

    def refuse(self, refused: ReportRefused, now: datetime) -> None:
        """Record that it was refused."""
        self.faults = [_to_store(fault) for fault in refused.faults]
        self.more_faults = refused.more
        self._enter(Stage.REFUSED, now)

    def wait(self, now: datetime) -> None:
        """Return it to the queue after a failure that was not the file's fault."""
        self._enter(Stage.WAITING, now)

    def _enter(self, stage: Stage, now: datetime) -> None:
        self.stage, self.stage_since = stage, now


def _to_store(fault: Fault) -> dict[str, Any]:
    return {**asdict(fault), "problem": to_json(fault.problem), "cure": to_json(fault.cure)}


def _read(stored: dict[str, Any]) -> Fault:
    texts = {
        name: from_json(text) if isinstance(text, dict) else translatable(text)
        for name, text in ((name, stored[name]) for name in ("problem", "cure"))
    }
    return Fault(**{**stored, **texts})
