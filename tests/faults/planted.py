"""What no invariant may overlook: known wrongs, each with the check that must find it."""

import json
from collections.abc import Callable
from uuid import UUID, uuid4

from chassis.messaging.parked import ParkedMessage
from tests.faults.evidence import Kind
from tests.faults.healthy import HealthyEvidence
from tests.faults.invariants import Check
from tests.faults.invariants.agreed import (
    audit_trails_are_unbroken,
    everybody_agrees_on_each_certificate,
    money_is_what_the_provider_says,
)
from tests.faults.invariants.answered import what_was_answered_is_in_its_owners_database
from tests.faults.invariants.handled import every_reader_handled_every_event_once, nothing_is_parked
from tests.faults.invariants.told import the_outbox_equals_what_was_committed
from tests.faults.rebuild import projections_equal_a_rebuild
from tests.faults.walks import Answered

NOBODY = UUID(int=7)
Plant = Callable[[HealthyEvidence], None]


def answer(service: str, path: str, led_to: str = "") -> Plant:
    """Somebody was answered, and nothing came of it."""
    return lambda evidence: evidence.load.notebook.answered.append(
        Answered(service, path, "no such request", led_to)
    )


def sql(service: str, *statements: str) -> Plant:
    """A service's database is changed behind its back."""
    return lambda evidence: evidence.plant(service, *statements)


def lose(service: str, topic: str) -> Plant:
    """An event of this topic is not in the outbox."""
    first = f"select min(position) from outbox where topic like '{topic}%'"
    return sql(service, f"delete from outbox where position = ({first})")


def repeat(service: str, topic: str) -> Plant:
    """An event of this topic is recorded a second time, as another event."""

    def plant(evidence: HealthyEvidence) -> None:
        row = evidence.rows(service, f"select topic, body from outbox where topic like '{topic}%'")
        body = json.loads(row[0][1]) | {"id": str(uuid4())}
        evidence.plant(
            service,
            "insert into outbox (event_id, topic, body, recorded_at, published_at) "
            f"select '{uuid4().hex}', topic, cast('{json.dumps(body)}' as blob), recorded_at, "
            f"published_at from outbox where topic = '{row[0][0]}' limit 1",
        )

    return plant


def park(evidence: HealthyEvidence) -> None:
    evidence.parked_messages["legal"] = [parked_message(str(NOBODY))]


def parked_message(message_id: str) -> ParkedMessage:
    return ParkedMessage(
        id=message_id, topic="a.b.v1", body=b"{}", parked_at=None, reason="it was parked"
    )


def book(capture: int = 0, refund: int = 0, stranger: bool = False) -> Plant:
    """The provider's book holds so many cents more, or a capture that nobody knows."""

    def plant(evidence: HealthyEvidence) -> None:
        captures = [dict(each) for each in evidence.book["captures"]]
        captures[0]["amount_cents"] += capture
        if stranger:
            captures.append({**captures[0], "reference": "stranger"})
        refunds = [{"amount_cents": refund}] if refund else []
        evidence.book = {**evidence.book, "captures": captures, "refunds": refunds}

    return plant


I1 = what_was_answered_is_in_its_owners_database
I2 = the_outbox_equals_what_was_committed
I3 = every_reader_handled_every_event_once
I4 = projections_equal_a_rebuild
I5 = nothing_is_parked
I6 = money_is_what_the_provider_says
I7 = everybody_agrees_on_each_certificate
I8 = audit_trails_are_unbroken

