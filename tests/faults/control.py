"""Known mistakes, put into a process before it runs, to show that the harness catches each.

`python -m tests.faults.control "no inbox" flask --app services.legal.app worker` runs flask so.
Nothing of this is in the product's own code.
"""

import runpy
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import amqp
from sqlalchemy import Select, delete, func, select

import chassis.messaging.relay
from chassis.messaging.inbox import Delivery, Inbox, InSameTransaction, Outcome
from chassis.messaging.rabbitmq.connection import drain
from chassis.messaging.rabbitmq.publisher import WindowedPublisher, _message_of
from chassis.messaging.rabbitmq.queue_consumer import QueueConsumer
from chassis.messaging.relay import BATCH, Outgoing
from chassis.storage.tables import INBOX, OUTBOX
from contracts.envelope import decode
from contracts.event import ContractError


class _Settled:
    """A channel on which everything is acknowledged already."""

    def basic_ack(self, *_: object, **__: object) -> None:
        """Nothing is left to acknowledge."""

    basic_reject = basic_ack


def acknowledge_before_commit() -> None:
    """Tell the broker that a batch is done before it is."""
    handle = QueueConsumer._handle_arrived

    def hasty(consumer: QueueConsumer, channel: amqp.Channel) -> None:
        if consumer._arrived:
            channel.basic_ack(consumer._arrived[-1].delivery_tag, multiple=True)
        handle(consumer, _Settled())

    QueueConsumer._handle_arrived = hasty  # type: ignore[assignment, method-assign]


def no_inbox() -> None:
    """Forget what was handled, so that a repetition has its effect again."""
    together, alone = Inbox.handle_together, Inbox.handle_one

    def forgetful(
        inbox: Inbox, deliveries: Sequence[Delivery], also: InSameTransaction | None = None
    ) -> bool:
        _forget(inbox, deliveries)
        return together(inbox, deliveries, also)

    def forgetful_alone(
        inbox: Inbox, delivery: Delivery, also: InSameTransaction | None = None
    ) -> Outcome:
        _forget(inbox, [delivery])
        return alone(inbox, delivery, also)

    Inbox.handle_together = forgetful  # type: ignore[assignment, method-assign]
    Inbox.handle_one = forgetful_alone  # type: ignore[assignment, method-assign]


def _forget(inbox: Inbox, deliveries: Sequence[Delivery]) -> None:
    ids = []
    for delivery in deliveries:
        with suppress(ContractError):
            ids.append(decode(*delivery).id)
    with inbox._database.transaction() as session:
        session.execute(delete(INBOX).where(INBOX.c.event_id.in_(ids)))


def no_publisher_confirms() -> None:
    """Believe that what was written to the socket has arrived."""

    def trusting(publisher: WindowedPublisher, batch: Sequence[Outgoing]) -> None:
        channel = publisher._channel or publisher._open()
        for each in batch:
            channel.basic_publish(
                _message_of(each), exchange=publisher._exchange, routing_key=each.topic
            )
        assert publisher._connection is not None
        drain(publisher._connection, 0)

    WindowedPublisher._publish = trusting  # type: ignore[assignment, method-assign]


def relay_by_last_id() -> None:
    """Publish what comes after the last one that was published, as if commits came in order."""

    def after_the_last(limit: int = BATCH) -> Select[Any]:
        published = select(func.coalesce(func.max(OUTBOX.c.position), 0)).where(
            OUTBOX.c.published_at.is_not(None)
        )
        columns = (
            OUTBOX.c.position,
            OUTBOX.c.event_id,
            OUTBOX.c.topic,
            OUTBOX.c.body,
            OUTBOX.c.recorded_at,
        )
        return (
            select(*columns)
            .where(OUTBOX.c.position > published.scalar_subquery())
            .order_by(OUTBOX.c.position)
            .limit(limit)
        )

    chassis.messaging.relay.waiting_events = after_the_last


CONTROLS: dict[str, Callable[[], None]] = {
    "acknowledge before commit": acknowledge_before_commit,
    "no inbox": no_inbox,
    "no publisher confirms": no_publisher_confirms,
    "relay by id > last": relay_by_last_id,
}


def main() -> None:
    """Make the mistake, then be the program that was asked for."""
    _, control, module, *arguments = sys.argv
    CONTROLS[control]()
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
