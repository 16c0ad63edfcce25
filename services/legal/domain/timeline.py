"""The timeline of a case: what was done, when and by whom, and the board's votes."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.legal.domain.base import Base


@dataclass(frozen=True)
class Vote:
    """How the board voted."""

    votes_for: int
    votes_against: int
    abstained: int = 0


class CaseEntry(Base):
    """A timeline entry: what was done, when, by whom; the note stays in this service."""

    __tablename__ = "case_entry"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.case_id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    on: Mapped[date]
    action: Mapped[str] = mapped_column(String(40))
    by: Mapped[str] = mapped_column(String(200))
    note: Mapped[str | None] = mapped_column(Text)
    votes_for: Mapped[int | None]
    votes_against: Mapped[int | None]
    abstained: Mapped[int | None]
