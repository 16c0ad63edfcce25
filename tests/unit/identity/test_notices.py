"""Notices become mails, each sent once, tried again when the server will not take it."""

from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import UUID

import pytest

from chassis.i18n.language import SPANISH
from chassis.ids import new_id
from chassis.testing import deliver
from contracts.identity import OrganizationKind, Role
from contracts.notices import NoticeDue, NoticeFact, Recipient
from contracts.payments import PaymentsNotice, PaymentsNoticeDue
from services.identity.adapters.mail import Mail
from services.identity.background import carry_mail, send_waiting
from services.identity.domain.mail import RETRY_DELAYS, OutgoingMail
from services.identity.domain.organization import Organization
from services.identity.usecases import organizations
from services.identity.usecases.letters import Letterhead
from tests.unit.identity.office import WILHELMINA, Office

TO_WHOM = {"educator_id", "organization_id", "role", "email"}


class BrokenServer:
    """A mail server that takes nothing."""

    def __init__(self) -> None:
        self.asked = 0

    def deliver(self, mail: Mail, *, notice_id: UUID, now: object) -> None:
        self.asked += 1
        raise ConnectionRefusedError("nobody listens")


@pytest.fixture
def district(office: Office) -> Organization:
    with office.transaction() as session:
        return organizations.add_organization(
            session, OrganizationKind.DISTRICT, "Adair County", "001"
        )


def notice(**changes: Any) -> NoticeFact:
    """A notice of payments; its recipient's fields and its own may be given."""
    whom = {each: changes.pop(each) for each in TO_WHOM & changes.keys()}
    values: dict[str, Any] = {
        "version": 1,
        "notice_id": new_id(),
        "kind": PaymentsNotice.FEE_DUE,
        "recipient": Recipient(**whom),
        "title": {"en": "Your fee can now be paid", "es": "Ya puede pagar su tarifa"},
        "text": {"en": "Everything else is complete.", "es": "Todo lo demás está completo."},
        "link": "/payments/invoices/1",
    }
    return PaymentsNoticeDue(**{**values, **changes})


def notice_of_first_version(**whom: Any) -> NoticeDue:
    """A notice as services of 0.2.0 published it."""
    return NoticeDue(
        version=1,
        notice_id=new_id(),
        title="Your fee can now be paid",
        text="Everything that comes before payment is complete.",
        link="/payments/invoices/1",
        **whom,
    )


def waiting(office: Office) -> list[OutgoingMail]:
    return [mail for mail in office.all(OutgoingMail) if mail.sent_at is None]


def test_an_educator_is_written_to_at_their_accounts_address(office: Office) -> None:
    office.import_persons(WILHELMINA)
    office.register()

    deliver(office.app, notice(educator_id=office.account("willa").educator_id))

    (mail,) = waiting(office)
    assert (mail.recipient, mail.subject) == ("willa@example.org", "Your fee can now be paid")
    assert "Hello Wilhelmina May Testworthy," in mail.text
    assert "http://localhost:8080/payments/invoices/1" in mail.text


def test_the_same_notice_twice_is_one_mail(office: Office) -> None:
    office.import_persons(WILHELMINA)
    office.register()
    due = notice(educator_id=office.account("willa").educator_id)

    deliver(office.app, due, due)
    deliver(office.app, PaymentsNoticeDue(**{**vars(due), "version": 2}))

    assert len(waiting(office)) == 1


def test_a_notice_to_a_role_reaches_all_who_hold_it_there(
    office: Office, district: Organization
) -> None:
    with office.transaction() as session:
        other = organizations.add_organization(session, OrganizationKind.DISTRICT, "Allen", "002")
    office.hire("head", (Role.SUPERINTENDENT, district))
    office.hire("deputy", (Role.SUPERINTENDENT, district))
    office.hire("stranger", (Role.SUPERINTENDENT, other))
    office.hire("coordinator", (Role.ASSIGNMENT_COORDINATOR, district))

    deliver(
        office.app,
        notice(organization_id=district.organization_id, role="superintendent"),
    )

    assert {mail.recipient for mail in waiting(office)} == {
        "head@agency.example",
        "deputy@agency.example",
    }


def test_an_address_is_written_to_once_without_an_account(office: Office) -> None:
    due = notice(email="clerk@adair.example.org")
    deliver(office.app, due)
    deliver(office.app, PaymentsNoticeDue(**{**vars(due), "version": 2}))

    (mail,) = waiting(office)
    assert (mail.recipient, mail.account_id) == ("clerk@adair.example.org", None)
    assert mail.text.startswith("Hello,\n\nEverything else is complete.")
    assert office.carry_mail() == 1


def test_a_notice_is_written_in_one_language_and_in_english_where_it_has_no_other(
    office: Office,
) -> None:
    letterhead, due = Letterhead.of(office.service), notice(email="ada@example.org")
    only_english = notice(email="ada@example.org", title={"en": "Now"}, text={"en": "Pay."})

    with office.app.app_context():
        spanish = letterhead.notice("Ada Dogood", due, SPANISH)
        english = letterhead.notice("Ada Dogood", only_english, SPANISH)

    assert spanish.subject == "Ya puede pagar su tarifa"
    assert spanish.text.startswith("Hola, Ada Dogood:\n\nTodo lo demás está completo.")
    assert "Las respuestas a este mensaje no se leen." in spanish.text
    assert english.subject == "Now"
    assert english.text.startswith("Hello Ada Dogood,\n\nPay.")
    assert "Replies to this email are not read." in english.text


