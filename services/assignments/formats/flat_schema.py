"""The rules of a row of the flat assignment file; `flat_check` finds the rows that break them."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from services.assignments.formats.flat_columns import (
    BLANKS,
    BOOLEANS,
    DATE,
    ENDS_TOO_EARLY,
    GRADES_MIXED,
    GRADES_REVERSED,
    LONGEST_TEXT,
    MAX_HOURS,
    NOT_A_NUMBER,
    NOT_HOURS,
    NOT_STUDENTS,
    NUMBER,
    TOO_LONG,
    WHOLE_NUMBER,
    not_a_population,
)
from services.assignments.formats.grades import CODES_BY_TEXT, grade_order
from services.assignments.formats.rules import (
    EMPTY,
    NOT_A_BOOLEAN,
    NOT_A_DATE,
    NOT_A_GRADE,
    Rule,
)


class _Cell(fields.Field[Any]):
    """A cell, read without the blanks around its text."""

    def __init__(self, read: Callable[[str], Any], *, may_be_empty: bool = False) -> None:
        super().__init__(required=True)
        self._read = read
        self._may_be_empty = may_be_empty

    def _deserialize(self, value: str, *_: Any, **__: Any) -> Any:
        text = value.strip(BLANKS)
        if text:
            return self._read(text)
        if self._may_be_empty:
            return None
        raise EMPTY.broken()


def _number(text: str) -> str:
    if not re.fullmatch(NUMBER, text):
        raise NOT_A_NUMBER.broken()
    return text


def _text(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise TOO_LONG.broken()
    return text


def _grade(text: str) -> str:
    if text not in CODES_BY_TEXT:
        raise NOT_A_GRADE.broken()
    return CODES_BY_TEXT[text]


def _whole_number(lowest: int, highest: int, rule: Rule) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(WHOLE_NUMBER, text) or not lowest <= int(text) <= highest:
            raise rule.broken()
        return int(text)

    return read


def _date(text: str) -> date:
    try:
        if re.fullmatch(DATE, text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise NOT_A_DATE.broken()


def _boolean(text: str) -> bool:
    if text not in BOOLEANS:
        raise NOT_A_BOOLEAN.broken()
    return BOOLEANS[text]


class _PopulationCell(_Cell):
    def __init__(self) -> None:
        super().__init__(str, may_be_empty=True)

    def _deserialize(self, *args: Any, **kwargs: Any) -> Any:
        code = super()._deserialize(*args, **kwargs)
        assert isinstance(self.root, AssignmentRowSchema)
        if code is not None and code not in self.root.populations:
            raise not_a_population(self.root.populations).broken()
        return code


class AssignmentRowSchema(Schema):
    """One assignment in the file (16 KAR 1:050 §3 and §4(1)).

    `populations` are the codes of the state's list; the messages of its errors are rules.
    """

    district_number = _Cell(_number)
    school_number = _Cell(_number, may_be_empty=True)
    staff_number = _Cell(_number)
    first_name = _Cell(_text, may_be_empty=True)
    last_name = _Cell(_text)
    course_code = _Cell(_number)
    course_title = _Cell(_text)
    section = _Cell(_number, may_be_empty=True)
    subject = _Cell(_text, may_be_empty=True)
    population = _PopulationCell()
    lowest_grade = _Cell(_grade)
    highest_grade = _Cell(_grade)
    students = _Cell(_whole_number(0, 9_999, NOT_STUDENTS))
    hours = _Cell(_whole_number(1, MAX_HOURS, NOT_HOURS))
    begins_on = _Cell(_date)
    ends_on = _Cell(_date)
    primary = _Cell(_boolean)

    def __init__(self, populations: Sequence[str]) -> None:
        super().__init__()
        self.populations = tuple(populations)

    @validates_schema(skip_on_field_errors=False)
    def ends_after_it_began(self, values: dict[str, Any], **_: Any) -> None:
        """The last day is not before the first; both belong to the assignment."""
        begins_on, ends_on = values.get("begins_on"), values.get("ends_on")
        if begins_on and ends_on and ends_on < begins_on:
            raise ValidationError([ENDS_TOO_EARLY], "ends_on")

    @validates_schema(skip_on_field_errors=False)
    def grades_go_upward(self, values: dict[str, Any], **_: Any) -> None:
        """Both are grades in their order, or neither is one, as in ungraded classes."""
        if not values.get("lowest_grade") or not values.get("highest_grade"):
            return
        lowest, highest = grade_order(values["lowest_grade"]), grade_order(values["highest_grade"])
        if (lowest is None) != (highest is None):
            raise ValidationError([GRADES_MIXED], "highest_grade")
        if lowest is not None and highest is not None and highest < lowest:
            raise ValidationError([GRADES_REVERSED], "highest_grade")
