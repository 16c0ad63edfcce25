"""The agency's queue as work: who has what, by when it is due, notes, views, and acts on many."""

from datetime import timedelta

import pytest
from flask import Flask

from chassis.ids import new_id
from chassis.storage import audit
from chassis.testing import (
    FixedClock,
    audited,
    deliver,
    service_of,
    working,
)
from chassis.worklist import bulk
from chassis.worklist.queue import PAGE_SIZE
from chassis.worklist.view import MOST_VIEWS
from contracts.certification import ApplicationOutcome
from contracts.identity import Role
from services.certification.domain.status import ApplicationStatus
from services.certification.usecases import work
from tests.unit.certification import story
from tests.unit.certification.desk import (
    QUEUE,
    Analyst,
    chosen,
    item_of,
    listed,
    three_inputs,
    wait,
)


@pytest.fixture
def ada(app: Flask) -> Analyst:
    return Analyst(app, "Ada Lyst")


@pytest.fixture
def ben(app: Flask) -> Analyst:
    return Analyst(app, "Ben Lyst")


# What waits, and by when.


def test_a_submitted_application_is_due_by_the_states_service_level_and_leaves_when_decided(
    app: Flask,
) -> None:
    application_id = story.bring_to(app, ApplicationStatus.SUBMITTED)

    item = item_of(app, application_id)
    assert (item.number, item.person_name, item.due_on, item.is_waiting) == (
        "A-100001",
        story.WILLAS_NAME,
        story.DUE_ON,
        True,
    )
    story.verify_all(app, application_id)
    story.decide(app, application_id)
    assert not item_of(app, application_id).is_waiting


def test_the_day_on_which_it_is_due_is_counted_in_the_states_working_days(app: Flask) -> None:
    service = service_of(app)
    level = service.rules.service_level

    due_on = level.due_on(service.place, story.TODAY)

    working_days = service.place.working_days
    after = [story.TODAY + timedelta(days=each + 1) for each in range((due_on - story.TODAY).days)]
    assert sum(map(working_days.includes, after)) == level.working_days
    assert working_days.includes(due_on)


def test_a_returned_application_comes_back_to_who_had_it(
    app: Flask, ada: Analyst, clock: FixedClock
) -> None:
    application_id = story.bring_to(app, ApplicationStatus.SUBMITTED)
    ada.post(f"/{application_id}/holder", holder="me")
    ada.post(f"/{application_id}/return", return_reasons="A page is missing.")
    assert not item_of(app, application_id).is_waiting

    clock.move(days=3)
    story.submit(app, application_id)

    item = item_of(app, application_id)
    assert (item.is_waiting, item.holder_name) == (True, "Test Person")
    assert item.came_at == service_of(app).now()


def test_what_an_earlier_release_submitted_and_decided_is_put_right(app: Flask) -> None:
    waiting = story.bring_to(app, ApplicationStatus.SUBMITTED)
    gone = wait(app)
    service = service_of(app)
    with working(app) as (session, _):
        # An application that was decided without its item, and one that was never put there.
        item = item_of(app, waiting)
        session.delete(session.merge(item))
    with working(app) as (session, _):
        work.complete_queue(session, service.rules, service.place)

    assert item_of(app, waiting).due_on == story.DUE_ON
    # What is no application of this service is nobody's to put right.
    assert item_of(app, gone).is_waiting
    with working(app) as (session, _):
        work.complete_queue(session, service.rules, service.place)
    assert item_of(app, waiting).version == 1


# Looking through it.


def test_the_most_urgent_stands_first_and_what_is_late_says_so(app: Flask, ada: Analyst) -> None:
    wait(app, "Later Person", due=9, number="A-2")
    wait(app, "Late Person", due=-1, number="A-3")
    wait(app, "Soon Person", due=1, number="A-1")

    page = listed(ada)

    places = [page.index(name) for name in ("Late Person", "Soon Person", "Later Person")]
    assert places == sorted(places)
    assert "1 is late" in page
    by_number = listed(ada, "?order=number")
    assert by_number.index("Soon Person") < by_number.index("Later Person")
    assert "Later Person" not in listed(ada, "?late=yes")


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ("?q=a-77", True),
        ("?q=o%27hara+maire", True),
        ("?q=ohara", True),
        ("?q=smith", False),
        ("?kind=PROF", True),
        ("?kind=PROV", False),
        ("?waiting_for=agency", True),
        ("?waiting_for=legal", False),
        ("?part=unassigned", True),
        ("?part=mine", False),
        ("?part=aside", False),
        ("?part=nonsense&order=x&page=0&kind=x&waiting_for=y", True),
    ],
)
def test_the_queue_is_searched_and_filtered(
    app: Flask, ada: Analyst, asked: str, is_found: bool
) -> None:
    wait(app, "Máire O\N{RIGHT SINGLE QUOTATION MARK}Hara", number="A-77")

    assert ("A-77" in listed(ada, asked)) is is_found