PLANTED: dict[str, tuple[Check, Plant, Kind, str]] = {
    "an answered complaint is not there": (
        I1,
        answer("legal", f"/legal/complaints/new/{NOBODY}"),
        Kind.MISSING,
        "was answered",
    ),
    "an answered payment is not there": (
        I1,
        answer("payments", f"/payments/invoices/{NOBODY}/pay"),
        Kind.MISSING,
        f"{NOBODY} is not there",
    ),
    "a command of which nobody knows what it promises": (
        I1,
        answer("legal", "/legal/novelty"),
        Kind.WRONG,
        "nobody knows",
    ),
    "a certificate that its holder saw is not there": (
        I1,
        sql("certification", "delete from certificate where application_id is not null"),
        Kind.MISSING,
        "which its holder has seen",
    ),
    "a fact was lost": (
        I2,
        lose("certification", "certification.certificate-issued"),
        Kind.MISSING,
        "the fact of certificate",
    ),
    "a decision was not told": (
        I2,
        lose("certification", "certification.application-decided"),
        Kind.MISSING,
        "application-decided",
    ),
    "a fact was told twice": (
        I2,
        repeat("legal", "legal.hold-placed"),
        Kind.DOUBLED,
        "the facts of hold",
    ),
    "a decision was told twice": (
        I2,
        repeat("legal", "legal.order-entered"),
        Kind.DOUBLED,
        "order-entered",
    ),
    "a fact of a thing that is not there": (
        I2,
        sql("payments", "delete from invoice"),
        Kind.WRONG,
        "which is not there",
    ),
    "a fact of a version that never was": (
        I2,
        sql("legal", "update hold set version = 1"),
        Kind.WRONG,
        "which it never had",
    ),
    "an order told that was never entered": (
        I2,
        sql("legal", "delete from final_order"),
        Kind.WRONG,
        "order-entered.v1 of",
    ),
    "a fact that tells another state": (
        I2,
        sql("certification", "update certificate set holder_name = 'Another'"),
        Kind.WRONG,
        "tells another state",
    ),
    "a fact that was never published": (
        I2,
        sql("identity", "update outbox set published_at = null where position = 1"),
        Kind.MISSING,
        "identity never published",
    ),
    "a fact that a reader never handled": (
        I3,
        sql("lookup", "delete from inbox where topic like 'certification.certificate-revoked%'"),
        Kind.MISSING,
        "lookup never handled certification.certificate-revoked",
    ),
    "a fact that nobody recorded": (
        I3,
        sql("legal", f"update inbox set event_id = '{NOBODY.hex}' where rowid = 1"),
        Kind.WRONG,
        f"legal handled {NOBODY}",
    ),
    "what a reaction caused, it caused twice": (
        I3,
        repeat("payments", "payments.invoice-opened"),
        Kind.DOUBLED,
        "2 times because of",
    ),
    "an invoice that was never opened": (
        I3,
        sql("payments", "delete from invoice"),
        Kind.MISSING,
        "the invoice of application",
    ),
    "a payment that certification did not take in": (
        I3,
        sql(
            "certification",
            "update application_element set state = 'in_progress' where kind = 'payment'",
        ),
        Kind.MISSING,
        "the payment of application",
    ),
    "an order that does not bind": (
        I3,
        sql("certification", "delete from certificate_restriction"),
        Kind.MISSING,
        "on certificate",
    ),
    "a certificate that assignments does not know": (
        I4,
        sql("assignments", "delete from certificate where rowid = 1"),
        Kind.MISSING,
        "assignments does not have certificate",
    ),
    "a certificate that lookup knows otherwise": (
        I4,
        sql("lookup", "update certificate set version = version + 1"),
        Kind.WRONG,
        "lookup has another certificate",
    ),
    "an educator whom only lookup knows": (
        I4,
        sql("lookup", f"update educator set educator_id = '{NOBODY.hex}' where rowid = 1"),
        Kind.DOUBLED,
        f"lookup has educator {NOBODY}, which no owner announces",
    ),
    "a message that was given up": (I5, park, Kind.MISSING, "legal parked a.b.v1"),
    "a payment that is not in the ledger": (
        I6,
        sql("payments", "delete from payment"),
        Kind.MISSING,
        "in the ledger",
    ),
    "a capture of which the ledger knows nothing": (
        I6,
        book(stranger=True),
        Kind.MISSING,
        "payment stranger",
    ),
    "a payment that the provider never captured": (
        I6,
        sql("payments", "update payment set reference = 'dream'"),
        Kind.WRONG,
        "payment dream, which the provider never captured",
    ),
    "a payment of another amount": (I6, book(capture=1), Kind.WRONG, "the provider took"),
    "a refund of which the ledger knows nothing": (I6, book(refund=5), Kind.WRONG, "given back"),
    "an invoice that was paid twice": (
        I6,
        sql(
            "payments",
            "insert into payment select lower(hex(randomblob(16))), invoice_id, 'R-2', 'twice', "
            "amount_cents, currency, card_brand, last_four, settled_at from payment limit 1",
        ),
        Kind.DOUBLED,
        "2 payments of invoice",
    ),
    "an invoice that is paid with no payment": (
        I6,
        sql("payments", "delete from payment"),
        Kind.WRONG,
        "is paid with 0 payments",
    ),
    "a certificate that lookup does not know": (
        I7,
        sql("lookup", "delete from certificate"),
        Kind.WRONG,
        "None in lookup",
    ),
    "a revocation that its owner forgot": (
        I7,
        sql("certification", "delete from certificate_restriction"),
        Kind.WRONG,
        "and revoked in lookup",
    ),
    "an audit entry that was changed": (
        I8,
        sql("legal", "update audit set actor = 'nobody' where position = 2"),
        Kind.WRONG,
        "the audit trail is broken at entry 2",
    ),
}
