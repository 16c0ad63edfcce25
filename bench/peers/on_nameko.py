"""The insert as a nameko consumer, whose greenlets share one connection."""

import json
import sys
import warnings
from typing import Any

warnings.simplefilter("ignore")

import eventlet  # type: ignore[import-not-found]  # noqa: E402

if sys.argv[1:] != ["publish"]:
    eventlet.monkey_patch()

import psycopg  # noqa: E402
from kombu import Connection, Queue  # noqa: E402

from bench.peers import row  # noqa: E402

QUEUE = Queue("bench_nameko", durable=True)


def publish() -> None:
    """Publish the standard input, one message per line."""
    with Connection(row.BROKER) as connection, connection.Producer() as producer:
        for line in sys.stdin:
            producer.publish(
                json.loads(line), routing_key=QUEUE.name, declare=[QUEUE], delivery_mode=2
            )


def work() -> None:
    """Run the service."""
    from nameko.containers import ServiceContainer  # type: ignore[import-not-found]
    from nameko.messaging import consume  # type: ignore[import-not-found]

    connection = psycopg.connect(row.DATABASE, autocommit=True)

    class Bench:
        name = "bench"

        @consume(QUEUE)  # type: ignore[untyped-decorator,unused-ignore]
        def handle(self, envelope: dict[str, Any]) -> None:
            connection.execute(row.INSERT, row.values_of(envelope))

    container = ServiceContainer(Bench, config={"AMQP_URI": row.BROKER, "max_workers": 10})
    container.start()
    container.wait()


if __name__ == "__main__":
    publish() if sys.argv[1:] == ["publish"] else work()
