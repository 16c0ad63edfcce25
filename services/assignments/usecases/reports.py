"""Accepts a district's report: it replaces the last one of its school year and is judged."""

from collections import Counter
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.i18n.text import translatable
from chassis.ids import new_id
from chassis.messaging.outbox import record
from chassis.problems import NotFound
from chassis.storage import audit
from chassis.storage.sequences import next_number
from contracts.identity import OrganizationKind
from services.assignments.domain.faults import FaultList
from services.assignments.domain.replicas import Organization
from services.assignments.domain.report import Assignment, Report, StaffMember
from services.assignments.formats.tables import ReportTables
from services.assignments.jurisdiction import AssignmentRules
from services.assignments.usecases import own_findings
from services.assignments.usecases.judging import judge_again, resolve_ended, wait_for_turn
from services.assignments.usecases.matching import match_staff
from services.assignments.usecases.merging import Scope
from services.assignments.usecases.replacing import replace_reported


class UnknownDistrict(NotFound):
    """The organization is not on record, or is not a district."""

    title = translatable("Your organization is not on record here as a district")
    advice = translatable(
        "Try again in a minute. If it happens again, ask the agency to check your district."
    )


def get_report(session: Session, report_id: UUID) -> Report:
    """The report; raises `NotFound`."""
    report = session.get(Report, report_id)
    if report is None:
        raise NotFound(translatable("There is no such report."))
    return report


def get_reporting_district(session: Session, organization_id: UUID) -> Organization:
    """The district that reports; raises `UnknownDistrict`."""
    district = session.get(Organization, organization_id)
    if district is None or not district.is_district:
        raise UnknownDistrict
    return district


def accept_report(
    session: Session,
    rules: AssignmentRules,
    *,
    organization_id: UUID,
    contents: ReportTables,
    file_name: str,
    file_digest: str,
    sent_by: str,
    now: datetime,
    today: date,
) -> Report:
    """Store the report and judge it.

    The same file sent again on the same day returns the same report, unless another sender settles
    a finding with it (see `own_findings`).
    Raises `UnknownDistrict`, and `ReportRefused` for another district's or an earlier year's.
    """
    wait_for_turn(session)
    district = get_reporting_district(session, organization_id)
    newest = find_newest_report(session, organization_id)
    is_repeated = newest and (newest.file_digest, newest.accepted_on) == (file_digest, today)
    if newest and is_repeated and not own_findings.may_settle(session, organization_id):
        return newest
    year = _school_year(rules, contents)
    _refuse_another_districts(session, district, contents)
    _refuse_an_earlier_years(newest, year, contents)
    own_findings.release_others(session, organization_id)
    said = own_findings.what_is_said(session, organization_id)
    replace_reported(session, Scope(organization_id, year, today), contents)
    match_staff(session, StaffMember.organization_id == organization_id)
    own_findings.hold_changed(session, organization_id, said)
    resolve_ended(session, now)
    judge_again(session, rules.standard, Assignment.organization_id == organization_id, today, now)
    report = Report(
        report_id=new_id(),
        report_number=f"AR-{next_number(session, 'report', first=1001)}",
        organization_id=organization_id,
        school_year=year,
        accepted_at=now,
        accepted_on=today,
        sent_by=sent_by,
        file_name=file_name,
        file_digest=file_digest,
        organizations=contents.organizations.height,
        staff=contents.staff.height,
        courses=contents.courses.height,
        assignments=contents.assignments.height,
    )
    session.add(report)
    record(session, report.accepted())
    audit.record_entry(
        session,
        "report accepted",
        report.report_id,
        after={
            "report_number": report.report_number,
            "organization_id": str(organization_id),
            "file_digest": file_digest,
            "assignments": report.assignments,
        },
    )
    return report


def find_newest_report(session: Session, organization_id: UUID) -> Report | None:
    """The report that the district sent last."""
    return session.scalar(
        select(Report)
        .where(Report.organization_id == organization_id)
        .order_by(Report.accepted_at.desc(), Report.report_id.desc())
        .limit(1)
    )


def _school_year(rules: AssignmentRules, contents: ReportTables) -> str:
    """The school year in which most assignments begin."""
    years = Counter[str]()
    for day, number in contents.begin_days:
        years[rules.calendar.school_year_of(day)] += number
    return years.most_common(1)[0][0]


def _refuse_another_districts(
    session: Session, district: Organization, contents: ReportTables
) -> None:
    others = session.scalars(
        select(Organization).where(
            Organization.kind == OrganizationKind.DISTRICT,
            Organization.state_number.in_(contents.district_numbers),
            Organization.organization_id != district.organization_id,
        )
    )
    names = {other.state_number: other.name for other in others}
    faults = FaultList()
    file, column = contents.district_cell
    for number in contents.district_numbers:
        if number in names:
            problem = translatable(
                "is the state number of another district, {name}", name=names[number]
            )
            cure = translatable("Send the report for {name}.", name=district.name)
        elif contents.has_state_numbers and number != district.state_number:
            problem = translatable("is not the state number of {name}", name=district.name)
            cure = translatable("Write {number} in every row.", number=district.state_number)
        else:
            continue
        faults.add(file, None, column, number, problem, cure)
    faults.refuse_if_any()


def _refuse_an_earlier_years(newest: Report | None, year: str, contents: ReportTables) -> None:
    faults = FaultList()
    if newest is not None and year < newest.school_year:
        problem = translatable(
            "the assignments begin in the school year {year}, but a report for "
            "{school_year} was already accepted",
            year=year,
            school_year=newest.school_year,
        )
        cure = translatable("Export the current school year.")
        file, column = contents.begin_cell
        faults.add(file, None, column, None, problem, cure)
    faults.refuse_if_any()
