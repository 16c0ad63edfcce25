"""The fact that any service may publish: a notice to be delivered."""

from uuid import UUID

from contracts.event import Event, personal, public


class NoticeDue(Event, topic="notices.notice-due.v1", subject="notice_id"):
    """Somebody must be notified; identity, which owns addresses, delivers it.

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
