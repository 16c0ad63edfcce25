"""What an item's own page shows of it as work: who has it, by when it is due, and the notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.security.principal import get_principal
from chassis.web.work.holders import Choice, holder_choices
from chassis.worklist.commands import find_item
from chassis.worklist.domain import WorkItem, WorkNote
from chassis.worklist.note import notes_on
from chassis.worklist.queue import Queue


@dataclass(frozen=True)
class WorkPanel:
    """An item as work; `holders` are who may be chosen to have it."""

    queue: Queue
    item: WorkItem
    notes: Sequence[WorkNote]
    holders: Sequence[Choice]

    @property
    def is_mine(self) -> bool:
        """Whether the reader has it."""
        return self.item.holder_id == get_principal().account_id

    @property
    def is_anothers(self) -> bool:
        """Whether a colleague has it, so that the reader must take it over before acting."""
        return self.item.is_waiting and self.item.holder_id is not None and not self.is_mine


def find_panel(session: Session, queue: Queue, item_id: UUID) -> WorkPanel | None:
    """The panel of a thing; None if it never waited in the queue."""
    item = find_item(session, item_id)
    if item is None:
        return None
    return WorkPanel(queue, item, notes_on(session, item_id), holder_choices(session, queue))
