"""Kills the running process at its nth step: a commit, a publish or an acknowledgment.

Only for child processes of tests: the steps of the real code are counted from outside.
"""

import functools
import os
import signal
import threading
from collections.abc import Callable
from typing import Any

import amqp
from sqlalchemy import event
from sqlalchemy.engine import Connection

from chassis.messaging.rabbitmq.publisher import WindowedPublisher
from chassis.storage.database import Database


class Crashing:
    """Counts steps from all threads, and kills the process at the given one."""

    def __init__(self, step: int) -> None:
        self._step = step
        self._count = 0
        self._lock = threading.Lock()
        self._thread = threading.local()

    def step(self) -> None:
        with self._lock:
            self._count += 1
            if self._count == self._step:
                os.kill(os.getpid(), signal.SIGKILL)
                threading.Event().wait()

    def watch_database(self, database: Database) -> None:
        """A step before and after each commit that wrote something."""
        dialect: Any = database.engine.dialect
        commit = dialect.do_commit

        def counted(connection: Any) -> None:
            wrote = getattr(self._thread, "wrote", False)
            self._thread.wrote = False
            if wrote:
                self.step()
            commit(connection)
            if wrote:
                self.step()

        dialect.do_commit = counted

        @event.listens_for(database.engine, "before_cursor_execute")
        def note_write(_: Connection, __: Any, statement: str, *rest: Any) -> None:
            if statement.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE"):
                self._thread.wrote = True

    def watch_broker(self) -> None:
        """A step before and after each publish and acknowledgment."""
        for owner, name in (
            (WindowedPublisher, "publish"),
            (amqp.Channel, "basic_ack"),
            (amqp.Channel, "basic_reject"),
        ):
            setattr(owner, name, self._around(getattr(owner, name)))

    def _around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(call)
        def counted(*args: Any, **kwargs: Any) -> Any:
            self.step()
            result = call(*args, **kwargs)
            self.step()
            return result

        return counted
