"""Who may be chosen to have an item: oneself, or a colleague who may work on the queue."""

from sqlalchemy.orm import Session

from chassis.i18n.language import gettext as _
from chassis.security.principal import get_principal
from chassis.service import current_service
from chassis.web.work.schemas import ME, find_uuid
from chassis.worklist.colleague import colleagues_who_may, get_worker, worker_of
from chassis.worklist.domain import Worker
from chassis.worklist.queue import Queue

Choice = tuple[str, str]


def holder_choices(session: Session, queue: Queue) -> list[Choice]:
    """For a field to choose from: oneself first, then the colleagues by name."""
    own = get_principal()
    colleagues = colleagues_who_may(session, current_service().grants, queue.permissions)
    return [
        (ME, _("Me, {name}").format(name=own.display_name)),
        *(
            (str(colleague.account_id), colleague.display_name)
            for colleague in colleagues
            if colleague.account_id != own.account_id
        ),
    ]


def chosen_worker(session: Session, queue: Queue, holder: str) -> Worker:
    """Who was chosen; raises `InvalidInput` for who may not work on the queue."""
    if holder == ME:
        return worker_of(get_principal())
    return get_worker(session, current_service().grants, queue.permissions, find_uuid(holder))
