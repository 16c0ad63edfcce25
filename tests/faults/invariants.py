"""What must hold once the suite is quiet again, whatever was done to it (I1 to I7)."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from uuid import UUID

from chassis import audit
from contracts.assignments import FindingFact, ReportAccepted
from contracts.certification import (
    ApplicationDecided,
    ApplicationPaymentOpened,
    CertificateFact,
)
from contracts.envelope import Message
from contracts.event import Event
from contracts.identity import OrganizationChanged, PersonFact, SigningKeysChanged
from contracts.legal import HoldFact, OrderEnded, OrderEntered
from contracts.notices import NoticeDue
from contracts.payments import InvoiceFact, NothingDue, PaymentSettled
from contracts.schemas import payload_of
from services.certification.domain import Certificate
from tests.faults.evidence import Breach, Evidence, doubled, missing, wrong
from tests.faults.load import Answered
from tests.faults.rebuild import differences

Check = Callable[[Evidence], Iterator[Breach]]

_ID = r"[0-9a-f-]{36}"
# Commands whose success leaves an entry in their service's audit trail, in the same transaction.
_AUDITED_COMMANDS = re.compile(
    rf"""/identity/(register/account|sign-in)
    |/certification/(apply
        |applications/{_ID}/(license|degrees|assessments|fitness|submit)
        |candidates/(admit|{_ID}/completion|{_ID}/recommendations/{_ID})
        |queue/{_ID}/(decision|elements/\w+))
    |/legal/(complaints/new/{_ID}|complaints/{_ID}/screening(/begin)?
        |cases/{_ID}/(decision|hold/(place|lift)|orders/\w+|steps/\w+))""",
    re.VERBOSE,
)
# Commands that may be repeated with no further effect: what is asked of their service's database,
# about the thing that their own address, or the one they led to, names.
_REPEATABLE_COMMANDS = (
    (
        re.compile(rf"/payments/invoices/({_ID})/pay .*"),
        "select 1 from invoice where invoice_id = :id and checkout_id is not null",
    ),
    (
        re.compile(rf"/assignments/reports/new .*/assignments/reports/({_ID})"),
        "select 1 from report where report_id = :id",
    ),
)
# Questions, a confirmation that says nothing when it is repeated, and the card provider's own page,
# whose promise is the money's (I6).
_PROMISING_NOTHING = re.compile(r"/identity/(register|confirm)|/legal/complaints/new|/pay/\w+")
# Things each of whose versions is told by one fact: their owner, how it finds them, and the facts.
_TOLD_AT_EVERY_VERSION: tuple[tuple[str, str, type[Event]], ...] = (
    ("identity", "select educator_id, version from person", PersonFact),
    ("identity", "select organization_id, version from organization", OrganizationChanged),
    ("identity", "select issuer, version from key_set", SigningKeysChanged),
    ("certification", "select certificate_id, version from certificate", CertificateFact),
    ("payments", "select invoice_id, version from invoice", InvoiceFact),
    ("legal", "select hold_id, version from hold", HoldFact),
    ("assignments", "select report_id, 1 from report", ReportAccepted),
    ("assignments", "select finding_id, version from finding", FindingFact),
)


def what_was_answered_is_in_its_owners_database(evidence: Evidence) -> Iterator[Breach]:
    """I1: every command answered with success stands in its owner's database."""
    for answered in evidence.load.notebook.answered:
        if _AUDITED_COMMANDS.fullmatch(answered.path):
            if answered.request_id not in evidence.audited[answered.service]:
                yield missing(f"{answered.path} was answered, request {answered.request_id}")
        elif not _PROMISING_NOTHING.fullmatch(answered.path):
            yield from _thing_of(evidence, answered)
    yield from _people_have_what_they_saw(evidence)


def _thing_of(evidence: Evidence, answered: Answered) -> Iterator[Breach]:
    """What became of a command that leaves no entry of its own when it is repeated."""
    for command, question in _REPEATABLE_COMMANDS:
        if named := command.fullmatch(f"{answered.path} {answered.led_to}"):
            if not evidence.rows(answered.service, question, id=UUID(named[1])):
                yield missing(f"{answered.path} was answered, and {named[1]} is not there")
            return
    yield wrong(f"nobody knows what an answer to {answered.path} promises")


def _people_have_what_they_saw(evidence: Evidence) -> Iterator[Breach]:
    for journey in evidence.load.journeys:
        number = journey.facts.get("certificate_number")
        stored = "select 1 from certificate where certificate_number = :number"
        if number and not evidence.rows("certification", stored, number=number):
            yield missing(f"certificate {number}, which its holder has seen")


def the_outbox_equals_what_was_committed(evidence: Evidence) -> Iterator[Breach]:
    """I2: each version of each thing has its fact, and no fact is without its thing."""
    for service, question, family in _TOLD_AT_EVERY_VERSION:
        named = family.subject_field.removesuffix("_id")
        told: dict[str, Counter[int]] = defaultdict(Counter)
        for message in evidence.outboxes[service]:
            if isinstance(message.event, family):
                told[message.event.subject][message.event.version] += 1
        for thing, version in evidence.rows(service, question):
            facts = told.pop(str(thing), Counter())
            for each in range(1, version + 1):
                if not facts[each]:
                    yield missing(f"the fact of {named} {thing} at version {each}")
                if facts.pop(each, 0) > 1:
                    yield doubled(f"the facts of {named} {thing} at version {each}")
            for each in facts:
                yield wrong(f"a fact of {named} {thing} at version {each}, which it never had")
        for thing in told:
            yield wrong(f"facts of {named} {thing}, which is not there")
    yield from _milestones(evidence)
    yield from _announced(evidence)


