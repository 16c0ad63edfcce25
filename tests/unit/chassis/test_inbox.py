"""What came together is handled together: once each, and traced each by itself."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.clock import SystemClock
from chassis.ids import new_id
from chassis.messaging.inbox import Delivery, Inbox, Verdict, handled_count
from chassis.messaging.participant import Participant
from chassis.messaging.reactions import Reactions
from chassis.storage.database import Database
from chassis.storage.tables import INBOX, service_metadata
from contracts.envelope import Message, encode
from contracts.event import source_of
from contracts.payments import NothingDue, PaymentFailed

POISON = UUID(int=13)
TRACES = ["0af7651916cd43dd8448eb211c80319c", "1bf7651916cd43dd8448eb211c80319c"]

reactions = Reactions()
together: list[list[UUID]] = []


@reactions.when_many(NothingDue)
def when_nothing_was_due(session: Session, events: Sequence[NothingDue]) -> None:
    if any(event.application_id == POISON for event in events):
        raise ValueError("this reaction cannot take this event")
    together.append([event.application_id for event in events])


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    database = Database("reader", f"sqlite:///{tmp_path}/reader.sqlite", SystemClock())
    service_metadata().create_all(database.engine)
    together.clear()
    yield Inbox(Participant("reader", database, Reactions().including(reactions)))
    database.close()


def message_of(application_id: UUID, trace: str = TRACES[0]) -> Message:
    event = NothingDue(version=1, application_id=application_id, educator_id=application_id)
    return Message(
        event=event,
        source=event.sources()[0],
        time=datetime.now(UTC),
        correlation_id=f"act of {trace[0]}",
        traceparent=f"00-{trace}-b7ad6b7169203331-01",
    )


def delivery_of(application_id: UUID, trace: str = TRACES[0]) -> Delivery:
    return Delivery(encode(message_of(application_id, trace)), NothingDue.topic)


def marks(inbox: Inbox) -> int:
    with inbox._database.reading() as session:
        return handled_count(session)


def test_a_reaction_to_many_is_given_what_came_together_at_once(inbox: Inbox) -> None:
    ids = [new_id() for _ in range(5)]

    outcomes = inbox.handle([delivery_of(each) for each in ids])

    assert {each.verdict for each in outcomes} == {Verdict.HANDLED}
    assert together == [ids]
    assert marks(inbox) == 5


def test_a_service_subscribes_to_what_it_reacts_to_together() -> None:
    one_by_one = Reactions()
    one_by_one.when(PaymentFailed)(lambda session, event, at: None)

    assert one_by_one.including(reactions).topics == [NothingDue.topic, PaymentFailed.topic]


def test_what_came_twice_is_given_to_the_reaction_once(inbox: Inbox) -> None:
    first, second, third = new_id(), new_id(), new_id()
    inbox.handle([delivery_of(first)])

    inbox.handle([delivery_of(each) for each in (first, second, second, third)])

    assert together == [[first], [second, third]]
    assert marks(inbox) == 3


def test_where_everything_is_known_no_reaction_runs(inbox: Inbox) -> None:
    known = new_id()
    inbox.handle([delivery_of(known)])

    inbox.handle([delivery_of(known)])

    assert together == [[known]]


def test_one_event_that_cannot_be_taken_keeps_no_neighbor_from_being_taken(inbox: Inbox) -> None:
    good, also_good = new_id(), new_id()

    outcomes = inbox.handle([delivery_of(each) for each in (good, POISON, also_good)])

    assert [each.verdict for each in outcomes] == [Verdict.HANDLED, Verdict.RETRY, Verdict.HANDLED]
    assert together == [[good], [also_good]]
    with inbox._database.reading() as session:
        topics = session.execute(select(INBOX.c.topic, func.count()).group_by(INBOX.c.topic)).all()
    assert [tuple(row) for row in topics] == [(NothingDue.topic, 2)]


def test_what_another_than_its_publisher_sent_is_parked_and_has_no_effect(inbox: Inbox) -> None:
    true = message_of(new_id())
    forged = replace(true, source=source_of("legal"))
    misplaced = Delivery(encode(true), PaymentFailed.topic)

    outcomes = inbox.handle([Delivery(encode(forged), NothingDue.topic), misplaced])

    assert [outcome.verdict for outcome in outcomes] == [Verdict.PARK, Verdict.PARK]
    assert ["does not publish" in outcomes[0].reason, "came as" in outcomes[1].reason] == [True] * 2
    assert together == []
    assert marks(inbox) == 0


def test_each_of_many_is_logged_in_the_trace_that_it_came_by(inbox: Inbox) -> None:
    ids, before, captured = [new_id(), new_id()], structlog.get_config(), StringIO()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(captured))
    try:
        inbox.handle([delivery_of(*each) for each in zip(ids, TRACES, strict=True)])
    finally:
        structlog.configure(**before)

    lines = [json.loads(line) for line in captured.getvalue().splitlines()]
    assert [(line["event"], line["trace_id"], line["subject"]) for line in lines] == [
        ("event handled", trace, str(each)) for trace, each in zip(TRACES, ids, strict=True)
    ]
    assert [line["correlation_id"] for line in lines] == ["act of 0", "act of 1"]
    assert {line["service"] for line in lines} == {"reader"}
