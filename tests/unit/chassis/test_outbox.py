"""The outbox: facts commit with the change they tell of, and none that may not leave."""

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import contracts.event
from chassis.context import Context, acting_in
from chassis.ids import new_id
from chassis.messaging.outbox import record
from chassis.operations.republish import republish
from chassis.storage.tables import OUTBOX
from chassis.testing import NOW, deliver, recorded, service_of
from contracts.codec import InvalidEvent
from contracts.envelope import decode
from contracts.event import Event, RestrictedField, public, restricted
from contracts.legal import OrderAction, OrderEntered
from tests.unit.chassis.registry import Order, board_of, draft, drafted, enter


def entered(app: Flask, number: str = "2026-01") -> UUID:
    """The id of an order that was entered."""
    order_id = drafted(app, number)
    with service_of(app).database.transaction() as session:
        enter(session, order_id, NOW.date())
    return order_id


def outbox(app: Flask) -> list[UUID]:
    with service_of(app).database.reading() as session:
        return list(session.scalars(select(OUTBOX.c.event_id).order_by(OUTBOX.c.position)))


def an_order() -> OrderEntered:
    return OrderEntered(
        version=2,
        order_id=new_id(),
        order_number="2026-01",
        educator_id=new_id(),
        action=OrderAction.REVOCATION,
        effective_on=NOW.date(),
        has_conditions=False,
    )


def within(app: Flask, *events: Event) -> None:
    with service_of(app).database.transaction() as session:
        record(session, *events)


def test_a_fact_is_recorded_with_the_change_it_tells_of(app: Flask) -> None:
    order_id = entered(app)

    (fact,) = recorded(app, OrderEntered)

    assert (fact.order_id, fact.version, fact.effective_on) == (order_id, 2, NOW.date())
    with service_of(app).database.reading() as session:
        assert session.get_one(Order, order_id).version == 2


def test_a_use_case_that_fails_leaves_neither_change_nor_fact(app: Flask) -> None:
    order_id = drafted(app)

    def fail_at_the_end(session: Session) -> None:
        enter(session, order_id, NOW.date())
        draft(session, "2026-02")
        raise RuntimeError("the use case failed")

    def use_case() -> None:
        with service_of(app).database.transaction() as session:
            fail_at_the_end(session)

    with pytest.raises(RuntimeError):
        use_case()

    assert outbox(app) == []
    with service_of(app).database.reading() as session:
        assert [each.version for each in session.scalars(select(Order))] == [1]


def test_a_restricted_field_may_not_leave(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    # The fact below is known while this test runs, and to no other test.
    monkeypatch.setattr(contracts.event, "_classes", dict(contracts.event._classes))

    class ComplaintFiled(Event, topic="registry.complaint-filed.v1", subject="complaint_id"):
        """A complaint was filed."""

        complaint_id: UUID = public()
        text: str = restricted()

    with pytest.raises(RestrictedField, match="text must not be in an event"):
        within(app, ComplaintFiled(version=1, complaint_id=new_id(), text="what was seen"))
    assert outbox(app) == []


def test_a_fact_whose_values_do_not_fit_its_fields_is_refused(app: Flask) -> None:
    misfit = OrderEntered(**{**vars(an_order()), "effective_on": "tomorrow"})

    with pytest.raises(InvalidEvent):
        within(app, misfit)
    assert outbox(app) == []


def test_one_refused_fact_takes_the_others_of_its_transaction_with_it(app: Flask) -> None:
    misfit = OrderEntered(**{**vars(an_order()), "version": "two"})

    with pytest.raises(InvalidEvent):
        within(app, an_order(), misfit)
    assert outbox(app) == []


def test_the_same_fact_cannot_be_recorded_twice(app: Flask) -> None:
    fact = an_order()
    within(app, fact)

    with pytest.raises(IntegrityError):
        within(app, fact)
    assert outbox(app) == [fact.event_id]


def test_a_fact_carries_on_whose_behalf_it_was_recorded(app: Flask) -> None:
    cause = new_id()
    with acting_in(Context(correlation_id="click-1", causation_id=cause)):
        within(app, an_order())

    with service_of(app).database.reading() as session:
        message = decode(session.scalars(select(OUTBOX.c.body)).one())
    assert (message.source, message.correlation_id) == ("/credence/legal", "click-1")
    assert message.causation_id == cause


def test_the_relay_is_woken_once_a_transaction_and_only_after_its_commit(app: Flask) -> None:
    woken: list[int] = []
    database = service_of(app).database
    database.after_record.append(lambda: woken.append(len(outbox(app))))

    within(app, an_order(), an_order())
    with database.transaction() as session:
        session.execute(select(OUTBOX))

    assert woken == [2]


def test_republish_announces_everything_again_under_the_same_ids(app: Flask) -> None:
    entered(app, "2026-01")
    entered(app, "2026-02")
    drafted(app, "2026-03")
    before = outbox(app)
    with service_of(app).database.transaction() as session:
        session.execute(update(OUTBOX).values(published_at=NOW))

    result = app.test_cli_runner().invoke(args=["republish"])

    assert result.output == "2 facts were recorded\n"
    assert sorted(outbox(app)) == sorted(before)
    with service_of(app).database.reading() as session:
        assert session.scalars(select(OUTBOX.c.published_at)).all() == [None, None]


def test_a_reader_leaves_alone_what_is_announced_again(app: Flask) -> None:
    entered(app)
    (fact,) = recorded(app, OrderEntered)
    deliver(app, fact)
    republish(service_of(app))

    deliver(app, *recorded(app, OrderEntered))

    assert board_of(app) == ["2026-01"]
