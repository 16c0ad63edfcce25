"""Internal notes on a thing, which the person concerned never sees."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.ids import new_id
from chassis.storage import audit
from chassis.worklist.domain import Worker, WorkItem, WorkNote

LONGEST_NOTE = 4_000


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
