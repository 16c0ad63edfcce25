"""A follower of a stream says how far it has come: while events keep coming, too, and truly."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from chassis.messaging.participant import Participant
from chassis.messaging.rabbitmq.bus import declare_topology
from chassis.messaging.rabbitmq.publisher import WindowedPublisher
from chassis.messaging.rabbitmq.stream_consumer import StreamConsumer
from chassis.messaging.reactions import Reactions
from chassis.messaging.relay import Outgoing
from chassis.storage.database import Database
from contracts.envelope import Message, encode
from contracts.payments import NothingDue
from tests.integration.bus_world import LISTENER, eventually, saying, sqlite_world


class Follower:
    """A replica that notes what it handled and up to when it says that it knows everything."""

    def __init__(self, broker_url: str, database: Database) -> None:
        self.handled: list[int] = []
        self.told: list[datetime] = []
        reactions = Reactions()

        @reactions.when(NothingDue)
        def when_nothing_due(session: Session, event: NothingDue, at: datetime) -> None:
            self.handled.append(event.version)

        self._url = broker_url
        self._participant = Participant(
            LISTENER, database, reactions, follows_stream=True, caught_up=self.told.append
        )
        declare_topology(broker_url, [self._participant])

    @contextmanager
    def following(self) -> Iterator[None]:
        stopping = threading.Event()
        follower = StreamConsumer(self._url, self._participant)
        thread = threading.Thread(target=follower.run, args=(stopping, threading.Event()))
        thread.start()
        try:
            yield
        finally:
            stopping.set()
            thread.join()


@pytest.fixture
def follower(broker_url: str, tmp_path: Path) -> Iterator[Follower]:
    world = sqlite_world(tmp_path)
    yield Follower(broker_url, world.listener)
    world.close()


@pytest.fixture
def publisher(broker_url: str) -> Iterator[WindowedPublisher]:
    made = WindowedPublisher(broker_url)
    yield made
    made.close()


def recorded(at: datetime, version: int = 1) -> Outgoing:
    event = saying(version=version)
    message = Message(event=event, source=event.sources()[0], time=at, correlation_id="test")
    return Outgoing(0, event.event_id, event.topic, encode(message), at)


def test_while_events_keep_coming_it_goes_on_saying_that_it_is_current(
    follower: Follower, publisher: WindowedPublisher
) -> None:
    over = threading.Event()

    def speak() -> None:
        # Far more often than a follower waits before it takes the stream to be silent.
        while not over.wait(0.05):
            publisher.publish([recorded(datetime.now(UTC))])

    with follower.following():
        speaker = threading.Thread(target=speak)
        speaker.start()
        eventually(lambda: len(follower.told) >= 3)
        over.set()
        speaker.join()

    assert follower.told == sorted(follower.told)
    assert datetime.now(UTC) - follower.told[-1] < timedelta(seconds=10)


def test_an_event_of_long_ago_is_not_taken_for_the_end_of_the_stream(
    follower: Follower, publisher: WindowedPublisher
) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=400)
    publisher.publish([recorded(long_ago, version) for version in range(1, 11)])

    with follower.following():
        eventually(lambda: len(follower.handled) == 10)
        eventually(lambda: bool(follower.told))

    assert min(follower.told) > long_ago + timedelta(days=399)
