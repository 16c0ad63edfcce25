"""The insert as a Celery task, acknowledged when it is done."""

import json
import sys

from celery import Celery  # type: ignore[import-not-found]

from bench.peers import row

app = Celery("bench", broker=row.BROKER)
app.conf.update(task_acks_late=True, task_ignore_result=True, task_default_queue="bench_celery")
handle = app.task(name="handle")(row.insert)

if __name__ == "__main__":
    for line in sys.stdin:
        handle.delay(json.loads(line))
