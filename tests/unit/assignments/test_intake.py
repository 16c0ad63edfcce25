"""A sent file is kept at once and taken in by the worker; its sender sees how far it has come."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from chassis.storage.tables import AUDIT
from chassis.testing import FixedClock, service_of
from services.assignments import background
from services.assignments.background import take_in_next
from services.assignments.domain.submission import Stage, Submission
from tests.unit.assignments.world import (
    OTHER_COUNTY,
    biology_only,
    coordinator_of,
    row_counts,
    send,
    two_classes,
    upload,
    waiting_submission,
)


def stage_of(app: Flask, submission_id: str) -> Stage:
    with service_of(app).database.reading() as session:
        return session.get_one(Submission, UUID(submission_id)).stage


def enter(app: Flask, submission_id: str, step: Callable[[Submission], None]) -> None:
    with service_of(app).database.transaction() as session:
        step(session.get_one(Submission, UUID(submission_id)))


@pytest.mark.parametrize(
    ("step", "current"),
    [
        (None, "Received"),
        (Submission.read, "Read and checked"),
        (Submission.judge, "Stored and compared with certificates"),
    ],
)
def test_the_page_shows_how_far_a_file_has_come(
    app: Flask, clock: FixedClock, step: Callable[..., None] | None, current: str
) -> None:
    sent = waiting_submission(app)
    if step:
        enter(app, sent, lambda submission: step(submission, clock.now()))

    page = coordinator_of(app).get(f"/assignments/submissions/{sent}").text

    assert f'usa-step-indicator__heading-text">{current}<' in page
    assert "You may leave this page" in page
    assert 'http-equiv="refresh"' in page


def test_who_comes_back_finds_the_file_on_the_districts_page(app: Flask) -> None:
    sent = waiting_submission(app)
    there = f"/assignments/submissions/{sent}"

    assert there in coordinator_of(app).get("/assignments/").text
    take_in_next(service_of(app))
    assert there not in coordinator_of(app).get("/assignments/").text
    assert "/assignments/reports/" in coordinator_of(app).get(there).location


def test_a_refused_file_stays_on_the_districts_page_until_a_later_one_is_sent(app: Flask) -> None:
    send(app, b"no report at all")
    assert "The last file was not accepted" in coordinator_of(app).get("/assignments/").text

    send(app, biology_only())
    assert "was not accepted" not in coordinator_of(app).get("/assignments/").text


def test_a_file_whose_worker_died_is_taken_up_by_another(app: Flask, clock: FixedClock) -> None:
    sent = waiting_submission(app)
    enter(app, sent, lambda submission: submission.read(clock.now()))

    clock.move(seconds=59)
    assert not take_in_next(service_of(app))
    clock.move(seconds=2)
    assert take_in_next(service_of(app))

    assert stage_of(app, sent) == Stage.ACCEPTED


def test_a_file_that_takes_each_worker_along_is_refused_after_the_third(
    app: Flask, clock: FixedClock
) -> None:
    sent = waiting_submission(app)
    for _ in range(3):
        enter(app, sent, lambda submission: submission.read(clock.now()))
    clock.move(seconds=61)

    assert take_in_next(service_of(app))

    assert stage_of(app, sent) == Stage.REFUSED


def test_a_fault_of_ours_is_tried_three_times_and_then_told(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("out of luck")

    monkeypatch.setattr(background, "receive", fail)
    sent = waiting_submission(app)

    stages = [take_in_next(service_of(app)) and stage_of(app, sent) for _ in range(3)]

    assert stages == [Stage.WAITING, Stage.WAITING, Stage.REFUSED]
    assert not take_in_next(service_of(app))
    page = coordinator_of(app).get(f"/assignments/submissions/{sent}").text
    assert "an error on our side" in page
    assert row_counts(app)["report"] == 0


def test_files_are_taken_in_in_the_order_in_which_they_came(app: Flask, clock: FixedClock) -> None:
    first = waiting_submission(app)
    clock.move(seconds=1)
    second = upload(coordinator_of(app), two_classes()).location.rpartition("/")[2]

    take_in_next(service_of(app))

    assert (stage_of(app, first), stage_of(app, second)) == (Stage.ACCEPTED, Stage.WAITING)


def test_a_report_is_accepted_in_the_name_of_who_sent_it(app: Flask) -> None:
    send(app, biology_only())

    with service_of(app).database.reading() as session:
        (actor,) = session.scalars(select(AUDIT.c.actor).where(AUDIT.c.action == "report accepted"))
        submission = session.scalars(select(Submission)).one()
    assert actor == submission.actor
    assert actor.startswith("account ")


def test_another_districts_file_is_nobody_elses_to_see(app: Flask) -> None:
    sent = waiting_submission(app)

    answer = coordinator_of(app, OTHER_COUNTY).get(f"/assignments/submissions/{sent}")

    assert answer.status_code == 403


def test_a_file_that_is_gone_is_told_to_be(app: Flask) -> None:
    sent = waiting_submission(app)
    for kept in Path(service_of(app).files._folder).iterdir():
        kept.unlink()

    take_in_next(service_of(app))

    assert stage_of(app, sent) == Stage.REFUSED
