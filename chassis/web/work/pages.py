"""The page of a queue, and what one does with an item: take, assign, set aside, note."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema
from sqlalchemy.orm import Session

from chassis.i18n.language import gettext as _
from chassis.problems import InvalidInput
from chassis.security.access import requires
from chassis.security.principal import get_principal
from chassis.service import current_service
from chassis.web.forms import Form, read_form
from chassis.web.paging import page_asked_for
from chassis.web.work.bulk_pages import add_bulk_pages
from chassis.web.work.export_page import add_export_page
from chassis.web.work.holders import chosen_worker, holder_choices
from chassis.web.work.schemas import (
    NOBODY,
    AsideForm,
    HolderForm,
    NoteForm,
    ViewForm,
    looked_at,
    query_of,
)
from chassis.worklist import commands, note, view
from chassis.worklist.colleague import worker_of
from chassis.worklist.domain import WorkItem
from chassis.worklist.queue import (
    ORDER_WORDS,
    PART_WORDS,
    Queue,
    count_late,
    counts_of,
    items_of,
)

ShowItem = Callable[[UUID, Form], str]
ItemAct = Callable[[Session, WorkItem, Form], None]


def work_pages(queue: Queue, show_item: ShowItem) -> Blueprint:
    """The pages of a queue, under its path; an item's own page is the service's, `show_item`."""
    pages = Blueprint(f"{queue.name}_work", __name__, url_prefix=queue.path)
    _add_list(pages, queue)
    _add_items(pages, queue, show_item)
    _add_views(pages, queue)
    add_bulk_pages(pages, queue, queue_page)
    add_export_page(pages, queue)
    return pages


def _add_list(pages: Blueprint, queue: Queue) -> None:
    @pages.get("")
    @requires(*queue.permissions)
    def show() -> ResponseReturnValue:
        """What waits, due first, except what is about the reader."""
        return queue_page(queue, Form())

    @pages.post("/next")
    @requires(*queue.permissions)
    def take_next() -> ResponseReturnValue:
        """Take the most urgent item that nobody has, and open it."""
        service = current_service()
        with service.database.transaction() as session:
            worker = worker_of(get_principal())
            item = commands.take_next(session, queue, worker, service.now(), service.today())
        if item is None:
            return redirect(f"{queue.path}?none=left", 303)
        return redirect(queue.path_of(item.item_id), 303)


def _add_items(pages: Blueprint, queue: Queue, show_item: ShowItem) -> None:
    def act(item_id: UUID, schema: Schema, do: ItemAct) -> ResponseReturnValue:
        """Do something with an item; its page comes back, with what is wrong with the form."""
        form = read_form(schema, request.form)
        try:
            with current_service().database.transaction() as session:
                item = commands.get_item(session, queue, item_id)
                if form.is_valid:
                    do(session, item, form)
        except InvalidInput as refusal:
            form = form.refused(refusal)
        if not form.is_valid:
            return show_item(item_id, form), 422
        return redirect(queue.path_of(item_id), 303)

    @pages.post("/<uuid:item_id>/holder")
    @requires(*queue.permissions)
    def assign(item_id: UUID) -> ResponseReturnValue:
        """Take an item, give it to a colleague, or give it back."""

        def give(session: Session, item: WorkItem, form: Form) -> None:
            if form.values["holder"] == NOBODY:
                commands.give_back(session, item)
            else:
                worker = chosen_worker(session, queue, form.values["holder"])
                commands.assign(session, item, worker, current_service().now())

        return act(item_id, HolderForm(), give)

    @pages.post("/<uuid:item_id>/aside")
    @requires(*queue.permissions)
    def set_aside(item_id: UUID) -> ResponseReturnValue:
        """Look at an item again on a later day."""

        def put_aside(session: Session, item: WorkItem, form: Form) -> None:
            until, why = form.values["until"], form.values["why"]
            commands.set_aside(session, item, until, why, current_service().today())

        return act(item_id, AsideForm(), put_aside)

    @pages.post("/<uuid:item_id>/back")
    @requires(*queue.permissions)
    def bring_back(item_id: UUID) -> ResponseReturnValue:
        """Look at an item now that was set aside."""
        return act(item_id, Schema(), lambda session, item, _: commands.bring_back(session, item))

    @pages.post("/<uuid:item_id>/notes")
    @requires(*queue.permissions)
    def write_note(item_id: UUID) -> ResponseReturnValue:
        """Leave a note for colleagues."""

        def write(session: Session, item: WorkItem, form: Form) -> None:
            worker = worker_of(get_principal())
            note.write_note(session, item, worker, form.values["note"], current_service().now())

        return act(item_id, NoteForm(), write)


def _add_views(pages: Blueprint, queue: Queue) -> None:
    @pages.post("/views")
    @requires(*queue.permissions)
    def save_view() -> ResponseReturnValue:
        """Keep this look at the queue under a name."""
        query = query_of(looked_at(request.form, queue, 1))
        form = read_form(ViewForm(), request.form)
        if form.is_valid:
            try:
                with current_service().database.transaction() as session:
                    account_id = get_principal().account_id
                    name = form.values["name"]
                    view.save_view(session, queue.name, account_id, name, urlencode(query))
                return redirect(f"{queue.path}?{urlencode(query)}", 303)
            except InvalidInput as refusal:
                form = form.refused(refusal)
        return queue_page(queue, form), 422

    @pages.post("/views/<uuid:view_id>/delete")
    @requires(*queue.permissions)
    def delete_view(view_id: UUID) -> ResponseReturnValue:
        """Forget a view of one's own."""
        with current_service().database.transaction() as session:
            view.delete_view(session, view_id, get_principal().account_id)
        return redirect(queue.path, 303)


def _options(words: Mapping[Any, str]) -> list[tuple[str, str]]:
    return [(code, _(text)) for code, text in words.items()]


def queue_page(queue: Queue, form: Form) -> str:
    """The page of the queue as the address, or the form that came from it, asks for it."""
    service, account_id = current_service(), get_principal().account_id
    looked = looked_at(request.values, queue, page_asked_for())
    with service.database.reading() as session:
        page = items_of(session, queue.name, looked, account_id, service.today())
        values: dict[str, Any] = {
            "page": page,
            "cells": queue.cells(session, page.items),
            "counts": counts_of(session, queue.name, account_id, service.today()),
            "late": count_late(session, queue.name, service.today()),
            "views": view.views_of(session, queue.name, account_id),
            "holders": holder_choices(session, queue),
            **queue.more(session),
        }
    return render_template(
        queue.template,
        queue=queue,
        looked=looked,
        query=query_of(looked),
        kinds=queue.kinds(),
        parts=PART_WORDS,
        actors=_options(queue.waiting_for),
        orders=_options(ORDER_WORDS),
        none_left="none" in request.args,
        form=form,
        **values,
    )
