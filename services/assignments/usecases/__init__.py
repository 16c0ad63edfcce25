"""What assignments does, each in one transaction: take a report, learn of a fact, judge again."""

from services.assignments.usecases.judging import judge_all_again
from services.assignments.usecases.known import (
    learn_of_certificate,
    learn_of_organizations,
    learn_of_person,
)
from services.assignments.usecases.reports import (
    UnknownDistrict,
    accept_report,
    get_report,
    get_reporting_district,
)
from services.assignments.usecases.submissions import (
    get_submission,
    submit,
    unfinished_submissions,
)

__all__ = [
    "UnknownDistrict",
    "accept_report",
    "get_report",
    "get_reporting_district",
    "get_submission",
    "judge_all_again",
    "learn_of_certificate",
    "learn_of_organizations",
    "learn_of_person",
    "submit",
    "unfinished_submissions",
]
