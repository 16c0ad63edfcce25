"""Nobody acts in their own matter: the rule, and the question behind it."""

from uuid import UUID

from chassis.context import current_context
from chassis.i18n.text import translatable
from chassis.problems import OwnMatter


def is_own_matter(subject_id: UUID) -> bool:
    """Whether the person on whose behalf the code runs is this educator, or has this account.

    It does not matter which of their accounts they use: identity's token names all of them.

    Nobody is the subject of an operator's command, a reaction or a daily job.
    """
    return subject_id in current_context().own_ids


def refuse_own_matter(subject_id: UUID) -> None:
    """Raise `OwnMatter` if the acting person is the educator, or has the account, acted on.

    Every command of the agency, a district or a provider asks this once it knows its subject.
    """
    if is_own_matter(subject_id):
        raise OwnMatter(translatable("This is about you, so someone else must do it."))
