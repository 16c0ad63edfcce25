"""Creates the demonstration's data: persons, organizations, staff, certificates and a report.

Each record is created only if it is missing, so the next start completes an interrupted one.
"""

from collections.abc import Callable, Mapping
from io import BytesIO
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from chassis.messaging.outbox import record
from chassis.service import Service
from contracts.identity import OrganizationKind
from services.assignments.usecases.receiving import receive, take
from services.assignments.usecases.reports import find_newest_report
from services.certification.domain.replicas import Educator
from services.certification.usecases import certificates
from services.demonstration.accounts import EDUCATOR, PASSWORD, STAFF
from services.demonstration.report import district_report
from services.demonstration.scene import Scene, load_scene
from services.identity.adapters.passwords import hash_password
from services.identity.adapters.resources import Resources
from services.identity.domain.account import Account
from services.identity.domain.person import Person
from services.identity.usecases import accounts, holders, organizations, persons
from services.identity.usecases.organizations import find_organization_by_number

Apps = Mapping[str, Flask]


def settle_in(apps: Apps, carry: Callable[[], int]) -> None:
    """Create what is missing; `carry` delivers waiting events and returns their number."""
    scene = load_scene(_service(apps, "identity").settings.state)
    places = _settle_identity(apps["identity"], scene)
    _carry_all(carry)
    _settle_certificates(apps["certification"], scene)
    _carry_all(carry)
    _settle_report(apps["assignments"], scene, places["district"])
    _carry_all(carry)


def names_of_places(apps: Apps) -> dict[str, str]:
    """The names of the agency and of the demonstration's district and provider."""
    service = _service(apps, "identity")
    scene = load_scene(service.settings.state)
    with service.database.reading() as session:
        district = organizations.get_organization_by_number(session, scene.file.district)
    return {
        "agency": service.place.agency_short_name,
        "district": district.name,
        "provider": scene.file.provider.name,
    }


def _service(apps: Apps, name: str) -> Service:
    service: Service = apps[name].extensions["credence"]
    return service


def _carry_all(carry: Callable[[], int]) -> None:
    while carry():
        pass


def _settle_identity(app: Flask, scene: Scene) -> dict[str, UUID]:
    service: Service = app.extensions["credence"]
    resources: Resources = app.extensions["identity"]
    rules, now = service.rules, service.now()
    with app.app_context(), service.database.transaction() as session:
        organizations.import_organizations(session, rules, service.place, scene.organizations)
        details = scene.file.provider
        provider = find_organization_by_number(session, details.state_number)
        if provider is None:
            provider = organizations.add_organization(
                session,
                OrganizationKind.PREPARATION_PROVIDER,
                details.name,
                details.state_number,
            )
        persons.import_persons(session, resources.vault, scene.persons, service.today(), now)
        places = {
            "agency": organizations.ensure_agency(
                session, rules, service.place.agency_name
            ).organization_id,
            "district": organizations.get_organization_by_number(
                session, scene.file.district
            ).organization_id,
            "provider": provider.organization_id,
        }
        for staff in STAFF:
            if accounts.find_account_by_username(session, staff.username) is None:
                account = accounts.create_staff_account(
                    session,
                    rules,
                    username=staff.username,
                    email=f"{staff.username}@demonstration.example",
                    password=PASSWORD,
                    display_name=staff.display_name,
                    now=now,
                )
                session.flush()
                holders.say_holder(session, account.account_id, None, now)
                accounts.grant_role(
                    session, account.account_id, staff.role, places[staff.place], now
                )
        if accounts.find_account_by_username(session, EDUCATOR) is None:
            number = scene.file.certificates[0].educator_number
            person = session.scalars(select(Person).where(Person.educator_number == number)).one()
            account = Account.open(
                username=EDUCATOR,
                email=f"{EDUCATOR}@demonstration.example",
                is_sole_email=rules.unique_email,
                password_hash=hash_password(PASSWORD),
                display_name=person.full_name,
                now=now,
                educator_id=person.educator_id,
            )
            account.confirm(now)
            session.add(account)
            record(session, person.claim(now))
    return places


def _settle_certificates(app: Flask, scene: Scene) -> None:
    service: Service = app.extensions["credence"]
    with app.app_context(), service.database.transaction() as session:
        for certificate in scene.certificates(service.today()):
            educator = session.scalars(
                select(Educator).where(Educator.educator_number == certificate.educator_number)
            ).one()
            certificates.record_legacy_certificate(
                session,
                service.rules,
                educator_id=educator.educator_id,
                certificate_number=certificate.number,
                certificate_type=certificate.type,
                authorization_codes=certificate.authorizations,
                issued_on=certificate.issued_on,
                expires_on=certificate.expires_on,
                rank=certificate.rank,
            )


def _settle_report(app: Flask, scene: Scene, district_id: UUID) -> None:
    service: Service = app.extensions["credence"]
    with service.database.reading() as session:
        if find_newest_report(session, district_id) is not None:
            return
    report = BytesIO(district_report(scene, service.today()))
    received = receive(service.files, report, "report.zip", service.rules)
    with app.app_context(), service.database.transaction() as session:
        take(session, service, district_id, received, "demonstration")
