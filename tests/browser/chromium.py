"""Starts the Chromium that is installed on the machine; nothing is ever downloaded."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.servers.install import CHROMIUM, get_program

_ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def get_chromium() -> str:
    """Where Chromium is; raises `ServerUnavailable` when the machine has none."""
    return str(get_program(CHROMIUM))


@contextmanager
def chromium(path: str) -> Iterator[Browser]:
    """A browser for as long as the block lasts."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()
