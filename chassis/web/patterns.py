"""What the patterns of `patterns.html` are given: tasks, moments, certificates, verdicts, messages.

Texts are shown as they are, so a service passes them in the page's language.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from markupsafe import Markup


class TaskState(StrEnum):
    """What a task asks of its reader: to act, to act again, to wait, or nothing."""

    TO_DO = "to_do"
    SENT_BACK = "sent_back"
    WAITING = "waiting"
    LATER = "later"
    DONE = "done"


@dataclass(frozen=True)
class Task:
    """One row of a task list.

    `words` replaces the usual words of its state, as in "To pay: $85.00"; `note` says for whom it
    waits and since when, or why it was sent back.
    """

    title: str
    state: TaskState
    href: str = ""
    words: str = ""
    note: str = ""

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return self.state is TaskState.DONE


@dataclass(frozen=True)
class TaskList:
    """The tasks of one thing, in the order in which they are best done."""

    tasks: Sequence[Task]

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(task.is_done for task in self.tasks)


class MomentKind(StrEnum):
    """Where a moment lies: behind, now, or ahead."""

    PAST = "past"
    NOW = "now"
    AHEAD = "ahead"


@dataclass(frozen=True)
class Moment:
    """One entry of a timeline; `who` has the matter in hand, `usually` says how long that takes."""

    title: str
    when: str = ""
    kind: MomentKind = MomentKind.PAST
    text: str = ""
    who: str = ""
    usually: str = ""
    href: str = ""


@dataclass(frozen=True)
class Validity:
    """The days from which and through which something is good, and today; without `ends`, for good.

    Raises `ValueError` when it ends before it begins.
    """

    begins: date
    ends: date | None
    today: date

    def __post_init__(self) -> None:
        if self.ends and self.ends < self.begins:
            raise ValueError(f"it ends on {self.ends}, before it begins on {self.begins}")

    @property
    def percent(self) -> int:
        """How much of the term has passed, from 0 to 100."""
        if self.ends is None:
            return 0
        days = (self.ends - self.begins).days + 1
        return min(100, max(0, round(100 * (self.today - self.begins).days / days)))

    @property
    def is_current(self) -> bool:
        """Whether today is one of its days."""
        return self.begins <= self.today and (self.ends is None or self.today <= self.ends)


class VerdictKind(StrEnum):
    """The four answers to whether something may be relied on; each has a shape of its own."""

    GOOD = "good"
    BOUNDED = "bounded"
    """Good no longer, or not yet: by its days alone."""
    UNKNOWN = "unknown"
    ORDERED = "ordered"
    """Taken away, or set aside, by an order."""


@dataclass(frozen=True)
class CertificateCard:
    """A certificate as an object: like the paper, with what can be done with it.

    `areas` say in words what it authorizes; `public_url` is what its QR code opens; `order` is the
    sentence of an order that binds it.
    """

    holder: str
    title: str
    number: str
    areas: Sequence[str]
    kind: VerdictKind
    status: str
    validity: Validity
    href: str = ""
    download: str = ""
    public_url: str = ""
    qr_code: Markup | None = None
    order: str = ""


@dataclass(frozen=True)
class InboxMessage:
    """A message in an inbox."""

    title: str
    when: str
    href: str
    is_unread: bool = False
    about: str = ""
