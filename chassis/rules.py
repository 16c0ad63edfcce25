"""Rules of a state: what it lays down, and where."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from chassis.state_folder import Fault


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Something that the state lays down, and where."""

    source: Annotated[str, Meta(min_length=1)]
    """Where the state says so."""
    confirmed: bool = True
    """False while nobody has found it in a source; the agency sees a list of these."""


@dataclass(frozen=True, kw_only=True)
class Source(Rule):
    """Where a list or a value comes from that has no room for a source of its own."""


def source_faults(keys: Collection[str], sources: Mapping[str, Source]) -> Iterator[Fault]:
    """What is wrong with the `sources` of a file in which these keys need one."""
    for key in keys:
        if key not in sources:
            yield ("sources", key), f"is missing: say where {key} comes from."
    for key in sorted(sources.keys() - set(keys)):
        yield ("sources", key), f"names no key that needs a source; there are: {', '.join(keys)}."
