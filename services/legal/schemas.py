"""HTTP schemas: the forms, and the API's requests and responses."""

from dataclasses import fields as fields_of
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from chassis.i18n.text import translatable
from chassis.web.forms import MemorableDate
from contracts.legal import OrderAction
from services.legal.domain.complaint import Statement
from services.legal.domain.procedure import BoardDecision

LONGEST_TEXT = 50_000


def _text(label: str, longest: int = LONGEST_TEXT, **options: Any) -> fields.String:
    return fields.String(
        validate=validate.Length(max=longest), metadata={"label": label}, **options
    )


class _StatementSchema(Schema):
    position = _text(translatable("the educator's position"), 200, required=True)
    facts = _text(translatable("what happened"), required=True)
    suspected_grounds = fields.List(
        fields.String(),
        data_key="grounds",
        load_default=list,
        metadata={"label": translatable("the grounds")},
    )
    signature = _text(translatable("your full name as your signature"), 200, required=True)
    is_true = fields.Boolean(
        required=True,
        validate=validate.Equal(True, error=translatable("Confirm that your statement is true.")),
        error_messages={"required": translatable("Confirm that your statement is true.")},
    )

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Separate the statement from the other values."""
        statement = {field.name: values.pop(field.name) for field in fields_of(Statement)}
        values.pop("is_true")
        return {"statement": Statement(**statement), **values}


class ComplaintForm(_StatementSchema):
    """A complaint from the page; `form_id` identifies a form that is sent twice."""

    form_id = fields.UUID(required=True)
    organization_id = fields.UUID(required=True, metadata={"label": translatable("your district")})
    occurred_on = MemorableDate(required=True, metadata={"label": translatable("when it happened")})
    learned_on = MemorableDate(
        required=True, metadata={"label": translatable("when you learned of it")}
    )


class ComplaintInSchema(_StatementSchema):
    """A complaint from a district's system."""

    organization_id = fields.UUID(required=True)
    educator_number = fields.String(required=True)
    occurred_on = fields.Date(required=True)
    learned_on = fields.Date(required=True)


class ComplaintOutSchema(Schema):
    """The receipt of a complaint, without its content."""

    complaint_id = fields.UUID(required=True)
    complaint_number = fields.String(required=True)
    received_on = fields.Date(required=True)
    review_due_on = fields.Date(required=True)
    is_late = fields.Boolean(required=True)


class EducatorSearchForm(Schema):
    """Find an educator by number, or by name."""

    educator_number = _text(translatable("the educator's number"), 20)
    last_name = _text(translatable("the last name"), 100)
    first_name = _text(translatable("the first name"), 100)

    @validates_schema
    def check_enough(self, values: dict[str, Any], **_: Any) -> None:
        """Require the number or both names."""
        if values.get("educator_number"):
            return
        if not values.get("last_name") and not values.get("first_name"):
            raise ValidationError(
                translatable("Enter the number, or both names."), "educator_number"
            )
        for name, message in (
            ("last_name", translatable("Enter the last name too.")),
            ("first_name", translatable("Enter the first name too.")),
        ):
            if not values.get(name):
                raise ValidationError(message, name)


class ScreeningForm(Schema):
    """The outcome of screening: a case with its grounds, or closing with a reason."""

    outcome = fields.String(
        required=True,
        validate=validate.OneOf(["open_case", "insufficient_evidence"]),
        metadata={"label": translatable("the outcome")},
    )
    grounds = fields.List(
        fields.String(), load_default=list, metadata={"label": translatable("the grounds")}
    )
    reason = _text(translatable("the reason"))

    @validates_schema
    def check_outcome(self, values: dict[str, Any], **_: Any) -> None:
        """Require grounds for a case, and a reason for closing."""
        outcome = values.get("outcome")
        if outcome == "open_case" and not values.get("grounds"):
            raise ValidationError(
                translatable("Choose at least one ground for the case."), "grounds"
            )
        if outcome == "insufficient_evidence" and not values.get("reason"):
            raise ValidationError(
                translatable("Explain why the evidence is not sufficient."), "reason"
            )


class StepForm(Schema):
    """A step dated today."""

    note = _text(translatable("the note"), load_default=None)


class DatedStepForm(StepForm):
    """A step that happened or will happen on another day."""

    on = MemorableDate(required=True, metadata={"label": translatable("the day")})


def _votes(label: str, **options: Any) -> fields.Integer:
    return fields.Integer(validate=validate.Range(0, 99), metadata={"label": label}, **options)


