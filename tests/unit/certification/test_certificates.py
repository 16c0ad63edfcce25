"""Certificates: what is issued, what they are worth on a day, and what orders do to them."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask

from chassis.ids import new_id
from chassis.messaging.inbox import Verdict
from chassis.operations.republish import republish
from chassis.testing import deliver, recorded, service_of, working
from contracts.certification import (
    Authorization,
    CertificateFact,
    CertificateIssued,
    CertificateReinstated,
    CertificateRevoked,
    CertificateStatus,
    CertificateSurrendered,
    CertificateSuspended,
)
from contracts.legal import OrderAction, OrderEntered
from services.certification.domain.certificate import NoCopyIssued, last_day_of
from services.certification.domain.replicas import EducatorUnknown
from services.certification.domain.status import ApplicationStatus
from services.certification.usecases import certificates
from tests.unit.certification import story

ACTIVE, SUSPENDED, REVOKED = (
    CertificateStatus.ACTIVE,
    CertificateStatus.SUSPENDED,
    CertificateStatus.REVOKED,
)
TOMORROW = story.TODAY + timedelta(days=1)
IN_A_YEAR = story.TODAY + timedelta(days=365)


def newest(app: Flask, certificate_id: UUID) -> CertificateFact:
    facts = [
        each for each in recorded(app, CertificateFact) if each.certificate_id == certificate_id
    ]
    found: CertificateFact = max(facts, key=lambda each: each.version)
    return found


def test_what_was_applied_for_is_certified_with_grades_population_and_dates(app: Flask) -> None:
    story.bring_to(app, ApplicationStatus.APPROVED)

    [issued] = recorded(app, CertificateIssued)
    assert issued.certificate_number == "KY-2026-0100001"
    assert (issued.educator_number, issued.holder_name) == (story.WILLAS_NUMBER, story.WILLAS_NAME)
    assert issued.certificate_title == "Professional Certificate for Teaching"
    assert issued.authorizations == (
        Authorization(
            code="SEC_MATH", title="Secondary Mathematics", lowest_grade=8, highest_grade=12
        ),
    )
    assert issued.expires_on == date(2031, 6, 30)


@pytest.mark.parametrize(
    ("effective_on", "months", "ends_on", "last_day"),
    [
        (date(2026, 7, 1), 60, "06-30", date(2031, 6, 30)),
        (date(2026, 11, 22), 60, "06-30", date(2031, 6, 30)),
        (date(2026, 6, 30), 60, "06-30", date(2030, 6, 30)),
        (date(2026, 11, 22), 12, "06-30", date(2027, 6, 30)),
        (date(2025, 7, 1), 120, None, date(2035, 6, 30)),
        (date(2024, 2, 29), 12, None, date(2025, 2, 27)),
        (date(2026, 12, 31), 2, None, date(2027, 2, 27)),
    ],
)
def test_a_certificate_never_runs_longer_than_its_term(
    effective_on: date, months: int, ends_on: str | None, last_day: date
) -> None:
    assert last_day_of(effective_on, months, ends_on) == last_day


def test_a_legacy_certificate_is_taken_over_once_and_told(app: Flask) -> None:
    first = story.legacy_certificate(app)
    again = story.legacy_certificate(app)

    assert again.certificate_id == first.certificate_id
    [issued] = recorded(app, CertificateIssued)
    assert (issued.certificate_number, issued.rank) == ("KY-2020-0000017", "III")
    assert issued.expires_on == date(2029, 6, 30)


def test_a_legacy_certificate_of_somebody_unknown_is_refused(app: Flask) -> None:
    with pytest.raises(EducatorUnknown), working(app) as (session, service):
        certificates.record_legacy_certificate(
            session,
            service.rules,
            educator_id=new_id(),
            certificate_number="KY-1",
            certificate_type="PROF",
            authorization_codes=["SEC_MATH"],
            issued_on=date(2024, 7, 1),
        )


@pytest.mark.parametrize(
    ("action", "fact", "status"),
    [
        (OrderAction.REVOCATION, CertificateRevoked, CertificateStatus.REVOKED),
        (OrderAction.SURRENDER, CertificateSurrendered, CertificateStatus.SURRENDERED),
        (OrderAction.SUSPENSION, CertificateSuspended, CertificateStatus.SUSPENDED),
    ],
)
def test_an_order_binds_every_certificate_of_the_educator_with_one_fact_each(
    app: Flask, action: OrderAction, fact: type[CertificateFact], status: CertificateStatus
) -> None:
    certificates = [
        story.legacy_certificate(app),
        story.legacy_certificate(app, "KY-2021-0000018", expires_on=date(2022, 6, 30)),
    ]

    deliver(app, story.order(action))

    told = recorded(app, fact)
    assert [each.certificate_id for each in told] == [each.certificate_id for each in certificates]
    assert {each.version for each in told} == {2}
    for each in told:
        assert each.status_on(story.TODAY - timedelta(days=1)) is not status
        assert each.status_on(story.TODAY) is status


def test_an_order_to_come_binds_from_its_day(app: Flask) -> None:
    certificate = story.legacy_certificate(app)
    deliver(app, story.order(effective_on=TOMORROW))

    shown = story.certificate_of(app, certificate.certificate_id)
    assert [shown.status_on(day) for day in (story.TODAY, TOMORROW)] == [ACTIVE, REVOKED]
    [revoked] = recorded(app, CertificateRevoked)
    assert revoked.revoked_from == TOMORROW


def test_a_suspension_with_a_last_day_ends_by_itself(app: Flask) -> None:
    certificate = story.legacy_certificate(app)
    deliver(app, story.order(OrderAction.SUSPENSION, ends_on=TOMORROW))

    shown = story.certificate_of(app, certificate.certificate_id)
    days = (story.TODAY, TOMORROW, TOMORROW + timedelta(days=1))
    assert [shown.status_on(day) for day in days] == [SUSPENDED, SUSPENDED, ACTIVE]
    assert recorded(app, CertificateReinstated) == []


@pytest.mark.parametrize("ends_on", [None, IN_A_YEAR, TOMORROW])
def test_a_suspension_is_ended_by_legal_and_the_certificate_reinstated(
    app: Flask, ends_on: date | None
) -> None:
    certificate = story.legacy_certificate(app)
    entered = story.order(OrderAction.SUSPENSION, ends_on=ends_on)
    deliver(app, entered, story.ended(entered, TOMORROW))

    [reinstated] = recorded(app, CertificateReinstated)
    assert (reinstated.version, reinstated.order_id) == (3, entered.order_id)
    assert reinstated.status_on(TOMORROW) is SUSPENDED
    assert reinstated.status_on(TOMORROW + timedelta(days=1)) is ACTIVE
    shown = story.certificate_of(app, certificate.certificate_id)
    assert shown.restrictions == reinstated.restrictions


def deliveries(entered: OrderEntered) -> dict[str, list[object]]:
    over = story.ended(entered, TOMORROW)
    return {
        "in order": [entered, over],
        "ended first": [over, entered],
        "each twice": [entered, entered, over, over],
        "back and forth": [over, entered, over, entered],
    }


@pytest.mark.parametrize("way", ["in order", "ended first", "each twice", "back and forth"])
def test_orders_may_come_in_any_order_and_again(app: Flask, way: str) -> None:
    certificate = story.legacy_certificate(app)
    entered = story.order(OrderAction.SUSPENSION)

    for event in deliveries(entered)[way]:
        [outcome] = deliver(app, event)  # type: ignore[arg-type]
        assert outcome.verdict is Verdict.HANDLED

    last = newest(app, certificate.certificate_id)
    assert isinstance(last, CertificateReinstated)
    [restriction] = last.restrictions
    assert (restriction.starts_on, restriction.ends_on) == (story.TODAY, TOMORROW)
    versions = [each.version for each in recorded(app, CertificateFact)]
    assert versions == sorted(set(versions))


def test_an_order_that_came_before_the_certificate_binds_it_from_the_first(app: Flask) -> None:
    deliver(app, story.order())

    story.legacy_certificate(app)

    [issued] = recorded(app, CertificateFact)
    assert isinstance(issued, CertificateIssued)
    assert issued.status_on(story.TODAY) is REVOKED


def test_an_order_that_was_over_before_the_certificate_began_leaves_it_alone(app: Flask) -> None:
    entered = story.order(OrderAction.SUSPENSION, date(2020, 1, 1), date(2020, 12, 31))
    deliver(app, entered)
    story.legacy_certificate(app)

    deliver(app, story.ended(entered, date(2020, 12, 31)))

    [issued] = recorded(app, CertificateFact)
    assert issued.restrictions == ()


def test_the_gravest_order_decides_and_a_suspensions_end_does_not_lift_a_revocation(
    app: Flask,
) -> None:
    certificate = story.legacy_certificate(app)
    suspension = story.order(OrderAction.SUSPENSION)
    deliver(app, suspension, story.order(), story.ended(suspension, story.TODAY))

    last = newest(app, certificate.certificate_id)
    assert {each.kind for each in last.restrictions} == {
        OrderAction.SUSPENSION,
        OrderAction.REVOCATION,
    }
    assert last.status_on(IN_A_YEAR) is REVOKED


def test_an_order_on_somebody_else_changes_nothing(app: Flask) -> None:
    story.legacy_certificate(app)
    other = OrderEntered(**{**vars(story.order()), "educator_id": story.OTHER_EDUCATOR})

    deliver(app, other)

    assert len(recorded(app, CertificateFact)) == 1


def suspend(app: Flask) -> None:
    deliver(app, story.order(OrderAction.SUSPENSION))


def reinstate(app: Flask) -> None:
    entered = story.order(OrderAction.SUSPENSION)
    deliver(app, entered, story.ended(entered, story.TODAY))


def surrender(app: Flask) -> None:
    deliver(app, story.order(OrderAction.SURRENDER))


def revoke(app: Flask) -> None:
    deliver(app, story.order())


def leave_alone(app: Flask) -> None:
    pass


@pytest.mark.parametrize("happen", [leave_alone, suspend, reinstate, surrender, revoke])
def test_what_is_announced_anew_is_the_very_fact_that_was_told_last(
    app: Flask, happen: Callable[[Flask], None]
) -> None:
    certificate = story.legacy_certificate(app)
    happen(app)
    last = newest(app, certificate.certificate_id)

    assert republish(service_of(app)) == 1

    again = recorded(app)[-1]
    assert (again, again.event_id) == (last, last.event_id)


@pytest.mark.parametrize("happen", [surrender, revoke])
def test_a_certificate_that_was_taken_is_not_given_out_and_says_why(
    app: Flask, happen: Callable[[Flask], None]
) -> None:
    certificate = story.legacy_certificate(app)
    happen(app)

    shown = story.certificate_of(app, certificate.certificate_id)
    with pytest.raises(NoCopyIssued, match=r"since November 22, 2026, by a final order"):
        shown.refuse_copy_if_taken_away(story.TODAY)
    shown.refuse_copy_if_taken_away(story.TODAY - timedelta(days=1))


@pytest.mark.parametrize("happen", [leave_alone, suspend, reinstate])
def test_any_other_certificate_is_given_out(app: Flask, happen: Callable[[Flask], None]) -> None:
    certificate = story.legacy_certificate(app)
    happen(app)

    shown = story.certificate_of(app, certificate.certificate_id)
    shown.refuse_copy_if_taken_away(story.TODAY)
