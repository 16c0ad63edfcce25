"""Saved views: a look at a queue that a person comes back to, under a name of their own."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from chassis.i18n.text import translatable
from chassis.ids import new_id
from chassis.problems import InvalidInput, NotFound
from chassis.worklist.tables import Base

MOST_VIEWS = 20
LONGEST_VIEW_NAME = 40


class SavedView(Base):
    """A person's view; `query` is that of the page's address."""

    __tablename__ = "work_view"
    __table_args__ = (UniqueConstraint("account_id", "queue", "name"),)

    view_id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID]
    queue: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(LONGEST_VIEW_NAME))
    query: Mapped[str] = mapped_column(String(500))


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
