"""A service's reactions: which function runs for which fact."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from contracts.event import Event

AnyEvent = TypeVar("AnyEvent", bound=Event)
Reaction = Callable[[Session, AnyEvent, datetime], None]
ReactionToMany = Callable[[Session, Sequence[AnyEvent]], None]


class Reactions:
    """The facts that a service reacts to, and how.

    A reaction receives the session of the transaction that also marks the event as handled, the
    event, and when the event was recorded.
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
        """Register the decorated function as the reaction to a whole batch of events of `facts`.

        For projections that are worth writing in one statement. The batch may hold several versions
        of one thing, in any order. Such a reaction should record no events: it would be unclear
        which event of the batch caused them.
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
        """Add another table's reactions to this one."""
        for topic, reactions in other._by_topic.items():  # noqa: SLF001  # its own class
            self._by_topic.setdefault(topic, []).extend(reactions)
        self._to_many.extend(other._to_many)  # noqa: SLF001

    @property
    def topics(self) -> list[str]:
        """The topics that have reactions, in order."""
        return sorted(set(self._by_topic).union(*(topics for topics, _ in self._to_many)))

    def to(self, event: Event) -> list[Reaction[Any]]:
        """The reactions to an event."""
        return self._by_topic.get(event.topic, [])

    def to_many(self, events: Sequence[Event]) -> Iterator[tuple[ReactionToMany[Any], list[Event]]]:
        """The reactions to a batch of events, each with the events that concern it."""
        for topics, reaction in self._to_many:
            if concerned := [event for event in events if event.topic in topics]:
                yield reaction, concerned
