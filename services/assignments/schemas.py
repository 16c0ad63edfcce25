"""Schemas of the API's requests and responses, and of the pages' filters."""

from flask_smorest.fields import Upload
from marshmallow import Schema, fields, validate

from contracts.assignments import FindingReason


class DistrictQuerySchema(Schema):
    """The requested district; by default, the caller's own."""

    district = fields.UUID(load_default=None)


class FindingQuerySchema(DistrictQuerySchema):
    """Filters for findings."""

    reason = fields.Enum(FindingReason, by_value=True, load_default=None)
    school = fields.UUID(load_default=None)
    page = fields.Integer(load_default=1, validate=validate.Range(min=1))


class PageQuerySchema(DistrictQuerySchema):
    """The requested page of a list."""

    page = fields.Integer(load_default=1, validate=validate.Range(min=1))


class ReportFileSchema(Schema):
    """A OneRoster 1.1 export as a zip file, or a flat assignment file (CSV)."""

    file = Upload(required=True)


class ReportSchema(Schema):
    """An accepted report; the numbers are those of the file."""

    report_id = fields.UUID(required=True)
    report_number = fields.String(required=True)
    organization_id = fields.UUID(required=True)
    school_year = fields.String(required=True)
    accepted_at = fields.AwareDateTime(required=True, format="iso")
    file_name = fields.String(required=True)
    organizations = fields.Integer(required=True)
    staff = fields.Integer(required=True)
    courses = fields.Integer(required=True)
    assignments = fields.Integer(required=True)


class CandidateSchema(Schema):
    """An educator with the same name as an unmatched teacher."""

    educator_number = fields.String(required=True)
    full_name = fields.String(required=True)


class TeacherSchema(Schema):
    """A teacher as reported by the district; `number` is the first number in the report."""

    source_id = fields.String(required=True)
    full_name = fields.String(required=True)
    number = fields.String(required=True, allow_none=True)
    educator_id = fields.UUID(required=True, allow_none=True)


class CourseSchema(Schema):
    """A course of the district."""

    source_id = fields.String(required=True)
    code = fields.String(required=True)
    title = fields.String(required=True)


class SchoolSchema(Schema):
    """A school of the district."""

    source_id = fields.String(required=True)
    name = fields.String(required=True)


class AssignmentSchema(Schema):
    """A class that a teacher is assigned to; kindergarten is grade 0."""

    source_id = fields.String(required=True)
    class_code = fields.String(required=True)
    lowest_grade = fields.Integer(required=True, allow_none=True)
    highest_grade = fields.Integer(required=True, allow_none=True)
    begins_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)


class FindingSchema(Schema):
    """An open finding: why, since when, and what to do next."""

    finding_id = fields.UUID(required=True)
    organization_id = fields.UUID(required=True)
    reason = fields.String(required=True)
    explanation = fields.String(required=True)
    next_step = fields.String(required=True)
    awaits_another_sender = fields.Boolean(required=True)
    certificate_number = fields.String(required=True, allow_none=True)
    opened_at = fields.AwareDateTime(required=True, format="iso")
    teacher = fields.Nested(TeacherSchema, required=True)
    course = fields.Nested(CourseSchema, required=True)
    school = fields.Nested(SchoolSchema, required=True)
    assignment = fields.Nested(AssignmentSchema, required=True)


class FindingListSchema(Schema):
    """One page of open findings, newest first."""

    findings = fields.List(fields.Nested(FindingSchema), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    pages = fields.Integer(required=True)


class JudgedAssignmentSchema(AssignmentSchema):
    """An assignment with its judgment as of today."""

    course = fields.Nested(CourseSchema, required=True)
    school = fields.Nested(SchoolSchema, required=True)
    in_field = fields.Boolean(required=True)
    awaits_another_sender = fields.Boolean(required=True)
    reason = fields.String(required=True, allow_none=True)
    explanation = fields.String(required=True)
    certificate_number = fields.String(required=True, allow_none=True)


class StaffSheetSchema(Schema):
    """A teacher with all their assignments."""

    teacher = fields.Nested(TeacherSchema, required=True)
    candidates = fields.List(fields.Nested(CandidateSchema), required=True)
    assignments = fields.List(fields.Nested(JudgedAssignmentSchema), required=True)
