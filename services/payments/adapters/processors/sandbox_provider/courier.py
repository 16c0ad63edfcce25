"""The courier: a background thread that delivers signed webhooks until each is received."""

import logging
import sqlite3
import threading

import requests

from services.payments.adapters.processors.sandbox_provider import deliveries
from services.payments.adapters.processors.sandbox_provider.book import Book
from services.payments.adapters.processors.sandbox_provider.deliveries import Delivery
from services.payments.adapters.processors.signature import sign

RECEIVER_SECONDS = 10
"""How long a receiver may take to answer."""

BOOK_RETRY_SECONDS = 1.0

logger = logging.getLogger(__name__)


class Courier:
    """Delivers the book's queued webhooks, oldest first; call `wake` after queueing one."""

    def __init__(self, book: Book, webhook_secret: str) -> None:
        self._book = book
        self._webhook_secret = webhook_secret
        self._session = requests.Session()
        # Receivers are local: a proxy named in the environment could not reach them.
        self._session.trust_env = False
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)

    def start(self) -> None:
        """Start, first retrying what an earlier process left undelivered."""
        with self._book.transaction() as connection:
            deliveries.retry_at_once(connection, self._book.now())
        self._thread.start()

    def wake(self) -> None:
        """Check the queue now."""
        self._woken.set()

    def stop(self) -> None:
        """Finish the current delivery and stop; the rest stays queued in the book."""
        self._stopping.set()
        self._woken.set()
        self._thread.join()
        self._session.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            sleep: float | None
            try:
                self._deliver_due()
                sleep = self._seconds_until_next()
            except sqlite3.OperationalError:
                logger.exception("the book could not be read or written; trying again")
                sleep = BOOK_RETRY_SECONDS
            self._woken.wait(sleep)

    def _deliver_due(self) -> None:
        with self._book.transaction() as connection:
            due = deliveries.find_due(connection, self._book.now())
        for delivery in due:
            if self._stopping.is_set():
                return
            failure = self._send(delivery)
            with self._book.transaction() as connection:
                if failure is None:
                    deliveries.record_delivered(connection, delivery, self._book.now())
                else:
                    deliveries.record_failed(connection, delivery, failure, self._book.now())

    def _send(self, delivery: Delivery) -> str | None:
        """Why the webhook was not received; None when it was."""
        if delivery.drops_left:
            return "dropped on purpose by mischief"
        try:
            response = self._session.post(
                delivery.url,
                data=delivery.body,
                headers={
                    "Content-Type": "application/json",
                    "Sandbox-Signature": sign(
                        delivery.body, self._webhook_secret, self._book.now()
                    ),
                },
                timeout=RECEIVER_SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            logger.warning("webhook to %s failed: %s", delivery.url, type(error).__name__)
            return str(error)
        if response.status_code // 100 == 2:
            return None
        logger.warning("webhook to %s was answered %d", delivery.url, response.status_code)
        return f"HTTP {response.status_code}"

    def _seconds_until_next(self) -> float | None:
        """Seconds until the next delivery; None if nothing is queued, until `wake` is called."""
        with self._book.transaction() as connection:
            next_due = deliveries.find_next_due(connection)
        return max(0.0, (next_due - self._book.now()).total_seconds()) if next_due else None