def test_each_part_of_the_queue_says_how_much_is_in_it(app: Flask, ada: Analyst) -> None:
    for _ in range(3):
        wait(app)
    ada.take_next()

    page = listed(ada)

    assert [page.count(f'<span class="work-count">{number}</span>') for number in (3, 1, 2)] == [
        1,
        1,
        1,
    ]


def test_nobody_finds_their_own_matter_in_the_queue(app: Flask, ada: Analyst) -> None:
    own = wait(app, "Ada Lyst", person_id=ada.educator_id)

    assert "Ada Lyst</td>" not in listed(ada)
    assert ada.take_next() is None
    assert ada.post(f"/{own}/notes", note="Mine.").status_code == 403
    assert ada.post("/bulk", items=chosen(app, own), act="give_back").status_code == 403


# Having it.


def test_next_gives_the_most_urgent_that_nobody_has_and_then_says_that_nothing_is_left(
    app: Flask, ada: Analyst, ben: Analyst
) -> None:
    wait(app, waiting_for="legal", due=-5)
    later, urgent = wait(app, due=5), wait(app, due=1)

    assert (ada.take_next(), ben.take_next(), ada.take_next()) == (urgent, later, None)
    assert item_of(app, urgent).holder_id == ada.account_id
    assert "Nothing is left to take" in listed(ada, "?none=left")


def test_what_a_colleague_has_is_acted_on_only_after_it_was_taken_over(
    app: Flask, ada: Analyst, ben: Analyst
) -> None:
    application_id = story.bring_to(app, ApplicationStatus.SUBMITTED)
    here = f"/{application_id}"
    ada.post(f"{here}/holder", holder="me")

    verdict = {"verdict": "verify"}
    refused = ben.post(f"{here}/elements/degrees", **verdict)
    assert refused.status_code == 409
    assert "Test Person is working on it" in refused.text
    assert ben.post(f"{here}/return", return_reasons="No.").status_code == 409

    assert ben.post(f"{here}/holder", holder="me").status_code == 303
    assert ben.post(f"{here}/elements/degrees", **verdict).status_code == 303
    assert ada.post(f"{here}/elements/assessments", **verdict).status_code == 409


def test_who_acts_on_what_nobody_has_has_it_from_then_on(app: Flask, ada: Analyst) -> None:
    application_id = story.bring_to(app, ApplicationStatus.SUBMITTED)

    ada.post(f"/{application_id}/elements/degrees", verdict="verify")

    assert item_of(app, application_id).holder_id == ada.account_id


def test_work_is_handed_over_to_a_colleague_and_given_back(
    app: Flask, ada: Analyst, ben: Analyst
) -> None:
    item_id = wait(app)

    ada.post(f"/{item_id}/holder", holder=str(ben.account_id))
    assert item_of(app, item_id).holder_name == "Ben Lyst"
    ben.post(f"/{item_id}/holder", holder="nobody")
    assert item_of(app, item_id).holder_id is None
    assert [entry.action for entry in audited(app)][-2:] == ["work assigned", "work given back"]


def test_work_is_given_only_to_who_may_do_it_and_whom_it_is_not_about(
    app: Flask, ada: Analyst, ben: Analyst
) -> None:
    clerk = Analyst(app, "Finn Ance", Role.FINANCE)
    willa = Analyst(app, "Willa Lyst", educator_id=story.WILLA)
    item_id = story.bring_to(app, ApplicationStatus.SUBMITTED)

    for holder in (str(clerk.account_id), str(new_id()), "", "x"):
        assert ada.post(f"/{item_id}/holder", holder=holder).status_code == 422
    refused = ada.post(f"/{item_id}/holder", holder=str(willa.account_id))
    assert refused.status_code == 422
    assert "about Willa Lyst" in refused.text
    assert clerk.post("/next").status_code == 403
    deliver(app, ben.told(version=2))
    assert ada.post(f"/{item_id}/holder", holder=str(ben.account_id)).status_code == 422


def test_a_colleagues_older_roles_do_not_come_back(app: Flask, ada: Analyst, ben: Analyst) -> None:
    item_id = story.bring_to(app, ApplicationStatus.SUBMITTED)

    deliver(app, ben.told(version=3), ben.told(Role.ANALYST, version=2))

    assert ada.post(f"/{item_id}/holder", holder=str(ben.account_id)).status_code == 422


# Setting aside.


