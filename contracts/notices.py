"""Notices: what somebody must be notified of, in one topic for each service that sends any."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar, Self
from uuid import UUID

from contracts.event import Event, Part, personal, public

ALWAYS = "en"
"""The language that every notice is written in, whatever others it has."""

_KIND = re.compile(r"[a-z]+(-[a-z]+)*")
_PATH = re.compile(r"/(?![/\\])\S*")


class NoticeKind(StrEnum):
    """The kinds of notices that a publisher sends, for preferences and digests.

    `sent_when` says when one is sent.
    """

    sent_when: str

    def __new__(cls, code: str, sent_when: str) -> Self:
        """A kind by its code, such as `fee-due`."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.sent_when = sent_when
        return member


class Recipient(Part):
    """Who is notified: an educator, everybody who holds a role at an organization, or an address.

    Raises `ValueError` unless it is exactly one of them.
    """

    educator_id: UUID | None = None
    organization_id: UUID | None = None
    role: str | None = None
    email: str | None = None

    def __post_init__(self) -> None:
        if (self.organization_id is None) != (self.role is None):
            raise ValueError("a role is notified at its organization")
        if [self.educator_id, self.role, self.email].count(None) != 2:
            raise ValueError("a notice has one recipient: an educator, a role or an address")


class NoticeFact(Event, subject="notice_id"):
    """Somebody must be notified; identity, which owns addresses, chooses the language and mails it.

    `title` and `text` are by language, English among them; `link` is a path on the suite's site.
    A kind is text on the wire, so that a publisher may add one. Raises `ValueError` for a kind
    that is no code, texts without English or in different languages, and a link elsewhere.
    """

    kinds: ClassVar[type[NoticeKind]]

    notice_id: UUID = public()
    kind: str = public()
    recipient: Recipient = personal()
    title: dict[str, str] = personal()
    text: dict[str, str] = personal()
    link: str | None = personal(default=None)

    def __post_init__(self) -> None:
        if not _KIND.fullmatch(self.kind):
            raise ValueError(f"{self.kind!r} is no kind of notice, such as fee-due")
        if ALWAYS not in self.title or self.title.keys() != self.text.keys():
            raise ValueError(
                f"a notice has its title and its text in the same languages, {ALWAYS} among them"
            )
        if self.link is not None and not _PATH.fullmatch(self.link):
            raise ValueError("a notice's link is a path on the suite's own site")


class NoticeDue(
    Event,
    topic="notices.notice-due.v1",
    subject="notice_id",
    once_sent_by=("certification", "legal", "payments"),
):
    """Somebody had to be notified, as of 0.2.0; it goes in the next release.

    The recipient is an educator, or everybody who holds a role at an organization.
    `link` is a path on the suite's own site.
    """

    notice_id: UUID = public()
    educator_id: UUID | None = public(default=None)
    organization_id: UUID | None = public(default=None)
    role: str | None = public(default=None)
    title: str = personal()
    text: str = personal()
    link: str | None = personal(default=None)


def kinds_of(fact: type[Event]) -> Mapping[str, str]:
    """The kinds of a publisher's notices, each with when it is sent; empty for other facts."""
    if not issubclass(fact, NoticeFact):
        return {}
    return {str(kind): kind.sent_when for kind in fact.kinds}
