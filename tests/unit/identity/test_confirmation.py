"""The confirmation link: good for a day and one click, and what to do when it is not."""

import re

import pytest

from chassis.testing import recorded
from contracts.identity import PersonClaimed
from services.identity.domain.mail import OutgoingMail
from services.identity.domain.mailed_link import Confirmation
from tests.unit.identity.office import WILHELMINA, WILHELMINAS_SEARCH, Browser, Office, account_form


@pytest.fixture
def browser(office: Office) -> Browser:
    """Somebody who has opened an account and waits for the email."""
    office.import_persons(WILHELMINA)
    visitor = office.browser()
    visitor.search(WILHELMINAS_SEARCH)
    visitor.post("/identity/register/account", account_form())
    return visitor


def ticket_in(page: str) -> str:
    found = re.search(r'name="ticket" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_opening_the_link_alone_confirms_nothing(office: Office, browser: Browser) -> None:
    page = browser.get(f"/identity/confirm?token={office.newest_token()}")

    assert page.status_code == 200
    assert "Confirm my email address" in page.text
    assert not office.account("willa").is_confirmed


def test_one_click_confirms_and_leads_to_sign_in(office: Office, browser: Browser) -> None:
    answer = browser.post("/identity/confirm", {"token": office.newest_token()})

    assert answer.status_code == 303
    assert "Your email address is confirmed" in browser.get(answer.location).text
    assert browser.sign_in().location == "/certification/"


def test_a_used_link_says_so(office: Office, browser: Browser) -> None:
    token = office.newest_token()
    browser.post("/identity/confirm", {"token": token})

    for answer in (
        browser.get(f"/identity/confirm?token={token}"),
        browser.post("/identity/confirm", {"token": token}),
    ):
        assert answer.status_code == 410
        assert "This link was used before" in answer.text
        assert "Sign in" in answer.text
    assert len(recorded(office.app, PersonClaimed)) == 1


def test_an_expired_link_says_so_and_offers_a_new_one(office: Office, browser: Browser) -> None:
    token = office.newest_token()
    office.clock.move(hours=24)

    for answer in (
        browser.get(f"/identity/confirm?token={token}"),
        browser.post("/identity/confirm", {"token": token}),
    ):
        assert answer.status_code == 410
        assert "This link has expired" in answer.text
    assert not office.account("willa").is_confirmed

    sent = browser.post("/identity/confirm/again", {"ticket": ticket_in(answer.text)})

    assert "A new email is on its way" in browser.get(sent.location).text
    browser.post("/identity/confirm", {"token": office.newest_token()})
    assert office.account("willa").is_confirmed


@pytest.mark.parametrize("token", ["", "made-up", "é"])
def test_an_unknown_link_says_what_to_do(office: Office, browser: Browser, token: str) -> None:
    answer = browser.get(f"/identity/confirm?token={token}")

    assert answer.status_code == 404
    assert "This link does not work" in answer.text
    assert browser.post("/identity/confirm", {"token": token}).status_code == 404


def test_only_the_digest_of_a_link_is_kept_once_it_was_sent(
    office: Office, browser: Browser
) -> None:
    token = office.newest_token()

    (confirmation,), (mail,) = office.all(Confirmation), office.all(OutgoingMail)
    assert token not in confirmation.token_digest
    assert mail.sent_at is not None
    assert mail.text == ""


def test_the_mail_can_be_sent_again_from_the_waiting_page(office: Office, browser: Browser) -> None:
    first = office.newest_token()
    page = browser.get("/identity/register/check-mail").text

    browser.post("/identity/confirm/again", {"ticket": ticket_in(page)})

    assert office.newest_token() != first
    browser.post("/identity/confirm", {"token": first})
    assert office.account("willa").is_confirmed


@pytest.mark.parametrize("ticket", ["", "made-up", "é.x"])
def test_a_made_up_ticket_sends_no_mail(office: Office, browser: Browser, ticket: str) -> None:
    office.carry_mail()

    answer = browser.post("/identity/confirm/again", {"ticket": ticket})

    assert answer.status_code == 403
    assert office.carry_mail() == 0


def test_a_ticket_is_good_for_an_hour(office: Office, browser: Browser) -> None:
    ticket = ticket_in(browser.get("/identity/register/check-mail").text)
    office.clock.move(hours=1)

    assert browser.post("/identity/confirm/again", {"ticket": ticket}).status_code == 403


def test_nobody_can_have_an_inbox_flooded(office: Office, browser: Browser) -> None:
    ticket = ticket_in(browser.get("/identity/register/check-mail").text)

    answers = [
        browser.post("/identity/confirm/again", {"ticket": ticket}).status_code for _ in range(6)
    ]

    assert answers == [303] * 5 + [429]


def test_a_confirmed_account_needs_no_other_mail(office: Office, browser: Browser) -> None:
    ticket = ticket_in(browser.get("/identity/register/check-mail").text)
    browser.post("/identity/confirm", {"token": office.newest_token()})

    assert browser.post("/identity/confirm/again", {"ticket": ticket}).status_code == 409


def test_who_has_not_confirmed_is_told_so_after_the_right_password_only(
    office: Office, browser: Browser
) -> None:
    wrong, right = browser.sign_in(password="not this one at all"), browser.sign_in()

    assert wrong.status_code == 422
    assert "confirm" not in wrong.text
    assert right.status_code == 403
    assert "Please confirm your email address first" in right.text
    assert browser.token() == ""

    browser.post("/identity/confirm/again", {"ticket": ticket_in(right.text)})
    browser.post("/identity/confirm", {"token": office.newest_token()})
    assert browser.sign_in().status_code == 303
