"""An agency's identity service behind a gateway, the people on file, and browsers to visit it."""

import json
import re
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import altcha
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import Client, TestResponse

from chassis.operations import cli
from chassis.security.principal import Principal
from chassis.security.tokens import TokenVerifier
from chassis.testing import FixedClock, deliver, recorded, service_of, test_settings
from chassis.web.gateway import Gateway
from contracts.identity import Role, SigningKeysChanged
from services.identity.adapters.captcha import PROOF_FIELD
from services.identity.adapters.mail import DeliveredMail
from services.identity.adapters.resources import Resources, deliverer_from
from services.identity.app import create_app
from services.identity.background import send_waiting
from services.identity.domain.account import Account
from services.identity.domain.organization import Organization
from services.identity.domain.person import Person
from services.identity.usecases import accounts, holders, organizations, persons

PASSWORD = "three quiet lamps 99"
HEADER = (
    "educator_number,first_name,middle_name,last_name,suffix,former_last_names,birth_date,ssn\n"
)
WILHELMINA = "200100001,Wilhelmina,May,Testworthy,,Maidenname,04/28/1986,345-67-6789\n"
JOSE = "200100002,José,,O'Sample,Jr.,,01/02/1975,234-56-7890\n"
WILHELMINAS_SEARCH = {
    "first_name": "Wilhelmina",
    "last_name": "Testworthy",
    "ssn_last_four": "6789",
    "birth_date_month": "4",
    "birth_date_day": "28",
    "birth_date_year": "1986",
}
NEWCOMERS_SEARCH = {
    "first_name": "Nadia",
    "last_name": "Newcomer",
    "ssn_last_four": "4321",
    "birth_date_month": "5",
    "birth_date_day": "6",
    "birth_date_year": "1999",
}
NEWCOMERS_SSN = "321-54-4321"


def account_form(username: str = "willa", **changes: str) -> dict[str, str]:
    """The account form as somebody fills it in."""
    return {
        "username": username,
        "email": f"{username}@example.org",
        "password": PASSWORD,
        "password_again": PASSWORD,
        **changes,
    }


class Office:
    """The service with its clock, database and keys."""

    def __init__(self, folder: Path, **environ: str) -> None:
        self.folder = folder
        self.clock = FixedClock()
        self.app = create_app(
            test_settings("identity", folder, CAPTCHA_COST="1", **environ), self.clock
        )
        self.service = service_of(self.app)
        cli.migrate(self.service)
        self.hear_of_keys()

    @property
    def resources(self) -> Resources:
        made: Resources = self.app.extensions["identity"]
        return made

    def close(self) -> None:
        self.service.database.close()

    def hear_of_keys(self) -> None:
        deliver(self.app, *recorded(self.app, SigningKeysChanged))

    def transaction(self) -> AbstractContextManager[Session]:
        return self.service.database.transaction()

    def reading(self) -> AbstractContextManager[Session]:
        return self.service.database.reading()

    def all(self, kind: type[Any]) -> list[Any]:
        with self.reading() as session:
            return list(session.scalars(select(kind)).all())

    def import_persons(self, *rows: str, header: str = HEADER) -> persons.PersonsImported:
        path = self.folder / "persons.csv"
        path.write_text(header + "".join(rows), encoding="utf-8")
        with self.transaction() as session:
            return persons.import_persons(
                session, self.resources.vault, path, self.service.today(), self.clock.now()
            )

    def person(self, educator_number: str) -> Person:
        with self.reading() as session:
            return session.scalars(
                select(Person).where(Person.educator_number == educator_number)
            ).one()

    def account(self, username: str) -> Account:
        with self.reading() as session:
            return accounts.get_account_by_username(session, username)

    def hire(
        self,
        username: str,
        *roles: tuple[Role, Organization],
        whose: str | None = None,
        is_said: bool = True,
        name: str = "",
    ) -> Account:
        """A staff account that holds these roles, of the educator `whose` or of no record."""
        with self.transaction() as session:
            account = accounts.create_staff_account(
                session,
                self.service.rules,
                username=username,
                email=f"{username}@agency.example",
                password=PASSWORD,
                display_name=name or username.title(),
                now=self.clock.now(),
            )
            session.flush()
            if is_said:
                holders.say_holder(
                    session,
                    account.account_id,
                    whose,
                    self.clock.now(),
                    although_names_differ=not name,
                )
            for role, place in roles:
                accounts.grant_role(
                    session, account.account_id, role, place.organization_id, self.clock.now()
                )
        return account

    def agency(self) -> Organization:
        with self.reading() as session:
            return organizations.get_organization_by_number(
                session, self.service.rules.agency_number
            )

    def administrator(self) -> "Browser":
        """An administrator who has signed in."""
        self.hire("administrator", (Role.ADMINISTRATOR, self.agency()))
        browser = self.browser()
        browser.sign_in("administrator")
        return browser

    def browser(self) -> "Browser":
        return Browser(self)

    def register(self, username: str = "willa", search: dict[str, str] | None = None) -> None:
        """Somebody registers and confirms the address."""
        browser = self.browser()
        browser.search(search or WILHELMINAS_SEARCH)
        browser.post("/identity/register/account", account_form(username))
        browser.post("/identity/confirm", {"token": self.newest_token()})

    def carry_mail(self) -> int:
        return send_waiting(self.service, deliverer_from(self.service.settings))

    def newest_mail(self) -> DeliveredMail:
        """The email that was written last."""
        self.carry_mail()
        folder = self.resources.mail_folder
        assert folder is not None
        return folder.list_mail()[0]

    def newest_token(self) -> str:
        """The token of the link in the newest email."""
        found = re.search(r"\?token=(\S+)", self.newest_mail().text)
        assert found is not None
        return found[1]


