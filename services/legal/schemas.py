"""Shapes over HTTP: the forms' and the API's input, and what the API answers."""

from dataclasses import fields as parts_of
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
        validate=validate.Equal(True, error=translatable("Confirm that what you state is true.")),
        error_messages={"required": translatable("Confirm that what you state is true.")},
    )

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The statement apart from who sends it and how."""
        stated = {each.name: values.pop(each.name) for each in parts_of(Statement)}
        values.pop("is_true")
        return {"statement": Statement(**stated), **values}


class ComplaintForm(_StatementSchema):
    """A complaint as the page sends it; `form_id` tells a form that is sent twice."""

    form_id = fields.UUID(required=True)
    organization_id = fields.UUID(required=True, metadata={"label": translatable("your district")})
    occurred_on = MemorableDate(required=True, metadata={"label": translatable("when it happened")})
    learned_on = MemorableDate(
        required=True, metadata={"label": translatable("when you learned of it")}
    )


class ComplaintInSchema(_StatementSchema):
    """A complaint as a district's system sends it."""

    organization_id = fields.UUID(required=True)
    educator_number = fields.String(required=True)
    occurred_on = fields.Date(required=True)
    learned_on = fields.Date(required=True)


class ComplaintOutSchema(Schema):
    """The receipt of a complaint: nothing of what it says."""

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
        """A number alone will do; without one it takes both names."""
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
    """What becomes of a complaint: a case on some grounds, or nothing for a reason."""

    outcome = fields.String(
        required=True,
        validate=validate.OneOf(["open_case", "insufficient_evidence"]),
        metadata={"label": translatable("what becomes of the complaint")},
    )
    grounds = fields.List(
        fields.String(), load_default=list, metadata={"label": translatable("the grounds")}
    )
    reason = _text(translatable("the reason"))

    @validates_schema
    def check_outcome(self, values: dict[str, Any], **_: Any) -> None:
        """A case needs grounds, a refusal its reason."""
        outcome = values.get("outcome")
        if outcome == "open_case" and not values.get("grounds"):
            raise ValidationError(
                translatable("Choose at least one ground for the case."), "grounds"
            )
        if outcome == "insufficient_evidence" and not values.get("reason"):
            raise ValidationError(
                translatable("Write down why the evidence is not sufficient."), "reason"
            )


class StepForm(Schema):
    """A step that is dated today."""

    note = _text(translatable("the note"), load_default=None)


class DatedStepForm(StepForm):
    """A step that happened, or will happen, on another day."""

    on = MemorableDate(required=True, metadata={"label": translatable("the day")})


def _votes(label: str, **options: Any) -> fields.Integer:
    return fields.Integer(validate=validate.Range(0, 99), metadata={"label": label}, **options)


class DecisionForm(DatedStepForm):
    """What the board decided, and how it voted."""

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
    """Why something is done."""

    reason = _text(translatable("the reason"), required=True)


class EvidenceForm(Schema):
    """What shows that a condition is fulfilled."""

    evidence = _text(translatable("what shows that the condition is fulfilled"), required=True)


class _Lines(fields.String):
    """One thing a line; empty lines do not count."""

    def _deserialize(self, *args: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(*args, **kwargs)
        return [line.strip() for line in text.splitlines() if line.strip()]


class OrderForm(Schema):
    """What every final order says: the whole of a surrender."""

    effective_on = MemorableDate(
        required=True, metadata={"label": translatable("the day on which it takes effect")}
    )
    grounds = fields.List(
        fields.String(),
        required=True,
        validate=validate.Length(min=1),
        error_messages={"required": translatable("Choose at least one ground.")},
        metadata={"label": translatable("the grounds")},
    )


class SuspensionForm(OrderForm):
    """A suspension, with one condition a line."""

    last_day = MemorableDate(required=True, metadata={"label": translatable("the last day")})
    conditions = _Lines(load_default=list, metadata={"label": translatable("the conditions")})


class _Reapplication(Schema):
    is_permanent = fields.Boolean(load_default=False)

    def refuse_unclear(self, values: dict[str, Any]) -> None:
        """Raise unless a revocation either names a day to reapply or is permanent."""
        if bool(values.get("earliest_reapplication_on")) == values["is_permanent"]:
            raise ValidationError(
                translatable("Enter a day, or mark the revocation as permanent: one of the two."),
                "earliest_reapplication_on",
            )


class RevocationForm(OrderForm, _Reapplication):
    """A revocation, with the first day of a new application unless it is permanent."""

    earliest_reapplication_on = MemorableDate(load_default=None)

    @validates_schema
    def check_reapplication(self, values: dict[str, Any], **_: Any) -> None:
        """See `refuse_unclear`."""
        self.refuse_unclear(values)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """A permanent revocation is one without the day."""
        return {name: value for name, value in values.items() if name != "is_permanent"}


class OrderInSchema(_Reapplication):
    """A final order as a program enters it."""

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
        """A permanent revocation is one without the day."""
        return {name: value for name, value in values.items() if name != "is_permanent"}


class OrderOutSchema(Schema):
    """A final order as it is public."""

    order_id = fields.UUID(required=True)
    order_number = fields.String(required=True)
    educator_id = fields.UUID(required=True)
    action = fields.String(required=True)
    effective_on = fields.Date(required=True)
    last_day = fields.Date(required=True, allow_none=True)
    earliest_reapplication_on = fields.Date(required=True, allow_none=True)
    ended_on = fields.Date(required=True, allow_none=True)


class EntrySchema(Schema):
    """A line of a case's timeline, without its note."""

    on = fields.Date(required=True)
    action = fields.String(required=True)
    by = fields.String(required=True)
    votes_for = fields.Integer(required=True, allow_none=True)
    votes_against = fields.Integer(required=True, allow_none=True)
    abstained = fields.Integer(required=True, allow_none=True)


class CaseSchema(Schema):
    """A case and its clock."""

    case_id = fields.UUID(required=True)
    case_number = fields.String(required=True)
    complaint_id = fields.UUID(required=True)
    educator_id = fields.UUID(required=True)
    state = fields.String(required=True)
    grounds = fields.List(fields.String(), required=True)
    opened_on = fields.Date(required=True)
    due_on = fields.Date(required=True, allow_none=True)


class CaseFileSchema(CaseSchema):
    """A case with what was done in it."""

    entries = fields.List(fields.Nested(EntrySchema), required=True)


class CaseListSchema(Schema):
    """The cases that go on, by their clocks."""

    cases = fields.List(fields.Nested(CaseSchema), required=True)