def _milestones(evidence: Evidence) -> Iterator[Breach]:
    """Things of which only some versions are told."""
    for service, fact, question in (
        (
            "certification",
            ApplicationDecided,
            "select application_id from application where status in ('approved', 'denied')",
        ),
        ("legal", OrderEntered, "select order_id from final_order"),
        ("legal", OrderEnded, "select order_id from final_order where ended_on is not null"),
    ):
        told = Counter(
            message.event.subject
            for message in evidence.outboxes[service]
            if isinstance(message.event, fact)
        )
        there = {str(row[0]) for row in evidence.rows(service, question)}
        yield from (missing(f"{fact.topic} of {each}") for each in there - told.keys())
        yield from (wrong(f"{fact.topic} of {each}, without it") for each in told.keys() - there)
        yield from (doubled(f"{fact.topic} of {each}") for each in told if told[each] > 1)


def _announced(evidence: Evidence) -> Iterator[Breach]:
    """What the owner would announce anew is what it has told."""
    for name, service in evidence.services.items():
        told = {message.id: message.event for message in evidence.outboxes[name]}
        with service.context(), service.database.reading() as session:
            for event in service.announce(session):
                known = told.get(event.event_id)
                if known is None:
                    yield missing(f"{event.topic} of {event.subject} at version {event.version}")
                elif not isinstance(event, FindingFact) and payload_of(known) != payload_of(event):
                    # A finding's explanation may change without anybody being told.
                    yield wrong(f"{event.topic} of {event.subject} tells another state")


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
    payload = payload_of(message.event)
    if isinstance(message.event, NoticeDue):
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


def projections_equal_a_rebuild(evidence: Evidence) -> Iterator[Breach]:
    """I4: what readers keep of others' things is what a new reader would know from the owners."""
    yield from differences(evidence)


def nothing_is_parked(evidence: Evidence) -> Iterator[Breach]:
    """I5: no message was given up; one that was handled all the same explains itself."""
    for name in evidence.services:
        for letter in evidence.parked(name):
            if not _is_handled(evidence, name, letter.id):
                yield missing(f"{name} parked {letter.topic} {letter.id}: {letter.reason}")


def _is_handled(evidence: Evidence, name: str, letter_id: str) -> bool:
    try:
        return UUID(letter_id) in evidence.inboxes[name]
    except ValueError:
        return False


def money_is_what_the_provider_says(evidence: Evidence) -> Iterator[Breach]:
    """I6: captured minus refunded is the ledger, payment by payment, and is the provider's book."""
    booked = {each["reference"]: each["amount_cents"] for each in evidence.book["captures"]}
    rows = evidence.rows("payments", "select reference, amount_cents from payment")
    kept = {row[0]: row[1] for row in rows}
    for reference in booked.keys() - kept.keys():
        yield missing(f"payment {reference} of {booked[reference]} cents in the ledger")
    for reference in kept.keys() - booked.keys():
        yield wrong(f"payment {reference}, which the provider never captured")
    refunded = sum(each["amount_cents"] for each in evidence.book["refunds"])
    if sum(booked.values()) - refunded != sum(kept.values()):
        yield wrong(
            f"the ledger holds {sum(kept.values())} cents, the provider "
            f"{sum(booked.values())} less {refunded} given back"
        )
    settled = evidence.rows("payments", _SETTLED)
    for number, status, times in settled:
        if times > 1:
            yield doubled(f"{times} payments of invoice {number}")
        if (status == "paid") != (times > 0):
            yield wrong(f"invoice {number} is {status} with {times} payments")


_SETTLED = """
select invoice_number, status, (select count(*) from payment
    where payment.invoice_id = invoice.invoice_id)
from invoice
"""


def everybody_agrees_on_each_certificate(evidence: Evidence) -> Iterator[Breach]:
    """I7: a certificate has one number; owner, lookup and the PDF agree on what it is worth."""
    service = evidence.services["certification"]
    with service.database.reading() as session:
        certificates = session.query(Certificate).all()
    numbers = Counter(each.certificate_number for each in certificates)
    yield from (doubled(f"certificate number {each}") for each in numbers if numbers[each] > 1)
    applications = Counter(each.application_id for each in certificates if each.application_id)
    for application, times in applications.items():
        if times > 1:
            yield doubled(f"{times} certificates on application {application}")
    for each in certificates:
        status = each.status_on(service.today())
        told = evidence.load.answer_to(f"/lookup/api/verify/{each.certificate_number}")
        shown = (told["certificate"] or {}).get("status")
        if shown != status:
            yield wrong(f"{each.certificate_number} is {status}, and {shown} in lookup")
        is_given_out = status not in ("revoked", "surrendered")
        path = f"/certification/certificates/{each.certificate_id}/certificate.pdf"
        answer = evidence.load.status_for("analyst", path)
        if answer != (200 if is_given_out else 409):
            yield wrong(f"{each.certificate_number} is {status}, and its PDF answers {answer}")


def audit_trails_are_unbroken(evidence: Evidence) -> Iterator[Breach]:
    """The hash chain of every service's audit trail holds."""
    for name, service in evidence.services.items():
        with service.database.reading() as session:
            try:
                audit.verify(session)
            except audit.ChainBroken as broken:
                yield wrong(f"{name}: {broken}")


CHECKS: tuple[Check, ...] = (
    what_was_answered_is_in_its_owners_database,
    the_outbox_equals_what_was_committed,
    every_reader_handled_every_event_once,
    projections_equal_a_rebuild,
    nothing_is_parked,
    money_is_what_the_provider_says,
    everybody_agrees_on_each_certificate,
    audit_trails_are_unbroken,
)


def breaches(evidence: Evidence) -> list[Breach]:
    """Everything that does not hold."""
    return [breach for check in CHECKS for breach in check(evidence)]
