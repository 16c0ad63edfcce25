"""I3 and I5: every reader handled every event exactly once, and gave none up."""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from contracts.certification import ApplicationPaymentOpened
from contracts.codec import dump
from contracts.envelope import Message
from contracts.legal import OrderEntered
from contracts.notices import NoticeFact
from contracts.payments import NothingDue, PaymentSettled
from tests.faults.evidence import Breach, Evidence, doubled, missing, wrong


def every_reader_handled_every_event_once(evidence: Evidence) -> Iterator[Breach]:
    """I3: each inbox is the sum of all outboxes, by the topics that its service reads."""
    everything = [message for messages in evidence.outboxes.values() for message in messages]
    for name, service in evidence.services.items():
        topics = set(service.reactions.topics)
        due = {message.id: message for message in everything if message.topic in topics}
        for event_id in due.keys() - evidence.inboxes[name]:
            yield missing(f"{name} never handled {due[event_id].topic} {event_id}")
        for event_id in evidence.inboxes[name] - due.keys():
            yield wrong(f"{name} handled {event_id}, which nobody recorded")
    yield from _effects(evidence, everything)


def _effects(evidence: Evidence, everything: list[Message]) -> Iterator[Breach]:
    """What reactions caused, they caused once."""
    caused = Counter(
        (message.causation_id, message.source, message.topic, _said(message))
        for message in everything
        if message.causation_id
    )
    for (cause, source, topic, _), times in caused.items():
        if times > 1:
            yield doubled(f"{source} recorded {topic} {times} times because of {cause}")
    invoiced = Counter(str(row[0]) for row in evidence.rows("payments", _INVOICED))
    paid = {str(row[0]) for row in evidence.rows("certification", _PAID)}
    nothing_due = {m.event.subject for m in everything if isinstance(m.event, NothingDue)}
    for message in everything:
        subject = message.event.subject
        if isinstance(message.event, ApplicationPaymentOpened) and subject not in nothing_due:
            if invoiced[subject] == 0:
                yield missing(f"the invoice of application {subject}")
            elif invoiced[subject] > 1:
                yield doubled(f"{invoiced[subject]} invoices of application {subject}")
        if isinstance(message.event, PaymentSettled):
            application = str(message.event.application_id)
            if application not in paid:
                yield missing(f"the payment of application {application} in certification")
        if isinstance(message.event, OrderEntered):
            yield from _bound(evidence, message.event)


def _bound(evidence: Evidence, order: OrderEntered) -> Iterator[Breach]:
    bound = evidence.rows(
        "certification", _BOUND, educator=order.educator_id, ordered=order.order_id
    )
    for number, times in bound:
        if times == 0:
            yield missing(f"order {order.order_number} on certificate {number}")


def _said(message: Message) -> str:
    """What an event says, but for the notice's number, which is always new."""
    payload = dump(message.event)
    if isinstance(message.event, NoticeFact):
        payload.pop("notice_id")
    return repr(sorted(payload.items(), key=lambda each: each[0]))


_INVOICED = "select application_id from invoice"
_PAID = """
select application_id from application_element where kind = 'payment' and state = 'verified'
"""
_BOUND = """
select certificate_number, (select count(*) from certificate_restriction
    where certificate_restriction.certificate_id = certificate.certificate_id
    and order_id = :ordered)
from certificate where educator_id = :educator
"""


def nothing_is_parked(evidence: Evidence) -> Iterator[Breach]:
    """I5: no message was given up; one that was handled all the same explains itself."""
    for name in evidence.services:
        for message in evidence.parked(name):
            if not _is_handled(evidence, name, message.id):
                yield missing(f"{name} parked {message.topic} {message.id}: {message.reason}")


def _is_handled(evidence: Evidence, name: str, message_id: str) -> bool:
    try:
        return UUID(message_id) in evidence.inboxes[name]
    except ValueError:
        return False
