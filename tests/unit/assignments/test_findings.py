"""Findings follow the certificates at once: each is opened and resolved once, in any order."""

from datetime import date, timedelta
from itertools import permutations
from uuid import UUID

import pytest
from flask import Flask

from chassis.ids import new_id
from chassis.testing import FixedClock, deliver, learn, organization, recorded, service_of
from contracts.assignments import FindingOpened, FindingResolved, ReportAccepted
from contracts.certification import CertificateFact
from contracts.identity import PersonClaimed
from services.assignments.domain.finding import AlreadyResolved, Finding, Resolution
from tests.unit.assignments.world import (
    CERTIFICATE,
    ELEMENTARY,
    OTHER_COUNTY,
    TINY_COUNTY,
    ZOE,
    accept,
    biology_only,
    coordinator_of,
    issued,
    open_findings,
    open_reasons,
    person,
    reinstated,
    revoked,
    send,
    surrendered,
    suspended,
    two_classes,
)


def run_today(app: Flask) -> None:
    service = service_of(app)
    with app.app_context():
        service.schedule.run(service.database, service.today(), service.now())


@pytest.fixture
def in_field(app: Flask) -> Flask:
    """Zoë teaches biology, and her certificate covers it."""
    learn(app, person(), issued())
    accept(app)
    assert open_reasons(app) == []
    return app


def test_a_teacher_whose_number_is_known_is_matched_and_judged(app: Flask) -> None:
    learn(app, person(), issued())
    accept(app, two_classes())

    assert open_reasons(app) == ["staff_not_matched"]  # Bo, who has no number


def test_an_educator_who_becomes_known_later_is_matched_then(app: Flask) -> None:
    accept(app)
    assert open_reasons(app) == ["staff_not_matched"]

    learn(app, person())
    assert open_reasons(app) == ["no_certificate"]
    learn(app, issued())
    assert open_reasons(app) == []

    assert len(recorded(app, FindingOpened)) == len(recorded(app, FindingResolved)) == 2


def test_a_certificate_that_is_heard_of_before_its_holder_is_not_forgotten(app: Flask) -> None:
    accept(app)
    learn(app, issued())
    assert open_reasons(app) == ["staff_not_matched"]

    learn(app, person())
    assert open_reasons(app) == []


def test_a_number_in_either_place_of_the_report_matches(app: Flask) -> None:
    learn(app, person(number="77"), issued())
    accept(app)

    assert open_reasons(app) == []


def test_numbers_that_lead_to_two_educators_match_nobody(app: Flask) -> None:
    learn(app, person(number="2001"), person(number="77", educator_id=new_id()), issued())
    accept(app)

    assert open_reasons(app) == ["staff_not_matched"]


def test_a_corrected_number_is_followed(app: Flask) -> None:
    learn(app, person(number="5555"), issued())
    accept(app)
    assert open_reasons(app) == ["staff_not_matched"]

    learn(app, person(number="2001", version=2))
    assert open_reasons(app) == []
    learn(app, person(number="5555", version=3))
    assert open_reasons(app) == ["staff_not_matched"]


def test_an_old_fact_about_a_person_or_an_organization_changes_nothing(app: Flask) -> None:
    learn(app, person(version=5), issued())
    accept(app)
    learn(app, person(number="5555", version=4))
    learn(app, organization(TINY_COUNTY, "Tiny County Schools", "001", version=3))
    learn(app, organization(TINY_COUNTY, "Old Name", "001", version=2))

    assert open_reasons(app) == []
    assert "Tiny County Schools" in coordinator_of(app).get("/assignments/").text


def test_a_claimed_account_tells_of_the_person_as_well(app: Flask) -> None:
    accept(app)

    learn(app, PersonClaimed(**{**vars(person()), "version": 2}))

    assert open_reasons(app) == ["no_certificate"]


