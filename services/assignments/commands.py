"""The service's command: import a report from the server's disk."""

from pathlib import Path

import click
from flask import Flask
from sqlalchemy import select

from chassis.context import current_context
from chassis.operations.operator import as_operator
from chassis.service import Service
from contracts.identity import OrganizationKind
from services.assignments.domain.faults import ReportRefused
from services.assignments.domain.replicas import Organization
from services.assignments.usecases.receiving import receive, take


def register(app: Flask, service: Service) -> None:
    """Add the command, as `flask --app services.assignments.app import-report 165 report.zip`."""

    @app.cli.command("import-report")
    @click.argument("district_state_number")
    @click.argument("path", type=click.Path(exists=True, path_type=Path))
    def import_report(district_state_number: str, path: Path) -> None:
        """Import a district's report: a OneRoster 1.1 zip file or folder, or a flat CSV file."""
        district = select(Organization.organization_id).where(
            Organization.kind == OrganizationKind.DISTRICT,
            Organization.state_number == district_state_number,
        )
        try:
            received = receive(service.files, path, path.name, service.rules)
            with as_operator(service) as session:
                organization_id = session.scalar(district)
                if organization_id is None:
                    raise click.ClickException(
                        f"there is no district with the state number {district_state_number}"
                    )
                report = take(session, service, organization_id, received, current_context().actor)
        except ReportRefused as refused:
            raise click.ClickException(f"the report was refused\n{refused}") from refused
        click.echo(
            f"{report.report_number}: {report.organizations:,} organizations, "
            f"{report.staff:,} teachers, {report.courses:,} courses, "
            f"{report.assignments:,} assignments"
        )
