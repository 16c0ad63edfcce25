"""Internal notes on a thing, which the person concerned never sees."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from chassis.ids import new_id
from chassis.storage import audit
from chassis.storage.types import Instant
from chassis.worklist.item import Worker, WorkItem
from chassis.worklist.tables import Base

LONGEST_NOTE = 4_000


class WorkNote(Base):
    """A note, which stays as it was written."""

    __tablename__ = "work_note"

    note_id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("work_item.item_id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    writer_id: Mapped[UUID]
    writer_name: Mapped[str] = mapped_column(String(250))
    written_at: Mapped[datetime] = mapped_column(Instant)


def write_note(
    session: Session, item: WorkItem, worker: Worker, text: str, now: datetime
) -> WorkNote:
    """Add a note to an item, waiting or done; the audit trail tells that, not what, was written."""
    note = WorkNote(
        note_id=new_id(),
        item_id=item.item_id,
        text=text,
        writer_id=worker.account_id,
        writer_name=worker.name,
        written_at=now,
    )
    session.add(note)
    audit.record_entry(
        session, "work note written", item.item_id, after={"note": str(note.note_id)}
    )
    return note


def notes_on(session: Session, item_id: UUID) -> Sequence[WorkNote]:
    """The notes on an item, oldest first."""
    return session.scalars(
        select(WorkNote).where(WorkNote.item_id == item_id).order_by(WorkNote.note_id)
    ).all()
