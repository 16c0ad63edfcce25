"""The insert as a FastStream subscriber, over a pool of asyncpg."""

import asyncio
import json
import sys
from typing import Any

import asyncpg  # type: ignore[import-not-found]
from faststream import FastStream  # type: ignore[import-not-found]
from faststream.rabbit import (  # type: ignore[import-not-found]
    Channel,
    RabbitBroker,
    RabbitQueue,
)

from bench.peers import row

QUEUE = RabbitQueue("bench_faststream", durable=True)
INSERT = "insert into seen (certificate_id, version, number, holder) values ($1, $2, $3, $4)"

broker = RabbitBroker(row.BROKER, default_channel=Channel(prefetch_count=50))
app = FastStream(broker)
pools: list[Any] = []


async def connect() -> None:
    """Open the connections."""
    pools.append(await asyncpg.create_pool(row.DATABASE, min_size=8, max_size=8))


async def handle(envelope: dict[str, Any]) -> None:
    """Insert the row."""
    await pools[0].execute(INSERT, *row.values_of(envelope))


async def publish() -> None:
    """Publish the standard input, one message per line."""
    async with RabbitBroker(row.BROKER, logger=None) as publisher:
        await publisher.declare_queue(QUEUE)
        for line in sys.stdin:
            await publisher.publish(json.loads(line), queue=QUEUE, persist=True)


app.on_startup(connect)
broker.subscriber(QUEUE)(handle)

if __name__ == "__main__":
    asyncio.run(publish() if sys.argv[1:] == ["publish"] else app.run())
