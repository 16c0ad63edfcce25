"""When a fact was published, do this: the table of a service's reactions."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from contracts.event import Event

AnyEvent = TypeVar("AnyEvent", bound=Event)
Reaction = Callable[[Session, AnyEvent, datetime], None]
ReactionToMany = Callable[[Session, Sequence[AnyEvent]], None]


class Reactions:
    """Which facts a service reacts to, and how.

    A reaction is given the session of a transaction that also marks the event as handled, the
    event, and the moment at which the event was recorded.
    """

    def __init__(self) -> None:
        self._by_topic: dict[str, list[Reaction[Any]]] = {}
        self._to_many: list[tuple[frozenset[str], ReactionToMany[Any]]] = []

    def when(self, *facts: type[AnyEvent]) -> Callable[[Reaction[AnyEvent]], Reaction[AnyEvent]]:
        """Register the decorated function as the reaction to `facts`."""

        def register(reaction: Reaction[AnyEvent]) -> Reaction[AnyEvent]:
            for fact in facts:
                self._by_topic.setdefault(fact.topic, []).append(reaction)
            return reaction

        return register

    def when_many(
        self, *facts: type[AnyEvent]
    ) -> Callable[[ReactionToMany[AnyEvent]], ReactionToMany[AnyEvent]]:
        """Register the decorated function as the reaction to all events of `facts` that came
        together, which it is given at once.

        For projections that pay to be written in one statement. There may be several versions of
        one thing among the events, in any order. Such a reaction should record no events: nobody
        could tell which of many caused them.
        """

        def register(reaction: ReactionToMany[AnyEvent]) -> ReactionToMany[AnyEvent]:
            self._to_many.append((frozenset(fact.topic for fact in facts), reaction))
            return reaction

        return register

    def including(self, other: "Reactions") -> "Reactions":
        """These reactions and another table's."""
        both = Reactions()
        both.add(self)
        both.add(other)
        return both

    def add(self, other: "Reactions") -> None:
        """Take over another table's reactions."""
        for topic, reactions in other._by_topic.items():  # noqa: SLF001  # its own class
            self._by_topic.setdefault(topic, []).extend(reactions)
        self._to_many.extend(other._to_many)  # noqa: SLF001

    @property
    def topics(self) -> list[str]:
        """The topics reacted to, in order."""
        return sorted(set(self._by_topic).union(*(topics for topics, _ in self._to_many)))

    def to(self, event: Event) -> list[Reaction[Any]]:
        """The reactions to an event."""
        return self._by_topic.get(event.topic, [])

    def to_many(self, events: Sequence[Event]) -> Iterator[tuple[ReactionToMany[Any], list[Event]]]:
        """The reactions to events that came together, each with those that concern it."""
        for topics, reaction in self._to_many:
            if concerned := [event for event in events if event.topic in topics]:
                yield reaction, concerned
