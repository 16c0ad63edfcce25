"""PostgreSQL and RabbitMQ for benchmarks: private, durable, and recording commit times."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from tests.servers import PostgresServer, RabbitServer, provide_postgres, provide_rabbitmq


@dataclass(frozen=True)
class Servers:
    """The servers of one benchmark."""

    postgres: PostgresServer
    rabbitmq: RabbitServer


@contextmanager
def running_servers() -> Iterator[Servers]:
    """Both servers, with fsync and without data; removed at the end."""
    postgres, rabbitmq = provide_postgres(durable=True, killable=True), provide_rabbitmq()
    try:
        _keep_commit_times(postgres)
        yield Servers(postgres, rabbitmq)
    finally:
        rabbitmq.stop()
        postgres.stop()


def _keep_commit_times(postgres: PostgresServer) -> None:
    """Enable `pg_xact_commit_timestamp`, which requires a restart."""
    url = postgres.admin_url.replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("alter system set track_commit_timestamp = on")
    postgres.kill()
    postgres.start()