def test_a_revocation_shows_in_the_findings_as_soon_as_it_is_handled(in_field: Flask) -> None:
    learn(in_field, revoked(version=2))

    (finding,) = open_findings(in_field)
    assert finding.reason == "certificate_revoked"
    assert finding.certificate_id == CERTIFICATE
    page = coordinator_of(in_field).get("/assignments/findings").text
    assert "Certificate revoked" in page
    assert "but was revoked from November 22, 2026." in page
    (fact,) = recorded(in_field, FindingOpened)
    assert fact.version == 1
    assert fact.educator_id == ZOE
    assert fact.organization_id == TINY_COUNTY
    assert fact.course_code == "302601"


def test_a_suspension_opens_a_finding_that_reinstatement_resolves(in_field: Flask) -> None:
    learn(in_field, suspended())
    assert open_reasons(in_field) == ["certificate_suspended"]

    learn(in_field, reinstated())
    assert open_reasons(in_field) == []

    (opened,), (resolved,) = recorded(in_field, FindingOpened), recorded(in_field, FindingResolved)
    assert opened.finding_id == resolved.finding_id
    assert resolved.version == 2
    assert resolved.reason == "certificate_suspended"


def test_a_surrender_opens_a_finding(in_field: Flask) -> None:
    learn(in_field, surrendered())

    assert open_reasons(in_field) == ["certificate_surrendered"]


def test_a_new_certificate_resolves_what_the_old_one_could_not(app: Flask) -> None:
    learn(app, person(), issued(authorizations=(ELEMENTARY,)))
    accept(app)
    assert open_reasons(app) == ["wrong_content"]

    learn(app, issued(certificate_id=new_id(), certificate_number="K00099999"))

    assert open_reasons(app) == []


def test_another_reason_ends_one_finding_and_opens_the_next(in_field: Flask) -> None:
    learn(in_field, suspended(version=2), revoked(version=3))

    opened, resolved = recorded(in_field, FindingOpened), recorded(in_field, FindingResolved)
    assert [each.reason for each in opened] == ["certificate_suspended", "certificate_revoked"]
    assert [each.finding_id for each in resolved] == [opened[0].finding_id]
    with service_of(in_field).database.reading() as session:
        first = session.get_one(Finding, opened[0].finding_id)
    assert first.resolution == Resolution.OTHER_REASON


def test_the_same_reason_for_another_certificate_is_the_same_finding(app: Flask) -> None:
    learn(app, person(), issued(authorizations=(ELEMENTARY,)))
    accept(app)

    learn(app, issued(version=2, authorizations=(ELEMENTARY,), certificate_number="K00077777"))

    (finding,) = open_findings(app)
    assert finding.certificate_number == "K00077777"
    assert "certificate K00077777 covers Elementary School" in finding.explanation
    assert len(recorded(app, FindingOpened)) == 1
    assert recorded(app, FindingResolved) == []


STORY: tuple[CertificateFact, ...] = (issued(1), suspended(2), reinstated(3), revoked(4))


@pytest.mark.parametrize("order", list(permutations(range(4))), ids=str)
def test_certificate_facts_in_any_order_and_twice_come_to_the_newest(
    app: Flask, order: tuple[int, ...]
) -> None:
    learn(app, person())
    accept(app)

    for index in (*order, *order):
        learn(app, STORY[index])

    assert open_reasons(app) == ["certificate_revoked"]
    opened, resolved = recorded(app, FindingOpened), recorded(app, FindingResolved)
    assert len({each.finding_id for each in opened}) == len(opened)
    assert len({each.finding_id for each in resolved}) == len(resolved) == len(opened) - 1


def test_a_certificate_that_moves_to_another_educator_is_judged_for_both(in_field: Flask) -> None:
    learn(in_field, issued(version=2, educator_id=new_id()))

    assert open_reasons(in_field) == ["no_certificate"]


