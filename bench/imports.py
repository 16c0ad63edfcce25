"""Benchmark: importing a large assignment report, which is checked, stored and judged.

Compared with a baseline, in which `psql` copies rows that need no check into the same tables and
the same judging follows, and with an import row by row.
"""

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from flask import Flask
from psycopg import sql
from sqlalchemy import func, select

from bench.harness import Report, options
from bench.product import LOG
from bench.reported_district import ReportedDistrict
from bench.row_by_row import import_row_by_row
from chassis.operations import migrations
from chassis.service import Service
from chassis.testing import FixedClock, service_of, test_settings
from services.assignments.app import create_app
from services.assignments.domain.faults import ReportRefused
from services.assignments.domain.finding import Finding
from services.assignments.domain.report import Assignment
from services.assignments.usecases.judging import judge_again
from services.assignments.usecases.receiving import receive, take
from tests.servers import PostgresServer, provide_postgres

PRODUCT, BASELINE, ROW_BY_ROW = "import", "baseline: psql copy and judging", "row by row"
BARE = "psql copy into a table without keys, and judging"
REFUSAL = "rejection with 1 % faulty rows"
KNOWN = "known"
TABLES = ("school", "course", "staff_member", "staff_number", "assignment")


def main(arguments: Sequence[str]) -> int:
    """Run the rounds, judge, and return the exit code."""
    asked = options(arguments, rounds=7, rows=100_000, sample=1_000)
    report = Report("imports")
    with TemporaryDirectory() as folder, _postgres() as server:
        bench = Bench(server, Path(folder), asked.rows, asked.sample)
        bench.prepare()
        report.interleave(
            asked.rounds,
            {
                PRODUCT: bench.product,
                BASELINE: bench.baseline,
                BARE: bench.bare,
                ROW_BY_ROW: bench.row_by_row,
                REFUSAL: bench.refusal,
            },
        )
        report.note(bench.outcome())
    report.at_least("import / baseline", 0.6, report.ratio(PRODUCT, BASELINE))
    report.at_least("import / row by row", 30, report.ratio(PRODUCT, ROW_BY_ROW))
    report.note("all figures are rows per second; every import starts with an empty district")
    report.note(f"row by row is measured on {asked.sample:,} rows only")
    report.note(f"import / copy without keys, and judging: {report.ratio(PRODUCT, BARE)}")
    return report.finish()


@contextmanager
def _postgres() -> Iterator[PostgresServer]:
    server = provide_postgres(durable=True)
    try:
        yield server
    finally:
        server.stop()


class Bench:
    """The contenders, each on its own database without any report."""

    def __init__(self, server: PostgresServer, folder: Path, rows: int, sample: int) -> None:
        self._server = server
        self._folder = folder
        self._rows = rows
        self._sample = sample
        self._district = ReportedDistrict(rows)
        self._clean = self._district.report()
        self._faulty = self._district.report(faulty=0.01)
        self._findings = 0
        self._faults = 0

    def prepare(self) -> None:
        """Create the template database with the teachers, and the files for `psql`."""
        service = self._service(self._server.create_database(KNOWN))
        migrations.upgrade(service)
        with service.database.transaction() as session:
            self._district.make_known(session)
        service.database.close()
        with psycopg.connect(self._plain_url(KNOWN), autocommit=True) as connection:
            connection.execute("vacuum analyze")
        with self._fresh() as service:
            self._import(service)
            with service.database.reading() as session:
                assert session.scalar(select(func.count(Assignment.assignment_id))) == self._rows
                self._findings = session.scalar(select(func.count(Finding.finding_id))) or 0
            self._psql(service, *(f"\\copy {name} to '{self._folder}/{name}'" for name in TABLES))
        (self._folder / "report.csv").write_bytes(self._clean)

    def outcome(self) -> str:
        """The numbers of findings and faults."""
        return f"{self._findings:,} findings; {self._faults:,} faults found in {REFUSAL}"

    def product(self) -> float:
        """The import as an upload runs it, from the received bytes to the commit."""
        with self._fresh() as service:
            return self._rate(lambda: self._import(service))

    def baseline(self) -> float:
        """The same rows copied into the same tables by `psql`, and the same judging."""
        with self._fresh() as service:
            copies = [f"\\copy {name} from '{self._folder}/{name}'" for name in TABLES]

            def run() -> None:
                self._psql(service, "begin", *copies, "commit")
                self._judge(service)

            rate = self._rate(run)
            with service.database.reading() as session:
                assert session.scalar(select(func.count(Finding.finding_id))) == self._findings
        return rate

    def bare(self) -> float:
        """The report's rows copied into a table without keys; judging uses stored rows."""
        with self._fresh() as service:
            copies = [f"\\copy {name} from '{self._folder}/{name}'" for name in TABLES]
            header, _, _ = self._clean.partition(b"\r\n")
            columns = ", ".join(f'"{name}" text' for name in header.decode().split(","))
            self._psql(service, *copies, f"create table bare ({columns})")

            def run() -> None:
                self._psql(service, f"\\copy bare from '{self._folder}/report.csv' csv header")
                self._judge(service)

            return self._rate(run)

    def row_by_row(self) -> float:
        """The first rows only; the rate does not depend on their number."""
        organization_id = self._district.organization_id
        with self._fresh() as service:
            began = time.perf_counter()
            import_row_by_row(service, organization_id, self._clean, self._sample)
            return self._sample / (time.perf_counter() - began)

    def refusal(self) -> float:
        """Reading a report with faulty rows, up to the rejection that lists them."""
        with self._fresh() as service:

            def run() -> None:
                try:
                    receive(service.files, BytesIO(self._faulty), "report.csv", service.rules)
                except ReportRefused as refused:
                    self._faults = len(refused.faults) + refused.more
                else:
                    raise AssertionError("a faulty report was accepted")

            return self._rate(run)

    def _rate(self, run: Callable[[], None]) -> float:
        began = time.perf_counter()
        run()
        return self._rows / (time.perf_counter() - began)

    def _import(self, service: Service) -> None:
        received = receive(service.files, BytesIO(self._clean), "report.csv", service.rules)
        with service.database.transaction() as session:
            take(session, service, self._district.organization_id, received, "the bench")

    def _judge(self, service: Service) -> None:
        of_district = Assignment.organization_id == self._district.organization_id
        standard, today, now = service.rules.standard, service.today(), service.now()
        with service.database.transaction() as session:
            judge_again(session, standard, of_district, today, now)

    @contextmanager
    def _fresh(self) -> Iterator[Service]:
        """The service on a new copy of the template database."""
        admin = self._server.admin_url.replace("+psycopg", "")
        self._server.drop_database("round")
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(
                sql.SQL("create database round template {}").format(sql.Identifier(KNOWN))
            )
            connection.execute("checkpoint")
        service = self._service(self._server.url("round"))
        service.database.ping()
        try:
            yield service
        finally:
            service.database.close()

    def _service(self, url: str) -> Service:
        settings = test_settings("assignments", self._folder, DATABASE_URL=url, LOG_FILE=str(LOG))
        app: Flask = create_app(settings, FixedClock())
        return service_of(app)

    def _psql(self, service: Service, *commands: str) -> None:
        # Under its own name: Debian's psql is a wrapper that depends on it.
        program = shutil.which("psql")
        assert program is not None, "install psql: apt-get install postgresql-client"
        url = service.settings.database_url.replace("+psycopg", "")
        parts = [part for command in commands for part in ("-c", command)]
        options = ["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1"]
        subprocess.run([program, *options, *parts, url], check=True)

    def _plain_url(self, database: str) -> str:
        return self._server.url(database).replace("+psycopg", "")
