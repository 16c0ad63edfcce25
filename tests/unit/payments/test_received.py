"""Finance's page: what came in on a day and in the week up to it, and what is still owed."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flask import Flask

from chassis.testing import client_of, deliver, service_of
from contracts.identity import Role
from services.payments import queries
from tests.unit.payments.test_invoices import open_invoice, payment_opened, report, take

TODAY = date(2026, 11, 22)


def week(app: Flask, day: date = TODAY) -> list[queries.Received]:
    service = service_of(app)
    with service.database.reading() as session:
        return queries.week_received(session, day, service.place.time_zone)


def finance(app: Flask, query: str = "") -> str:
    return client_of(app, {Role.FINANCE: None}).get(f"/payments/received{query}").text


def test_a_week_shows_each_days_money_on_its_calendar_day(app: Flask) -> None:
    open_invoice(app)
    take(app, report())
    settled_on = service_of(app).today()

    days = week(app, settled_on)
    assert [each.day.toordinal() - settled_on.toordinal() for each in days] == list(range(-6, 1))
    assert days[-1] == (settled_on, 8500, 1)
    assert sum(each.payments for each in days) == 1


def test_a_day_ends_at_the_states_midnight(app: Flask) -> None:
    open_invoice(app)
    service = service_of(app)
    zone = ZoneInfo("America/New_York")
    take(app, report())
    with service.database.transaction() as session:
        (payment,) = queries.payments_received(session, service.today(), service.place.time_zone)
        payment.settled_at = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)

    with service.database.reading() as session:
        found = queries.week_received(session, TODAY, zone)
    assert {each.day: each.payments for each in found if each.payments} == {date(2026, 11, 21): 1}


def test_what_is_owed_is_counted_until_it_is_paid(app: Flask) -> None:
    open_invoice(app)
    deliver(app, payment_opened("INITIAL", on=date(2026, 11, 2)))
    with service_of(app).database.reading() as session:
        assert queries.owed(session) == (17000, 2, date(2026, 11, 2))

    take(app, report())
    with service_of(app).database.reading() as session:
        assert queries.owed(session) == (8500, 1, date(2026, 11, 2))


def test_the_page_shows_the_day_the_week_and_what_is_owed(app: Flask) -> None:
    empty = finance(app)
    assert "Nothing was received on this day" in empty
    assert '<svg class="chart-bars"' not in empty

    open_invoice(app)
    take(app, report())
    page = finance(app)
    assert "$85.00 in one payment" in page
    assert '<svg class="chart-bars"' in page


def test_the_days_before_and_after_are_one_step_away_but_none_to_come(app: Flask) -> None:
    today = service_of(app).today()
    assert "The day after" not in finance(app)
    assert f"day={today}" in finance(app, f"?day={date.fromordinal(today.toordinal() - 1)}")


def test_a_day_of_another_age_is_refused_and_not_computed_with(app: Flask) -> None:
    client = client_of(app, {Role.FINANCE: None})
    assert client.get("/payments/received?day=0001-01-01").status_code == 422


def test_a_day_to_come_is_refused_with_what_to_do(app: Flask) -> None:
    page = finance(app, f"?day={date.fromordinal(service_of(app).today().toordinal() + 1)}")
    assert "We cannot show the payments of that day." in page
    assert "This day is in the future. Choose today or an earlier day." in page
