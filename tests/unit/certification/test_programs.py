"""A provider's candidates: admission by number and name, exit as completer, recommendation."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask

from chassis.ids import new_id
from chassis.problems import InvalidInput, NotAllowed, NotFound
from chassis.testing import deliver, moment, recorded, working
from contracts.notices import NoticeDue
from services.certification import queries
from services.certification.domain.element import ElementKind
from services.certification.domain.program import (
    AlreadyAdmitted,
    AlreadyCompleted,
    NotACompleter,
    ProgramDoesNotCover,
)
from services.certification.domain.refusals import AlreadyRecommended
from services.certification.usecases import programs
from services.certification.usecases.programs import NoSuchEducator
from tests.unit.certification import story


def admit_by(app: Flask, educator_number: str, last_name: str) -> None:
    with working(app) as (session, service):
        programs.record_admission(
            session,
            service.rules,
            organization_id=story.PROVIDER,
            educator_number=educator_number,
            last_name=last_name,
            program_name="Secondary Mathematics",
            certificate_type="PROF",
            authorization_codes=["SEC_MATH"],
            admitted_on=date(2024, 8, 15),
            today=service.today(),
        )


def complete(
    app: Flask,
    admission_id: UUID,
    completed_on: date,
    organization_id: UUID = story.PROVIDER,
) -> None:
    with working(app) as (session, service):
        programs.record_completion(
            session,
            admission_id,
            [organization_id],
            completed_on=completed_on,
            today=service.today(),
        )


@pytest.mark.parametrize(
    ("number", "last_name"),
    [("201184562", "Otherly"), ("201999999", "Testworthy"), ("1", "Testworthy")],
)
def test_an_admission_needs_number_and_last_name_of_the_same_educator(
    app: Flask, number: str, last_name: str
) -> None:
    with pytest.raises(NoSuchEducator) as refusal:
        admit_by(app, number, last_name)

    assert "Check both" in str(refusal.value.errors)


@pytest.mark.parametrize("last_name", ["testworthy", "Oldname", " Testworthy "])
def test_a_former_last_name_and_letters_of_any_size_will_do(app: Flask, last_name: str) -> None:
    deliver(app, story.person(version=2, former_last_names=("Oldname",)))

    admit_by(app, " 201184562 ", last_name)


def test_a_candidate_is_admitted_to_a_program_once(app: Flask) -> None:
    admission_id = story.admit(app, completed_on=None)
    with pytest.raises(AlreadyAdmitted):
        story.admit(app, completed_on=None)

    complete(app, admission_id, date(2026, 5, 9))
    story.admit(app, completed_on=None)


def test_an_admission_to_come_is_refused(app: Flask) -> None:
    with pytest.raises(InvalidInput):
        story.admit(app, admitted_on=story.TODAY + timedelta(days=1), completed_on=None)
    story.admit(app, admitted_on=story.TODAY, completed_on=None)


def test_an_exit_is_recorded_once_and_not_before_the_admission_or_today(app: Flask) -> None:
    admission_id = story.admit(app, admitted_on=date(2024, 8, 15), completed_on=None)
    for day in (date(2024, 8, 14), story.TODAY + timedelta(days=1)):
        with pytest.raises(InvalidInput):
            complete(app, admission_id, day)

    complete(app, admission_id, date(2024, 8, 15))

    with pytest.raises(AlreadyCompleted):
        complete(app, admission_id, date(2026, 5, 9))


def test_an_exit_without_an_admission_is_refused(app: Flask) -> None:
    with pytest.raises(NotFound):
        complete(app, new_id(), date(2026, 5, 9))


def test_another_provider_can_neither_complete_nor_recommend(app: Flask) -> None:
    admission_id = story.admit(app, completed_on=None)
    application_id = story.start(app)

    with pytest.raises(NotAllowed):
        complete(app, admission_id, date(2026, 5, 9), story.OTHER_PROVIDER)
    with pytest.raises(NotAllowed), working(app) as (session, service):
        programs.recommend(
            session,
            service.rules,
            admission_id,
            [story.OTHER_PROVIDER],
            application_id,
            **moment(service),
        )


def test_only_a_completer_is_recommended_for_a_professional_certificate(app: Flask) -> None:
    admission_id = story.admit(app, completed_on=None)
    application_id = story.start(app)
    with pytest.raises(NotACompleter):
        story.recommend(app, admission_id, application_id)

    complete(app, admission_id, date(2026, 5, 9))
    story.recommend(app, admission_id, application_id)

    element = story.application_of(app, application_id).element(ElementKind.PROGRAM_RECOMMENDATION)
    assert element.state == "verified"
    assert element.answers["provider"] == "Example State University"


def test_who_is_enrolled_is_recommended_for_a_temporary_provisional_certificate(
    app: Flask,
) -> None:
    admission_id = story.admit(app, certificate_type="TPROV", completed_on=None)
    application_id = story.start(app, "TPROV")

    story.recommend(app, admission_id, application_id)


def test_a_program_that_does_not_cover_what_is_applied_for_recommends_nobody(app: Flask) -> None:
    of_another_type = story.admit(app, certificate_type="TPROV")
    of_other_areas = story.admit(app, codes=("SEC_MATH",))
    application_id = story.start(app, "PROF", ("SEC_MATH", "SEC_PHYSICS"))

    for admission_id in (of_another_type, of_other_areas):
        with pytest.raises(ProgramDoesNotCover):
            story.recommend(app, admission_id, application_id)


def test_a_candidate_is_not_recommended_on_anothers_application(app: Flask) -> None:
    with working(app) as (session, service):
        others = programs.record_admission(
            session,
            service.rules,
            organization_id=story.PROVIDER,
            educator_number="201999999",
            last_name="Otherly",
            program_name="Secondary Mathematics",
            certificate_type="PROF",
            authorization_codes=["SEC_MATH"],
            admitted_on=date(2024, 8, 15),
            today=service.today(),
        )
        others.complete(date(2026, 5, 9), service.today())
    application_id = story.start(app)

    with pytest.raises(ProgramDoesNotCover):
        story.recommend(app, others.admission_id, application_id)


def test_a_recommendation_is_given_once(app: Flask) -> None:
    admission_id = story.admit(app)
    application_id = story.start(app)
    story.recommend(app, admission_id, application_id)

    with pytest.raises(AlreadyRecommended):
        story.recommend(app, admission_id, application_id)


def test_the_applicant_is_told_of_the_recommendation_unless_payments_will(app: Flask) -> None:
    admission_id = story.admit(app)
    application_id = story.start(app)
    story.recommend(app, admission_id, application_id)

    told = [each.title for each in recorded(app, NoticeDue) if each.educator_id]
    assert told == ["Your preparation provider recommended you"]


def test_a_provider_sees_its_own_candidates_and_what_is_due(app: Flask) -> None:
    admission_id = story.admit(app)
    application_id = story.start(app)
    with working(app) as (session, _):
        mine = queries.candidates_of(session, [story.PROVIDER]).items
        due = queries.recommendations_due(session, [story.PROVIDER])
        theirs = queries.candidates_of(session, [story.OTHER_PROVIDER]).items
        due_to_others = queries.recommendations_due(session, [story.OTHER_PROVIDER])

    assert [row.ProgramAdmission.admission_id for row in mine] == [admission_id]
    assert [each.application.application_id for each in due] == [application_id]
    assert (theirs, due_to_others) == ([], [])

    story.recommend(app, admission_id, application_id)
    with working(app) as (session, _):
        assert queries.recommendations_due(session, [story.PROVIDER]) == []


@pytest.mark.parametrize(
    ("on_file", "typed"),
    [
        ("O'Carrollan", "O\u2019Carrollan"),
        ("Peñálver", "Penalver"),
        ("Peñaflor-Ruiz", "Peñaflor Ruiz"),
        ("Ødegård", "Oedegaard"),
        ("Ashgrove", "Ashgrove, Jr."),
    ],
)
def test_a_candidate_is_admitted_by_a_last_name_however_it_is_written(
    app: Flask, on_file: str, typed: str
) -> None:
    deliver(app, story.person(version=2, last_name=on_file))

    admit_by(app, story.WILLAS_NUMBER, typed)

    deliver(app, story.person(version=3, last_name="O'Carrollan"))
    with pytest.raises(NoSuchEducator):
        admit_by(app, story.WILLAS_NUMBER, "Carroll")
