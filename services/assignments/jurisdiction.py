"""The state's reporting rules: its calendar and its reporting standard, checked on loading."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from chassis.jurisdiction import load_file
from services.assignments.domain.standard import (
    GENERAL,
    ContentArea,
    Coverage,
    Deadline,
    Needs,
    Population,
    ReportingCalendar,
    ReportingStandard,
    StateCourse,
)

_SOME = validate.Length(min=1)


@dataclass(frozen=True)
class AssignmentRules:
    """A state's reporting calendar and the standard by which assignments are judged."""

    calendar: ReportingCalendar
    standard: ReportingStandard


class _Day(fields.Field[date]):
    """A TOML date, without quotation marks."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> date:
        if type(value) is not date:
            raise ValidationError("Write a date such as 2017-07-01, without quotation marks.")
        return value


class _MonthAndDay(fields.Field[tuple[int, int]]):
    """A day of the year, written "11-01"."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> tuple[int, int]:
        try:
            # Not a leap year, so that the day exists in every year.
            day = date.fromisoformat(f"2001-{value}")
        except ValueError:
            raise ValidationError('Write month and day, such as "11-01".') from None
        return day.month, day.day


class _DeadlineSchema(Schema):
    title = fields.String(required=True)
    due = _MonthAndDay(required=True)
    source = fields.String(required=True)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> Deadline:
        month, day = values.pop("due")
        return Deadline(month=month, day=day, **values)


class _ContentAreaSchema(Schema):
    code = fields.String(required=True)
    title = fields.String(required=True)
    subjects = fields.List(fields.String(), load_default=[])
    needs = fields.Enum(Needs, by_value=True, load_default=Needs.AUTHORIZATION)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> ContentArea:
        return ContentArea(**{**values, "subjects": tuple(values["subjects"])})


class _PopulationSchema(Schema):
    code = fields.String(required=True)
    title = fields.String(required=True)
    authorizations = fields.List(fields.String(), load_default=[])
    source = fields.String()

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> Population:
        return Population(
            values["code"], values["title"], authorizations=frozenset(values["authorizations"])
        )


class _CourseSchema(Schema):
    code = fields.String(required=True)
    title = fields.String(required=True)
    content = fields.String(required=True)
    population = fields.String(load_default=GENERAL)
    effective_from = _Day(load_default=date.min)
    deprecated_from = _Day(load_default=None)
    source = fields.String()

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> StateCourse:
        values.pop("source", None)
        return StateCourse(**values)


class _CoverageSchema(Schema):
    content = fields.String(required=True)
    authorizations = fields.List(fields.String(), required=True, validate=_SOME)
    grades = fields.List(
        fields.Integer(strict=True, validate=validate.Range(-1, 12)),
        validate=validate.Length(equal=2),
        load_default=None,
    )
    effective_from = _Day(load_default=date.min)
    effective_until = _Day(load_default=None)
    source = fields.String()

    @validates_schema
    def check_grades(self, values: dict[str, Any], **_: Any) -> None:
        grades = values.get("grades")
        if grades and grades[0] > grades[1]:
            raise ValidationError("Write the lowest grade first.", "grades")

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> Coverage:
        return Coverage(
            content=values["content"],
            authorizations=tuple(values["authorizations"]),
            grades=tuple(values["grades"]) if values["grades"] else None,
            effective_from=values["effective_from"],
            effective_until=values["effective_until"],
        )


class _AssignmentRulesSchema(Schema):
    school_year_begins = _MonthAndDay(required=True)
    deadlines = fields.List(fields.Nested(_DeadlineSchema), required=True, validate=_SOME)
    content_areas = fields.List(fields.Nested(_ContentAreaSchema), required=True, validate=_SOME)
    populations = fields.List(fields.Nested(_PopulationSchema), required=True, validate=_SOME)
    courses = fields.List(fields.Nested(_CourseSchema), required=True)
    coverage = fields.List(fields.Nested(_CoverageSchema), required=True)

    @validates_schema
    def check_references(self, values: dict[str, Any], **_: Any) -> None:
        faults: dict[str, dict[int, dict[str, list[str]]]] = {}

        def add_fault(table: str, row: int, key: str, problem: str) -> None:
            faults.setdefault(table, {}).setdefault(row, {})[key] = [problem]

        contents = {area.code for area in values["content_areas"]}
        populations = {population.code for population in values["populations"]}
        if GENERAL not in populations:
            raise ValidationError(f"A population {GENERAL!r} is required.", "populations")
        for table in ("courses", "coverage"):
            for row, each in enumerate(values[table]):
                if each.content not in contents:
                    add_fault(table, row, "content", f"There is no content area {each.content!r}.")
        for row, course in enumerate(values["courses"]):
            if course.population not in populations:
                add_fault("courses", row, "population", f"There is no {course.population!r}.")
        _find_repetitions(values, add_fault)
        if faults:
            raise ValidationError(faults)

    @post_load
    def build(self, values: Mapping[str, Any], **_: Any) -> AssignmentRules:
        month, day = values["school_year_begins"]
        return AssignmentRules(
            ReportingCalendar(month, day, tuple(values["deadlines"])),
            ReportingStandard(
                content_areas=tuple(values["content_areas"]),
                populations=tuple(values["populations"]),
                courses=tuple(values["courses"]),
                coverage=tuple(values["coverage"]),
            ),
        )


def _find_repetitions(values: dict[str, Any], add_fault: Any) -> None:
    for table in ("content_areas", "populations", "courses"):
        keys = [(entry.code, getattr(entry, "effective_from", None)) for entry in values[table]]
        times = Counter(keys)
        for row, key in enumerate(keys):
            if times[key] > 1:
                add_fault(table, row, "code", f"{key[0]!r} appears more than once.")
    words = Counter(
        subject.casefold() for area in values["content_areas"] for subject in area.subjects
    )
    for row, area in enumerate(values["content_areas"]):
        for subject in area.subjects:
            if words[subject.casefold()] > 1:
                add_fault("content_areas", row, "subjects", f"{subject!r} appears more than once.")


def load_rules(code: str) -> AssignmentRules:
    """The rules of a jurisdiction; raises `chassis.jurisdiction.JurisdictionFault`."""
    rules: AssignmentRules = load_file(
        Path(__file__).parent / "jurisdictions", code, _AssignmentRulesSchema()
    )
    return rules
