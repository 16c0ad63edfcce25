"""The insert as a Dramatiq actor: one process, 8 threads."""

import json
import sys

import dramatiq  # type: ignore[import-not-found]
from dramatiq.brokers.rabbitmq import RabbitmqBroker  # type: ignore[import-not-found]

from bench.peers import row

dramatiq.set_broker(RabbitmqBroker(url=row.BROKER))
handle = dramatiq.actor(row.insert, actor_name="handle", queue_name="bench_dramatiq")

if __name__ == "__main__":
    for line in sys.stdin:
        handle.send(json.loads(line))
