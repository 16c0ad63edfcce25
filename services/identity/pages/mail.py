"""Shows the folder's mail where there is no mail server; never in production."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from chassis.i18n.text import translatable
from chassis.problems import NotFound
from chassis.security.access import public
from services.identity.adapters.mail import FolderDeliverer, MailNotFound
from services.identity.adapters.resources import resources

blueprint = Blueprint("mail", __name__, url_prefix="/identity")


def _folder() -> FolderDeliverer:
    folder = resources().mail_folder
    if folder is None:
        raise NotFound(
            translatable("This site sends email through a mail server; it cannot be read here.")
        )
    return folder


@blueprint.get("/mail")
@public
def mails() -> ResponseReturnValue:
    """Every mail, newest first."""
    return render_template("identity/mails.html", mails=_folder().list_mail())


@blueprint.get("/mail/<name>")
@public
def one_mail(name: str) -> ResponseReturnValue:
    """One mail, with clickable links."""
    try:
        mail = _folder().read_mail(name)
    except MailNotFound as error:
        raise NotFound(translatable("There is no such email.")) from error
    return render_template("identity/mail.html", mail=mail)
