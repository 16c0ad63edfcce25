"""Registration the KECS way: found and claimed, or new; one account for each person."""

import re

import pytest

from chassis.testing import recorded
from contracts.identity import PersonClaimed, PersonRecorded
from services.identity.adapters.captcha import PROOF_FIELD
from services.identity.domain.account import Account
from services.identity.domain.person import Person, VaultRow
from services.identity.domain.registration import Registration
from services.identity.schedule import withdraw_unconfirmed_registrations
from services.identity.usecases import limits
from tests.unit.identity.office import (
    JOSE,
    NEWCOMERS_SEARCH,
    NEWCOMERS_SSN,
    PASSWORD,
    WILHELMINA,
    WILHELMINAS_SEARCH,
    Office,
    account_form,
)

ACCOUNT = "/identity/register/account"
RESULT = "/identity/register/result"


def test_the_search_page_shows_a_question_beside_the_check(office: Office) -> None:
    page = office.browser().get("/identity/register").text

    assert "<altcha-widget" in page
    assert "Or answer this instead: " in page


def test_a_record_on_file_is_found_and_shows_just_enough(office: Office) -> None:
    office.import_persons(WILHELMINA)

    page = office.browser().search(WILHELMINAS_SEARCH).text

    assert "This is me!" in page
    assert "Wilhelmina May Testworthy" in page
    assert "•••••0001" in page
    assert "200100001" not in page
    assert "Maidenname" not in page
    assert "1986" not in page


@pytest.mark.parametrize(
    "changes",
    [
        {"first_name": "  wilhelmina "},
        {"last_name": "TESTWORTHY"},
        {"last_name": "Maidenname"},
    ],
)
def test_capitals_blanks_and_former_names_find_the_record_too(
    office: Office, changes: dict[str, str]
) -> None:
    office.import_persons(WILHELMINA)

    assert "This is me!" in office.browser().search({**WILHELMINAS_SEARCH, **changes}).text


@pytest.mark.parametrize(
    "guesses", ["Ann Mary Ruth Ida Eva May Wilhelmina Lucy Rose Kim Joan Amy", "May Ann", "W"]
)
def test_many_names_typed_at_once_do_not_find_whoever_has_one_of_them(
    office: Office, guesses: str
) -> None:
    office.import_persons(WILHELMINA)

    found = office.browser().search({**WILHELMINAS_SEARCH, "first_name": guesses}).text

    assert "This is me!" not in found


def test_accents_and_apostrophes_do_not_matter(office: Office) -> None:
    office.import_persons(JOSE)
    search = {
        "first_name": "Jose",
        "last_name": "Osample",
        "ssn_last_four": "7890",
        "birth_date_month": "01",
        "birth_date_day": "02",
        "birth_date_year": "1975",
    }

    assert "This is me!" in office.browser().search(search).text


@pytest.mark.parametrize(
    "changes",
    [
        {"first_name": "Wilma"},
        {"last_name": "Tester"},
        {"ssn_last_four": "6780"},
        {"birth_date_day": "27"},
    ],
)
def test_all_four_must_match(office: Office, changes: dict[str, str]) -> None:
    office.import_persons(WILHELMINA)

    page = office.browser().search({**WILHELMINAS_SEARCH, **changes}).text

    assert "We found no record of you" in page
    assert "Create a new account" in page


def test_two_records_that_fit_are_for_the_agency_to_sort_out(office: Office) -> None:
    twin = WILHELMINA.replace("200100001", "200100009").replace("345-67", "456-78")
    office.import_persons(WILHELMINA, twin)
    browser = office.browser()

    page = browser.search(WILHELMINAS_SEARCH).text

    assert "We found more than one record" in page
    assert browser.get(ACCOUNT).location == RESULT
    assert browser.post(ACCOUNT, account_form()).status_code == 403
    assert office.all(Account) == []


