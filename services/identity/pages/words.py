"""What several of identity's pages share."""

from flask import Blueprint, request

from chassis.i18n.language import gettext as _
from chassis.i18n.text import code_words

blueprint = Blueprint("words", __name__)


def page_number() -> int:
    """Which page of a list is asked for; the first unless the address names one."""
    return request.args.get("page", 1, type=int)


@blueprint.app_template_filter("words")
def words(code: str) -> str:
    """A code such as `provider_officer` as words."""
    return _(code_words(code))
