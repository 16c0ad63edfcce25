"""Signing in and out: what is answered, what is limited, and what each session is worth."""

import time
from pathlib import Path
from uuid import uuid4

import pytest

from chassis.jurisdiction import load_grants
from chassis.problems import SignInNeeded
from chassis.security.tokens import TokenVerifier
from chassis.testing import bearer, test_settings
from contracts.addresses import home_of
from contracts.identity import Role
from services.identity.domain.limits import Attempt
from services.identity.domain.password_rule import PasswordRule
from services.identity.domain.session import AccountSession
from services.identity.pages.sessions import local_path
from services.identity.schedule import forget_sessions_and_attempts
from services.identity.usecases.sign_in import key_of
from tests.unit.identity.office import WILHELMINA, Browser, Office


@pytest.fixture
def willa(office: Office) -> Browser:
    """An educator with a confirmed account, not signed in."""
    office.import_persons(WILHELMINA)
    office.register()
    return office.browser()


def test_the_right_password_signs_in(office: Office, willa: Browser) -> None:
    answer = willa.sign_in()

    assert (answer.status_code, answer.location) == (303, "/certification/")
    assert "Wilhelmina May Testworthy" in willa.get("/identity/").text


@pytest.mark.parametrize(
    ("roles", "home"),
    [
        ([Role.EDUCATOR], "/certification/"),
        ([Role.SUPERINTENDENT], "/assignments/"),
        ([Role.SUPERINTENDENT, Role.ASSIGNMENT_COORDINATOR], "/assignments/"),
        ([Role.PROVIDER_OFFICER], "/certification/candidates"),
        ([Role.ANALYST], "/certification/queue"),
        ([Role.LEGAL], "/legal/cases"),
        ([Role.FINANCE], "/payments/received"),
        ([Role.ADMINISTRATOR], "/identity/health"),
        ([Role.EDUCATOR, Role.SUPERINTENDENT], "/identity/"),
        ([], "/identity/"),
    ],
)
def test_each_role_begins_at_its_work_and_who_has_several_chooses(
    roles: list[Role], home: str
) -> None:
    grants = load_grants(test_settings("identity", Path()).state)
    assert home_of(grants.of(role) for role in roles) == home


def test_a_username_is_good_in_capitals(office: Office, willa: Browser) -> None:
    assert willa.sign_in("WILLA").status_code == 303


def test_a_wrong_password_and_an_unknown_user_are_answered_alike(
    office: Office, willa: Browser
) -> None:
    wrong = willa.sign_in(password="not this one at all")
    unknown = willa.sign_in("nobody")

    assert wrong.status_code == unknown.status_code == 422
    assert "The username or password is incorrect. Check both and try again." in wrong.text
    assert wrong.text.replace("willa", "X") == unknown.text.replace("nobody", "X")
    assert willa.token() == ""
    assert office.all(AccountSession) == []


def test_an_unknown_user_takes_the_time_of_a_wrong_password(office: Office, willa: Browser) -> None:
    def fastest(username: str) -> float:
        """CPU seconds of this thread, so that a busy machine does not count."""
        times = []
        for _ in range(3):
            before = time.thread_time()
            willa.sign_in(username, "not this one at all")
            times.append(time.thread_time() - before)
        return min(times)

    assert 0.5 < fastest("nobody") / fastest("willa") < 2


def test_an_empty_form_says_what_is_missing(office: Office) -> None:
    answer = office.browser().post("/identity/sign-in", {"username": "", "password": ""})

    assert answer.status_code == 422
    assert "Enter your username." in answer.text
    assert "Enter your password." in answer.text


def test_ten_wrong_passwords_for_a_username_and_no_more_are_taken(
    office: Office, willa: Browser
) -> None:
    for number in range(10):
        willa.address = f"192.0.2.{number}"
        assert willa.sign_in(password="not this one at all").status_code == 422

    refused = willa.sign_in()

    assert refused.status_code == 429
    assert "Wait 15 minutes" in refused.text
    office.clock.move(minutes=15, seconds=1)
    assert willa.sign_in().status_code == 303


