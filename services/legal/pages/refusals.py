"""What a rule that was broken adds to the form that broke it."""

from chassis.problems import InvalidInput
from chassis.web.forms import Form


def refused(form: Form, refusal: InvalidInput) -> Form:
    """The form with what was refused beside its fields."""
    for name, messages in refusal.errors.items():
        for message in messages:
            form = form.with_error(name, message)
    return form
