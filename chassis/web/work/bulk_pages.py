"""One act on many items of a queue: a preview, the act, and its undoing."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from chassis.i18n.text import translatable
from chassis.problems import InvalidInput
from chassis.security.access import requires
from chassis.security.principal import get_principal
from chassis.service import current_service
from chassis.web.forms import Form, read_form
from chassis.web.work.holders import chosen_worker
from chassis.web.work.schemas import AT_LEAST_ONE, BulkForm, seen_versions
from chassis.worklist import bulk
from chassis.worklist.bulk import BulkAct
from chassis.worklist.domain import BulkKind
from chassis.worklist.queue import Queue

ACT_WORDS = {
    BulkKind.ASSIGN: translatable("Give to a colleague"),
    BulkKind.GIVE_BACK: translatable("Give back"),
    BulkKind.SET_ASIDE: translatable("Set aside"),
    BulkKind.BRING_BACK: translatable("Bring back"),
}
ShowQueue = Callable[[Queue, Form], str]


def add_bulk_pages(pages: Blueprint, queue: Queue, show_queue: ShowQueue) -> None:
    """Add the pages; `show_queue` shows the list again with what is wrong with the form."""

    @pages.post("/bulk")
    @requires(*queue.permissions)
    def preview() -> ResponseReturnValue:
        """What the act would do; nothing is changed."""
        form, service = read_form(BulkForm(), request.form), current_service()
        if not form.is_valid:
            return show_queue(queue, form), 422
        with service.database.transaction() as session:
            try:
                act = _act(session, queue, form)
                planned = bulk.plan(session, queue, act)
            except InvalidInput as refusal:
                return show_queue(queue, form.refused(refusal)), 422
        return render_template(
            "work/bulk_preview.html",
            queue=queue,
            act=act,
            planned=planned,
            act_words=ACT_WORDS[act.kind],
        )

    @pages.post("/bulk/done")
    @requires(*queue.permissions)
    def carry_out() -> ResponseReturnValue:
        """Do what the preview showed, except to items on which somebody has acted since."""
        form, service = read_form(BulkForm(), request.form), current_service()
        with service.database.transaction() as session:
            done = bulk.carry_out(
                session,
                queue,
                _act(session, queue, form),
                get_principal().account_id,
                service.now(),
            )
        return redirect(f"{queue.path}/bulk/{done.bulk_id}", 303)

    @pages.get("/bulk/<uuid:bulk_id>")
    @requires(*queue.permissions)
    def result(bulk_id: UUID) -> ResponseReturnValue:
        """What was done, and how to undo it."""
        return _result_page(queue, bulk_id)

    @pages.post("/bulk/<uuid:bulk_id>/undo")
    @requires(*queue.permissions)
    def undo(bulk_id: UUID) -> ResponseReturnValue:
        """Put back how it was whatever nobody has acted on since."""
        service = current_service()
        with service.database.transaction() as session:
            done = bulk.get_bulk(session, queue, bulk_id, get_principal().account_id)
            bulk.undo(session, queue, done, service.now())
        return redirect(f"{queue.path}/bulk/{bulk_id}", 303)


def _result_page(queue: Queue, bulk_id: UUID) -> str:
    with current_service().database.reading() as session:
        done = bulk.get_bulk(session, queue, bulk_id, get_principal().account_id)
        items = bulk.items_in(session, queue, done)
        return render_template(
            "work/bulk_done.html",
            queue=queue,
            done=done,
            items=items,
            act_words=ACT_WORDS[BulkKind(done.kind)],
        )


def _act(session: Session, queue: Queue, form: Form) -> BulkAct:
    """What the form asks for; raises `InvalidInput`."""
    if not form.is_valid:
        raise InvalidInput(form.errors)
    values: dict[str, Any] = form.values
    kind, seen = BulkKind(values["act"]), seen_versions(values["items"])
    if not seen:
        raise InvalidInput({"items": [AT_LEAST_ONE]})
    return BulkAct(
        kind=kind,
        seen=seen,
        worker=chosen_worker(session, queue, values["holder"]) if kind is BulkKind.ASSIGN else None,
        until=values["until"] if kind is BulkKind.SET_ASIDE else None,
        why=values["why"],
        today=current_service().today(),
    )
