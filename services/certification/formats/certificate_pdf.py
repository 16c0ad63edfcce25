"""The certificate as a one-page PDF with a QR code for verification."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

import typst

from chassis.i18n.text import translatable
from services.certification.domain.signatory import Signatory
from services.certification.formats.qr_code import qr_code

TEMPLATE = Path(__file__).with_name("certificate.typ")


class CertificateNotPrintableError(Exception):
    """The PDF cannot be made: a letter missing from the fonts, or too much text for one page."""


@dataclass(frozen=True)
class AuthorizationLine:
    """One line of what the certificate authorizes.

    `grades` is the span as the state writes it ("P-5", with an en dash).
    `population` may be empty; if no line has one, the column is left out.
    """

    code: str
    title: str
    grades: str
    population: str


@dataclass(frozen=True)
class CertificateDocument:
    """The content of a certificate, in the jurisdiction's own words.

    `statute` completes the sentence "has met the requirements of …".
    `expires_on` is the last day of validity; None means that the certificate does not expire.
    The page holds up to 12 authorizations and 3 signatories.
    """

    agency_name: str
    state_name: str
    certificate_title: str
    certificate_number: str
    holder_name: str
    educator_number_label: str
    educator_number: str
    authorizations: tuple[AuthorizationLine, ...]
    rank: str | None
    issued_on: date
    effective_on: date
    expires_on: date | None
    signatories: tuple[Signatory, ...]
    statute: str
    verification_url: str
    number_label: str
    verify_words: str


def render_certificate(document: CertificateDocument) -> bytes:
    """Render one US Letter page as PDF/UA-1, byte for byte the same on every machine.

    Raises CertificateNotPrintableError.
    """
    content = asdict(document) | {"qr_code": qr_code(document.verification_url)}
    try:
        # A reused `typst.Compiler` would save only 2 ms and cannot be shared between threads.
        return typst.compile(
            TEMPLATE,
            format="pdf",
            ignore_system_fonts=True,
            pdf_standards=["ua-1"],
            sys_inputs={"certificate": json.dumps(content, default=date.isoformat)},
            timestamp=datetime.combine(document.issued_on, time(), UTC),
        )
    except typst.TypstError as error:
        raise CertificateNotPrintableError(
            translatable(
                "Certificate {number} cannot be printed: {why}",
                number=document.certificate_number,
                why=error.message,
            )
        ) from error