def test_a_claimed_record_says_so_without_saying_whose_it_is(office: Office) -> None:
    office.import_persons(WILHELMINA)
    office.register()

    page = office.browser().search(WILHELMINAS_SEARCH).text

    assert "This record already has an account" in page
    assert "willa" not in page
    assert '@example.org">willa' not in page


def test_claiming_needs_the_confirmation_and_then_is_told(office: Office) -> None:
    office.import_persons(WILHELMINA)
    browser = office.browser()
    browser.search(WILHELMINAS_SEARCH)

    answer = browser.post(ACCOUNT, account_form())

    assert (answer.status_code, answer.location) == (303, "/identity/register/check-mail")
    assert "willa@example.org" in browser.get(answer.location).text
    assert recorded(office.app, PersonClaimed) == []

    browser.post("/identity/confirm", {"token": office.newest_token()})

    (claimed,) = recorded(office.app, PersonClaimed)
    assert (claimed.educator_number, claimed.version) == ("200100001", 2)
    assert claimed.educator_id == office.account("willa").educator_id


def test_a_new_person_is_told_only_once_confirmed(office: Office) -> None:
    browser = office.browser()
    browser.search(NEWCOMERS_SEARCH)
    assert "Social Security number" in browser.get(ACCOUNT).text

    browser.post(ACCOUNT, account_form("nadia", ssn=NEWCOMERS_SSN, middle_name="Q", suffix="III"))

    assert recorded(office.app, PersonRecorded) == []
    assert office.all(Person) == []

    browser.post("/identity/confirm", {"token": office.newest_token()})

    (new,), (claimed,) = recorded(office.app, PersonRecorded), recorded(office.app, PersonClaimed)
    assert new.full_name == "Nadia Q Newcomer III"
    assert (new.educator_number, new.version, claimed.version) == ("202600001", 1, 2)
    (row,) = office.all(VaultRow)
    assert office.resources.vault.open(row.sealed, new.educator_id) == NEWCOMERS_SSN


def test_connecticut_gives_its_own_numbers(connecticut: Office) -> None:
    browser = connecticut.browser()
    browser.search(NEWCOMERS_SEARCH)
    browser.post(ACCOUNT, account_form("nadia", ssn=NEWCOMERS_SSN))
    browser.post("/identity/confirm", {"token": connecticut.newest_token()})

    assert [each.educator_number for each in recorded(connecticut.app, PersonRecorded)] == [
        "2026000001"
    ]


def test_a_number_that_the_legacy_system_gave_is_not_given_again(office: Office) -> None:
    office.import_persons(WILHELMINA.replace("200100001", "202600001"))
    browser = office.browser()
    browser.search(NEWCOMERS_SEARCH)
    browser.post(ACCOUNT, account_form("nadia", ssn=NEWCOMERS_SSN))
    browser.post("/identity/confirm", {"token": office.newest_token()})

    assert recorded(office.app, PersonRecorded)[-1].educator_number == "202600002"


def test_a_number_on_file_gets_no_second_person(office: Office) -> None:
    office.import_persons(WILHELMINA)
    browser = office.browser()
    browser.search({**NEWCOMERS_SEARCH, "ssn_last_four": "6789"})

    answer = browser.post(ACCOUNT, account_form("nadia", ssn="345-67-6789"))

    assert answer.status_code == 409
    assert "We already have a record with this Social Security number" in answer.text
    assert "search again" in answer.text
    assert "Wilhelmina" not in answer.text
    assert office.all(Account) == []
    assert len(office.all(Person)) == 1


def test_the_number_must_be_the_one_searched_with(office: Office) -> None:
    browser = office.browser()
    browser.search(NEWCOMERS_SEARCH)

    answer = browser.post(ACCOUNT, account_form("nadia", ssn="321-54-9999"))

    assert answer.status_code == 422
    assert "The last four digits are not the ones" in answer.text


@pytest.mark.parametrize("number", ["", "000-12-4321", "12-4321", "900-12-4321"])
def test_a_number_that_cannot_be_is_refused(office: Office, number: str) -> None:
    browser = office.browser()
    browser.search(NEWCOMERS_SEARCH)

    assert browser.post(ACCOUNT, account_form("nadia", ssn=number)).status_code == 422
    assert office.all(Account) == []


