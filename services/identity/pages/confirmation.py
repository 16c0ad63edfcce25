"""The confirmation link, and requesting another confirmation mail."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from chassis.security.access import public
from chassis.service import current_rules, current_service
from services.identity.adapters.resources import resources
from services.identity.domain.account import AccountAlreadyConfirmed
from services.identity.domain.mailed_link import LinkExpired
from services.identity.jurisdiction import IdentityRules
from services.identity.usecases import accounts
from services.identity.usecases.confirmation import (
    confirm_address,
    find_confirmation,
    send_confirmation,
)
from services.identity.usecases.letters import letterhead
from services.identity.usecases.limits import begin_attempt
from services.identity.usecases.sign_in import key_of

blueprint = Blueprint("confirmation", __name__, url_prefix="/identity")

_MAILS_PER_WINDOW = 5


@blueprint.get("/confirm")
@public
def confirm() -> ResponseReturnValue:
    """Ask for a click to confirm: mail scanners open links but press no buttons."""
    service, token = current_service(), request.args.get("token", "")
    with service.database.reading() as session:
        confirmation, account = find_confirmation(session, token)
    try:
        account.refuse_if_confirmed()
        confirmation.refuse_if_expired(service.now())
    except (AccountAlreadyConfirmed, LinkExpired):
        return _spent(token)
    return render_template("identity/confirm.html", token=token, account=account)


@blueprint.post("/confirm")
@public
def confirm_now() -> ResponseReturnValue:
    """Confirm the address and activate the account."""
    service, token = current_service(), request.form.get("token", "")
    try:
        with service.database.transaction() as session:
            confirm_address(session, current_rules(IdentityRules), token, service.now())
    except (AccountAlreadyConfirmed, LinkExpired):
        return _spent(token)
    return redirect("/identity/sign-in?confirmed=yes", 303)


def _spent(token: str) -> ResponseReturnValue:
    """Explain whether the link was used or expired, and what to do."""
    service = current_service()
    with service.database.reading() as session:
        _, account = find_confirmation(session, token)
    ticket = resources().tickets.issue(account.account_id, service.now())
    return render_template("identity/link_spent.html", account=account, ticket=ticket), 410


@blueprint.post("/confirm/again")
@public
def send_again() -> ResponseReturnValue:
    """Send another confirmation mail to the account's address."""
    service, limits = current_service(), current_rules(IdentityRules).limits
    account_id = resources().tickets.read(request.form.get("ticket", ""), service.now())
    with service.database.transaction() as session:
        most = {key_of("confirmation mail", account_id): _MAILS_PER_WINDOW}
        begin_attempt(session, most, limits.window, service.now())
        account = accounts.get_account(session, account_id)
        send_confirmation(session, letterhead(), account, service.now())
    return redirect("/identity/confirm/sent", 303)


@blueprint.get("/confirm/sent")
@public
def sent_again() -> ResponseReturnValue:
    """Show that another mail is on its way."""
    return render_template(
        "identity/confirmation_sent.html", shows_mail=resources().mail_folder is not None
    )