def test_facts_about_somebody_whom_no_report_names_judge_nobody(in_field: Flask) -> None:
    stranger = new_id()
    learn(
        in_field,
        person("9999", stranger),
        issued(certificate_id=new_id(), educator_id=stranger, expires_on=date(2020, 1, 1)),
    )

    assert recorded(in_field, FindingOpened) == []


# Days


def test_an_order_to_come_is_judged_on_its_day(in_field: Flask, clock: FixedClock) -> None:
    learn(in_field, revoked(version=2, starts_on=date(2026, 11, 24)))
    assert open_reasons(in_field) == []

    clock.move(days=1)
    run_today(in_field)
    assert open_reasons(in_field) == []
    clock.move(days=1)
    run_today(in_field)
    assert open_reasons(in_field) == ["certificate_revoked"]


def test_a_suspension_that_ends_by_itself_is_judged_the_day_after(
    in_field: Flask, clock: FixedClock
) -> None:
    learn(in_field, suspended(ends_on=date(2026, 11, 23)))
    clock.move(days=1)
    run_today(in_field)
    assert open_reasons(in_field) == ["certificate_suspended"]

    clock.move(days=1)
    run_today(in_field)
    assert open_reasons(in_field) == []


def test_an_expiry_is_found_when_its_day_is_over_and_only_once(
    app: Flask, clock: FixedClock
) -> None:
    learn(app, person(), issued(expires_on=date(2026, 11, 22)))
    accept(app)
    run_today(app)
    assert open_reasons(app) == []

    clock.move(days=1)
    run_today(app)
    run_today(app)
    assert open_reasons(app) == ["certificate_expired"]
    assert len(recorded(app, FindingOpened)) == 1


def test_an_assignment_that_is_over_needs_nobody_any_more(app: Flask, clock: FixedClock) -> None:
    accept(app)
    clock.move(days=(date(2027, 6, 10) - date(2026, 11, 22)).days)
    run_today(app)
    assert open_reasons(app) == ["staff_not_matched"]

    clock.move(days=1)
    run_today(app)

    assert open_reasons(app) == []
    assert len(recorded(app, FindingResolved)) == 1
    learn(app, person())
    assert open_reasons(app) == []


def test_a_fact_that_arrives_late_is_judged_as_of_today(app: Flask, clock: FixedClock) -> None:
    learn(app, person())
    accept(app)
    recorded_at = clock.now()
    clock.move(days=2)

    deliver(app, issued(expires_on=date(2026, 11, 23)), at=recorded_at)

    assert open_reasons(app) == ["certificate_expired"]


# The whole


def test_a_finding_is_resolved_once(in_field: Flask) -> None:
    learn(in_field, revoked(version=2))
    (finding,) = open_findings(in_field)
    now = service_of(in_field).now()
    finding.resolve(Resolution.IN_FIELD, now)

    with pytest.raises(AlreadyResolved):
        finding.resolve(Resolution.IN_FIELD, now + timedelta(days=1))


def announced(app: Flask) -> list[object]:
    service = service_of(app)
    with service.database.reading() as session:
        return list(service.announce(session))


def test_open_findings_and_the_newest_reports_are_announced_as_they_were_told(app: Flask) -> None:
    accept(app, two_classes())
    learn(app, person(), issued())
    newest: UUID = accept(app)
    learn(app, revoked(version=2))
    send(app, biology_only().write("orgs.csv", 2, "identifier", "002"), _other(app))

    told = recorded(app)
    facts = announced(app)
    assert all(each in told for each in facts)
    reports = [each for each in facts if isinstance(each, ReportAccepted)]
    assert {each.organization_id for each in reports} == {TINY_COUNTY, OTHER_COUNTY}
    assert newest in {each.report_id for each in reports}
    findings = {each.finding_id for each in facts if isinstance(each, FindingOpened)}
    assert findings == {each.finding_id for each in open_findings(app)}


def _other(app: Flask):  # type: ignore[no-untyped-def]
    return coordinator_of(app, OTHER_COUNTY)
