"""The published language: every fact the services tell each other, and the envelope it travels in.

This package stands on the standard library and marshmallow alone and knows no service.
`event` says what an event is, `envelope` how it travels, one module per publisher which facts there
are, and `catalog` and `compatibility` keep the released schemas and the documents true.
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