class Browser:
    """A browser of one visitor, its cookies kept, as the gateway sees it."""

    def __init__(self, office: Office, address: str = "192.0.2.7") -> None:
        self.office = office
        self.address = address
        gateway = Gateway({"identity": office.app.wsgi_app}, self._exchange, home="/identity/")
        self.client = Client(gateway)

    def _exchange(self, cookie: str, audience: str) -> str:
        answer = Client(self.office.app.wsgi_app, use_cookies=False).get(
            f"/internal/token?audience={audience}", headers={"Cookie": cookie}
        )
        assert answer.status_code == 200
        return answer.headers["X-Token"]

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, headers=self._headers(), environ_base=self._from())

    def post(self, path: str, form: dict[str, str] | None = None) -> TestResponse:
        return self.client.post(
            path, data=form or {}, headers=self._headers(), environ_base=self._from()
        )

    def _headers(self) -> dict[str, str]:
        return {"Accept": "text/html", "User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"}

    def _from(self) -> dict[str, str]:
        return {"REMOTE_ADDR": self.address}

    def solved(self) -> dict[str, str]:
        """A CAPTCHA as the widget solves it."""
        captcha = self.office.resources.captcha
        challenge = captcha.new_challenge(self.office.clock.now())
        asked = altcha.Challenge.from_dict(json.loads(challenge.altcha_json))
        solution = altcha.solve_challenge(asked)
        assert solution is not None
        return {PROOF_FIELD: altcha.Payload(asked, solution).to_base64()}

    def search(self, form: dict[str, str]) -> TestResponse:
        """Search for a record, and look at what was found."""
        answer = self.post("/identity/register", {**form, **self.solved()})
        return self.get(answer.location) if answer.status_code == 303 else answer

    def sign_in(self, username: str = "willa", password: str = PASSWORD) -> TestResponse:
        return self.post("/identity/sign-in", {"username": username, "password": password})

    def token(self, audience: str = "identity") -> str:
        """What the gateway would get for this browser's cookies now."""
        cookies = "; ".join(
            f"{name}={cookie.value}"
            for name in ("session", "__Host-session")
            if (cookie := self.client.get_cookie(name))
        )
        return self._exchange(cookies, audience)

    def principal(self, audience: str = "identity") -> Principal | None:
        """Whom a service takes this browser's visitor for."""
        verifier = TokenVerifier(self.office.service.database, audience, self.office.service.grants)
        return verifier.find_principal(f"Bearer {self.token(audience)}", self.office.clock.now())
