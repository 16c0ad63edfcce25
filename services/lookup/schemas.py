"""Schemas of the JSON API: queries and finished documents."""

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from chassis.i18n.text import translatable


class SearchQuerySchema(Schema):
    """A name, or a number; `after` is the cursor of the page before."""

    name = fields.String(validate=validate.Length(max=100))
    number = fields.String(validate=validate.Length(max=40))
    after = fields.String(validate=validate.Length(max=500), load_default="")

    @validates_schema
    def check_one(self, values: dict[str, str], **_: object) -> None:
        """Exactly one of name and number is allowed."""
        if ("name" in values) == ("number" in values):
            raise ValidationError(translatable("Give either a name or a number."), "name")


class AuthorizationSchema(Schema):
    """What a certificate authorizes; `grades` is in words, and grades -1 and 0 precede grade 1."""

    code = fields.String(required=True)
    title = fields.String(required=True)
    grades = fields.String(required=True)
    lowest_grade = fields.Integer(required=True)
    highest_grade = fields.Integer(required=True)
    population = fields.String(required=True)


class NoticeSchema(Schema):
    """A final order, shown only while it is in force."""

    kind = fields.String(required=True)
    text = fields.String(required=True)
    effective_on = fields.Date(required=True)
    ends_on = fields.Date(required=True, allow_none=True)


class CertificateDocumentSchema(Schema):
    """A certificate as it is today."""

    certificate_number = fields.String(required=True)
    educator_number = fields.String(required=True)
    holder_name = fields.String(required=True)
    title = fields.String(required=True)
    type = fields.String(required=True)
    authorizations = fields.List(fields.Nested(AuthorizationSchema), required=True)
    rank = fields.String(required=True, allow_none=True)
    issued_on = fields.Date(required=True)
    effective_on = fields.Date(required=True)
    expires_on = fields.Date(required=True, allow_none=True)
    status = fields.String(required=True)
    status_text = fields.String(required=True)
    notices = fields.List(fields.Nested(NoticeSchema), required=True)


class EducatorDocumentSchema(Schema):
    """An educator with all their certificates, the newest first."""

    educator_number = fields.String(required=True)
    name = fields.String(required=True)
    former_last_names = fields.List(fields.String(), required=True)
    certificates = fields.List(fields.Nested(CertificateDocumentSchema), required=True)


class FreshSchema(Schema):
    """How fresh an answer is; `warning` is there only when it is more than a minute old."""

    as_of = fields.AwareDateTime(required=True, allow_none=True)
    is_current = fields.Boolean(required=True)
    warning = fields.String()


class CertificateSchema(FreshSchema, CertificateDocumentSchema):
    """A certificate as it is today, and how fresh that is."""


class EducatorSchema(FreshSchema, EducatorDocumentSchema):
    """An educator with all their certificates, and how fresh that is."""


class EducatorListSchema(FreshSchema):
    """Up to 20 educators; `next` is the cursor of the next page."""

    educators = fields.List(fields.Nested(EducatorDocumentSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class VerificationSchema(FreshSchema):
    """Whether a certificate is valid on a day, and if not, why."""

    valid = fields.Boolean(required=True)
    reason = fields.String(required=True)
    on = fields.Date(required=True)
    explanation = fields.String(required=True)
    next_step = fields.String(required=True)
    certificate = fields.Nested(CertificateDocumentSchema, required=True, allow_none=True)


class FreshnessSchema(FreshSchema):
    """How current this replica is; `parked` counts events that it could not apply."""

    age_seconds = fields.Integer(required=True, allow_none=True)
    parked = fields.Integer(required=True)
