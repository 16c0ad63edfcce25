"""Notices to people: nothing from a complaint, and only the public part of an order."""

from collections.abc import Iterator
from uuid import UUID

from chassis.i18n.language import in_every_language
from chassis.i18n.text import Translatable, translatable
from chassis.ids import new_id
from contracts.identity import Role
from contracts.legal import LegalNotice, LegalNoticeDue, OrderAction
from contracts.notices import Recipient
from services.legal.domain.case import Case
from services.legal.domain.complaint import Complaint
from services.legal.domain.order import Order
from services.legal.domain.procedure import BoardDecision


def complaint_received(complaint: Complaint) -> LegalNoticeDue:
    """Confirm receipt to the reporting district."""
    return _to_district(
        complaint,
        LegalNotice.COMPLAINT_RECEIVED,
        translatable(
            "We received your complaint {number}",
            number=complaint.complaint_number,
        ),
        translatable(
            "It arrived on {received_on} and will be reviewed by {due_on}. You need not do "
            "anything now. Sign in to see what you sent and where it stands.",
            received_on=complaint.received_on,
            due_on=complaint.review_due_on,
        ),
    )


def complaint_closed(complaint: Complaint) -> LegalNoticeDue:
    """Notify the reporting district that no case was opened."""
    return _to_district(
        complaint,
        LegalNotice.COMPLAINT_CLOSED,
        translatable("Your complaint {number} was reviewed", number=complaint.complaint_number),
        translatable(
            "The evidence was not sufficient to open a case, and the complaint is closed. "
            "If you learn more, file a new complaint."
        ),
    )


def educator_notified(case: Case) -> LegalNoticeDue:
    """Notify the educator of the case; the complaint itself comes by mail."""
    assert case.due_on is not None
    return _to_educator(
        case.educator_id,
        LegalNotice.CASE_OPENED,
        translatable("Case {number} concerning you was opened", number=case.case_number),
        translatable(
            "A copy of the complaint is on its way to you by mail. You may send a written "
            "rebuttal, which we must receive by {due_on}. It becomes part of the file that the "
            "board reads.",
            due_on=case.due_on,
        ),
    )


def decided(case: Case, decision: BoardDecision) -> LegalNoticeDue | None:
    """Notify the educator of a decision that ends the case, or that they may contest."""
    if decision is BoardDecision.DISMISS:
        return _to_educator(
            case.educator_id,
            LegalNotice.CASE_DISMISSED,
            translatable("Case {number} was dismissed", number=case.case_number),
            translatable("The board dismissed the case. You need not do anything."),
        )
    if decision is BoardDecision.ADMONISH and case.due_on:
        return _to_educator(
            case.educator_id,
            LegalNotice.ADMONISHMENT_DECIDED,
            translatable("The board decided case {number}", number=case.case_number),
            translatable(
                "A letter with the board's decision is on its way to you by mail. "
                "If you want a hearing, ask for it in writing by {due_on}.",
                due_on=case.due_on,
            ),
        )
    return None


def order_entered(order: Order, board_name: str) -> Iterator[LegalNoticeDue]:
    """Notify the educator and the reporting district of a final order."""
    text = public_sentences(order, board_name)
    title = translatable("Final order {number} was entered", number=order.order_number)
    copy = translatable("A copy is on its way to you by mail.")
    yield _to_educator(order.educator_id, LegalNotice.ORDER_ENTERED, title, *text, copy)
    yield _to_district(order.case.complaint, LegalNotice.ORDER_ENTERED, title, *text)


def order_ended(order: Order, board_name: str) -> Iterator[LegalNoticeDue]:
    """Notify the educator and the reporting district that a suspension ended."""
    text = public_sentences(order, board_name)
    title = translatable("The suspension under order {number} has ended", number=order.order_number)
    yield _to_educator(order.educator_id, LegalNotice.SUSPENSION_ENDED, title, *text)
    yield _to_district(order.case.complaint, LegalNotice.SUSPENSION_ENDED, title, *text)


def public_sentences(order: Order, board_name: str) -> list[Translatable]:
    """The public content of a final order, sentence by sentence."""
    educator = order.case.educator
    summary = translatable(
        "By final order {number} the {board} {does} of {educator} ({educator_number}), {dates}.",
        number=order.order_number,
        board=board_name,
        does=_DOES[OrderAction(order.action)],
        educator=educator.full_name,
        educator_number=educator.educator_number,
        dates=_dates(order),
    )
    return [summary, *_more(order)]


_DOES = {
    OrderAction.SUSPENSION: translatable("suspended every certificate"),
    OrderAction.REVOCATION: translatable("revoked every certificate"),
    OrderAction.SURRENDER: translatable("accepted the surrender of every certificate"),
}


def _dates(order: Order) -> Translatable:
    last_day = order.ended_on or (order.last_day if order.ends_by_itself else None)
    if last_day:
        return translatable("from {first} through {last}", first=order.effective_on, last=last_day)
    return translatable("effective {day}", day=order.effective_on)


def _more(order: Order) -> Iterator[Translatable]:
    if order.ended_on:
        yield translatable("The suspension has ended.")
    elif order.awaits_end and order.last_day:
        yield translatable(
            "The suspension lasts at least through {day}, and until the conditions of the order "
            "are fulfilled.",
            day=order.last_day,
        )
    if order.earliest_reapplication_on:
        day = order.earliest_reapplication_on
        yield translatable("The educator may apply again on or after {day}.", day=day)
    elif order.action == OrderAction.REVOCATION:
        yield translatable("The revocation is permanent.")


def _to_educator(
    educator_id: UUID, kind: LegalNotice, title: Translatable, *text: Translatable
) -> LegalNoticeDue:
    return LegalNoticeDue(
        version=1,
        notice_id=new_id(),
        kind=kind,
        recipient=Recipient(educator_id=educator_id),
        title=in_every_language(title),
        text=in_every_language(*text),
        link="/certification/",
    )


def _to_district(
    complaint: Complaint, kind: LegalNotice, title: Translatable, *text: Translatable
) -> LegalNoticeDue:
    return LegalNoticeDue(
        version=1,
        notice_id=new_id(),
        kind=kind,
        recipient=Recipient(organization_id=complaint.organization_id, role=Role.SUPERINTENDENT),
        title=in_every_language(title),
        text=in_every_language(*text),
        link=f"/legal/complaints/{complaint.complaint_id}",
    )