def test_the_form_sent_twice_opens_one_account(office: Office) -> None:
    office.import_persons(WILHELMINA)
    browser = office.browser()
    browser.search(WILHELMINAS_SEARCH)

    first = browser.post(ACCOUNT, account_form())
    second = browser.post(ACCOUNT, account_form())

    assert (first.location, second.location) == (
        "/identity/register/check-mail",
        "/identity/register/check-mail",
    )
    assert len(office.all(Account)) == 1
    assert office.carry_mail() == 1


def test_who_goes_back_after_opening_the_account_is_led_to_the_mail(office: Office) -> None:
    office.import_persons(WILHELMINA)
    browser = office.browser()
    browser.search(WILHELMINAS_SEARCH)
    browser.post(ACCOUNT, account_form())

    assert browser.get(RESULT).location == "/identity/register/check-mail"
    assert browser.get(ACCOUNT).location == "/identity/register/check-mail"


def test_a_person_has_one_account(office: Office) -> None:
    office.import_persons(WILHELMINA)
    late = office.browser()
    late.search(WILHELMINAS_SEARCH)
    office.register("willa")

    answer = late.post(ACCOUNT, account_form("impostor"))

    assert answer.status_code == 409
    assert "This record already has an account" in answer.text
    assert [each.username for each in office.all(Account)] == ["willa"]


def test_a_later_registration_replaces_one_never_confirmed(office: Office) -> None:
    office.import_persons(WILHELMINA)
    first, second = office.browser(), office.browser()
    first.search(WILHELMINAS_SEARCH)
    first.post(ACCOUNT, account_form(email="mistyped@example.org"))
    stale = office.newest_token()

    second.search(WILHELMINAS_SEARCH)
    second.post(ACCOUNT, account_form())

    assert [each.email for each in office.all(Account)] == ["willa@example.org"]
    answer = first.post("/identity/confirm", {"token": stale})
    assert answer.status_code == 404
    assert "only the later registration counts" in answer.text
    assert recorded(office.app, PersonClaimed) == []


def test_a_newcomer_may_register_again_with_the_same_number(office: Office) -> None:
    first, second = office.browser(), office.browser()
    for browser in (first, second):
        browser.search(NEWCOMERS_SEARCH)
        answer = browser.post(ACCOUNT, account_form("nadia", ssn=NEWCOMERS_SSN))
        assert answer.location == "/identity/register/check-mail"

    assert len(office.all(Account)) == 1
    assert len(office.all(VaultRow)) == 1


def test_a_record_that_arrives_meanwhile_is_there_to_be_claimed(office: Office) -> None:
    browser = office.browser()
    browser.search(NEWCOMERS_SEARCH)
    browser.post(ACCOUNT, account_form("nadia", ssn=NEWCOMERS_SSN))

    office.import_persons(f"200100005,Nadia,,Newcomer,,,05/06/1999,{NEWCOMERS_SSN}\n")

    assert office.all(Account) == []
    assert "This is me!" in browser.search(NEWCOMERS_SEARCH).text


@pytest.mark.parametrize("token", ["", "made-up", "é", "x" * 300])
def test_a_made_up_step_token_is_refused(office: Office, token: str) -> None:
    office.import_persons(WILHELMINA)
    browser = office.browser()
    browser.search(WILHELMINAS_SEARCH)
    browser.client.set_cookie("registration", token)

    for answer in (
        browser.get(RESULT),
        browser.get(ACCOUNT),
        browser.post(ACCOUNT, account_form()),
    ):
        assert answer.status_code == 404
        assert "Please start your registration again" in answer.text
    assert office.all(Account) == []


