"""Receives a report's file: reads it, and stores it only if it has no faults."""

import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.service import Service
from chassis.storage.files import FileStore
from services.assignments.domain.report import Report
from services.assignments.formats.flat_csv import is_flat_csv, read_flat_csv
from services.assignments.formats.oneroster import read_oneroster
from services.assignments.formats.oneroster_files import (
    ENROLLMENTS,
    MANIFEST,
    ORGANIZATIONS,
    ROSTER_FILES,
)
from services.assignments.formats.tables import Cell, ReportTables, tables_of
from services.assignments.jurisdiction import AssignmentRules
from services.assignments.usecases import reports


@dataclass(frozen=True)
class ReceivedReport:
    """A report that was read, and its stored file."""

    contents: ReportTables
    file_name: str
    file_digest: str


def receive(
    files: FileStore, source: Path | IO[bytes], name: str, rules: AssignmentRules
) -> ReceivedReport:
    """Read a OneRoster zip file or folder, or a flat assignment file, distinguished by content.

    Raises `ReportRefused`, and `InvalidInput` if the file is too large.
    """
    if isinstance(source, Path) and source.is_dir():
        contents, stream = _read_roster(source, name), BytesIO(_zipped(source))
    else:
        stream = BytesIO(source.read_bytes() if isinstance(source, Path) else source.read())
        contents = _read(stream, name, rules)
        stream.seek(0)
    return ReceivedReport(contents, name, files.keep(stream).digest)


def _read(stream: BytesIO, name: str, rules: AssignmentRules) -> ReportTables:
    content = stream.getvalue()
    if is_flat_csv(content):
        populations = [population.code for population in rules.standard.populations]
        return read_flat_csv(content, name, populations)
    return _read_roster(stream, name)


def _read_roster(source: Path | IO[bytes], name: str) -> ReportTables:
    return tables_of(
        read_oneroster(source, name),
        district_cell=Cell(ORGANIZATIONS, "identifier"),
        begin_cell=Cell(ENROLLMENTS, "beginDate"),
    )


def take(
    session: Session,
    service: Service,
    organization_id: UUID,
    received: ReceivedReport,
    sent_by: str,
) -> Report:
    """Accept a received report for a district; raises as `usecases.reports.accept_report` does."""
    return reports.accept_report(
        session,
        service.rules,
        organization_id=organization_id,
        contents=received.contents,
        file_name=received.file_name,
        file_digest=received.file_digest,
        sent_by=sent_by,
        now=service.now(),
        today=service.today(),
    )


def _zipped(folder: Path) -> bytes:
    """The files of a folder as a zip; the same folder always gives the same bytes."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in (MANIFEST, *ROSTER_FILES):
            archive.writestr(zipfile.ZipInfo(file), (folder / file).read_bytes())
    return stream.getvalue()
