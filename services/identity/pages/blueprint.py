"""The blueprint that all of identity's pages belong to."""

from flask import Blueprint

from chassis.i18n.language import gettext as _
from chassis.i18n.text import code_words

blueprint = Blueprint("pages", __name__, url_prefix="/identity", template_folder="../templates")


@blueprint.app_template_filter("words")
def words(code: str) -> str:
    """A code such as `provider_officer` as words."""
    return _(code_words(code))
