"""I2: the outbox equals the events of what was committed, both ways."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from contracts.assignments import FindingFact, ReportAccepted
from contracts.certification import (
    ApplicationDecided,
    ApplicationPaymentOpened,
    ApplicationSubmitted,
    CertificateFact,
)
from contracts.codec import dump
from contracts.event import Event
from contracts.identity import OrganizationChanged, PersonFact, RolesChanged, SigningKeysChanged
from contracts.legal import HoldFact, OrderEnded, OrderEntered
from contracts.notices import NoticeDue, NoticeFact
from contracts.payments import InvoiceFact, NothingDue
from tests.faults.evidence import Breach, Evidence, doubled, missing, wrong

# Things each of whose versions is told by one fact: their owner, how it finds them, and the facts.
_TOLD_AT_EVERY_VERSION: tuple[tuple[str, str, type[Event]], ...] = (
    ("identity", "select educator_id, version from person", PersonFact),
    ("identity", "select organization_id, version from organization", OrganizationChanged),
    ("identity", "select account_id, version from account", RolesChanged),
    ("identity", "select issuer, version from key_set", SigningKeysChanged),
    ("certification", "select certificate_id, version from certificate", CertificateFact),
    ("payments", "select invoice_id, version from invoice", InvoiceFact),
    ("legal", "select hold_id, version from hold", HoldFact),
    ("assignments", "select report_id, 1 from report", ReportAccepted),
    ("assignments", "select finding_id, version from finding", FindingFact),
)
# Things that are told once, when they come so far: their owner, the fact, and how many there are.
_TOLD_ONCE: tuple[tuple[str, type[Event], str], ...] = (
    (
        "certification",
        ApplicationPaymentOpened,
        "select application_id from application where status not in ('draft', 'withdrawn')",
    ),
    (
        "certification",
        ApplicationSubmitted,
        "select application_id from application where submitted_on is not null",
    ),
    (
        "certification",
        ApplicationDecided,
        "select application_id from application where status in ('approved', 'denied')",
    ),
    ("legal", OrderEntered, "select order_id from final_order"),
    ("legal", OrderEnded, "select order_id from final_order where ended_on is not null"),
)
# They have no row of their own: that what caused them caused them once is asked of the readers.
_WITHOUT_A_ROW: tuple[type[Event], ...] = (NoticeDue, NoticeFact, NothingDue)

FACTS_CHECKED: tuple[type[Event], ...] = (
    *(family for _, _, family in _TOLD_AT_EVERY_VERSION),
    *(fact for _, fact, _ in _TOLD_ONCE),
    *_WITHOUT_A_ROW,
)


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
    yield from _published(evidence)


def _published(evidence: Evidence) -> Iterator[Breach]:
    """What was committed is on its way to others, those included that nobody here reads."""
    for service in evidence.services:
        for event_id, topic in evidence.rows(service, _UNPUBLISHED):
            yield missing(f"{service} never published {topic} {event_id}")


_UNPUBLISHED = "select event_id, topic from outbox where published_at is null"


def _milestones(evidence: Evidence) -> Iterator[Breach]:
    for service, fact, question in _TOLD_ONCE:
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
                elif not isinstance(event, FindingFact) and dump(known) != dump(event):
                    # A finding's explanation may change without anybody being told.
                    yield wrong(f"{event.topic} of {event.subject} tells another state")
