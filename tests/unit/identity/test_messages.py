"""Whoever was written to by email can read it again on the site, and nobody else can."""

import re

from lxml import html

from chassis.ids import new_id
from chassis.testing import deliver
from contracts.certification import CertificationNotice, CertificationNoticeDue
from contracts.notices import Recipient
from services.identity.domain.mail import OutgoingMail
from tests.unit.identity.office import JOSE, WILHELMINA, Browser, Office

TITLE = "Your application was returned"


def written_to(office: Office) -> Browser:
    """The browser of an educator whom the agency has written to."""
    office.import_persons(WILHELMINA, JOSE)
    office.register()
    due = CertificationNoticeDue(
        version=1,
        notice_id=new_id(),
        kind=CertificationNotice.APPLICATION_RETURNED,
        recipient=Recipient(educator_id=office.account("willa").educator_id),
        title={"en": TITLE},
        text={"en": "The transcript cannot be read."},
        link="/certification/applications/1",
    )
    deliver(office.app, due)
    browser = office.browser()
    browser.sign_in("willa")
    return browser


def message_in(page: str) -> str:
    found = re.search(r'href="(/identity/messages/[^"]+)"', page)
    assert found is not None
    return found[1]


def test_a_message_can_be_read_again_with_its_link(office: Office) -> None:
    browser = written_to(office)

    listed = browser.get("/identity/messages").text
    shown = browser.get(message_in(listed)).text

    assert TITLE in listed
    assert "willa@example.org" in listed
    assert "The transcript cannot be read." in shown
    assert 'href="http://localhost:8080/certification/applications/1"' in shown


def test_a_mail_that_lets_its_reader_in_is_no_message(office: Office) -> None:
    browser = written_to(office)
    letting_in = [each for each in office.all(OutgoingMail) if each.holds_link_that_lets_in]

    listed = browser.get("/identity/messages").text

    assert len(letting_in) == 1
    assert listed.count('href="/identity/messages/') == 1
    assert browser.get(f"/identity/messages/{letting_in[0].mail_id}").status_code == 404


def test_the_messages_of_somebody_else_are_not_to_be_had(office: Office) -> None:
    path = message_in(written_to(office).get("/identity/messages").text)
    office.hire("nosy")
    other = office.browser()
    other.sign_in("nosy")

    assert other.get(path).status_code == 404
    assert "No message yet" in other.get("/identity/messages").text


def test_a_message_is_unread_until_it_is_opened(office: Office) -> None:
    browser = written_to(office)
    listed = browser.get("/identity/messages").text
    assert len(html.fromstring(listed).find_class("inbox-unread")) == 1

    browser.get(message_in(listed))

    listed = browser.get("/identity/messages").text
    assert html.fromstring(listed).find_class("inbox-unread") == []
    assert len(html.fromstring(listed).find_class("inbox-read")) == 1