def test_a_person_named_in_the_form_is_not_listened_to(office: Office) -> None:
    office.import_persons(WILHELMINA, JOSE)
    other = office.person("200100002")
    browser = office.browser()
    browser.search(WILHELMINAS_SEARCH)

    browser.post(
        ACCOUNT,
        account_form(
            educator_id=str(other.educator_id),
            registration_id=str(other.educator_id),
            first_name="José",
            last_name="O'Sample",
        ),
    )

    account = office.account("willa")
    assert account.educator_id == office.person("200100001").educator_id
    assert account.display_name == "Wilhelmina May Testworthy"


def test_a_registration_must_be_finished_within_half_an_hour(office: Office) -> None:
    office.import_persons(WILHELMINA)
    browser = office.browser()
    browser.search(WILHELMINAS_SEARCH)

    office.clock.move(minutes=30)

    assert browser.get(ACCOUNT).status_code == 404
    assert browser.post(ACCOUNT, account_form()).status_code == 404


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"username": "ab"}, "username"),
        ({"username": "has blanks"}, "Use only letters, digits"),
        ({"email": "nowhere"}, "This is not an email address"),
        ({"email": "wilhelmína@example.org"}, "email address"),
        ({"password": "short", "password_again": "short"}, "Use at least 15 characters"),
        ({"password_again": "another one entirely"}, "The two passwords are not the same"),
        (
            {"password": "willa testworthy", "password_again": "willa testworthy"},
            "Do not build your password on your name",
        ),
        (
            {"password": "Kentucky KECS EPSB", "password_again": "Kentucky KECS EPSB"},
            "Do not build your password on your name",
        ),
    ],
)
def test_a_faulty_account_form_says_what_to_correct(
    office: Office, changes: dict[str, str], complaint: str
) -> None:
    office.import_persons(WILHELMINA)
    browser = office.browser()
    browser.search(WILHELMINAS_SEARCH)

    answer = browser.post(ACCOUNT, account_form(**changes))

    assert answer.status_code == 422
    assert complaint in answer.text
    assert PASSWORD not in answer.text
    assert office.all(Account) == []


def test_a_username_is_taken_in_capitals_too(office: Office) -> None:
    office.import_persons(WILHELMINA)
    office.hire("willa")
    browser = office.browser()
    browser.search(WILHELMINAS_SEARCH)

    answer = browser.post(ACCOUNT, account_form("WILLA"))

    assert answer.status_code == 422
    assert "This username is taken" in answer.text


def test_in_kentucky_two_may_share_an_address_and_in_connecticut_not(
    office: Office, connecticut: Office
) -> None:
    answers = {}
    for place in (office, connecticut):
        place.import_persons(WILHELMINA)
        place.hire("spouse")
        browser = place.browser()
        browser.search(WILHELMINAS_SEARCH)
        shared = account_form(email="Spouse@agency.example")
        answers[place] = browser.post(ACCOUNT, shared)

    assert answers[office].status_code == 303
    assert answers[connecticut].status_code == 422
    assert "each account needs its own" in answers[connecticut].text


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"last_name": ""}, "Enter your last name"),
        ({"ssn_last_four": "67"}, "last four digits"),
        ({"birth_date_month": "13"}, "month"),
        ({"birth_date_year": "2030"}, "Check the year of your date of birth"),
    ],
)
def test_a_faulty_search_says_what_to_correct(
    office: Office, changes: dict[str, str], complaint: str
) -> None:
    answer = office.browser().search({**WILHELMINAS_SEARCH, **changes})

    assert answer.status_code == 422
    assert complaint in answer.text
    assert office.all(Registration) == []


def test_without_the_check_nothing_is_searched(office: Office) -> None:
    answer = office.browser().post("/identity/register", WILHELMINAS_SEARCH)

    assert answer.status_code == 422
    assert "show that you are not a robot" in answer.text
    assert office.all(Registration) == []


def test_a_check_counts_once(office: Office) -> None:
    browser = office.browser()
    form = {**WILHELMINAS_SEARCH, **browser.solved()}

    assert browser.post("/identity/register", form).status_code == 303
    again = browser.post("/identity/register", form)

    assert again.status_code == 422
    assert "This check was used before" in again.text


