"""HTTP schemas: the forms, and the API's requests and responses."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from chassis.i18n.text import translatable
from chassis.web.forms import MemorableDate
from contracts.certification import ApplicationOutcome
from services.certification.jurisdiction import Question

_YES_OR_NO = validate.OneOf(("yes", "no"))
_NAME = validate.Length(max=200)
_TEXT = validate.Length(max=5000)


def _certificate_type() -> fields.String:
    return fields.String(
        required=True,
        validate=validate.Length(max=20),
        error_messages={"required": translatable("Choose a certificate.")},
        metadata={"label": translatable("the certificate type")},
    )


def _areas() -> fields.List[str]:
    return fields.List(
        fields.String(),
        required=True,
        error_messages={"required": translatable("Choose at least one area.")},
        metadata={"label": translatable("the authorization codes")},
    )


class ApplyForm(Schema):
    """The certificate and areas applied for."""

    certificate_type = _certificate_type()
    authorization_codes = _areas()


class LicenseForm(Schema):
    """Whether the applicant held another state's license, and which state's."""

    held = fields.String(
        required=True, validate=_YES_OR_NO, metadata={"label": translatable("yes or no")}
    )
    issuing_state = fields.String(
        load_default="",
        validate=validate.Length(max=60),
        metadata={"label": translatable("the issuing state")},
    )

    @validates_schema
    def check_state(self, values: dict[str, Any], **_: Any) -> None:
        """Require the state of a license that was held."""
        if values.get("held") == "yes" and not values.get("issuing_state"):
            raise ValidationError(translatable("Enter the state that issued it."), "issuing_state")


class DegreeForm(Schema):
    """A degree and its transcript."""

    institution = fields.String(
        required=True, validate=_NAME, metadata={"label": translatable("the institution")}
    )
    degree = fields.String(
        required=True, validate=_NAME, metadata={"label": translatable("the degree")}
    )
    conferred_on = MemorableDate(
        required=True, metadata={"label": translatable("the day the degree was conferred")}
    )
    name_on_transcript = fields.String(
        required=True,
        validate=_NAME,
        metadata={"label": translatable("the name on the transcript")},
    )
    sent_on = MemorableDate(
        load_default=None, metadata={"label": translatable("the day it was sent")}
    )


class AssessmentForm(Schema):
    """A test as the applicant reports it."""

    test_code = fields.String(
        required=True,
        validate=validate.Length(max=20),
        metadata={"label": translatable("the test code")},
    )
    title = fields.String(
        required=True, validate=_NAME, metadata={"label": translatable("the name of the test")}
    )
    score = fields.String(
        required=True,
        validate=validate.Length(max=20),
        metadata={"label": translatable("the score")},
    )
    taken_on = MemorableDate(
        required=True, metadata={"label": translatable("the day you took the test")}
    )


def fitness_schema(questions: tuple[Question, ...]) -> Schema:
    """The state's character and fitness questions, each with its explanation."""
    members: dict[str, fields.Field[Any]] = {}
    for question in questions:
        members[question.key] = fields.String(
            required=True,
            validate=_YES_OR_NO,
            error_messages={"required": translatable("Choose yes or no.")},
        )
        members[f"{question.key}_explanation"] = fields.String(load_default="", validate=_TEXT)
    members["signature"] = fields.String(
        required=True,
        validate=validate.Length(max=250),
        error_messages={"required": translatable("Type your full name to sign.")},
    )
    return Schema.from_dict(members)()


class SubmitForm(Schema):
    """The applicant's confirmation that everything is true."""

    confirmed = fields.Boolean(
        required=True,
        validate=validate.Equal(True),
        error_messages={"required": translatable("Confirm that everything is true and complete.")},
    )


class AdmissionForm(Schema):
    """A candidate's admission; `number_label` is the state's name for the educator number."""

    organization_id = fields.UUID(
        load_default=None, metadata={"label": translatable("your organization")}
    )
    educator_number = fields.String(required=True, validate=validate.Length(max=30))
    last_name = fields.String(
        required=True,
        validate=validate.Length(max=100),
        metadata={"label": translatable("the last name")},
    )
    program_name = fields.String(
        required=True, validate=_NAME, metadata={"label": translatable("the program name")}
    )
    admitted_on = MemorableDate(
        required=True, metadata={"label": translatable("the day of admission")}
    )
    certificate_type = _certificate_type()
    authorization_codes = _areas()

    def __init__(self, number_label: str) -> None:
        super().__init__()
        self.fields["educator_number"].metadata = {"label": f"the {number_label}"}


class CompletionForm(Schema):
    """A candidate's exit as completer."""

    completed_on = MemorableDate(
        required=True, metadata={"label": translatable("the day of completion")}
    )


