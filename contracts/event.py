"""The base of all events: one frozen class per fact, with typed and marked fields.

Its annotations say how it is read and written (see `codec`); the JSON Schema that documents it is
derived from them (see `schemas`).
"""

from dataclasses import MISSING, Field, dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, ClassVar, Self, dataclass_transform
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
"""A moment with its offset from UTC; one without is refused, as nobody knows when it is."""


class Mark(StrEnum):
    """Who may see a field: everybody, the agency's own services, or nobody outside its service."""

    PUBLIC = "public"
    PERSONAL = "personal"
    RESTRICTED = "restricted"


class ContractError(Exception):
    """The published language was used incorrectly."""


class UnknownTopic(ContractError):
    """No fact has this topic."""

    def __init__(self, topic: str) -> None:
        super().__init__(f"no fact has the topic {topic!r}")
        self.topic = topic


class RestrictedField(ContractError):
    """An event has a restricted field, whose value may not leave its service."""


def _marked(mark: Mark, default: Any) -> Any:
    return field(default=default, metadata={"mark": mark})


def public(*, default: Any = MISSING) -> Any:
    """Mark a field that anybody may see."""
    return _marked(Mark.PUBLIC, default)


def personal(*, default: Any = MISSING) -> Any:
    """Mark a field about a person that only the agency's services may see."""
    return _marked(Mark.PERSONAL, default)


def restricted(*, default: Any = MISSING) -> Any:
    """Mark a field that must never be in an event (an SSN, a complaint's text, card data)."""
    return _marked(Mark.RESTRICTED, default)


@dataclass_transform(
    kw_only_default=True, frozen_default=True, field_specifiers=(public, personal, restricted)
)
class Declared:
    """Makes each subclass a frozen, keyword-only dataclass."""

    def __init_subclass__(cls) -> None:
        dataclass(frozen=True, kw_only=True)(cls)
        # msgspec takes a default that is also the class's attribute for given, and leaves the field
        # of what it reads empty.
        for member in fields(cls):  # type: ignore[arg-type]  # mypy does not see the line above
            if member.name in vars(cls):
                delattr(cls, member.name)


class Part(Declared):
    """A value inside an event, such as one authorization of a certificate.

    A part takes the mark of the field that holds it.
    """


_classes: dict[str, type["Event"]] = {}


def source_of(service: str) -> str:
    """How a service names itself in the envelopes of its events."""
    return f"/credence/{service}"


class Event(Declared):
    """A fact about a subject: the subject's whole public state at `version`.

    A concrete fact names its topic (`publisher.fact.vN`); a family of facts about one kind of
    subject names the field that identifies it. A fact that nobody sends anymore, but that may still
    wait somewhere, names the services that sent it.
    """

    topic: ClassVar[str] = ""
    subject_field: ClassVar[str] = ""
    once_sent_by: ClassVar[tuple[str, ...]] = ()

    version: int = public()

    def __init_subclass__(
        cls, topic: str = "", subject: str = "", once_sent_by: tuple[str, ...] = ()
    ) -> None:
        super().__init_subclass__()
        cls.once_sent_by = once_sent_by
        if subject:
            cls.subject_field = subject
        if topic:
            cls.topic = topic
            _classes[topic] = cls

    @property
    def subject(self) -> str:
        """The identifier of the fact's subject."""
        return str(getattr(self, self.subject_field))

    @property
    def event_id(self) -> UUID:
        """The event's identity: the same fact about the same version has the same id."""
        return uuid5(NAMESPACE_URL, f"{self.topic}/{self.subject}/{self.version}")

    @classmethod
    def publisher(cls) -> str:
        """The service that publishes the fact."""
        return cls.topic.partition(".")[0]

    @classmethod
    def senders(cls) -> tuple[str, ...]:
        """The services from which the fact may come: its publisher, or those that once sent it."""
        return cls.once_sent_by or (cls.publisher(),)

    @classmethod
    @cache
    def sources(cls) -> tuple[str, ...]:
        """How its senders name themselves in the event's envelope."""
        return tuple(source_of(sender) for sender in cls.senders())

    @classmethod
    def sent_when(cls) -> str:
        """When the fact is published: the first line of its docstring."""
        return (cls.__doc__ or "").strip().partition("\n")[0]

    @classmethod
    def marks(cls) -> dict[str, Mark]:
        """Each field's mark."""
        return {field.name: _mark_of(field) for field in fields(cls)}

    @classmethod
    def is_wholly_public(cls) -> bool:
        """Whether anybody may see every field."""
        return set(cls.marks().values()) <= {Mark.PUBLIC}

    @classmethod
    def refuse_restricted_fields(cls) -> type[Self]:
        """Return the class, or raise `RestrictedField` with the names of the restricted fields."""
        names = _restricted_fields(cls)  # type: ignore[arg-type]  # mypy doubts that classes hash
        if names:
            raise RestrictedField(f"{cls.topic}: {', '.join(names)} must not be in an event")
        return cls


@cache
def _restricted_fields(fact: type[Event]) -> list[str]:
    return [name for name, mark in fact.marks().items() if mark is Mark.RESTRICTED]


def _mark_of(field: Field[Any]) -> Mark:
    # A field without a mark counts as restricted, so that a forgotten mark is noticed at once.
    return Mark(field.metadata.get("mark", Mark.RESTRICTED))


def event_class(topic: str) -> type[Event]:
    """The fact of this topic; raises `UnknownTopic`."""
    try:
        return _classes[topic]
    except KeyError:
        raise UnknownTopic(topic) from None


def event_classes() -> list[type[Event]]:
    """Every fact of the published language, by topic."""
    return [_classes[topic] for topic in sorted(_classes)]
