"""The agency's desk: what waits in the queue, and the analysts who work on it."""

from datetime import date, timedelta
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from chassis.ids import new_id
from chassis.testing import client_of, deliver, service_of, working
from chassis.worklist import commands
from chassis.worklist.commands import find_item
from chassis.worklist.domain import Work, WorkItem
from contracts.identity import Role, RoleHeld, RolesChanged
from services.certification.usecases.work import APPLICATIONS

QUEUE = "/certification/queue"
AGENCY = new_id()


class Analyst:
    """Somebody at the desk, whose account has this role."""

    def __init__(
        self,
        app: Flask,
        name: str,
        role: Role = Role.ANALYST,
        *,
        educator_id: UUID | None = None,
    ) -> None:
        self.account_id, self.educator_id, self.name = new_id(), educator_id or new_id(), name
        self._browser = client_of(
            app, {role: None}, account_id=self.account_id, educator_id=self.educator_id
        )
        deliver(app, self.told(role))

    def told(self, *roles: Role, version: int = 1) -> RolesChanged:
        """What identity says of the account."""
        return RolesChanged(
            version=version,
            account_id=self.account_id,
            display_name=self.name,
            educator_id=self.educator_id,
            roles=tuple(RoleHeld(role=role, organization_id=AGENCY) for role in roles),
        )

    def get(self, path: str = "") -> TestResponse:
        return self._browser.get(f"{QUEUE}{path}")

    def post(self, path: str, **form: object) -> TestResponse:
        return self._browser.post(f"{QUEUE}{path}", data=form)

    def take_next(self) -> UUID | None:
        """What the analyst was given, from where the page leads."""
        last = self.post("/next").headers["Location"].rpartition("/")[2]
        return UUID(last) if last.count("-") == 4 else None


def wait(
    app: Flask,
    name: str = "Wilhelmina Testworthy",
    *,
    due: int = 10,
    person_id: UUID | None = None,
    kind: str = "PROF",
    waiting_for: str = "agency",
    number: str = "",
) -> UUID:
    """Something that waits, due in that many days."""
    item_id = new_id()
    with working(app) as (session, service):
        commands.put_in_queue(
            session,
            APPLICATIONS,
            Work(
                item_id=item_id,
                number=number or f"A-{item_id.int % 1_000_000}",
                person_id=person_id or new_id(),
                person_name=name,
                kind=kind,
                waiting_for=waiting_for,
            ),
            service.today() + timedelta(days=due),
            service.now(),
        )
    return item_id


def item_of(app: Flask, item_id: UUID) -> WorkItem:
    with service_of(app).database.reading() as session:
        found = find_item(session, item_id)
    assert found is not None
    return found


def three_inputs(day: date) -> dict[str, int]:
    """A day as the page's three fields send it."""
    return {"until_month": day.month, "until_day": day.day, "until_year": day.year}


def chosen(app: Flask, *item_ids: UUID) -> list[str]:
    """Rows as they are chosen on the page now."""
    return [f"{item_id}:{item_of(app, item_id).version}" for item_id in item_ids]


def listed(browser: FlaskClient | Analyst, path: str = "") -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.text
