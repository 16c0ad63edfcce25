"""The cell rules that all report formats share."""

from typing import NamedTuple

import marshmallow

from chassis.i18n.text import Translatable, translatable


class Rule(NamedTuple):
    """A cell rule: the problem it reports and how to fix it."""

    problem: Translatable
    cure: Translatable

    def broken(self) -> marshmallow.ValidationError:
        """A validation error for a schema to raise; its messages are rules."""
        return marshmallow.ValidationError([self])


EMPTY = Rule(translatable("is empty but required"), translatable("Fill it in."))
NOT_A_DATE = Rule(
    translatable("is not a date"),
    translatable("Write the year first, as in 2026-08-15; spreadsheets often change the format."),
)
NOT_A_BOOLEAN = Rule(
    translatable("is neither true nor false"), translatable("Write true or false.")
)
NOT_A_GRADE = Rule(
    translatable("is not a grade"),
    translatable("Write PK, KG, 01 to 12, or another CEDS grade level code."),
)
