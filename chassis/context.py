"""On whose behalf the code runs: the person or event that triggered it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import UUID

from chassis.ids import new_id


@dataclass(frozen=True, kw_only=True)
class Context:
    """The actor, their network address, and the ids that connect everything they caused.

    `own_ids` are the accounts and the educator that a signed-in actor is; others have none.
    """

    actor: str = "system"
    own_ids: frozenset[UUID] = frozenset()
    address: str | None = None
    correlation_id: str = field(default_factory=lambda: str(new_id()))
    causation_id: UUID | None = None


_current: ContextVar[Context | None] = ContextVar("context", default=None)


def current_context() -> Context:
    """The context of the running code; work that nobody started runs as the system."""
    return _current.get() or Context()


@contextmanager
def acting_in(context: Context) -> Iterator[Context]:
    """Run the block on behalf of `context`."""
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)
