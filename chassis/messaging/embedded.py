"""The in-process bus: it moves events from outbox to inbox with nothing in between.

An event counts as published only when every service that reacts to it has committed its reaction,
or parked it. A kill at any moment therefore loses nothing, and the inboxes drop the duplicates.
"""

import threading
import time
from collections.abc import Sequence

from sqlalchemy import update

from chassis.messaging.inbox import Delivery, Inbox, Outcome, Verdict
from chassis.messaging.participant import Participant
from chassis.messaging.relay import Outgoing, waiting_events
from chassis.observability.logging import log
from chassis.storage.database import Database, insert_ignoring_repetition
from chassis.storage.tables import OUTBOX, PARKED

IDLE_SECONDS = 0.2
CAUGHT_UP_SECONDS = 1.0


class EmbeddedBus:
    """Delivers the events of all participants, in one thread."""

    def __init__(self, participants: Sequence[Participant]) -> None:
        self._participants = participants
        self._inboxes = {participant.name: Inbox(participant) for participant in participants}
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="embedded bus", daemon=True)
        self.problem: str | None = None
        self._reported_at = -CAUGHT_UP_SECONDS
        for participant in participants:
            participant.database.after_record.append(self._wake.set)

    def start(self) -> None:
        """Begin to deliver events."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the current batch and stop."""
        self._stopping.set()
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                carried = self.carry()
                self.problem = None
            except Exception as error:  # the thread must survive; /readyz shows the problem
                self.problem = f"{type(error).__name__}: {error}"
                log.exception("embedded bus failed, trying again")
                carried = 0
            if not carried:
                self._report_caught_up()
                self._wake.wait(IDLE_SECONDS)
                self._wake.clear()

    def _report_caught_up(self) -> None:
        if self.problem or time.monotonic() - self._reported_at < CAUGHT_UP_SECONDS:
            return
        self._reported_at = time.monotonic()
        for participant in self._participants:
            if participant.caught_up:
                participant.caught_up(participant.database.clock.now())

    def carry(self) -> int:
        """Deliver one batch from each outbox; returns how many events reached all their readers."""
        return sum(self._carry_from(publisher.database) for publisher in self._participants)

    def _carry_from(self, publisher: Database) -> int:
        with publisher.reading() as session:
            batch = [Outgoing(*row) for row in session.execute(waiting_events())]
        if not batch:
            return 0
        waiting: set[int] = set()
        for reader in self._participants:
            topics = reader.reactions.topics
            mine = [event for event in batch if event.topic in topics]
            waiting |= self._deliver(reader, mine)
        settled = [event.position for event in batch if event.position not in waiting]
        if settled:
            with publisher.transaction() as session:
                session.execute(
                    update(OUTBOX)
                    .where(OUTBOX.c.position.in_(settled))
                    .values(published_at=publisher.clock.now())
                )
        return len(settled)

    def _deliver(self, reader: Participant, batch: Sequence[Outgoing]) -> set[int]:
        """Deliver to one reader; returns the positions that must be tried again."""
        if not batch:
            return set()
        outcomes = self._inboxes[reader.name].handle(
            [Delivery(event.body, event.topic) for event in batch]
        )
        for event, outcome in zip(batch, outcomes, strict=True):
            if outcome.verdict is Verdict.PARK:
                self._park(reader, event, outcome)
        return {
            event.position
            for event, outcome in zip(batch, outcomes, strict=True)
            if outcome.verdict is Verdict.RETRY
        }

    def _park(self, reader: Participant, event: Outgoing, outcome: Outcome) -> None:
        with reader.database.transaction() as session:
            session.execute(
                insert_ignoring_repetition(session, PARKED).values(
                    parked_id=event.event_id,
                    topic=event.topic,
                    body=event.body,
                    reason=outcome.reason,
                    parked_at=reader.database.clock.now(),
                )
            )
