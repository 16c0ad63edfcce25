"""The bus within one process: from outbox to inbox, with nothing in between to lose anything.

An event counts as published only when every service that reacts to it has committed its reaction,
or parked it; a kill at any moment therefore loses nothing, and the inboxes absorb what is repeated.
"""

import threading
import time
from collections.abc import Sequence

from sqlalchemy import update

from chassis.messaging.inbox import Inbox, Outcome, Verdict
from chassis.messaging.participant import Participant
from chassis.messaging.relay import Outgoing, waiting_events
from chassis.observability.logging import log
from chassis.storage.database import Database, insert_ignoring_repetition
from chassis.storage.tables import OUTBOX, PARKED

IDLE_SECONDS = 0.2
CAUGHT_UP_SECONDS = 1.0


class EmbeddedBus:
    """Carries the events of all participants, in one thread."""

    def __init__(self, participants: Sequence[Participant]) -> None:
        self._participants = participants
        self._inboxes = {each.name: Inbox(each) for each in participants}
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="embedded bus", daemon=True)
        self.problem: str | None = None
        self._told_at = -CAUGHT_UP_SECONDS
        for each in participants:
            each.database.after_record.append(self._wake.set)

    def start(self) -> None:
        """Begin to carry events."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what is in hand and stop."""
        self._stopping.set()
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                carried = self.carry()
                self.problem = None
            except Exception as error:  # the thread must live; the problem is shown in /readyz
                self.problem = f"{type(error).__name__}: {error}"
                log.exception("embedded bus failed, trying again")
                carried = 0
            if not carried:
                self._tell_caught_up()
                self._wake.wait(IDLE_SECONDS)
                self._wake.clear()

    def _tell_caught_up(self) -> None:
        if self.problem or time.monotonic() - self._told_at < CAUGHT_UP_SECONDS:
            return
        self._told_at = time.monotonic()
        for participant in self._participants:
            if participant.caught_up:
                participant.caught_up(participant.database.clock.now())

    def carry(self) -> int:
        """Carry what waits in each outbox once; returns how many events reached everybody."""
        return sum(self._carry_from(each.database) for each in self._participants)

    def _carry_from(self, publisher: Database) -> int:
        with publisher.reading() as session:
            batch = [Outgoing(*row) for row in session.execute(waiting_events())]
        if not batch:
            return 0
        waiting: set[int] = set()
        for reader in self._participants:
            topics = reader.reactions.topics
            mine = [each for each in batch if each.topic in topics]
            waiting |= self._deliver(reader, mine)
        settled = [each.position for each in batch if each.position not in waiting]
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
        outcomes = self._inboxes[reader.name].handle([each.body for each in batch])
        for each, outcome in zip(batch, outcomes, strict=True):
            if outcome.verdict is Verdict.PARK:
                self._park(reader, each, outcome)
        return {
            each.position
            for each, outcome in zip(batch, outcomes, strict=True)
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
