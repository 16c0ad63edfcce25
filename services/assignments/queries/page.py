"""One page of a longer list."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.storage.database import AnyRow, AnySelect


@dataclass(frozen=True)
class Page:
    """One page of a longer list; pages count from 1."""

    rows: Sequence[AnyRow]
    total: int
    page: int
    pages: int


def page_of(session: Session, query: AnySelect, page: int, size: int) -> Page:
    """The page of this number, or the nearest there is."""
    total = count_rows(session, query)
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    rows = session.execute(query.limit(size).offset((page - 1) * size)).all()
    return Page(rows, total, page, pages)


def count_rows(session: Session, query: AnySelect) -> int:
    """How many rows the query has."""
    return session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
