"""The notices that certification asks identity to deliver.

Reasons stay on the page, because other people may read the applicant's mail.
"""

from uuid import UUID

from chassis.i18n.language import in_every_language
from chassis.i18n.text import Translatable, translatable
from chassis.ids import new_id
from contracts.certification import CertificationNotice, CertificationNoticeDue
from contracts.identity import Role
from contracts.notices import Recipient
from services.certification.domain.application import Application


def recommendation_requested(
    application: Application, organization_id: UUID, admission_id: UUID
) -> CertificationNoticeDue:
    """Ask a preparation provider's certification officers to recommend their candidate."""
    return CertificationNoticeDue(
        version=1,
        notice_id=new_id(),
        kind=CertificationNotice.RECOMMENDATION_REQUESTED,
        recipient=Recipient(organization_id=organization_id, role=Role.PROVIDER_OFFICER),
        title=in_every_language(translatable("A candidate asks for your recommendation")),
        text=in_every_language(
            translatable(
                "{candidate} has started application {number}. Recommend the candidate so that "
                "the application can proceed.",
                candidate=application.applicant_name,
                number=application.application_number,
            )
        ),
        link=f"/certification/candidates/{admission_id}",
    )


def application_recommended(application: Application) -> CertificationNoticeDue:
    """Notify the applicant that their provider recommended them."""
    return _to_applicant(
        application,
        CertificationNotice.APPLICATION_RECOMMENDED,
        translatable("Your preparation provider recommended you"),
        translatable("Open your application to see what you still need to do."),
    )


def application_ready(application: Application) -> CertificationNoticeDue:
    """Notify the applicant that they can submit the application."""
    return _to_applicant(
        application,
        CertificationNotice.APPLICATION_READY,
        translatable("Your application is ready to submit"),
        translatable("Everything is complete. Check your answers and submit your application."),
    )


def application_returned(application: Application) -> CertificationNoticeDue:
    """Notify the applicant that something must be corrected."""
    return _to_applicant(
        application,
        CertificationNotice.APPLICATION_RETURNED,
        translatable("Your application was returned to you"),
        translatable(
            "Something must be corrected or added before we can decide. "
            "Open your application to see what is needed, then submit it again."
        ),
    )


def application_approved(
    application: Application, certificate_title: str
) -> CertificationNoticeDue:
    """Notify the applicant of the approval and of the certificate that was issued."""
    return _to_applicant(
        application,
        CertificationNotice.APPLICATION_APPROVED,
        translatable("Your application is approved"),
        translatable(
            "Your {certificate} has been issued. Sign in to see it and download it as a PDF.",
            certificate=certificate_title,
        ),
    )


def application_denied(application: Application, hearing_right: str) -> CertificationNoticeDue:
    """Notify the applicant of the denial and of their right to a hearing."""
    return _to_applicant(
        application,
        CertificationNotice.APPLICATION_DENIED,
        translatable("Your application is denied"),
        translatable("Open your application to read the reasons."),
        hearing_right,
    )


def _to_applicant(
    application: Application, kind: CertificationNotice, title: Translatable, *text: str
) -> CertificationNoticeDue:
    return CertificationNoticeDue(
        version=1,
        notice_id=new_id(),
        kind=kind,
        recipient=Recipient(educator_id=application.educator_id),
        title=in_every_language(title),
        text=in_every_language(*text),
        link=f"/certification/applications/{application.application_id}",
    )