def test_an_unknown_username_is_limited_just_the_same(office: Office) -> None:
    browser = office.browser()

    answers = [browser.sign_in("nobody").status_code for _ in range(11)]

    assert answers == [422] * 10 + [429]


def test_refused_tries_cost_no_hashing(office: Office) -> None:
    browser = office.browser()
    before = time.thread_time()
    browser.sign_in("nobody")
    with_hashing = time.thread_time() - before
    for _ in range(9):
        browser.sign_in("nobody")

    without = []
    for _ in range(3):
        before = time.thread_time()
        assert browser.sign_in("nobody").status_code == 429
        without.append(time.thread_time() - before)

    assert min(without) < with_hashing


def test_an_address_is_limited_over_all_usernames(office: Office, willa: Browser) -> None:
    limit = office.service.rules.limits.failures_per_address
    with office.transaction() as session:
        key = key_of("sign-in address", willa.address)
        session.add_all(
            Attempt(attempt_id=uuid4(), made_by=key, at=office.clock.now()) for _ in range(limit)
        )

    assert willa.sign_in().status_code == 429
    willa.address = "198.51.100.1"
    assert willa.sign_in().status_code == 303


def test_signing_in_forgives_the_failures_before(office: Office, willa: Browser) -> None:
    for _ in range(9):
        willa.sign_in(password="not this one at all")
    willa.sign_in()

    assert willa.sign_in(password="not this one at all").status_code == 422
    assert willa.sign_in().status_code == 303


def test_nobody_can_read_in_the_counts_what_was_typed(office: Office) -> None:
    office.browser().sign_in("my secret by mistake")

    assert all("secret" not in attempt.made_by for attempt in office.all(Attempt))


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "///evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "certification/",
        "",
    ],
)
def test_the_way_on_leads_to_no_other_site(elsewhere: str) -> None:
    assert local_path(elsewhere) == "/identity/"