def test_what_is_set_aside_comes_back_on_its_day(
    app: Flask, ada: Analyst, clock: FixedClock
) -> None:
    item_id = wait(app, number="A-55")
    day = story.TODAY + timedelta(days=7)

    aside = {**three_inputs(day), "why": "The university answers next week."}
    assert ada.post(f"/{item_id}/aside", **aside).status_code == 303

    assert "A-55" not in listed(ada)
    assert "A-55" in listed(ada, "?part=aside")
    assert ada.take_next() is None
    clock.move(days=7)
    assert ada.take_next() == item_id
    assert "A-55" not in listed(ada, "?part=aside")


def test_a_day_to_look_again_is_after_today_and_has_a_reason(app: Flask, ada: Analyst) -> None:
    item_id = story.bring_to(app, ApplicationStatus.SUBMITTED)
    today, later = three_inputs(story.TODAY), three_inputs(story.TODAY + timedelta(days=1))

    for form in ({**today, "why": "x"}, later, {"why": "x"}, {**later, "why": "x" * 501}):
        assert ada.post(f"/{item_id}/aside", **form).status_code == 422
    ada.post(f"/{item_id}/aside", **later, why="x")
    ada.post(f"/{item_id}/back")
    assert item_of(app, item_id).aside_until is None


def test_nothing_is_done_with_what_is_done(app: Flask, ada: Analyst) -> None:
    application_id = story.bring_to(app, ApplicationStatus.SUBMITTED)
    story.verify_all(app, application_id)
    story.decide(app, application_id, ApplicationOutcome.DENIED)

    for act, form in (
        ("holder", {"holder": "me"}),
        ("holder", {"holder": "nobody"}),
        ("back", {}),
        ("aside", {**three_inputs(story.TODAY + timedelta(days=1)), "why": "x"}),
    ):
        assert ada.post(f"/{application_id}/{act}", **form).status_code == 409
    assert ada.post(f"/{application_id}/notes", note="Filed.").status_code == 303
    assert ada.post(f"/{new_id()}/holder", holder="me").status_code == 404


# Notes.


def test_a_note_is_read_by_colleagues_with_its_writer_and_never_by_the_applicant(
    app: Flask, ada: Analyst, ben: Analyst
) -> None:
    application_id = story.bring_to(app, ApplicationStatus.SUBMITTED)

    ada.post(f"/{application_id}/notes", note="Called the registrar <again>.")

    page = listed(ben, f"/{application_id}")
    assert "Called the registrar &lt;again&gt;." in page
    own = story.applicant(app).get(f"/certification/applications/{application_id}").text
    assert "registrar" not in own
    with service_of(app).database.reading() as session:
        assert audit.verify(session) > 0
    assert "registrar" not in str(audited(app))
    assert ada.post(f"/{application_id}/notes", note=" ").status_code == 422


# Views.


def test_a_view_is_kept_replaced_and_deleted_by_its_owner_alone(
    app: Flask, ada: Analyst, ben: Analyst
) -> None:
    kept = ada.post("/views", name="Late & mine", part="mine", late="yes")
    assert kept.headers["Location"] == f"{QUEUE}?part=mine&late=yes"
    ada.post("/views", name="Late & mine", part="unassigned")

    page = listed(ada)
    assert page.count("Late &amp; mine</a>") == 1
    assert f'href="{QUEUE}?part=unassigned"' in page
    assert "Late &amp; mine" not in listed(ben)
    view_id = page.partition(f"{QUEUE}/views/")[2].partition("/")[0]
    assert ben.post(f"/views/{view_id}/delete").status_code == 404
    assert ada.post(f"/views/{view_id}/delete").status_code == 303
    assert "Late &amp; mine" not in listed(ada)


def test_views_have_names_and_are_not_without_end(app: Flask, ada: Analyst) -> None:
    assert ada.post("/views", name="").status_code == 422
    assert ada.post("/views", name="x" * 41).status_code == 422
    for number in range(MOST_VIEWS):
        assert ada.post("/views", name=f"View {number}", part="mine").status_code == 303
    assert ada.post("/views", name="One more", part="mine").status_code == 422
    assert ada.post("/views", name="View 3", part="aside").status_code == 303


# Many at once.


def test_an_act_on_many_is_shown_first_carried_out_and_undone(
    app: Flask, ada: Analyst, ben: Analyst
) -> None:
    first, second, bens = wait(app), wait(app), wait(app, person_id=ben.educator_id)
    ben.post(f"/{second}/holder", holder="me")
    act = {
        "items": chosen(app, first, second, bens),
        "act": "assign",
        "holder": str(ben.account_id),
    }

    shown = ada.post("/bulk", **act)
    assert shown.status_code == 200
    assert [shown.text.count(words) for words in ("1 will change", "2 will stay")] == [1, 1]
    assert item_of(app, first).holder_id is None

    done = ada.post("/bulk/done", **act)
    assert item_of(app, first).holder_id == ben.account_id
    assert item_of(app, bens).holder_id is None

    here = done.headers["Location"].removeprefix(QUEUE)
    assert "1 was changed" in listed(ada, here)
    assert ben.get(here).status_code == 404
    assert ada.post(f"{here}/undo").status_code == 303
    assert item_of(app, first).holder_id is None
    assert ada.post(f"{here}/undo").status_code == 409
    with service_of(app).database.reading() as session:
        assert audit.verify(session) > 0