def test_a_notice_that_was_recorded_before_the_upgrade_is_still_mailed(
    office: Office, district: Organization
) -> None:
    office.import_persons(WILHELMINA)
    office.register()
    office.hire("head", (Role.SUPERINTENDENT, district))
    educator_id = office.account("willa").educator_id

    first = notice_of_first_version(educator_id=educator_id)
    deliver(office.app, first, first)
    whom = {"organization_id": district.organization_id, "role": "superintendent"}
    deliver(office.app, notice_of_first_version(**whom))

    assert [mail.recipient for mail in waiting(office)] == [
        "willa@example.org",
        "head@agency.example",
    ]
    assert "http://localhost:8080/payments/invoices/1" in waiting(office)[0].text


def test_who_has_no_confirmed_account_is_not_written_to(office: Office) -> None:
    office.import_persons(WILHELMINA)
    (outcome,) = deliver(office.app, notice(educator_id=office.person("200100001").educator_id))

    assert outcome.verdict.value == "handled"
    assert waiting(office) == []


def test_a_mail_is_sent_once(office: Office) -> None:
    office.import_persons(WILHELMINA)
    office.register()
    deliver(office.app, notice(educator_id=office.account("willa").educator_id))

    assert office.carry_mail() == 1
    assert office.carry_mail() == 0
    folder = office.resources.mail_folder
    assert folder is not None
    assert folder.list_mail()[0].subject == "Your fee can now be paid"


def test_a_mail_that_is_not_taken_is_tried_again_ever_more_patiently(office: Office) -> None:
    office.import_persons(WILHELMINA)
    office.register()
    deliver(office.app, notice(educator_id=office.account("willa").educator_id))
    broken = BrokenServer()

    for wait in RETRY_DELAYS:
        assert send_waiting(office.service, broken) == 1
        assert send_waiting(office.service, broken) == 0
        (mail,) = waiting(office)
        assert mail.next_try_at == office.clock.now() + wait
        assert mail.last_failure == "ConnectionRefusedError: nobody listens"
        office.clock.move(seconds=wait.total_seconds())
    assert send_waiting(office.service, broken) == 1

    (mail,) = waiting(office)
    assert mail.next_try_at is None
    assert broken.asked == len(RETRY_DELAYS) + 1
    office.clock.move(days=30)
    assert send_waiting(office.service, broken) == 0


def test_a_mail_is_sent_when_the_server_is_back(office: Office) -> None:
    office.import_persons(WILHELMINA)
    office.register()
    deliver(office.app, notice(educator_id=office.account("willa").educator_id))
    send_waiting(office.service, BrokenServer())
    office.clock.move(minutes=1)

    assert office.carry_mail() == 1
    assert waiting(office) == []


def test_one_mail_that_is_not_taken_holds_up_no_other(office: Office) -> None:
    office.import_persons(WILHELMINA)
    office.register()
    educator_id = office.account("willa").educator_id
    deliver(office.app, notice(educator_id=educator_id), notice(educator_id=educator_id))
    broken = BrokenServer()

    assert send_waiting(office.service, broken) == 2
    assert broken.asked == 2


def test_the_courier_carries_until_it_is_stopped(office: Office) -> None:
    office.import_persons(WILHELMINA)
    office.register()
    deliver(office.app, notice(educator_id=office.account("willa").educator_id))
    stopping = Event()
    courier = Thread(target=carry_mail, args=(office.service, stopping))

    courier.start()
    for _ in range(500):
        if not waiting(office):
            break
        stopping.wait(0.01)
    stopping.set()
    courier.join(timeout=5)

    assert waiting(office) == []
    assert not courier.is_alive()


def test_a_line_break_in_a_title_smuggles_in_no_header(office: Office) -> None:
    office.import_persons(WILHELMINA)
    office.register()
    educator_id = office.account("willa").educator_id
    title = {"en": "Hello\r\nBcc: all@example.org", "es": "Hola"}

    deliver(office.app, notice(educator_id=educator_id, title=title))

    assert office.carry_mail() == 1
    assert waiting(office) == []


def test_where_no_mail_server_is_the_mails_can_be_read(office: Office) -> None:
    office.import_persons(WILHELMINA)
    browser = office.browser()
    assert "No email yet" in browser.get("/identity/mail").text
    office.register()
    token = office.newest_token()

    listed = browser.get("/identity/mail").text
    assert "Confirm your email address for Kentucky educator services" in listed
    folder = office.resources.mail_folder
    assert folder is not None
    page = browser.get(f"/identity/mail/{folder.list_mail()[0].name}").text

    assert f'href="http://localhost:8080/identity/confirm?token={token}"' in page
    assert browser.get("/identity/mail/no-such-mail.eml").status_code == 404


@pytest.mark.parametrize(
    "environ",
    [
        {"SMTP_HOST": "mail.example"},
        {
            "ENVIRONMENT": "production",
            **{
                name: f"a secret of production, long enough: {name}"
                for name in (
                    "SSN_VAULT_SECRET_1",
                    "SSN_VAULT_INDEX_SECRET",
                    "SIGNING_KEY_SECRET",
                    "CAPTCHA_SECRET",
                    "TICKET_SECRET",
                )
            },
        },
    ],
)
def test_elsewhere_there_is_no_such_page(tmp_path: Path, environ: dict[str, str]) -> None:
    office = Office(tmp_path, **environ)
    answers = [office.browser().get(path) for path in ("/identity/mail", "/identity/mail/x.eml")]
    office.close()

    assert [answer.status_code for answer in answers] == [404, 404]


def test_patience_grows(office: Office) -> None:
    assert list(RETRY_DELAYS) == sorted(RETRY_DELAYS)
    assert RETRY_DELAYS[0] == timedelta(minutes=1)
