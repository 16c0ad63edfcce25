"""Replaces a district's stored records with its newest report, keeping unchanged ones."""

import json
from collections.abc import Mapping

import polars as pl
from sqlalchemy import Column, delete, insert, select
from sqlalchemy.orm import Session

from contracts.identity import OrganizationKind
from services.assignments.domain.replicas import Organization, name_key
from services.assignments.domain.report import Assignment, Course, School, StaffMember, StaffNumber
from services.assignments.domain.tables import table_of
from services.assignments.formats.tables import ReportTables
from services.assignments.usecases.merging import Scope, ids_of, merge
from services.assignments.usecases.staging import staged

_NOT_ENDED = pl.lit(None, pl.Date)


def replace_reported(session: Session, scope: Scope, contents: ReportTables) -> None:
    """Replace the district's schools, courses, staff and assignments with the reported ones."""
    schools, courses, staff = table_of(School), table_of(Course), table_of(StaffMember)
    merge(session, schools, scope, _schools(session, contents.organizations))
    merge(session, courses, scope, _courses(contents.courses))
    merge(session, staff, scope, _staff(contents.staff))
    _replace_numbers(session, scope, contents.staff)
    ids = {
        name: ids_of(session, table, scope)
        for name, table in (("staff", staff), ("course", courses), ("school", schools))
    }
    merge(session, table_of(Assignment), scope, _assignments(contents.assignments, ids, scope))


def _schools(session: Session, organizations: pl.DataFrame) -> pl.DataFrame:
    """The organizations, with the state's names where the report has none."""
    unnamed = organizations.filter(pl.col("name").is_null())["identifier"].to_list()
    names = session.execute(
        select(Organization.state_number, Organization.name).where(
            Organization.state_number.in_(unnamed),
            Organization.kind.in_((OrganizationKind.DISTRICT, OrganizationKind.SCHOOL)),
        )
    )
    state_name = pl.col("identifier").replace_strict(
        dict(names.all()), default=None, return_dtype=pl.String
    )
    number = pl.format("School {}", "identifier")
    return organizations.with_columns(
        name=pl.coalesce("name", state_name, number), ended_on=_NOT_ENDED
    )


def _courses(courses: pl.DataFrame) -> pl.DataFrame:
    return courses.with_columns(
        pl.col("codes", "subjects").map_elements(_as_json, return_dtype=pl.String),
        ended_on=_NOT_ENDED,
    )


def _as_json(words: pl.Series) -> str:
    return json.dumps(words.to_list())


def _staff(staff: pl.DataFrame) -> pl.DataFrame:
    names = staff.select("given_name", "family_name").rows()
    return staff.select(
        "source_id",
        "given_name",
        "family_name",
        number=pl.col("numbers").list.first(),
        name_key=pl.Series([name_key(*name) for name in names], dtype=pl.String),
        ended_on=_NOT_ENDED,
    )


def _assignments(
    assignments: pl.DataFrame, ids: Mapping[str, Mapping[str, str]], scope: Scope
) -> pl.DataFrame:
    """The assignments with ids for their references; those that are over are ended."""
    ends_on = pl.col("ends_on")
    return assignments.with_columns(
        ended_on=pl.when(ends_on < scope.today).then(ends_on),
        **{
            f"{name}_id": pl.col(f"{name}_source_id").replace_strict(ids_by_source)
            for name, ids_by_source in ids.items()
        },
    ).drop(f"{name}_source_id" for name in ids)


def _replace_numbers(session: Session, scope: Scope, staff: pl.DataFrame) -> None:
    """Store every reported number of each person."""
    of_district = select(StaffMember.staff_id).where(
        StaffMember.organization_id == scope.organization_id
    )
    session.execute(delete(StaffNumber).where(StaffNumber.staff_id.in_(of_district)))
    ids = ids_of(session, table_of(StaffMember), scope)
    numbers = staff.select(
        staff_id=pl.col("source_id").replace_strict(ids, return_dtype=pl.String), number="numbers"
    )
    numbers = numbers.explode("number").drop_nulls()
    table = table_of(StaffNumber)
    columns = [Column(column.name, column.type) for column in table.c]
    with staged(session, table.name, columns, numbers, "staff_id") as given:
        session.execute(insert(table).from_select(list(given.c), select(given)))
