"""What is shown of a certificate follows from its newest state and the day, and nothing else."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.messaging.inbox import Verdict
from chassis.testing import FixedClock, deliver, prepare, service_of, test_settings
from contracts.certification import CertificateFact
from services.lookup.app import create_app
from services.lookup.domain.certificate import good_through, show
from services.lookup.jurisdiction import load_rules
from tests.states import changed, settings_of, state_folder
from tests.unit.lookup.facts import (
    ADA,
    ART,
    held_by,
    issued,
    reinstated,
    revoked,
    surrendered,
    suspended,
    tell_caught_up,
)

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)
RULES = load_rules(state_folder("kentucky"))


def ada(client: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/lookup/api/educators/202600001").get_json()
    return found


def status(client: FlaskClient, number: str = "KY-2026-0000001") -> str:
    shown: str = client.get(f"/lookup/api/certificates/{number}").get_json()["status"]
    return shown


def notices(client: FlaskClient) -> list[str]:
    return [each["text"] for each in ada(client)["certificates"][0]["notices"]]


def go_to(clock: FixedClock, day: date) -> None:
    noon = datetime(day.year, day.month, day.day, 17, tzinfo=UTC)
    clock.move(seconds=(noon - clock.now()).total_seconds())


def test_an_educator_is_shown_with_every_certificate_the_newest_first(
    app: Flask, client: FlaskClient
) -> None:
    old = issued(
        2,
        certificate_title="Provisional Certificate",
        issued_on=date(2020, 6, 1),
        effective_on=date(2020, 7, 1),
        expires_on=date(2021, 6, 30),
        former_last_names=("Byron",),
    )
    deliver(app, old, issued())

    shown = ada(client)

    assert (shown["name"], shown["educator_number"]) == ("Ada Lovelace", "202600001")
    assert shown["former_last_names"] == ["Byron"]
    assert [(each["title"], each["status_text"]) for each in shown["certificates"]] == [
        ("Professional Certificate for Teaching", "Active"),
        ("Provisional Certificate", "Expired"),
    ]


def test_a_certificate_says_what_it_is_for_in_words(app: Flask, client: FlaskClient) -> None:
    deliver(app, issued())

    shown = client.get("/lookup/api/certificates/KY-2026-0000001").get_json()

    assert [(each["title"], each["grades"]) for each in shown["authorizations"]] == [
        ("Secondary Mathematics", "Grades 8 through 12"),
        ("Art", "Primary through grade 12"),
    ]
    assert (shown["rank"], shown["expires_on"], shown["holder_name"]) == (
        "II",
        "2031-06-30",
        "Ada Lovelace",
    )


def test_grades_are_called_as_the_state_calls_them() -> None:
    kentucky, connecticut = (load_rules(state_folder(code)) for code in ("kentucky", "connecticut"))

    assert kentucky.grades(-1, 0) == "Birth through primary"
    assert connecticut.grades(-1, 12) == "Prekindergarten through grade 12"
    assert connecticut.grades(0, 6) == "Kindergarten through grade 6"
    assert connecticut.grades(5, 5) == "Grade 5"


def test_a_certificate_is_good_through_all_of_its_last_day(
    app: Flask, client: FlaskClient, clock: FixedClock
) -> None:
    deliver(app, issued(expires_on=TODAY + DAY))

    statuses = []
    for _ in range(3):
        statuses.append(status(client))
        clock.move(days=1)

    assert statuses == ["active", "active", "expired"]
    assert ada(client)["certificates"][0]["status_text"] == "Expired"


def test_the_day_begins_at_midnight_in_the_state_and_not_in_greenwich(
    app: Flask, client: FlaskClient, clock: FixedClock
) -> None:
    deliver(app, issued(expires_on=TODAY))

    clock.move(hours=13, minutes=59)
    assert status(client) == "active"
    clock.move(minutes=1)
    assert status(client) == "expired"


def test_a_certificate_takes_effect_on_its_first_day(
    app: Flask, client: FlaskClient, clock: FixedClock
) -> None:
    deliver(app, issued(effective_on=TODAY + DAY))

    assert status(client) == "not_yet_effective"
    clock.move(days=1)
    assert status(client) == "active"


def test_a_certificate_without_an_end_never_expires(
    app: Flask, client: FlaskClient, clock: FixedClock
) -> None:
    deliver(app, issued(expires_on=None))

    clock.move(days=40 * 365)

    assert status(client) == "active"


def test_a_suspension_is_noted_while_it_lasts_and_then_disappears_by_itself(
    app: Flask, client: FlaskClient, clock: FixedClock
) -> None:
    deliver(app, issued(), suspended(TODAY + DAY, TODAY + 3 * DAY))

    seen = []
    for _ in range(5):
        seen.append((status(client), notices(client)))
        clock.move(days=1)

    note = ["Suspended from November 23, 2026 through November 25, 2026."]
    assert seen == [
        ("active", []),
        ("suspended", note),
        ("suspended", note),
        ("suspended", note),
        ("active", []),
    ]


def test_a_suspension_without_an_end_lasts_until_it_is_ended(
    app: Flask, client: FlaskClient, clock: FixedClock
) -> None:
    order = suspended(TODAY, None)
    deliver(app, issued(), order)
    assert notices(client) == ["Suspended from November 22, 2026 until further order."]

    clock.move(days=700)
    assert status(client) == "suspended"
    deliver(app, reinstated(TODAY + 699 * DAY, order))

    assert (status(client), notices(client)) == ("active", [])


def test_a_certificate_that_expires_while_suspended_is_expired_when_the_suspension_ends(
    app: Flask, client: FlaskClient, clock: FixedClock
) -> None:
    deliver(app, suspended(TODAY, TODAY + 30 * DAY, issued(expires_on=TODAY + DAY)))

    clock.move(days=10)
    assert status(client) == "suspended"
    clock.move(days=21)
    assert status(client) == "expired"


def test_a_revocation_that_takes_effect_tomorrow_is_not_shown_today(
    app: Flask, client: FlaskClient, clock: FixedClock
) -> None:
    deliver(app, revoked(TODAY + DAY))

    assert (status(client), notices(client)) == ("active", [])
    clock.move(days=1)
    assert (status(client), notices(client)) == (
        "revoked",
        ["Revoked effective November 23, 2026."],
    )


def test_the_gravest_order_decides_and_each_one_in_force_is_noted(
    app: Flask, client: FlaskClient
) -> None:
    deliver(app, revoked(TODAY, suspended(TODAY, None)))

    assert status(client) == "revoked"
    assert [each.split()[0] for each in notices(client)] == ["Revoked", "Suspended"]


def test_what_is_made_anew_for_a_reader_is_what_will_be_written(
    app: Flask, client: FlaskClient, clock: FixedClock
) -> None:
    deliver(app, issued(expires_on=TODAY), issued(2), suspended(TODAY, TODAY, issued(3)))
    clock.move(days=1)

    before = ada(client)["certificates"]
    tell_caught_up(app)
    after = ada(client)["certificates"]

    assert before == after
    assert {each["status"] for each in after} == {"active", "expired"}


def test_outdated_documents_are_renewed_when_everything_else_is_done(
    app: Flask, clock: FixedClock
) -> None:
    deliver(app, issued(expires_on=TODAY))
    clock.move(days=1)

    tell_caught_up(app)

    replica = app.extensions["replica"]
    assert replica.one("select good_through from educator")[0] == date.max.isoformat()
    assert replica.one("select good_through from certificate")[0] == date.max.isoformat()


def test_an_older_or_equal_version_changes_nothing(app: Flask, client: FlaskClient) -> None:
    deliver(app, revoked(TODAY, issued(version=4)))

    outcomes = deliver(app, issued(version=4), issued(version=5, holder_name="Somebody Else"))

    assert {each.verdict for each in outcomes} == {Verdict.HANDLED}
    assert (status(client), ada(client)["name"]) == ("revoked", "Ada Lovelace")


def test_a_certificate_that_passes_to_another_holder_leaves_the_first(
    app: Flask, client: FlaskClient
) -> None:
    deliver(app, issued())
    other: dict[str, Any] = {"educator_id": UUID(int=7), "educator_number": "202600007"}
    deliver(app, issued(version=2, holder_name="Grace Hopper", holder_last_name="Hopper", **other))

    assert client.get("/lookup/api/educators/202600001").status_code == 404
    assert client.get("/lookup/api/educators?name=lovelace").get_json()["educators"] == []
    assert client.get("/lookup/api/educators/202600007").get_json()["name"] == "Grace Hopper"


def test_a_new_name_takes_the_place_of_the_old_one_in_search(
    app: Flask, client: FlaskClient
) -> None:
    deliver(app, issued())
    deliver(app, issued(version=2, holder_name="Ada King", holder_last_name="King"))

    assert client.get("/lookup/api/educators?name=lovelace").get_json()["educators"] == []
    assert (
        client.get("/lookup/api/educators?name=king").get_json()["educators"][0]["name"]
        == "Ada King"
    )


def life_of_a_certificate(number: int) -> list[CertificateFact]:
    first = issued(number, authorizations=(ART,), former_last_names=("Byron",))
    halted = suspended(TODAY - 10 * DAY, None, first)
    resumed = reinstated(TODAY - 5 * DAY, halted)
    return [first, halted, resumed, surrendered(TODAY + number * DAY, resumed)]


FACTS = [*life_of_a_certificate(1), *life_of_a_certificate(2), held_by("Grace Hopper", 9)]


def stored(app: Flask) -> list[Any]:
    replica = app.extensions["replica"]
    return [
        replica.all("select educator_number, document, good_through from educator order by 1"),
        replica.all(
            "select number_key, version, document, good_through from certificate order by 1"
        ),
        replica.all("select last, first, educator_number from name order by 1, 2, 3"),
    ]


@given(
    order=st.lists(st.sampled_from(FACTS), max_size=12).flatmap(
        lambda extra: st.permutations([*FACTS, *extra])
    )
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_facts_in_any_order_and_any_number_of_times_give_the_same_documents(
    app: Flask, order: list[CertificateFact]
) -> None:
    service = service_of(app)
    with service.database.transaction() as session:
        for table in reversed(service.metadata.sorted_tables):
            session.execute(table.delete())
    deliver(app, *FACTS)
    expected = stored(app)
    with service.database.transaction() as session:
        for table in reversed(service.metadata.sorted_tables):
            session.execute(table.delete())

    deliver(app, *order)

    assert stored(app) == expected


@given(
    starts=st.integers(-5, 5),
    lasts=st.one_of(st.none(), st.integers(0, 5)),
    effective=st.integers(-5, 5),
    runs=st.one_of(st.none(), st.integers(0, 8)),
    day=st.integers(-7, 7),
)
def test_a_document_is_good_through_the_day_before_the_next_change_and_no_longer(
    starts: int, lasts: int | None, effective: int, runs: int | None, day: int
) -> None:
    begins = TODAY + starts * DAY
    fact = suspended(
        begins,
        None if lasts is None else begins + lasts * DAY,
        issued(
            effective_on=TODAY + effective * DAY,
            expires_on=None if runs is None else TODAY + (effective + runs) * DAY,
        ),
    )
    today = TODAY + day * DAY
    last = good_through(fact, today)

    assert last >= today
    for offset in range(min((last - today).days, 20) + 1):
        assert show(fact, today + offset * DAY, RULES).document == show(fact, today, RULES).document


def test_both_states_begin_with_their_own_words(tmp_path: Path) -> None:
    app = create_app(test_settings("lookup", tmp_path, JURISDICTION="connecticut"), FixedClock())
    prepare(app)
    deliver(app, issued(certificate_number="CT-2026-0000001"))

    page = app.test_client().get("/lookup/verify/CT-2026-0000001").text

    assert "Kindergarten through grade 12" in page
    service_of(app).database.close()


def test_only_the_newest_certificates_holder_is_asked_for_the_name(
    app: Flask, client: FlaskClient
) -> None:
    maiden = issued(
        2, issued_on=date(2019, 1, 1), holder_name="Ada Byron", holder_last_name="Byron"
    )
    deliver(app, issued(), maiden)

    assert ada(client)["name"] == "Ada Lovelace"
    found = client.get("/lookup/api/educators?name=Byron").get_json()["educators"]
    assert [each["educator_number"] for each in found] == ["202600001"]
    assert ada(client)["certificates"][1]["holder_name"] == "Ada Byron"
    assert maiden.educator_id == ADA


def test_another_edition_of_the_states_folder_has_other_tags(tmp_path: Path) -> None:
    tags = []
    for number, title in enumerate(("EPSB ID", "Educator ID")):
        state = changed(state_folder("kentucky"), tmp_path / str(number), "place", "EPSB ID", title)
        settings = test_settings(
            "lookup",
            tmp_path / title,
            JURISDICTION=state.code,
            JURISDICTIONS_DIR=str(state.path.parent),
        )
        app = create_app(settings, FixedClock())
        prepare(app)
        tell_caught_up(app)
        tags.append(app.test_client().get("/lookup/api/freshness").headers.get("ETag"))
        tags.append(app.test_client().get("/lookup/").headers.get("ETag"))
        service_of(app).database.close()
    assert len(set(tags)) == len(tags)


def test_a_program_is_answered_in_english_and_in_the_words_of_the_state(tmp_path: Path) -> None:
    app = create_app(test_settings("lookup", tmp_path, **settings_of("borealis")), FixedClock())
    prepare(app)
    tell_caught_up(app)
    answer = app.test_client().get("/lookup/educators/1", headers={"Accept-Language": "es"})

    problem = answer.get_json()
    assert "license" in problem["title"] + problem["detail"]
    assert "certificate" not in problem["title"] + problem["detail"]
    service_of(app).database.close()
