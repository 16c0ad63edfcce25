"""Queue depth on RabbitMQ for one service."""

from typing import NamedTuple

import amqp
from kombu import Connection

from chassis.messaging.participant import Participant
from chassis.messaging.rabbitmq.connection import channel_of, connect, drain
from chassis.messaging.rabbitmq.stream_consumer import find_offset
from chassis.messaging.rabbitmq.topology import parked_name, queue_name

# A stream is read from its last chunk, which is seldom larger.
CHUNK = 1000
FIRST_SECONDS = 2.0
QUIET_SECONDS = 0.1


class Depth(NamedTuple):
    """The events that the service has not read yet, and its parked messages."""

    waiting: int
    parked: int


def measure_depth(url: str, participant: Participant) -> Depth:
    """The current depth; raises the connection's error, also when a queue is missing."""
    queue = queue_name(participant.name)
    with connect(url) as connection:
        channel = channel_of(connection)
        parked = channel.queue_declare(parked_name(participant.name), passive=True).message_count
        waiting = channel.queue_declare(queue, passive=True).message_count
        if participant.follows_stream:
            # The broker reports no message count for streams.
            end = _end_of(queue, channel, connection)
            waiting = max(0, end - _next_to_read(participant, queue))
    return Depth(waiting, parked)


def _end_of(stream: str, channel: amqp.Channel, connection: Connection) -> int:
    """The offset of the stream's next event."""
    arrived: list[amqp.Message] = []
    channel.basic_qos(0, CHUNK, False)
    channel.basic_consume(stream, callback=arrived.append, arguments={"x-stream-offset": "last"})
    while drain(connection, QUIET_SECONDS if arrived else FIRST_SECONDS) and len(arrived) < CHUNK:
        pass
    if not arrived:
        return 0
    last: int = arrived[-1].application_headers["x-stream-offset"]
    return last + 1


def _next_to_read(participant: Participant, stream: str) -> int:
    with participant.database.reading() as session:
        offset = find_offset(session, stream)
    return 0 if offset is None else offset + 1
