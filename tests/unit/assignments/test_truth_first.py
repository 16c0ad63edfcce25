"""Who must leave a class today is told before anything else, to the district and to the state."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from chassis.testing import learn
from contracts.assignments import FindingReason
from contracts.certification import CertificateFact
from services.assignments.domain.finding import BY_GRAVITY, MUST_LEAVE
from tests.unit.assignments.world import (
    accept,
    analyst_of,
    coordinator_of,
    issued,
    person,
    revoked,
    suspended,
    two_classes,
)


def main_of(client: FlaskClient, path: str = "/assignments/") -> html.HtmlElement:
    (main,) = html.fromstring(client.get(path).text).xpath("//main")
    return main


def test_each_reason_has_its_place_by_gravity() -> None:
    assert sorted(BY_GRAVITY) == sorted(FindingReason)
    assert BY_GRAVITY[: len(MUST_LEAVE)] == MUST_LEAVE


@pytest.mark.parametrize("order", [revoked(version=2), suspended(version=2)])
def test_the_class_of_a_teacher_under_an_order_is_told_first(
    app: Flask, order: CertificateFact
) -> None:
    learn(app, person(), issued(version=1))
    accept(app, two_classes())
    learn(app, order)

    for client in (coordinator_of(app), analyst_of(app)):
        main = main_of(client)
        (banner,) = main.find_class("grave")
        assert main.xpath("(.//h2)[1]")[0].getparent() is banner
        assert "Zoë Quill" in banner.text_content()
        assert banner.xpath(".//a[starts-with(@href, '/assignments/staff/')]")


def test_findings_under_an_order_stand_before_older_and_newer_ones(app: Flask) -> None:
    learn(app, person(), issued(version=1))
    accept(app, two_classes())
    learn(app, revoked(version=2))

    rows = main_of(coordinator_of(app), "/assignments/findings").xpath(".//tbody/tr")

    assert "revoked" in rows[0].text_content()
    assert "revoked" not in rows[-1].text_content()


def test_a_certificate_that_only_ended_asks_nobody_to_leave_today(app: Flask) -> None:
    learn(app, person(), issued(version=1, expires_on=date(2026, 6, 30)))
    accept(app, two_classes())

    assert main_of(coordinator_of(app)).find_class("grave") == []
