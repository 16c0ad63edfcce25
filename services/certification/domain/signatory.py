"""Who signs certificates."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Signatory:
    """Who signs for the agency, and in which office."""

    name: str
    title: str
