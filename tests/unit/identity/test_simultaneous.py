"""Two clicks at the same moment: one account, one confirmation, one key, whoever comes first."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from chassis.testing import recorded
from contracts.identity import PersonClaimed
from services.identity.domain.account import Account
from tests.unit.identity.office import (
    NEWCOMERS_SEARCH,
    NEWCOMERS_SSN,
    PASSWORD,
    WILHELMINA,
    WILHELMINAS_SEARCH,
    Browser,
    Office,
    account_form,
)

ACCOUNT = "/identity/register/account"


def at_once(*acts: Callable[[], int]) -> list[int]:
    """What each act answers, all begun at the same moment."""
    start = Barrier(len(acts))

    def begin(act: Callable[[], int]) -> int:
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(begin, acts))


def clone_of(browser: Browser) -> Browser:
    """The same browser once more, for its second click."""
    clone = browser.office.browser()
    cookie = browser.client.get_cookie("registration")
    assert cookie is not None
    clone.client.set_cookie("registration", cookie.value)
    return clone


def test_a_double_click_on_the_account_form_opens_one_account(office: Office) -> None:
    office.import_persons(WILHELMINA)
    browser = office.browser()
    browser.search(WILHELMINAS_SEARCH)
    clicks = [browser, *(clone_of(browser) for _ in range(3))]

    statuses = at_once(
        *(lambda each=each: each.post(ACCOUNT, account_form()).status_code for each in clicks)
    )

    assert statuses == [303] * 4
    assert len(office.all(Account)) == 1
    assert office.carry_mail() == 1


def test_two_who_claim_the_same_record_at_once_get_one_account(office: Office) -> None:
    office.import_persons(WILHELMINA)
    browsers = [office.browser() for _ in range(3)]
    for browser in browsers:
        browser.search(WILHELMINAS_SEARCH)

    at_once(
        *(
            lambda number=number, each=each: (
                each.post(ACCOUNT, account_form(f"claimant{number}")).status_code
            )
            for number, each in enumerate(browsers)
        )
    )

    assert len(office.all(Account)) == 1


def test_one_number_registered_twice_at_once_gives_one_account(office: Office) -> None:
    browsers = [office.browser() for _ in range(3)]
    for browser in browsers:
        browser.search(NEWCOMERS_SEARCH)

    statuses = at_once(
        *(
            lambda number=number, each=each: (
                each.post(ACCOUNT, account_form(f"nadia{number}", ssn=NEWCOMERS_SSN)).status_code
            )
            for number, each in enumerate(browsers)
        )
    )

    assert set(statuses) <= {303, 409}
    assert len(office.all(Account)) == 1


def test_a_double_click_on_confirm_confirms_once(office: Office) -> None:
    office.import_persons(WILHELMINA)
    browser = office.browser()
    browser.search(WILHELMINAS_SEARCH)
    browser.post(ACCOUNT, account_form())
    form = {"token": office.newest_token()}

    statuses = at_once(
        *(lambda: office.browser().post("/identity/confirm", form).status_code for _ in range(4))
    )

    assert sorted(statuses) == [303, 410, 410, 410]
    assert len(recorded(office.app, PersonClaimed)) == 1


def test_one_link_to_a_new_password_counts_once_however_often_it_is_sent(office: Office) -> None:
    office.import_persons(WILHELMINA)
    office.register()
    office.browser().post("/identity/forgotten", {"email": "willa@example.org"})
    token = office.newest_token()
    browsers = [office.browser() for _ in range(3)]
    chosen = {"token": token, "password": PASSWORD, "password_again": PASSWORD}

    statuses = at_once(
        *(
            lambda each=each: each.post("/identity/new-password", chosen).status_code
            for each in browsers
        )
    )

    assert sorted(statuses) == [303, 410, 410]
    assert office.carry_mail() == 1