def test_every_error_is_told_at_once(office: Office) -> None:
    answer = office.browser().post("/identity/register", {"first_name": "Nadia"})

    assert answer.status_code == 422
    for field in ("last_name", "ssn_last_four", "birth_date", "captcha_answer"):
        assert f'href="#{field}"' in answer.text


def test_who_has_shown_once_that_they_are_no_robot_need_not_do_it_again(office: Office) -> None:
    browser = office.browser()
    solved = browser.solved()
    incomplete = {**WILHELMINAS_SEARCH, "last_name": "", **solved}

    page = browser.post("/identity/register", incomplete)

    assert page.status_code == 422
    assert f'value="{solved[PROOF_FIELD]}"' in page.text
    assert "altcha-widget" not in page.text
    assert 'href="#captcha_answer"' not in page.text
    again = {**WILHELMINAS_SEARCH, **solved}
    assert browser.post("/identity/register", again).status_code == 303
    assert browser.post("/identity/register", again).status_code == 422


def test_a_solution_that_grew_old_beside_other_errors_is_asked_for_anew(office: Office) -> None:
    browser = office.browser()
    solved = browser.solved()
    browser.post("/identity/register", {**WILHELMINAS_SEARCH, "last_name": "", **solved})
    office.clock.move(minutes=10)

    page = browser.post("/identity/register", {**WILHELMINAS_SEARCH, **solved})

    assert page.status_code == 422
    assert "altcha-widget" in page.text


def test_a_question_answered_wrongly_cannot_be_tried_again(office: Office) -> None:
    browser = office.browser()
    page = browser.get("/identity/register").text
    token = re.search(r'name="captcha_token" value="([^"]+)"', page)
    assert token is not None
    wrong = {**WILHELMINAS_SEARCH, "captcha_token": token[1], "captcha_answer": "perhaps 999"}

    first, second = (browser.post("/identity/register", wrong) for _ in range(2))

    assert "not the right answer" in first.text
    assert "not the right answer" in second.text or "used before" in second.text
    with office.transaction() as session:
        captcha = office.resources.captcha
        stamp = captcha._question_stamp(token[1])
        assert not limits.use_challenge(session, str(stamp["id"]), office.clock.now())


def test_ten_fruitless_searches_for_one_name_and_no_more_are_taken(office: Office) -> None:
    office.import_persons(WILHELMINA)
    for number in range(10):
        browser = office.browser()
        browser.address = f"192.0.2.{number}"
        assert (
            browser.search({**WILHELMINAS_SEARCH, "ssn_last_four": f"000{number}"}).status_code
            == 200
        )

    refused = office.browser().search(WILHELMINAS_SEARCH)

    assert refused.status_code == 429
    assert "Wait 15 minutes" in refused.text
    office.clock.move(minutes=15, seconds=1)
    assert "This is me!" in office.browser().search(WILHELMINAS_SEARCH).text


def test_fruitless_searches_from_one_address_end_as_well(office: Office) -> None:
    limit = office.service.rules.limits.searches_per_address
    browser = office.browser()
    names = (chr(97 + number // 26) + chr(97 + number % 26) for number in range(limit + 1))

    answers = [
        browser.search({**NEWCOMERS_SEARCH, "last_name": f"Person{name}"}).status_code
        for name in names
    ]

    assert answers == [200] * limit + [429]


def test_who_never_confirms_is_removed_after_a_week(office: Office) -> None:
    browser = office.browser()
    browser.search(NEWCOMERS_SEARCH)
    browser.post(ACCOUNT, account_form("nadia", ssn=NEWCOMERS_SSN))
    office.import_persons(WILHELMINA)
    office.register()

    for days, left in ((6, {"nadia", "willa"}), (1, {"willa"})):
        office.clock.move(days=days)
        with office.transaction() as session:
            withdraw_unconfirmed_registrations(session, office.service.today(), office.clock.now())
        assert {each.username for each in office.all(Account)} == left

    assert [row.last_four for row in office.all(VaultRow)] == ["6789"]
    assert office.all(Registration) == []
