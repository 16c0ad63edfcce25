"""A small world for tests: two districts, an educator, her certificate, and a tiny report."""

import json
from datetime import date
from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from chassis import testing
from chassis.ids import new_id
from chassis.testing import client_of, organization, service_of
from contracts.certification import (
    Authorization,
    CertificateIssued,
    CertificateReinstated,
    CertificateRevoked,
    CertificateSurrendered,
    CertificateSuspended,
    Restriction,
)
from contracts.identity import PersonRecorded, Role
from contracts.legal import OrderAction
from services.assignments.background import take_in_next
from services.assignments.domain.finding import Finding
from services.assignments.domain.tables import Base
from tests.unit.assignments.exports import Export

TINY_COUNTY, OTHER_COUNTY = new_id(), new_id()
ZOE, CERTIFICATE, ORDER = new_id(), new_id(), new_id()

BIOLOGY = Authorization(
    code="SEC_BIOLOGY", title="Secondary Biology", lowest_grade=8, highest_grade=12
)
ELEMENTARY = Authorization(code="ELEM", title="Elementary School", lowest_grade=0, highest_grade=5)


TINY = organization(TINY_COUNTY, "Tiny County", "001")
OTHER = organization(OTHER_COUNTY, "Other County", "002")


def person(number: str = "2001", educator_id: UUID = ZOE, **parts: Any) -> PersonRecorded:
    names = {"first_name": "Zoë", "last_name": "Quill", **parts}
    return testing.person(educator_id, number, **names)


def _certificate(version: int, *orders: Restriction, **changed: Any) -> dict[str, Any]:
    return {
        "version": version,
        "certificate_id": CERTIFICATE,
        "certificate_number": "K00012345",
        "educator_id": ZOE,
        "educator_number": "2001",
        "holder_name": "Zoë Quill",
        "certificate_type": "PROF",
        "certificate_title": "Professional Certificate",
        "authorizations": (BIOLOGY,),
        "issued_on": date(2024, 7, 1),
        "effective_on": date(2024, 7, 1),
        "expires_on": date(2029, 6, 30),
        "restrictions": orders,
        **changed,
    }


def _order(kind: OrderAction, starts_on: date, ends_on: date | None = None) -> Restriction:
    return Restriction(kind=kind, order_id=ORDER, starts_on=starts_on, ends_on=ends_on)


def issued(version: int = 1, **changed: Any) -> CertificateIssued:
    return CertificateIssued(**_certificate(version, **changed))


def suspended(
    version: int = 2, starts_on: date = date(2026, 11, 22), ends_on: date | None = None
) -> CertificateSuspended:
    order = _order(OrderAction.SUSPENSION, starts_on, ends_on)
    return CertificateSuspended(
        **_certificate(version, order), order_id=ORDER, suspended_from=starts_on
    )


def reinstated(version: int = 3) -> CertificateReinstated:
    return CertificateReinstated(**_certificate(version), order_id=ORDER)


def revoked(version: int = 4, starts_on: date = date(2026, 11, 22)) -> CertificateRevoked:
    order = _order(OrderAction.REVOCATION, starts_on)
    return CertificateRevoked(
        **_certificate(version, order), order_id=ORDER, revoked_from=starts_on
    )


def surrendered(version: int = 4) -> CertificateSurrendered:
    order = _order(OrderAction.SURRENDER, date(2026, 11, 22))
    return CertificateSurrendered(
        **_certificate(version, order), order_id=ORDER, surrendered_from=date(2026, 11, 22)
    )


def biology_only() -> Export:
    """The tiny export with its biology class in grades 9 and 10, and no other assignment."""
    return (
        Export()
        .write("classes.csv", 2, "grades", "9,10")
        .write("enrollments.csv", 3, "status", "tobedeleted")
    )


def two_classes() -> Export:
    """Biology taught by Zoë, and art taught by Bo, whom nobody knows; both all year."""
    return (
        Export()
        .write("classes.csv", 2, "grades", "9,10")
        .write("enrollments.csv", 3, "endDate", "2027-06-10")
    )


def coordinator_of(app: Flask, organization_id: UUID = TINY_COUNTY) -> FlaskClient:
    return client_of(app, {Role.ASSIGNMENT_COORDINATOR: organization_id})


def analyst_of(app: Flask) -> FlaskClient:
    return client_of(app, {Role.ANALYST: new_id()})


def upload(client: FlaskClient, content: Export | bytes, **query: Any) -> TestResponse:
    """Send a file on the page; it waits for the worker."""
    body = content.zipped() if isinstance(content, Export) else content
    # Encoded in memory: the test client would leave a temporary file open.
    boundary, form = encode_multipart({"file": FileStorage(BytesIO(body), "tiny.zip")})
    return client.post(
        "/assignments/reports/new",
        query_string=query,
        data=form,
        content_type=f"multipart/form-data; boundary={boundary}",
    )


def waiting_submission(app: Flask) -> str:
    """The id of a sent file that no worker has taken up."""
    return upload(coordinator_of(app), biology_only()).location.rpartition("/")[2]


def send(
    app: Flask, content: Export | bytes, client: FlaskClient | None = None, **query: Any
) -> TestResponse:
    """Upload a report on the page, as Tiny County's coordinator unless told otherwise.

    Gives the answer of the page that tells what became of it once the worker has taken it in.
    """
    client = client or coordinator_of(app)
    answer = upload(client, content, **query)
    if answer.status_code != 303:
        return answer
    while take_in_next(service_of(app)):
        pass
    return client.get(answer.location)


def body(answer: TestResponse) -> dict[str, Any]:
    """The JSON of an answer."""
    loaded: dict[str, Any] = json.loads(answer.text)
    return loaded


def accept(app: Flask, content: Export | None = None, client: FlaskClient | None = None) -> UUID:
    """Send a report that must be accepted; returns its id."""
    answer = send(app, content or biology_only(), client)
    assert answer.status_code == 303, answer.text
    return UUID(answer.location.rpartition("/")[2])


def open_findings(app: Flask) -> list[Finding]:
    with service_of(app).database.reading() as session:
        query = select(Finding).where(Finding.resolved_at.is_(None)).order_by(Finding.opened_at)
        return list(session.scalars(query))


def open_reasons(app: Flask) -> list[str]:
    return sorted(str(each.reason) for each in open_findings(app))


def row_counts(app: Flask) -> dict[str, int]:
    """How many rows each table has, but for the one that notes what was sent."""
    with service_of(app).database.reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table.name != "submission"
        }
