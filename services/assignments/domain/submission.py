"""A file that a district has sent, on its way to being a report or to being refused."""

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
"""So long after a submission was last heard of, its worker must have died."""


class Stage(StrEnum):
    """How far a submission has come."""

    WAITING = "waiting"
    READING = "reading"
    JUDGING = "judging"
    ACCEPTED = "accepted"
    REFUSED = "refused"


ON_THE_WAY = (Stage.WAITING, Stage.READING, Stage.JUDGING)


class Submission(Base):
    """One file, from the moment it was sent; `report_id` once it was accepted.

    It is taken in in the name of `actor`, who sent it by the request `correlation_id`.
    `faults` are those for which it was refused, and `more_faults` counts those beyond the limit.
    """

    __tablename__ = "submission"

    submission_id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organization_id: Mapped[UUID] = mapped_column(index=True)
    sent_at: Mapped[datetime] = mapped_column(Instant)
    sent_by: Mapped[str]
    actor: Mapped[str]
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
        """Whether it is not yet decided what becomes of it."""
        return self.stage in ON_THE_WAY

    @property
    def is_last_attempt(self) -> bool:
        """Whether nobody will try again if it fails now."""
        return self.attempts >= ATTEMPTS

    @property
    def refusal(self) -> ReportRefused:
        """Why it was refused."""
        return ReportRefused(tuple(map(_read, self.faults)), self.more_faults)

    def read(self, now: datetime) -> None:
        """A worker has taken it up."""
        self.attempts += 1
        self._enter(Stage.READING, now)

    def judge(self, now: datetime) -> None:
        """It was read without a fault."""
        self._enter(Stage.JUDGING, now)

    def accept(self, report_id: UUID, now: datetime) -> None:
        """It has become a report."""
        self.report_id = report_id
        self._enter(Stage.ACCEPTED, now)

    def refuse(self, refused: ReportRefused, now: datetime) -> None:
        """It will not become a report."""
        self.faults = [_to_store(each) for each in refused.faults]
        self.more_faults = refused.more
        self._enter(Stage.REFUSED, now)

    def wait(self, now: datetime) -> None:
        """It was no fault of its own that it could not be taken in; it is tried again."""
        self._enter(Stage.WAITING, now)

    def _enter(self, stage: Stage, now: datetime) -> None:
        self.stage, self.stage_since = stage, now


def _to_store(fault: Fault) -> dict[str, Any]:
    return {**asdict(fault), "problem": to_json(fault.problem), "cure": to_json(fault.cure)}


def _read(stored: dict[str, Any]) -> Fault:
    told = {name: stored[name] for name in ("problem", "cure")}
    words = {
        name: from_json(each) if isinstance(each, dict) else translatable(each)
        for name, each in told.items()
    }
    return Fault(**{**stored, **words})
