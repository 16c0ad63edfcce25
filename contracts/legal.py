"""The facts of legal: holds on educators' applications, and final orders."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from contracts.event import Event, personal, public
from contracts.notices import NoticeFact, NoticeKind
from contracts.permission import Holder, Permission


class HoldFact(Event, subject="hold_id"):
    """A fact about a hold; its existence is confidential outside the agency."""

    hold_id: UUID = public()
    educator_id: UUID = personal()


class HoldPlaced(HoldFact, topic="legal.hold-placed.v1"):
    """Legal asked that no application of an educator be decided until further notice."""

    placed_on: date = personal()


class HoldLifted(HoldFact, topic="legal.hold-lifted.v1"):
    """Legal's hold on an educator's applications ended."""

    lifted_on: date = personal()


class OrderAction(StrEnum):
    """What a final order does to the educator's certificates, the gravest last."""

    SUSPENSION = "suspension"
    SURRENDER = "surrender"
    REVOCATION = "revocation"

    @property
    def gravity(self) -> int:
        """Of several orders in force, the one with the greatest gravity decides."""
        return _GRAVITY[self]


_GRAVITY = {action: gravity for gravity, action in enumerate(OrderAction)}


class OrderFact(Event, subject="order_id"):
    """A fact about a final order of the board, which is public once entered.

    `ends_on` is the last day of a suspension that ends by itself; an order with conditions has none
    and stays in force until legal ends it.
    """

    order_id: UUID = public()
    order_number: str = public()
    educator_id: UUID = public()
    action: OrderAction = public()
    effective_on: date = public()
    ends_on: date | None = public(default=None)
    has_conditions: bool = public()


class OrderEntered(OrderFact, topic="legal.order-entered.v1"):
    """A final order was entered; it binds from `effective_on`."""


class OrderEnded(OrderFact, topic="legal.order-ended.v1"):
    """A suspension ended: its last day has come and its conditions are fulfilled."""

    ended_on: date = public()


class LegalNotice(NoticeKind):
    """The kinds of legal's notices."""

    COMPLAINT_RECEIVED = "complaint-received", "A district's complaint arrived."
    COMPLAINT_CLOSED = "complaint-closed", "A district's complaint was closed without a case."
    CASE_OPENED = "case-opened", "A case concerning the educator was opened."
    CASE_DISMISSED = "case-dismissed", "The board dismissed the educator's case."
    ADMONISHMENT_DECIDED = (
        "admonishment-decided",
        "The board decided to admonish the educator, who may ask for a hearing.",
    )
    ORDER_ENTERED = "order-entered", "A final order was entered, for educator and district."
    SUSPENSION_ENDED = "suspension-ended", "A suspension ended, for educator and district."


class LegalNoticeDue(NoticeFact, topic="legal.notice-due.v2"):
    """Legal must notify an educator, or a district that filed a complaint."""

    kinds = LegalNotice


class LegalPermission(Permission):
    """What may be done in legal."""

    COMPLAIN = (
        "legal.complain",
        "File complaints for one's own district, and follow them.",
        Holder.DISTRICT,
    )
    HANDLE_CASES = (
        "legal.handle-cases",
        "Screen complaints, take a case's steps, and place and lift holds.",
    )
    ENTER_ORDERS = "legal.enter-orders", "Enter final orders, and end suspensions."
