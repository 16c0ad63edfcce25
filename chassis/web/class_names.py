"""Which classes of USWDS our templates, scripts and Python files write.

A word anywhere in them counts, so that a class needs no registration.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from chassis.settings import ROOT

COMPOSED = re.compile(
    r"usa-alert--(success|info|warning|error)"
    r"|usa-button--(secondary|outline|base|unstyled)"
    r"|usa-input--\w+"
    r"|usa-(radio|checkbox)(__(input|input--tile|label|label-description))?"
    r"|usa-form-group--(month|day|year)"
)
"""The names that templates put together, such as `usa-alert--{{ kind }}`."""

_FAMILIES = "usa|grid|margin|padding|text|font|display|flex"
_NAME = re.compile(
    r"(?<![\w-])(?:(?:mobile|mobile-lg|tablet|tablet-lg|desktop|desktop-lg|widescreen):)?"
    rf"(?:{_FAMILIES})-[\w-]+"
)


def written_names() -> frozenset[str]:
    """Every word of our sources that may be a class of USWDS."""
    return frozenset(
        name for source in _sources() for name in _NAME.findall(source.read_text(encoding="utf-8"))
    )


def is_used(name: str, written: frozenset[str]) -> bool:
    """Whether a page may have an element of this class."""
    return name in written or COMPOSED.fullmatch(name) is not None


def _sources() -> Iterator[Path]:
    for folder in (ROOT / "chassis", ROOT / "services"):
        for kind in ("html", "js", "py"):
            yield from folder.rglob(f"*.{kind}")
