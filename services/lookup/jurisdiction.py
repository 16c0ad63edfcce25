"""The state's names for grades and its format for certificate numbers."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validates

from chassis.i18n.text import translatable
from chassis.jurisdiction import load_file
from services.lookup.domain.names import number_key

_GRADE = translatable("grade {grade}")
_GRADES = translatable("Grades {lowest} through {highest}")
_SPAN = translatable("{lowest} through {highest}")


@dataclass(frozen=True)
class LookupRules:
    """The state's wording that public pages need.

    `grade_words` names the grades without a number: -1 is prekindergarten, 0 kindergarten.
    `certificate_numbers` matches the letters and digits of a number.
    """

    grade_words: dict[int, str]
    certificate_numbers: re.Pattern[str]
    certificate_number_words: str
    certificate_number_example: str

    def grades(self, lowest: int, highest: int, translate: Callable[[str], str] = str) -> str:
        """A span of grades in words; `translate` puts them into a language."""
        if lowest == highest:
            return self._grade(lowest, translate).capitalize()
        if lowest not in self.grade_words and highest not in self.grade_words:
            return translate(_GRADES).format(lowest=lowest, highest=highest)
        first, last = self._grade(lowest, translate), self._grade(highest, translate)
        return translate(_SPAN).format(lowest=first, highest=last).capitalize()

    def _grade(self, grade: int, translate: Callable[[str], str]) -> str:
        words = self.grade_words.get(grade)
        return translate(words) if words else translate(_GRADE).format(grade=grade)

    def could_be_a_number(self, text: str) -> bool:
        """Whether this has the format of the state's certificate numbers."""
        return self.certificate_numbers.fullmatch(number_key(text)) is not None


class _RulesSchema(Schema):
    grade_words = fields.Dict(keys=fields.Integer(), values=fields.String(), required=True)
    certificate_numbers = fields.String(required=True)
    certificate_number_words = fields.String(required=True)
    certificate_number_example = fields.String(required=True)

    @validates("certificate_numbers")
    def check_pattern(self, value: str, **_: Any) -> None:
        try:
            re.compile(value)
        except re.error as error:
            raise ValidationError(f"This is not a valid regular expression: {error}.") from error

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> LookupRules:
        pattern = re.compile(values["certificate_numbers"])
        return LookupRules(**{**values, "certificate_numbers": pattern})


def load_rules(code: str) -> LookupRules:
    """The rules of a jurisdiction; raises `chassis.jurisdiction.JurisdictionFault`."""
    rules: LookupRules = load_file(Path(__file__).parent / "jurisdictions", code, _RulesSchema())
    return rules
