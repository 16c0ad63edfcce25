"""Connects to RabbitMQ with heartbeats and timeouts; neither is on by default."""

import socket
from collections.abc import Callable, Iterator, Sized
from contextlib import contextmanager, suppress
from io import BytesIO
from typing import Any

import amqp
from kombu import Connection

HEARTBEAT_SECONDS = 10
READ_BYTES = 65_536


def connect(url: str) -> Connection:
    """An open connection; raises kombu's or the socket's error when the broker does not answer."""
    connection = Connection(
        url,
        heartbeat=HEARTBEAT_SECONDS,
        connect_timeout=3,
        transport_options={"read_timeout": 30, "write_timeout": 10},
    )
    connection.connect()
    transport = connection.connection.transport
    transport._quick_recv = _reading_ahead(transport._quick_recv)  # noqa: SLF001  # no other way
    return connection


def _reading_ahead(read: Callable[[int], bytes]) -> Callable[[int], bytes]:
    """`read` with a buffer: one system call for what amqp reads in nine parts per message."""
    rest = BytesIO()

    def read_up_to(count: int) -> bytes:
        nonlocal rest
        if part := rest.read(count):
            return part
        rest = BytesIO(read(READ_BYTES))
        return rest.read(count)

    return read_up_to


def channel_of(connection: Connection) -> amqp.Channel:
    """A new channel."""
    channel: amqp.Channel = connection.channel()
    return channel


def drain(connection: Connection, seconds: float) -> bool:
    """Deliver what has arrived, waiting up to `seconds`; returns whether anything came."""
    try:
        connection.drain_events(timeout=seconds)
    except TimeoutError:
        return False
    return True


def drain_arrived(connection: Connection, arrived: Sized, enough: int) -> None:
    """Deliver what the socket already holds, without waiting, until there is enough."""
    # Set once for all frames: a timeout per frame would cost two system calls each.
    with connection.connection.transport.having_timeout(0):
        while len(arrived) < enough and drain(connection, 0):
            pass


@contextmanager
def written_at_once(connection: Connection) -> Iterator[None]:
    """Send what is written in the block in full packets, where the system can do that (Linux)."""
    cork: int | None = getattr(socket, "TCP_CORK", None)
    if cork is None:
        yield
        return
    sock = connection.connection.sock
    sock.setsockopt(socket.IPPROTO_TCP, cork, 1)
    try:
        yield
    finally:
        with suppress(OSError):
            sock.setsockopt(socket.IPPROTO_TCP, cork, 0)


def close_quietly(closable: Any) -> None:
    """Close a connection or channel that may already be broken."""
    with suppress(Exception):
        closable.close()
