"""One version: pyproject.toml's, in every image's name and at the head of the changelog."""

import re

from tests.architecture.suite import ROOT, version

IMAGE = re.compile(r"(?:credence\}?/[\w$\"{},-]+:(?:\$\{VERSION:-)?|\$\{VERSION:-)(\d+\.\d+\.\d+)")


def versions_named(text: str) -> set[str]:
    """The versions of the suite's own images that a text names."""
    return set(IMAGE.findall(text))


def test_every_image_is_named_by_the_version_of_the_project() -> None:
    texts = [path for path in (ROOT / "deploy").rglob("*") if path.is_file()]
    named = {path: versions_named(path.read_text(errors="replace")) for path in texts}
    naming = {path: found for path, found in named.items() if found}
    assert len(naming) >= 10
    assert {path: found for path, found in naming.items() if found != {version()}} == {}


def test_the_changelog_has_a_dated_section_of_the_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(version())} - \d{{4}}-\d\d-\d\d$", changelog, re.MULTILINE)


def test_a_version_in_an_images_name_is_found() -> None:
    assert versions_named("image: credence/legal:0.9.0") == {"0.9.0"}
    assert versions_named("${IMAGE_PREFIX:-credence}/legal:${VERSION:-0.9.0}") == {"0.9.0"}
    assert versions_named("image: nginx:1.28.0") == set()
