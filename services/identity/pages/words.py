"""A template filter shared by identity's pages."""

from flask import Blueprint

from chassis.i18n.language import gettext as _
from chassis.i18n.text import code_words

blueprint = Blueprint("words", __name__)


@blueprint.app_template_filter("words")
def words(code: str) -> str:
    """A code such as `provider_officer` as words."""
    return _(code_words(code))
