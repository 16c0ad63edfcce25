"""Forgotten username or password: an email helps its owner, and nobody else."""

import pytest

from services.identity.domain.mail import OutgoingMail
from services.identity.domain.mailed_link import PasswordReset
from services.identity.schedule import forget_sessions_and_attempts
from tests.unit.identity.office import (
    PASSWORD,
    WILHELMINA,
    WILHELMINAS_SEARCH,
    Browser,
    Office,
    account_form,
)

NEW_PASSWORD = "four patient herons 12"


@pytest.fixture
def willa(office: Office) -> Browser:
    """Somebody who has registered, and is signed in on another device."""
    office.import_persons(WILHELMINA)
    office.register()
    browser = office.browser()
    browser.sign_in()
    return browser


def forget(browser: Browser, email: str = "willa@example.org") -> str:
    """Ask for help; returns the page that is then shown."""
    answer = browser.post("/identity/forgotten", {"email": email})
    assert answer.status_code == 303
    return browser.get(answer.location).text


def choose(token: str, password: str = NEW_PASSWORD, again: str | None = None) -> dict[str, str]:
    return {"token": token, "password": password, "password_again": again or password}


def test_the_mail_tells_the_username_and_leads_to_a_new_password(
    office: Office, willa: Browser
) -> None:
    forget(office.browser(), "Willa@Example.org")
    mail, token = office.newest_mail(), office.newest_token()
    browser = office.browser()

    assert mail.to == "willa@example.org"
    assert "Your username is: willa" in mail.text
    assert "Wilhelmina May Testworthy" in browser.get(f"/identity/new-password?token={token}").text
    answer = browser.post("/identity/new-password", choose(token))

    assert "Your new password is set" in browser.get(answer.location).text
    assert browser.sign_in().status_code == 422
    assert browser.sign_in(password=NEW_PASSWORD).status_code == 303


def test_a_new_password_ends_every_session_and_is_told_by_mail(
    office: Office, willa: Browser
) -> None:
    forget(office.browser())

    office.browser().post("/identity/new-password", choose(office.newest_token()))

    assert willa.token() == ""
    mail = office.newest_mail()
    assert (mail.to, mail.subject) == ("willa@example.org", "Your password was changed")


def test_a_new_password_lets_in_who_was_shut_out_for_failing_too_often(
    office: Office, willa: Browser
) -> None:
    browser = office.browser()
    most = office.service.rules.limits.failures_per_username
    tries = [browser.sign_in(password="not this one at all").status_code for _ in range(most + 1)]
    assert tries[-1] == 429
    forget(browser)

    browser.post("/identity/new-password", choose(office.newest_token()))

    assert office.browser().sign_in(password=NEW_PASSWORD).status_code == 303


def test_nobody_learns_whether_an_address_has_an_account(office: Office, willa: Browser) -> None:
    office.carry_mail()

    known = forget(office.browser())
    assert office.carry_mail() == 1
    unknown = forget(office.browser(), "nobody@example.org")

    assert unknown == known
    assert office.carry_mail() == 0


def test_who_never_confirmed_gets_the_confirmation_again(office: Office) -> None:
    office.import_persons(WILHELMINA)
    browser = office.browser()
    browser.search(WILHELMINAS_SEARCH)
    browser.post("/identity/register/account", account_form())
    office.carry_mail()

    forget(browser)

    assert "/identity/confirm?token=" in office.newest_mail().text
    assert office.all(PasswordReset) == []


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        ("short", None, "Use at least"),
        ("wilhelmina testworthy", None, "Do not build your password on your name"),
        (NEW_PASSWORD, "five patient herons 12", "The two passwords are not the same."),
        ("", None, "Enter a password."),
    ],
)
def test_a_password_that_breaks_the_rule_says_why_and_the_link_stays_good(
    office: Office, willa: Browser, password: str, again: str | None, said: str
) -> None:
    forget(office.browser())
    token = office.newest_token()

    refused = office.browser().post("/identity/new-password", choose(token, password, again))

    assert refused.status_code == 422
    assert said in refused.text
    assert office.browser().sign_in().status_code == 303
    assert office.browser().post("/identity/new-password", choose(token)).status_code == 303


def test_a_link_is_good_for_one_hour(office: Office, willa: Browser) -> None:
    forget(office.browser())
    token = office.newest_token()
    office.clock.move(hours=1)

    for answer in (
        office.browser().get(f"/identity/new-password?token={token}"),
        office.browser().post("/identity/new-password", choose(token)),
    ):
        assert answer.status_code == 410
        assert "This link no longer works" in answer.text
        assert "/identity/forgotten" in answer.text
    assert office.browser().sign_in(password=PASSWORD).status_code == 303


def test_one_new_password_spends_every_link(office: Office, willa: Browser) -> None:
    forget(office.browser())
    first = office.newest_token()
    forget(office.browser())
    browser = office.browser()

    browser.post("/identity/new-password", choose(office.newest_token()))

    assert browser.post("/identity/new-password", choose(first)).status_code == 410
    assert browser.sign_in(password=NEW_PASSWORD).status_code == 303


@pytest.mark.parametrize("token", ["", "made-up", "é"])
def test_an_unknown_link_says_what_to_do(office: Office, token: str) -> None:
    answer = office.browser().get(f"/identity/new-password?token={token}")

    assert answer.status_code == 410
    assert "Send me a new email" in answer.text


def test_only_the_digest_of_a_link_is_kept_once_it_was_sent(office: Office, willa: Browser) -> None:
    forget(office.browser())
    token = office.newest_token()

    (reset,) = office.all(PasswordReset)
    assert token not in reset.token_digest
    assert not any(token in mail.text for mail in office.all(OutgoingMail))


def test_an_address_is_asked_for_and_must_be_one(office: Office) -> None:
    for email in ("", "nowhere"):
        answer = office.browser().post("/identity/forgotten", {"email": email})
        assert answer.status_code == 422
        assert 'href="#email"' in answer.text


def test_nobody_can_have_an_inbox_flooded(office: Office, willa: Browser) -> None:
    browser = office.browser()

    answers = [
        browser.post("/identity/forgotten", {"email": "willa@example.org"}).status_code
        for _ in range(6)
    ]

    assert answers == [303] * 5 + [429]


def test_nobody_can_try_out_many_addresses(office: Office) -> None:
    most = office.service.rules.limits.searches_per_address
    answers = [
        office.browser().post("/identity/forgotten", {"email": f"{n}@example.org"}).status_code
        for n in range(most + 1)
    ]

    assert answers == [303] * most + [429]


def test_links_that_nobody_used_are_forgotten(office: Office, willa: Browser) -> None:
    forget(office.browser())
    office.clock.move(hours=1)

    with office.transaction() as session:
        forget_sessions_and_attempts(session, office.service.today(), office.clock.now())

    assert office.all(PasswordReset) == []
