"""The published language: every fact that the services publish, and its envelope.

This package uses only the standard library and msgspec, and imports no service.
`event` defines what an event is, `codec` and `envelope` how it is encoded, and one module per
publisher its facts; `catalog` and `compatibility` keep the released schemas and the documents
correct.
"""

from contracts import assignments, certification, identity, legal, notices, payments
from contracts.event import Event, Mark, Part, event_class, event_classes

__all__ = [
    "Event",
    "Mark",
    "Part",
    "assignments",
    "certification",
    "event_class",
    "event_classes",
    "identity",
    "legal",
    "notices",
    "payments",
]
