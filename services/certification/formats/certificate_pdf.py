"""The certificate as a document: one page to print and frame, with a code to verify it."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from io import BytesIO
from pathlib import Path

import segno
import typst

from chassis.i18n.text import translatable
from services.certification.domain.signatory import Signatory

TEMPLATE = Path(__file__).with_name("certificate.typ")


class CertificateNotPrintableError(Exception):
    """The page cannot be set: a letter none of the fonts draws, or more than one page holds."""


@dataclass(frozen=True)
class AuthorizationLine:
    """One line of what the certificate authorizes.

    `grades` is the span as the state writes it ("P-5", with an en dash).
    `population` is empty where the state names none; if no line has one, its column is left out.
    """

    code: str
    title: str
    grades: str
    population: str


@dataclass(frozen=True)
class CertificateDocument:
    """Everything a certificate says, in the jurisdiction's own words.

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


def render_certificate(document: CertificateDocument) -> bytes:
    """One US Letter page as PDF/UA-1; the same document gives the same bytes on every machine.

    Raises CertificateNotPrintableError.
    """
    content = asdict(document) | {"qr_code": _qr_code(document.verification_url)}
    try:
        # Not a kept `typst.Compiler`: one cannot be shared by threads, and saves only 2 ms.
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


def _qr_code(url: str) -> str:
    svg = BytesIO()
    segno.make_qr(url, error="q").save(svg, kind="svg", xmldecl=False)
    return svg.getvalue().decode()
