"""What may be wrong with a cell of a report, in the words that every format tells it in."""

from typing import NamedTuple

import marshmallow

from chassis.i18n.text import Translatable, translatable


class Rule(NamedTuple):
    """A rule, told by what is the matter with a cell that breaks it, and by its cure."""

    problem: Translatable
    cure: Translatable

    def broken(self) -> marshmallow.ValidationError:
        """The rule as an error to be raised by a schema; its messages are rules."""
        return marshmallow.ValidationError([self])


EMPTY = Rule(translatable("is empty and must not be"), translatable("Fill it in."))
NOT_A_DATE = Rule(
    translatable("is not a date"),
    translatable("Write it year first, as in 2026-08-15; spreadsheets like to change that."),
)
NOT_A_BOOLEAN = Rule(
    translatable("is neither true nor false"), translatable("Write true or false.")
)
NOT_A_GRADE = Rule(
    translatable("is not a grade"),
    translatable("Write PK, KG, 01 to 12, or another CEDS grade level code."),
)
