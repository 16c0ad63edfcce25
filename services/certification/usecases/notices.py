"""The notices that certification asks identity to deliver."""

from uuid import UUID

from chassis.ids import new_id
from contracts.identity import Role
from contracts.notices import NoticeDue
from services.certification.domain.application import Application


def notify_applicant(application: Application, title: str, text: str) -> NoticeDue:
    """A notice to the applicant with a link to their application.

    Reasons stay on the page, because other people may read the applicant's mail.
    """
    return NoticeDue(
        version=1,
        notice_id=new_id(),
        educator_id=application.educator_id,
        title=title,
        text=text,
        link=f"/certification/applications/{application.application_id}",
    )


def notify_officers(organization_id: UUID, title: str, text: str, link: str) -> NoticeDue:
    """A notice to a preparation provider's certification officers."""
    return NoticeDue(
        version=1,
        notice_id=new_id(),
        organization_id=organization_id,
        role=Role.PROVIDER_OFFICER,
        title=title,
        text=text,
        link=link,
    )