def test_what_somebody_has_acted_on_since_stays_out_of_the_act_and_of_its_undoing(
    app: Flask, ada: Analyst, ben: Analyst
) -> None:
    first, second, third = wait(app), wait(app), wait(app)
    act = {
        "items": chosen(app, first, second, third),
        "act": "set_aside",
        "why": "The registrar is closed.",
        **three_inputs(story.TODAY + timedelta(days=3)),
    }
    ben.post(f"/{second}/holder", holder="me")

    done = ada.post("/bulk/done", **act)
    assert [item_of(app, each).aside_until is not None for each in (first, second, third)] == [
        True,
        False,
        True,
    ]

    ben.post(f"/{third}/holder", holder="me")
    ada.post(done.headers["Location"].removeprefix(QUEUE) + "/undo")
    assert item_of(app, first).aside_until is None
    assert item_of(app, third).aside_until is not None
    assert item_of(app, third).holder_name == "Test Person"


@pytest.mark.parametrize(
    "form",
    [
        {"act": "give_back"},
        {"items": "x", "act": "give_back"},
        {"items": "{id}:1", "act": "throw_away"},
        {"items": "{id}:1", "act": "assign"},
        {"items": "{id}:1", "act": "assign", "holder": "nobody"},
        {"items": "{id}:1", "act": "set_aside", "why": "x"},
        {"items": "{id}:1", "act": "set_aside", "until_month": "2", "until_day": "30"},
    ],
)
def test_an_act_on_many_that_says_too_little_is_refused_on_the_queues_page(
    app: Flask, ada: Analyst, form: dict[str, str]
) -> None:
    item_id = wait(app, number="A-66")
    filled = {name: value.format(id=item_id) for name, value in form.items()}

    answer = ada.post("/bulk", **filled)

    assert answer.status_code == 422
    assert "A-66" in answer.text
    assert ada.post("/bulk/done", **filled).status_code == 422


def test_no_more_than_a_page_of_rows_is_acted_on_at_once(app: Flask, ada: Analyst) -> None:
    item_ids = [wait(app) for _ in range(bulk.MOST_AT_ONCE + 1)]

    ada.post("/bulk/done", items=chosen(app, *item_ids), act="assign", holder="me")

    taken = [item_of(app, each).holder_id == ada.account_id for each in item_ids]
    assert sum(taken) == bulk.MOST_AT_ONCE


def test_an_application_that_waits_twice_is_one_item(app: Flask) -> None:
    application_id = story.bring_to(app, ApplicationStatus.SUBMITTED)
    application = story.application_of(app, application_id)
    with working(app) as (session, service):
        work.put_in_queue(session, application, story.DUE_ON, service.now())

    assert item_of(app, application_id).version == 1


# As a file.


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_a_list_is_had_as_a_file_as_it_was_filtered_and_without_own_matters(
    app: Flask, ada: Analyst, kind: str
) -> None:
    wait(app, "=cmd|' /C calc'!A0", number="A-1")
    wait(app, "Legal Person", number="A-2", waiting_for="legal")
    wait(app, "Ada Lyst", number="A-3", person_id=ada.educator_id)

    answer = ada.get(f"/export/{kind}?waiting_for=agency")

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].endswith(f"applications-2026-11-22.{kind}")
    assert len(answer.data) == answer.content_length
    [entry] = audited(app, "work exported")
    assert entry.after == {"as": kind, "waiting_for": "agency"}
    if kind == "json":
        assert [row["number"] for row in answer.get_json()] == ["A-1"]
    if kind == "csv":
        rows = answer.text.splitlines()
        assert len(rows) == 2
        assert rows[1].startswith("A-1,'=cmd|")
    answer.close()


def test_a_list_longer_than_a_page_is_whole_in_its_file(app: Flask, ada: Analyst) -> None:
    for number in range(PAGE_SIZE + 5):
        wait(app, number=f"B-{number:03}")

    answer = ada.get("/export/json?order=number")
    rows = answer.get_json()
    answer.close()

    assert [row["number"] for row in rows] == [f"B-{each:03}" for each in range(PAGE_SIZE + 5)]
    assert ada.get("/export/pdf").status_code == 404
