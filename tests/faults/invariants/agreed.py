"""I6 to I8: the card provider and the papers say what the owners say."""

from collections import Counter
from collections.abc import Iterator
from io import BytesIO

from pypdf import PdfReader

from chassis.storage import audit
from services.certification.domain.certificate import Certificate
from tests.faults.evidence import Breach, Evidence, doubled, missing, wrong


def money_is_what_the_provider_says(evidence: Evidence) -> Iterator[Breach]:
    """I6: captured minus refunded is the ledger, payment by payment, and is the provider's book."""
    booked = {each["reference"]: each["amount_cents"] for each in evidence.book["captures"]}
    rows = evidence.rows("payments", "select reference, amount_cents from payment")
    kept = {row[0]: row[1] for row in rows}
    for reference in booked.keys() - kept.keys():
        yield missing(f"payment {reference} of {booked[reference]} cents in the ledger")
    for reference in kept.keys() - booked.keys():
        yield wrong(f"payment {reference}, which the provider never captured")
    for reference in kept.keys() & booked.keys():
        if kept[reference] != booked[reference]:
            yield wrong(
                f"payment {reference} is of {kept[reference]} cents in the ledger, "
                f"the provider took {booked[reference]}"
            )
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
        yield from _told_alike(evidence, each, each.status_on(service.today()))


def _told_alike(evidence: Evidence, certificate: Certificate, status: str) -> Iterator[Breach]:
    number = certificate.certificate_number
    told = evidence.load.answer_to(f"/lookup/api/verify/{number}")
    shown = (told["certificate"] or {}).get("status")
    if shown != status:
        yield wrong(f"{number} is {status}, and {shown} in lookup")
    is_given_out = status not in ("revoked", "surrendered")
    path = f"/certification/certificates/{certificate.certificate_id}/certificate.pdf"
    answer, paper = evidence.load.paper_for("analyst", path)
    if answer != (200 if is_given_out else 409):
        yield wrong(f"{number} is {status}, and its PDF answers {answer}")
    elif is_given_out and number not in words_of(paper):
        yield wrong(f"the PDF of {number} bears another number")


def words_of(pdf: bytes) -> str:
    """What a PDF says."""
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def audit_trails_are_unbroken(evidence: Evidence) -> Iterator[Breach]:
    """I8: the hash chain of every service's audit trail holds."""
    for name, service in evidence.services.items():
        with service.database.reading() as session:
            try:
                audit.verify(session)
            except audit.ChainBroken as broken:
                yield wrong(f"{name}: {broken}")
