"""Saved views: a look at a queue that a person comes back to, under a name of their own."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from chassis.i18n.text import translatable
from chassis.problems import InvalidInput, NotFound
from chassis.worklist.domain import SavedView

MOST_VIEWS = 20


def views_of(session: Session, queue_name: str, account_id: UUID) -> Sequence[SavedView]:
    """A person's views of a queue, by name."""
    return session.scalars(_select(queue_name, account_id).order_by(SavedView.name)).all()


def save_view(session: Session, queue_name: str, account_id: UUID, name: str, query: str) -> None:
    """Keep a view; one of the same name is replaced.

    Raises `InvalidInput` when the person has `MOST_VIEWS`.
    """
    views = _select(queue_name, account_id)
    if view := session.scalar(views.where(SavedView.name == name)):
        view.query = query
        return
    if (session.scalar(select(func.count()).select_from(views.subquery())) or 0) >= MOST_VIEWS:
        message = translatable("You have {most} views. Delete one first.", most=MOST_VIEWS)
        raise InvalidInput({"name": [message]})
    session.add(SavedView(account_id=account_id, queue=queue_name, name=name, query=query))


def delete_view(session: Session, view_id: UUID, account_id: UUID) -> None:
    """Delete one's own view; raises `NotFound`."""
    view = session.get(SavedView, view_id)
    if view is None or view.account_id != account_id:
        raise NotFound(translatable("There is no such view."))
    session.delete(view)


def _select(queue_name: str, account_id: UUID) -> Select[SavedView]:
    return select(SavedView).where(
        SavedView.queue == queue_name, SavedView.account_id == account_id
    )