def test_the_way_on_is_remembered_through_a_wrong_password(office: Office, willa: Browser) -> None:
    onward = "/certification/applications?new=yes"
    page = willa.get(f"/identity/sign-in?next={onward}")
    assert f'name="next" value="{onward}"' in page.text

    form = {"username": "willa", "next": onward}
    wrong = willa.post("/identity/sign-in", {**form, "password": "not this one at all"})
    right = willa.post("/identity/sign-in", {**form, "password": "three quiet lamps 99"})

    assert f'name="next" value="{onward}"' in wrong.text
    assert right.location == onward


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    office: Office, willa: Browser
) -> None:
    cookie = willa.sign_in().headers["Set-Cookie"]

    assert cookie.startswith("session=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie


def test_over_https_the_browser_ties_the_cookie_to_this_host(tmp_path: Path) -> None:
    office = Office(tmp_path, PUBLIC_URL="https://educators.example")
    office.hire("analyst")
    browser = office.browser()
    cookie = browser.sign_in("analyst").headers["Set-Cookie"]
    office.close()

    assert cookie.startswith("__Host-session=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


def test_only_the_digest_of_the_cookie_is_kept(office: Office, willa: Browser) -> None:
    willa.sign_in()
    cookie = willa.client.get_cookie("session")

    (session,) = office.all(AccountSession)
    assert cookie is not None
    assert cookie.value not in session.token_digest


def test_signing_in_again_ends_the_browsers_earlier_session(office: Office, willa: Browser) -> None:
    willa.sign_in()
    first = willa.client.get_cookie("session")
    willa.sign_in()
    second = willa.client.get_cookie("session")

    assert first is not None
    assert second is not None
    assert first.value != second.value
    assert willa._exchange(f"session={first.value}", "identity") == ""
    assert willa.token() != ""


def test_signing_out_ends_the_session(office: Office, willa: Browser) -> None:
    willa.sign_in()
    cookie = willa.client.get_cookie("session")
    assert cookie is not None

    answer = willa.post("/identity/sign-out")

    assert "You are signed out" in willa.get(answer.location).text
    assert willa.client.get_cookie("session") is None
    assert willa._exchange(f"session={cookie.value}", "identity") == ""


def test_who_is_not_signed_in_may_sign_out(office: Office) -> None:
    assert office.browser().post("/identity/sign-out").status_code == 303


def test_the_token_says_who_and_what_for(office: Office, willa: Browser) -> None:
    willa.sign_in()

    principal = willa.principal("certification")

    account = office.account("willa")
    assert principal is not None
    assert principal.account_id == account.account_id
    assert principal.educator_id == account.educator_id
    assert principal.display_name == "Wilhelmina May Testworthy"
    assert [held.role for held in principal.roles] == [Role.EDUCATOR]
    assert principal.session == str(office.all(AccountSession)[0].session_id)


def test_a_token_lasts_two_minutes_and_is_for_one_service(office: Office, willa: Browser) -> None:
    willa.sign_in()
    token = f"Bearer {willa.token('certification')}"
    database = office.service.database
    mine = TokenVerifier(database, "certification", office.service.grants)
    other = TokenVerifier(database, "payments", office.service.grants)

    assert mine.find_principal(token, office.clock.now()) is not None
    with pytest.raises(SignInNeeded):
        other.find_principal(token, office.clock.now())
    office.clock.move(seconds=121)
    with pytest.raises(SignInNeeded):
        mine.find_principal(token, office.clock.now())


def test_a_tampered_token_is_refused(office: Office, willa: Browser) -> None:
    willa.sign_in()
    head, body, signature = willa.token().split(".")
    forged = f"{head}.{body[:-2]}{'AA' if body[-2:] != 'AA' else 'BB'}.{signature}"

    answer = office.app.test_client().get(
        "/identity/profile",
        headers={"Authorization": f"Bearer {forged}", "Accept": "application/json"},
    )

    assert answer.status_code == 401


def test_a_strangers_key_signs_nothing_here(office: Office) -> None:
    answer = office.app.test_client().get(
        "/identity/persons",
        headers={
            "Authorization": bearer("identity", {Role.ADMINISTRATOR: None}),
            "Accept": "application/json",
        },
    )

    assert answer.status_code == 401


@pytest.mark.parametrize("cookie", ["", "session=", "session=made-up", "other=1"])
def test_without_a_good_cookie_the_exchange_is_empty_and_no_error(
    office: Office, cookie: str
) -> None:
    assert office.browser()._exchange(cookie, "identity") == ""


@pytest.mark.parametrize("audience", ["", "Certification", "a b", "x" * 50])
def test_an_audience_that_is_no_service_is_refused(office: Office, audience: str) -> None:
    answer = office.app.test_client().get("/internal/token", query_string={"audience": audience})

    assert answer.status_code == 422


def test_a_session_ends_when_it_is_not_used(office: Office, willa: Browser) -> None:
    willa.sign_in()
    for _ in range(3):
        office.clock.move(minutes=29)
        assert willa.token() != ""

    office.clock.move(minutes=30)

    assert willa.token() == ""
    assert willa.get("/identity/profile").status_code == 303


def test_a_session_ends_after_half_a_day_whatever_happens(office: Office, willa: Browser) -> None:
    willa.sign_in()
    for _ in range(35):
        office.clock.move(minutes=20)
        assert willa.token() != ""

    office.clock.move(minutes=20)

    assert willa.token() == ""


def test_being_seen_is_written_once_a_minute_at_most(office: Office, willa: Browser) -> None:
    willa.sign_in()
    started = office.clock.now()

    office.clock.move(seconds=59)
    willa.token()
    assert office.all(AccountSession)[0].last_seen_at == started

    office.clock.move(seconds=1)
    willa.token()
    assert office.all(AccountSession)[0].last_seen_at == office.clock.now()


def test_sessions_are_listed_with_when_and_where(office: Office, willa: Browser) -> None:
    elsewhere = office.browser()
    elsewhere.address = "198.51.100.9"
    elsewhere.sign_in()
    willa.sign_in()

    page = willa.get("/identity/sessions").text

    assert page.count("Firefox on Linux</th>") == 2
    assert "198.51.100.9" in page
    assert page.count("This device") == 1


def test_signing_out_everywhere_ends_every_session_at_once(office: Office, willa: Browser) -> None:
    elsewhere = office.browser()
    elsewhere.sign_in()
    willa.sign_in()

    answer = willa.post("/identity/sessions/end-all")

    assert "You are signed out everywhere" in willa.get(answer.location).text
    assert elsewhere.token() == ""
    assert elsewhere.get("/identity/profile").status_code == 303
    assert willa.token() == ""


def test_one_session_can_be_ended_and_the_others_go_on(office: Office, willa: Browser) -> None:
    elsewhere = office.browser()
    elsewhere.sign_in()
    (other,) = office.all(AccountSession)
    willa.sign_in()

    assert willa.post(f"/identity/sessions/{other.session_id}/end").status_code == 303

    assert elsewhere.token() == ""
    assert willa.token() != ""


def test_nobody_ends_the_session_of_somebody_else(office: Office, willa: Browser) -> None:
    willa.sign_in()
    (mine,) = office.all(AccountSession)
    office.hire("analyst")
    other = office.browser()
    other.sign_in("analyst")

    assert other.post(f"/identity/sessions/{mine.session_id}/end").status_code == 404
    assert willa.token() != ""


def test_a_form_of_another_site_signs_nobody_out(office: Office, willa: Browser) -> None:
    willa.sign_in()

    answer = willa.client.post(
        "/identity/sessions/end-all", headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert answer.status_code == 403
    assert willa.token() != ""


def test_old_sessions_and_attempts_are_forgotten(office: Office, willa: Browser) -> None:
    willa.sign_in(password="not this one at all")
    willa.sign_in()
    willa.sign_in(password="not this one at all")
    office.clock.move(days=90)

    with office.transaction() as session:
        forget_sessions_and_attempts(session, office.service.today(), office.clock.now())

    assert office.all(AccountSession) == []
    assert office.all(Attempt) == []


def test_the_profile_shows_what_is_known_and_the_number_masked(
    office: Office, willa: Browser
) -> None:
    willa.sign_in()

    page = willa.get("/identity/profile").text

    for text in ("200100001", "Maidenname", "willa@example.org", "***-**-6789"):
        assert text in page
    assert "345-67" not in page


def test_the_home_page_shows_what_each_role_can_do(office: Office, willa: Browser) -> None:
    welcome = willa.get("/identity/").text
    willa.sign_in()
    home = willa.get("/identity/").text

    for text in ("Register", "Sign in", "Look up an educator"):
        assert text in welcome
    assert 'href="/certification/"' in home
    assert 'href="/legal/cases"' not in home


def test_an_account_without_a_role_is_told_whom_to_ask(office: Office) -> None:
    office.hire("analyst")
    browser = office.browser()
    browser.sign_in("analyst")

    assert "Your account has no role yet" in browser.get("/identity/").text


def test_kecs_own_rule_can_still_be_chosen() -> None:
    rule = PasswordRule(minimum_length=8, composition=True)

    assert rule.faults("Lamp!99x") == []
    assert rule.faults("lampposts") != []


def test_a_person_is_told_how_long_the_session_lasts(office: Office, willa: Browser) -> None:
    willa.sign_in()

    page = willa.get("/identity/profile")
    left = willa.get("/identity/api/session").json

    # Half an hour without use; that it was used is noted once a minute.
    assert left == {"seconds": 29 * 60}
    assert 'data-session-seconds="1740"' in page.text
    assert "Stay signed in" in page.text


def test_to_ask_how_long_it_lasts_is_to_stay_signed_in(office: Office, willa: Browser) -> None:
    willa.sign_in()
    for _ in range(3):
        office.clock.move(minutes=25)
        assert willa.get("/identity/api/session").json == {"seconds": 29 * 60}
    office.clock.move(minutes=31)
    assert willa.get("/identity/api/session").status_code in (303, 401)


def test_nobody_stays_signed_in_past_the_longest_time(office: Office, willa: Browser) -> None:
    willa.sign_in()
    for _ in range(28):
        office.clock.move(minutes=25)
        willa.get("/identity/profile")
    office.clock.move(minutes=15)

    assert willa.get("/identity/api/session").json == {"seconds": 5 * 60}


def test_a_public_page_warns_of_no_session(office: Office) -> None:
    assert "session-warning" not in office.browser().get("/identity/sign-in").text
