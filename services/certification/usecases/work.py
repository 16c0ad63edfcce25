"""The agency's queue of applications: submitted ones wait in it until they are acted on."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.jurisdiction import Place
from chassis.worklist import commands
from chassis.worklist.domain import Work, WorkItem
from services.certification.domain.application import Application
from services.certification.domain.standing import standing_of
from services.certification.domain.status import ApplicationStatus
from services.certification.jurisdiction import CertificationRules

APPLICATIONS = "applications"
"""The name of the queue."""


def put_in_queue(session: Session, application: Application, due_on: date, now: datetime) -> None:
    """Have a submitted application wait for the agency."""
    commands.put_in_queue(session, APPLICATIONS, _work_on(application), due_on, now)


def update_queue(session: Session, application: Application) -> None:
    """Show in the queue for whom the application waits after an element was checked."""
    item = commands.find_item(session, application.application_id, for_update=True)
    if item is not None and item.is_waiting:
        item.keep(_work_on(application))


def take_from_queue(session: Session, application: Application, now: datetime) -> None:
    """Have an application wait no longer, because it was returned or decided."""
    commands.take_from_queue(session, application.application_id, now)


def _work_on(application: Application) -> Work:
    return Work(
        item_id=application.application_id,
        number=application.application_number,
        person_id=application.educator_id,
        person_name=application.applicant_name,
        kind=application.certificate_type,
        waiting_for=standing_of(application).action_by,
    )


def complete_queue(session: Session, rules: CertificationRules, place: Place) -> None:
    """Have the queue hold exactly the submitted applications.

    An earlier release, which keeps no queue, may have submitted and decided applications.
    """
    is_submitted = Application.status == ApplicationStatus.SUBMITTED
    waiting = select(WorkItem.item_id).where(WorkItem.done_at.is_(None))
    not_queued = select(Application).where(is_submitted, Application.application_id.not_in(waiting))
    for application in session.scalars(not_queued).all():
        since = application.status_since
        due_on = rules.service_level.due_on(place, place.today(since))
        put_in_queue(session, application, due_on, since)
    acted_on = select(Application).where(~is_submitted, Application.application_id.in_(waiting))
    for application in session.scalars(acted_on).all():
        take_from_queue(session, application, application.status_since)
