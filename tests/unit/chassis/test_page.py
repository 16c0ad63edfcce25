"""A longer list is shown page by page, each at its nearest number."""

import pytest
from flask import Flask
from sqlalchemy import insert, select

from chassis.storage.database import Database
from chassis.storage.page import count_rows, page_of, page_of_rows
from chassis.storage.tables import NUMBER_SERIES
from chassis.web.paging import page_asked_for

ALL = select(NUMBER_SERIES.c.last).order_by(NUMBER_SERIES.c.last)


@pytest.fixture(autouse=True)
def seven(database: Database) -> None:
    """A table of the numbers from 1 to 7."""
    with database.transaction() as session:
        rows = [{"series": str(number), "last": number} for number in range(1, 8)]
        session.execute(insert(NUMBER_SERIES), rows)


@pytest.mark.parametrize(
    ("asked", "number", "items"),
    [
        (1, 1, [1, 2, 3]),
        (2, 2, [4, 5, 6]),
        (3, 3, [7]),
        (4, 3, [7]),
        (10**30, 3, [7]),
        (0, 1, [1, 2, 3]),
        (-5, 1, [1, 2, 3]),
    ],
)
def test_the_nearest_page_there_is_holds_its_part_of_the_list(
    database: Database, asked: int, number: int, items: list[int]
) -> None:
    with database.reading() as session:
        page = page_of(session, ALL, asked, 3)
        rows = page_of_rows(session, ALL, asked, 3)
    assert (page.number, page.pages, page.total, page.items) == (number, 3, 7, items)
    assert [row.last for row in rows.items] == items


@pytest.mark.parametrize(("least", "total", "pages"), [(8, 0, 1), (7, 1, 1), (2, 6, 2), (1, 7, 3)])
def test_there_are_as_many_pages_as_the_list_needs_and_always_one(
    database: Database, least: int, total: int, pages: int
) -> None:
    some = ALL.where(NUMBER_SERIES.c.last >= least)
    with database.reading() as session:
        page = page_of(session, some, 1, 3)
        assert count_rows(session, some) == page.total == total
    assert page.pages == pages


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("/", 1),
        ("/?page=3", 3),
        ("/?page=0", 0),
        ("/?page=no", 1),
        ("/?page=", 1),
        ("/?page=1.5", 1),
        (f"/?page={'9' * 5000}", 1),
    ],
)
def test_the_first_page_is_asked_for_unless_the_address_gives_a_number(
    address: str, number: int
) -> None:
    with Flask(__name__).test_request_context(address):
        assert page_asked_for() == number