class CheckForm(Schema):
    """An analyst's verdict on one element."""

    verdict = fields.String(
        required=True,
        validate=validate.OneOf(("verify", "reject")),
        metadata={"label": translatable("the verdict")},
    )
    note = fields.String(
        load_default="", validate=_TEXT, metadata={"label": translatable("the note")}
    )


class ReturnForm(Schema):
    """Why an application is returned to the applicant."""

    return_reasons = fields.String(
        required=True,
        validate=_TEXT,
        metadata={"label": translatable("what the applicant must correct or add")},
    )


class DecisionSchema(Schema):
    """A decision, and the version of the application it was based on."""

    outcome = fields.Enum(
        ApplicationOutcome,
        by_value=True,
        required=True,
        metadata={"label": translatable("a decision")},
    )
    reasons = fields.String(
        required=True,
        validate=validate.And(validate.Length(min=1), _TEXT),
        metadata={"label": translatable("the reasons")},
    )
    version = fields.Integer(required=True, metadata={"label": translatable("the version")})


class ElementSchema(Schema):
    """One element of an application: its state, who must act on it, and since when."""

    kind = fields.String(required=True)
    title = fields.String(required=True)
    state = fields.String(required=True)
    action_by = fields.String(required=True)
    since = fields.AwareDateTime(required=True)
    note = fields.String(allow_none=True)


class ApplicationSchema(Schema):
    """An application's status and next step."""

    application_id = fields.UUID(required=True)
    application_number = fields.String(required=True)
    application_kind = fields.String(required=True)
    certificate_type = fields.String(required=True)
    authorization_codes = fields.List(fields.String(), required=True)
    applicant_name = fields.String(required=True)
    version = fields.Integer(required=True)
    status = fields.String(required=True)
    status_words = fields.String(required=True)
    action_by = fields.String(required=True)
    since = fields.AwareDateTime(required=True)
    next_step = fields.String(required=True)
    submitted_on = fields.Date(allow_none=True)
    decided_on = fields.Date(allow_none=True)


class WholeApplicationSchema(ApplicationSchema):
    """An application with every element."""

    elements = fields.List(fields.Nested(ElementSchema), required=True)


class ApplicationListSchema(Schema):
    """The caller's applications."""

    applications = fields.List(fields.Nested(ApplicationSchema), required=True)


class QueueQuerySchema(Schema):
    """Filters and page of the queue."""

    waiting_for = fields.String(load_default=None, validate=validate.OneOf(("agency", "legal", "")))
    certificate_type = fields.String(load_default=None)
    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=10_000))


class WaitingApplicationSchema(ApplicationSchema):
    """An application in the queue: by when it is due, and who has it."""

    due_on = fields.Date(required=True)
    held_by = fields.String(allow_none=True)


class QueueSchema(Schema):
    """The applications waiting for the agency, due first."""

    applications = fields.List(fields.Nested(WaitingApplicationSchema), required=True)
    total = fields.Integer(required=True)
    pages = fields.Integer(required=True)


class DecidedSchema(Schema):
    """The outcome of an application, and the certificate if one was issued."""

    application_id = fields.UUID(required=True)
    status = fields.String(required=True)
    certificate_id = fields.UUID(allow_none=True)
    certificate_number = fields.String(allow_none=True)


class CertificateQuerySchema(Schema):
    """The day to report a certificate's status for; today by default."""

    on = fields.Date(load_default=None)


class AuthorizationSchema(Schema):
    """An area with its grades (-1 is prekindergarten, 0 kindergarten) and population."""

    code = fields.String(required=True)
    title = fields.String(required=True)
    lowest_grade = fields.Integer(required=True)
    highest_grade = fields.Integer(required=True)
    population = fields.String(required=True)


class RestrictionSchema(Schema):
    """A final order's effect on a certificate."""

    kind = fields.String(required=True)
    order_id = fields.UUID(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(allow_none=True)


class CertificateSchema(Schema):
    """A certificate and its status on a day."""

    certificate_id = fields.UUID(required=True)
    certificate_number = fields.String(required=True)
    version = fields.Integer(required=True)
    educator_id = fields.UUID(required=True)
    educator_number = fields.String(required=True)
    holder_name = fields.String(required=True)
    certificate_type = fields.String(required=True)
    certificate_title = fields.String(required=True)
    authorizations = fields.List(fields.Nested(AuthorizationSchema), required=True)
    rank = fields.String(allow_none=True)
    issued_on = fields.Date(required=True)
    effective_on = fields.Date(required=True)
    expires_on = fields.Date(allow_none=True)
    restrictions = fields.List(fields.Nested(RestrictionSchema), required=True)
    on = fields.Date(required=True)
    status = fields.String(required=True)
