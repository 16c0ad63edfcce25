"""A certificate: its page, and the PDF for its holder and the agency."""

from io import BytesIO
from uuid import UUID

from flask import Blueprint, Response, render_template, send_file
from flask.typing import ResponseReturnValue

from chassis.i18n.language import gettext
from chassis.i18n.text import translatable
from chassis.problems import Problem
from chassis.security.access import requires
from chassis.security.principal import get_principal
from chassis.service import Service, current_rules, current_service
from contracts.certification import CertificationPermission
from services.certification import queries
from services.certification.access import is_holder, refuse_unless_certificate_visible
from services.certification.domain.certificate import Certificate
from services.certification.formats.certificate_pdf import (
    AuthorizationLine,
    CertificateDocument,
    CertificateNotPrintableError,
    render_certificate,
)
from services.certification.jurisdiction import CertificationRules
from services.certification.usecases import certificates

blueprint = Blueprint("certificates", __name__, url_prefix="/certification")


class CertificateNotPrintable(Problem):
    """The certificate's PDF cannot be made."""

    status = 500
    title = translatable("We could not create this certificate's PDF")
    advice = translatable(
        "Your certificate is still valid. Write to us, and we will send you a copy."
    )


@blueprint.get("/certificates/<uuid:certificate_id>")
@requires(CertificationPermission.APPLY, CertificationPermission.SEE_CERTIFICATES)
def certificate(certificate_id: UUID) -> ResponseReturnValue:
    """One certificate, its status today, and the copies issued."""
    service = current_service()
    shown = _get_visible(service, certificate_id)
    with service.database.reading() as session:
        copies = queries.copies_of(session, certificate_id)
    return render_template(
        "certification/certificate.html",
        certificate=shown,
        copies=copies,
        status_today=shown.status_on(service.today()),
        verification_path=f"/lookup/verify/{shown.certificate_number}",
        is_mine=is_holder(get_principal(), shown),
    )


@blueprint.get("/certificates/<uuid:certificate_id>/certificate.pdf")
@requires(CertificationPermission.APPLY, CertificationPermission.SEE_CERTIFICATES)
def certificate_pdf(certificate_id: UUID) -> Response:
    """The certificate as a PDF; each copy is recorded."""
    service, principal = current_service(), get_principal()
    shown = _get_visible(service, certificate_id)
    shown.refuse_copy_if_taken_away(service.today())
    try:
        content = render_certificate(_document_of(service, shown))
    except CertificateNotPrintableError as error:
        raise CertificateNotPrintable(*error.args) from error
    with service.database.transaction() as session:
        certificates.record_copy(
            session,
            certificate_id,
            account_id=principal.account_id,
            given_to=principal.display_name,
            to_holder=is_holder(principal, shown),
            now=service.now(),
        )
    return send_file(
        BytesIO(content),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"{shown.certificate_number}.pdf",
    )


def _get_visible(service: Service, certificate_id: UUID) -> Certificate:
    with service.database.reading() as session:
        shown = certificates.get_certificate(session, certificate_id)
    refuse_unless_certificate_visible(get_principal(), shown)
    return shown


def _document_of(service: Service, shown: Certificate) -> CertificateDocument:
    place, rules = service.place, current_rules(CertificationRules)
    return CertificateDocument(
        agency_name=place.agency_name,
        state_name=place.government_name.removeprefix("the "),
        certificate_title=shown.certificate_title,
        certificate_number=shown.certificate_number,
        holder_name=shown.holder_name,
        educator_number_label=place.educator_number_label,
        educator_number=shown.educator_number,
        authorizations=tuple(
            AuthorizationLine(
                authorization.code,
                authorization.title,
                rules.grades_of(authorization, place),
                rules.population_of(authorization),
            )
            for authorization in shown.authorizations
        ),
        rank=shown.rank,
        issued_on=shown.issued_on,
        effective_on=shown.effective_on,
        expires_on=shown.expires_on,
        signatories=rules.signatories,
        statute=shown.statute,
        verification_url=(
            f"{service.settings.public_url}/lookup/verify/{shown.certificate_number}"
        ),
        number_label=gettext("Certificate number"),
        verify_words=gettext("Verify this certificate at"),
    )
