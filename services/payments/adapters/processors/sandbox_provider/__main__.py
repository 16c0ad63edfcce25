"""Runs the sandbox card provider as a separate process."""

import argparse
import logging
import os
import sys
import threading
from pathlib import Path

from werkzeug.serving import make_server

from chassis.clock import MovableClock
from services.payments.adapters.processors.sandbox_provider.app import create_app
from services.payments.adapters.processors.sandbox_provider.book import Book
from services.payments.adapters.processors.sandbox_provider.courier import Courier


def main() -> None:
    """Serve until stopped; refuse to run in production, where payments must be real."""
    if os.environ.get("ENVIRONMENT") == "production":
        raise SystemExit(
            "The sandbox card provider simulates payments and must not run in production "
            "(ENVIRONMENT=production). Use a real card processor there; anywhere else, set "
            "ENVIRONMENT to something else."
        )
    options = _options()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    book = Book(options.book, MovableClock(options.days_ahead))
    courier = Courier(book, options.webhook_secret)
    app = create_app(book, courier, api_key=options.api_key, public_url=options.public_url)
    server = make_server(options.host, options.port, app, threaded=True)
    courier.start()
    if options.end_with_stdin:
        threading.Thread(target=_end_with_stdin, daemon=True).start()
    print(f"sandbox card provider: http://{options.host}:{server.server_port}", flush=True)
    server.serve_forever()
    courier.stop()
    book.close()


def _end_with_stdin() -> None:
    """End the process when standard input is closed."""
    sys.stdin.read()
    os._exit(0)


def _options() -> argparse.Namespace:
    environment = os.environ.get
    parser = argparse.ArgumentParser(
        prog="python -m services.payments.adapters.processors.sandbox_provider",
        description="A card processor that accepts only test cards and moves no money.",
        epilog="Each option may be given as SANDBOX_API_KEY, SANDBOX_BOOK and so on instead.",
    )
    parser.add_argument("--host", default=environment("SANDBOX_HOST", "127.0.0.1"))
    parser.add_argument(
        "--port",
        type=int,
        default=environment("SANDBOX_PORT", "8081"),
        help="0 picks a free port; the first line of output shows it",
    )
    parser.add_argument(
        "--days-ahead",
        type=int,
        default=environment("SANDBOX_DAYS_AHEAD") or 0,
        help="how many days its clock is ahead of the machine's",
    )
    parser.add_argument(
        "--public-url",
        default=environment("SANDBOX_PUBLIC_URL"),
        help="how browsers reach this process, if not at the address the API is called at",
    )
    parser.add_argument(
        "--book",
        type=Path,
        default=environment("SANDBOX_BOOK", "var/sandbox.sqlite"),
        help="the SQLite file of checkouts, captures, refunds and webhooks",
    )
    parser.add_argument(
        "--end-with-stdin", action="store_true", help="stop when standard input is closed"
    )
    for secret in ("api-key", "webhook-secret"):
        variable = "SANDBOX_" + secret.upper().replace("-", "_")
        parser.add_argument(
            f"--{secret}", default=environment(variable), required=not environment(variable)
        )
    return parser.parse_args()


if __name__ == "__main__":
    main()
