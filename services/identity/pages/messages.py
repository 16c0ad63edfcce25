"""The mail the agency sent to a person."""

from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from chassis.i18n.language import format_moment
from chassis.i18n.language import gettext as _
from chassis.i18n.text import translatable
from chassis.problems import NotFound
from chassis.security.access import signed_in
from chassis.security.principal import get_principal
from chassis.service import current_service
from chassis.web.paging import page_asked_for
from chassis.web.patterns import InboxMessage
from services.identity import queries
from services.identity.domain.mail import OutgoingMail
from services.identity.usecases import accounts

blueprint = Blueprint("messages", __name__, url_prefix="/identity")


@blueprint.get("/messages")
@signed_in
def messages() -> ResponseReturnValue:
    """The messages to the person, newest first."""
    account_id = get_principal().account_id
    with current_service().database.reading() as session:
        results = queries.messages_to(session, account_id, page_asked_for())
        return render_template(
            "identity/messages.html",
            account=accounts.get_account(session, account_id),
            messages=[_in_inbox(mail) for mail in results.items],
            results=results,
        )


def _in_inbox(mail: OutgoingMail) -> InboxMessage:
    zone = current_service().place.time_zone
    return InboxMessage(
        mail.subject,
        format_moment(mail.written_at.astimezone(zone)),
        f"/identity/messages/{mail.mail_id}",
        is_unread=mail.read_at is None,
        about=_("The email did not reach you") if mail.has_failed else "",
    )


@blueprint.get("/messages/<uuid:mail_id>")
@signed_in
def message(mail_id: UUID) -> ResponseReturnValue:
    """One message as it was written."""
    service = current_service()
    with service.database.transaction() as session:
        shown = queries.find_message(session, get_principal().account_id, mail_id)
        if shown is None:
            raise NotFound(translatable("You have no such message."))
        shown.read(service.now())
    return render_template(
        "identity/message.html", message=shown, breadcrumbs=[(_("Messages"), "/identity/messages")]
    )
