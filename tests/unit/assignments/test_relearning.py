"""Copies of what others told, made wrong by a fault and learned anew from their owners."""

from flask import Flask
from sqlalchemy import delete, select, update

from chassis.testing import deliver, service_of
from services.assignments.domain import Certificate, Educator
from tests.unit.assignments.world import OTHER, TINY, ZOE, issued, person


def run(app: Flask, *arguments: str) -> list[str]:
    result = app.test_cli_runner().invoke(args=["relearn", *arguments])
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def held_numbers(app: Flask) -> list[str]:
    with service_of(app).database.reading() as session:
        return list(session.scalars(select(Certificate.certificate_number)))


def test_an_altered_and_a_lost_copy_are_right_again_after_their_owner_told_them_anew(
    app: Flask,
) -> None:
    told = (TINY, OTHER, person(), issued())
    deliver(app, *told)
    with service_of(app).database.transaction() as session:
        session.execute(update(Certificate).values(certificate_number="scribbled over"))
        session.execute(delete(Educator).where(Educator.educator_id == ZOE))
    deliver(app, *told)
    assert held_numbers(app) == ["scribbled over"]

    run(app)
    deliver(app, *told)

    assert held_numbers(app) == ["K00012345"]
    with service_of(app).database.reading() as session:
        assert session.get_one(Educator, ZOE).full_name == "Zoë Quill"


def test_meanwhile_the_service_goes_on_with_the_copies_it_has(app: Flask) -> None:
    deliver(app, issued())
    run(app)
    assert held_numbers(app) == ["K00012345"]


def test_copies_that_no_owner_tells_of_are_counted(app: Flask) -> None:
    deliver(app, person(), issued())
    said = run(app)
    assert "certificate: 1 wait to be told anew" in said
    assert "organization: 2 wait to be told anew" in said

    deliver(app, issued())

    left = run(app, "--waiting")
    assert "certificate: 0 wait to be told anew" in left
    assert "educator: 1 wait to be told anew" in left


def test_an_older_fact_that_comes_late_does_not_stand(app: Flask) -> None:
    newer, older = issued(2, certificate_number="K2"), issued(1, certificate_number="K1")
    deliver(app, older, newer)
    run(app)
    deliver(app, newer, older)
    assert held_numbers(app) == ["K2"]
