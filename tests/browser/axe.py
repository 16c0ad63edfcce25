"""axe-core, fetched from npm as the page assets are; it never leaves the tests."""

from functools import cache
from typing import Any

from playwright.sync_api import Page

from chassis.web.build_assets import Package
from tests.npm import fetched

AXE = Package(
    "axe-core",
    "4.14.1",
    "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
)
_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
    "resultTypes": ["violations"],
}


def axe_faults(page: Page) -> list[str]:
    """Every breach of WCAG 2.1 A and AA, and of axe's good practice, that axe finds on a page."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_script())
    found: list[dict[str, Any]] = page.evaluate(
        "async (options) => (await axe.run(document, options)).violations", _OPTIONS
    )
    return [
        f"{each['id']}: {each['help']}: {node['html'][:160]}"
        for each in found
        for node in each["nodes"]
    ]


@cache
def _script() -> str:
    return (fetched(AXE) / "axe.min.js").read_text(encoding="utf-8")
