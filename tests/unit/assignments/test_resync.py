"""Replicas that went wrong are rebuilt from what their owners announce next."""

from flask import Flask
from sqlalchemy import delete, select, update

from chassis.testing import deliver, service_of
from services.assignments.domain.replicas import Certificate, Educator
from tests.unit.assignments.world import OTHER, TINY, ZOE, issued, person


def run(app: Flask, *arguments: str) -> list[str]:
    result = app.test_cli_runner().invoke(args=["resync", *arguments])
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def held_numbers(app: Flask) -> list[str]:
    with service_of(app).database.reading() as session:
        return list(session.scalars(select(Certificate.certificate_number)))


def test_an_altered_and_a_lost_row_are_right_again_after_their_owners_announced_them(
    app: Flask,
) -> None:
    facts = (TINY, OTHER, person(), issued())
    deliver(app, *facts)
    with service_of(app).database.transaction() as session:
        session.execute(update(Certificate).values(certificate_number="scribbled over"))
        session.execute(delete(Educator).where(Educator.educator_id == ZOE))
    deliver(app, *facts)
    assert held_numbers(app) == ["scribbled over"]

    run(app)
    deliver(app, *facts)

    assert held_numbers(app) == ["K00012345"]
    with service_of(app).database.reading() as session:
        assert session.get_one(Educator, ZOE).full_name == "Zoë Quill"


def test_until_then_the_service_keeps_working_with_what_it_has(app: Flask) -> None:
    deliver(app, issued())
    run(app)
    assert held_numbers(app) == ["K00012345"]


def test_rows_that_no_owner_announced_are_counted(app: Flask) -> None:
    deliver(app, person(), issued())
    counts = run(app)
    assert "certificate: 1 rows pending resync" in counts
    assert "organization: 2 rows pending resync" in counts

    deliver(app, issued())

    left = run(app, "--pending")
    assert "certificate: 0 rows pending resync" in left
    assert "educator: 1 rows pending resync" in left


def test_an_older_fact_that_arrives_late_does_not_win(app: Flask) -> None:
    newer, older = issued(2, certificate_number="K2"), issued(1, certificate_number="K1")
    deliver(app, older, newer)
    run(app)
    deliver(app, newer, older)
    assert held_numbers(app) == ["K2"]
