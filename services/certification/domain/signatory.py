"""The signatories of certificates."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Signatory:
    """A person who signs for the agency, with their office."""

    name: str
    title: str
