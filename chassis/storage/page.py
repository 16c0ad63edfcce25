"""One page of a longer list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from chassis.storage.database import AnyRow, AnySelect

Item = TypeVar("Item")


@dataclass(frozen=True)
class Page(Generic[Item]):
    """One page of a list of `total` items; `number` counts from 1 to `pages`."""

    items: Sequence[Item]
    total: int
    number: int
    pages: int


def page_of(session: Session, query: Select[Item], number: int, size: int) -> Page[Item]:
    """The page with this number, or the nearest one, of a select of one class."""
    total, number, pages = _find_place(session, query, number, size)
    items = session.scalars(_cut(query, number, size)).all()
    return Page(items, total, number, pages)


def page_of_rows(session: Session, query: AnySelect, number: int, size: int) -> Page[AnyRow]:
    """The same for a select of several columns or classes."""
    total, number, pages = _find_place(session, query, number, size)
    rows = session.execute(_cut(query, number, size)).all()
    return Page(rows, total, number, pages)


def count_rows(session: Session, query: AnySelect) -> int:
    """How many rows the query has."""
    return session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0


def _find_place(session: Session, query: AnySelect, number: int, size: int) -> tuple[int, int, int]:
    """The number of rows, the nearest page's number, and the number of pages."""
    total = count_rows(session, query)
    pages = max(1, -(-total // size))
    return total, min(max(1, number), pages), pages


def _cut(query: AnySelect, number: int, size: int) -> AnySelect:
    return query.limit(size).offset((number - 1) * size)
