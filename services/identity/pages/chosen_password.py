"""Checks the new password on a form."""

from chassis.service import current_rules
from chassis.web.forms import Form
from services.identity.jurisdiction import IdentityRules


def with_password_faults(form: Form, *easy_words: str) -> Form:
    """The form with its password's faults, if it has a password.

    `easy_words` are words about the person, which are guessed first.
    """
    if password := str(form.raw.get("password", "")):
        for fault in current_rules(IdentityRules).password_faults(password, *easy_words):
            form = form.with_error("password", fault)
    return form
