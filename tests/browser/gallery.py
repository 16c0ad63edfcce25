"""`make gallery`: every page in every state, at a desk and on a phone, pictured on one sheet."""

import html
import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from chassis.web.assets import VAR
from tests.browser.chromium import chromium, get_chromium
from tests.browser.everything import see_everything
from tests.browser.looker import HEIGHT, Looker, Sight
from tests.browser.routes import routes_in
from tests.browser.walk import BrowserJourney
from tests.journeys.embedded import EmbeddedProcess
from tests.servers.install import ServerUnavailable

FOLDER = VAR / "gallery"
WIDTHS = (1280, 360)
SHEET = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Every page</title>
<style>
  body {{ background: #ddd; font: 1rem/1.4 sans-serif; margin: 2rem; }}
  section {{ margin-bottom: 3rem; }}
  h2 {{ font-size: 1rem; margin: 0 0 0.5rem; }}
  div {{ align-items: start; display: flex; gap: 1rem; }}
  img {{ background: #fff; box-shadow: 0 0 4px #888; }}
</style>
</head>
<body>
<h1>Every page: {count} states</h1>
{sections}
</body>
</html>
"""
_SECTION = """<section><h2>{title}</h2>
<div><a href="{wide}"><img src="{wide}" alt="" width="800" loading="lazy"></a>
<a href="{narrow}"><img src="{narrow}" alt="" width="270" loading="lazy"></a></div></section>"""


class Gallery:
    """Takes the pictures, and hangs them on one sheet."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.png"):
            old.unlink()
        self._folder = folder
        self._sections: list[str] = []

    def draw(self, sight: Sight, page: Page) -> None:
        """Take a picture of a page at each width."""
        words = re.sub(r"[^a-z0-9]+", "-", f"{sight.rule} {sight.status}".lower()).strip("-")
        name = f"{len(self._sections) + 1:03}-{words}"
        before = page.viewport_size
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            page.screenshot(path=self._folder / f"{name}-{width}.png", full_page=True)
        if before:
            page.set_viewport_size(before)
        wide, narrow = (f"{name}-{width}.png" for width in WIDTHS)
        title = html.escape(str(sight))
        self._sections.append(_SECTION.format(title=title, wide=wide, narrow=narrow))

    def hang(self) -> Path:
        """Write the sheet, and return where it is."""
        sheet = self._folder / "index.html"
        sections = "\n".join(self._sections)
        sheet.write_text(SHEET.format(count=len(self._sections), sections=sections))
        return sheet


def main() -> None:
    """Walk everything on a suite of its own, and take pictures."""
    try:
        path = get_chromium()
    except ServerUnavailable as unavailable:
        sys.exit(str(unavailable))
    gallery = Gallery(FOLDER)
    with tempfile.TemporaryDirectory() as folder:
        routes = routes_in(Path(folder) / "routes")
        suite = EmbeddedProcess(Path(folder))
        suite.start()
        try:
            with chromium(path) as browser:
                looker = Looker(
                    routes, suite.base_url, widths=(), with_axe=False, draw=gallery.draw
                )
                journey = BrowserJourney(suite.base_url, seed=7, browser=browser, looker=looker)
                see_everything(journey, looker, suite.folder)
        finally:
            suite.stop()
    print(f"{len(looker.sights)} pages in {gallery.hang()}")


if __name__ == "__main__":
    main()
