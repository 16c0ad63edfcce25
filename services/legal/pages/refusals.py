"""What a rule that was broken adds to the form that broke it."""

from chassis.forms import Form
from chassis.problems import InvalidInput


def refused(form: Form, refusal: InvalidInput) -> Form:
    """The form with what was refused beside its fields."""
    for name, messages in refusal.errors.items():
        for message in messages:
            form = form.with_error(name, message)
    return form
