"""Whoever is under an order reads of it first, and reads nowhere that all is well."""

from datetime import timedelta

import pytest
from flask import Flask
from lxml import html

from chassis.testing import FixedClock, deliver, service_of
from contracts.legal import OrderAction, OrderEntered
from services.certification.domain.status import ApplicationStatus
from tests.unit.certification import story
from tests.unit.certification.story import TODAY, applicant

HOME = "/certification/"
FAR = TODAY + timedelta(days=400)


def main_of(app: Flask, path: str) -> html.HtmlElement:
    page = html.fromstring(applicant(app).get(path).text)
    (main,) = page.xpath("//main")
    return main


def headings(main: html.HtmlElement) -> list[str]:
    return [heading.text_content().strip() for heading in main.xpath(".//h2 | .//h3")]


@pytest.mark.parametrize(
    ("order", "word"),
    [
        (story.order(OrderAction.REVOCATION), "revoked"),
        (story.order(OrderAction.SURRENDER), "surrendered"),
        (story.order(OrderAction.SUSPENSION), "suspended"),
        (story.order(OrderAction.SUSPENSION, ends_on=FAR), "suspended"),
    ],
)
def test_the_home_and_the_application_begin_with_the_order_its_effect_and_the_remedy(
    app: Flask, order: OrderEntered, word: str
) -> None:
    application_id = story.bring_to(app, ApplicationStatus.APPROVED)
    deliver(app, order)

    for path in (HOME, f"/certification/applications/{application_id}"):
        main = main_of(app, path)
        first = headings(main)[0]
        (banner,) = main.find_class("grave")
        assert word in first
        assert "KY-2026-0100001" in first
        assert "November 22, 2026" in banner.text_content()
        assert service_of(app).rules.order_remedy in banner.text_content()
        assert banner.xpath(".//a[starts-with(@href, '/certification/certificates/')]")
        assert main.find_class("usa-alert--success") == []
        assert main.find_class("status-success") == []
        assert "need not do anything" not in main.text_content()


def test_an_order_that_is_yet_to_come_is_told_before_its_day(app: Flask) -> None:
    story.bring_to(app, ApplicationStatus.APPROVED)
    deliver(app, story.order(effective_on=TODAY + timedelta(days=8)))

    assert "will be revoked" in headings(main_of(app, HOME))[0]


def test_of_two_orders_the_one_that_takes_more_is_told(app: Flask) -> None:
    story.bring_to(app, ApplicationStatus.APPROVED)
    deliver(app, story.order(OrderAction.SUSPENSION, ends_on=FAR), story.order())

    (banner,) = main_of(app, HOME).find_class("grave")
    assert "revoked" in banner.text_content()


def test_a_suspension_that_is_over_is_told_no_more(app: Flask, clock: FixedClock) -> None:
    story.bring_to(app, ApplicationStatus.APPROVED)
    deliver(app, story.order(OrderAction.SUSPENSION, ends_on=TODAY + timedelta(days=3)))
    clock.move(days=4)

    main = main_of(app, HOME)
    assert main.find_class("grave") == []
    assert main.find_class("certificate-good") != []


def test_a_fee_that_was_paid_is_called_paid(app: Flask) -> None:
    application_id = story.bring_to(app, ApplicationStatus.READY)

    tasks = main_of(app, f"/certification/applications/{application_id}").find_class("task")

    assert tasks[-1].find_class("task-state")[0].text_content() == "Paid"