class DecisionForm(DatedStepForm):
    """The board's decision and vote."""

    decision = fields.Enum(
        BoardDecision,
        by_value=True,
        required=True,
        metadata={"label": translatable("what the board decided")},
    )
    votes_for = _votes(translatable("the votes for it"), required=True)
    votes_against = _votes(translatable("the votes against it"), required=True)
    abstained = _votes(translatable("the abstentions"), load_default=0)


class ReasonForm(Schema):
    """The reason for an action."""

    reason = _text(translatable("the reason"), required=True)


class EvidenceForm(Schema):
    """The evidence that a condition is fulfilled."""

    evidence = _text(translatable("the evidence that the condition is fulfilled"), required=True)


class _Lines(fields.String):
    """One entry per line; empty lines are ignored."""

    def _deserialize(self, *args: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(*args, **kwargs)
        return [line.strip() for line in text.splitlines() if line.strip()]


class OrderForm(Schema):
    """The fields of every final order; a surrender has no others."""

    effective_on = MemorableDate(
        required=True, metadata={"label": translatable("the day it takes effect")}
    )
    grounds = fields.List(
        fields.String(),
        required=True,
        validate=validate.Length(min=1),
        error_messages={"required": translatable("Choose at least one ground.")},
        metadata={"label": translatable("the grounds")},
    )


class SuspensionForm(OrderForm):
    """A suspension, with one condition per line."""

    last_day = MemorableDate(required=True, metadata={"label": translatable("the last day")})
    conditions = _Lines(load_default=list, metadata={"label": translatable("the conditions")})


class _Reapplication(Schema):
    is_permanent = fields.Boolean(load_default=False)

    def refuse_unclear(self, values: dict[str, Any]) -> None:
        """Raise unless a revocation names a day to reapply or is permanent, but not both."""
        if bool(values.get("earliest_reapplication_on")) == values["is_permanent"]:
            raise ValidationError(
                translatable("Enter a day or mark the revocation as permanent, one or the other."),
                "earliest_reapplication_on",
            )


class RevocationForm(OrderForm, _Reapplication):
    """A revocation, with the first day to reapply unless it is permanent."""

    earliest_reapplication_on = MemorableDate(load_default=None)

    @validates_schema
    def check_reapplication(self, values: dict[str, Any], **_: Any) -> None:
        """See `refuse_unclear`."""
        self.refuse_unclear(values)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Drop `is_permanent`; a permanent revocation has no day to reapply."""
        return {name: value for name, value in values.items() if name != "is_permanent"}


class OrderInSchema(_Reapplication):
    """A final order entered through the API."""

    action = fields.Enum(OrderAction, by_value=True, required=True)
    effective_on = fields.Date(required=True)
    grounds = fields.List(fields.String(), required=True)
    last_day = fields.Date(load_default=None)
    conditions = fields.List(
        fields.String(validate=validate.Length(min=1, max=LONGEST_TEXT)), load_default=list
    )
    earliest_reapplication_on = fields.Date(load_default=None)

    @validates_schema
    def check_reapplication(self, values: dict[str, Any], **_: Any) -> None:
        """See `refuse_unclear`."""
        if values.get("action") is OrderAction.REVOCATION:
            self.refuse_unclear(values)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Drop `is_permanent`; a permanent revocation has no day to reapply."""
        return {name: value for name, value in values.items() if name != "is_permanent"}


class OrderOutSchema(Schema):
    """The public content of a final order."""

    order_id = fields.UUID(required=True)
    order_number = fields.String(required=True)
    educator_id = fields.UUID(required=True)
    action = fields.String(required=True)
    effective_on = fields.Date(required=True)
    last_day = fields.Date(required=True, allow_none=True)
    earliest_reapplication_on = fields.Date(required=True, allow_none=True)
    ended_on = fields.Date(required=True, allow_none=True)


class EntrySchema(Schema):
    """An entry of a case's timeline, without its note."""

    on = fields.Date(required=True)
    action = fields.String(required=True)
    by = fields.String(required=True)
    votes_for = fields.Integer(required=True, allow_none=True)
    votes_against = fields.Integer(required=True, allow_none=True)
    abstained = fields.Integer(required=True, allow_none=True)


class CaseSchema(Schema):
    """A case and its deadline."""

    case_id = fields.UUID(required=True)
    case_number = fields.String(required=True)
    complaint_id = fields.UUID(required=True)
    educator_id = fields.UUID(required=True)
    state = fields.String(required=True)
    grounds = fields.List(fields.String(), required=True)
    opened_on = fields.Date(required=True)
    due_on = fields.Date(required=True, allow_none=True)


class CaseFileSchema(CaseSchema):
    """A case with its timeline."""

    entries = fields.List(fields.Nested(EntrySchema), required=True)


class CaseListSchema(Schema):
    """The open cases, by deadline."""

    cases = fields.List(fields.Nested(CaseSchema), required=True)
