"""A queue's list as a file, as it was looked at: filtered, sorted, whole."""

from collections.abc import Iterator, Sequence

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from chassis.i18n.language import gettext as _
from chassis.security.access import requires
from chassis.security.principal import get_principal
from chassis.service import current_service
from chassis.storage import audit
from chassis.web.exports import send_export
from chassis.web.work.schemas import looked_at, query_of
from chassis.worklist.domain import WorkItem
from chassis.worklist.export import Column, Export, ExportFormat, Row
from chassis.worklist.queue import Cell, Looked, Queue, each_item_of

CHOICES = f"<any({', '.join(ExportFormat)}):kind>"


def add_export_page(pages: Blueprint, queue: Queue) -> None:
    """Add the route; the audit trail tells who took which list."""

    @pages.get(f"/export/{CHOICES}")
    @requires(*queue.permissions)
    def export(kind: str) -> ResponseReturnValue:
        """The list that the address asks for, without what is about the reader."""
        looked = looked_at(request.args, queue, 1)
        with current_service().database.transaction() as session:
            audit.record_entry(
                session, "work exported", queue.name, after={"as": kind, **query_of(looked)}
            )
            return send_export(_export(session, queue, looked), ExportFormat(kind))


def _export(session: Session, queue: Queue, looked: Looked) -> Export:
    columns = (
        Column("number", _(queue.number_label)),
        Column("person", _(queue.person_label)),
        Column("kind", _(queue.kind_label)),
        *(Column(name, _(heading)) for name, heading in queue.columns.items()),
        Column("waiting_for", _("Who must act")),
        Column("came_at", _("Came")),
        Column("due_on", _("Due")),
        Column("holder", _("Who has it")),
        Column("aside_until", _("Set aside until")),
        Column("aside_why", _("Why")),
    )
    rows = _rows(session, queue, looked)
    return Export(queue.name, columns, rows, current_service().place.time_zone)


def _rows(session: Session, queue: Queue, looked: Looked) -> Iterator[Row]:
    account_id, today = get_principal().account_id, current_service().today()
    kinds = queue.kinds()
    for items in each_item_of(session, queue.name, looked, account_id, today):
        cells = queue.cells(session, items)
        for item in items:
            own_columns = cells.get(item.item_id, queue.no_cells)
            yield _row(queue, item, kinds.get(item.kind, item.kind), own_columns)


def _row(queue: Queue, item: WorkItem, kind: str, own_columns: Sequence[Cell]) -> Row:
    return (
        item.number,
        item.person_name,
        kind,
        *(_(cell.words) for cell in own_columns),
        _(queue.waiting_for.get(item.waiting_for, item.waiting_for)),
        item.came_at,
        item.due_on,
        item.holder_name,
        item.aside_until,
        item.aside_why,
    )
