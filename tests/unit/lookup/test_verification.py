"""The page behind a certificate's code answers at once: good today, or not, why, and what to do."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from chassis.testing import FixedClock, deliver
from chassis.web.patterns import VerdictKind
from contracts.certification import CertificateFact
from services.lookup.domain.verification import Reason
from tests.unit.lookup.facts import issued, revoked, surrendered, suspended

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)
NUMBER = "KY-2026-0000001"


def verify(client: FlaskClient, number: str = NUMBER) -> dict[str, Any]:
    answer = client.get(f"/lookup/api/verify/{number}")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()
    return found


def page(client: FlaskClient, number: str = NUMBER) -> str:
    answer = client.get(f"/lookup/verify/{number}")
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def test_a_good_certificate_is_valid_with_whose_it_is_and_what_for(
    app: Flask, client: FlaskClient
) -> None:
    deliver(app, issued())

    answer, shown = verify(client), page(client)

    assert (answer["valid"], answer["reason"], answer["on"]) == (True, "valid", "2026-11-22")
    assert answer["as_of"] == "2026-11-22T15:00:00Z"
    assert answer["certificate"]["holder_name"] == "Ada Lovelace"
    for words in (
        "Valid on November 22, 2026",
        "Ada Lovelace holds this certificate. It is good through June 30, 2031.",
        "Secondary Mathematics",
        "Compare the name and the number",
    ):
        assert words in shown


@pytest.mark.parametrize(
    ("fact", "reason", "words"),
    [
        (
            issued(effective_on=TODAY + DAY),
            Reason.NOT_YET_EFFECTIVE,
            ["Not valid yet", "takes effect on November 23, 2026", "Look again"],
        ),
        (
            issued(expires_on=TODAY - DAY),
            Reason.EXPIRED,
            ["Not valid: expired", "last day of this certificate was November 21, 2026", "renewal"],
        ),
        (
            suspended(TODAY, TODAY + 8 * DAY),
            Reason.SUSPENDED,
            [
                "Not valid: suspended",
                "Suspended from November 22, 2026 through November 30, 2026.",
                "Look again after November 30, 2026.",
            ],
        ),
        (
            suspended(TODAY, None),
            Reason.SUSPENDED,
            ["Suspended from November 22, 2026 until further order.", "until the board ends"],
        ),
        (
            surrendered(TODAY - DAY),
            Reason.SURRENDERED,
            ["Not valid: surrendered", "Surrendered effective November 21, 2026.", "Do not rely"],
        ),
        (
            revoked(TODAY),
            Reason.REVOKED,
            ["Not valid: revoked", "Revoked effective November 22, 2026.", "Do not rely"],
        ),
    ],
)
def test_every_negative_answer_has_its_reason_and_says_what_to_do_next(
    app: Flask, client: FlaskClient, fact: CertificateFact, reason: Reason, words: list[str]
) -> None:
    deliver(app, fact)

    answer, shown = verify(client), page(client)

    assert (answer["valid"], answer["reason"]) == (False, reason)
    assert answer["certificate"]["certificate_number"] == NUMBER
    assert [each for each in words if each not in shown] == []
    assert answer["explanation"] in shown
    assert answer["next_step"] in shown


@pytest.mark.parametrize(
    ("fact", "number", "kind"),
    [
        (issued(), NUMBER, VerdictKind.GOOD),
        (issued(expires_on=TODAY - DAY), NUMBER, VerdictKind.BOUNDED),
        (issued(effective_on=TODAY + DAY), NUMBER, VerdictKind.BOUNDED),
        (issued(), "KY-2026-7777777", VerdictKind.UNKNOWN),
        (issued(), "hello", VerdictKind.UNKNOWN),
        (suspended(TODAY, None), NUMBER, VerdictKind.ORDERED),
        (surrendered(TODAY), NUMBER, VerdictKind.ORDERED),
        (revoked(TODAY), NUMBER, VerdictKind.ORDERED),
    ],
)
def test_only_an_order_looks_like_an_order_and_only_what_is_good_looks_good(
    app: Flask, client: FlaskClient, fact: CertificateFact, number: str, kind: VerdictKind
) -> None:
    deliver(app, fact)

    shown = html.fromstring(page(client, number))

    (verdict,) = shown.find_class("verdict")
    assert f"verdict-{kind}" in verdict.classes
    assert [*verdict.find_class(f"sign-{kind}")] != []


@pytest.mark.parametrize(
    ("number", "reason", "words"),
    [
        ("KY-2026-7777777", Reason.NO_SUCH_CERTIFICATE, ["EPSB has issued no", "Check each digit"]),
        ("hello", Reason.NOT_A_CERTIFICATE_NUMBER, ["This is not a certificate number", "scan"]),
        ("TX-1", Reason.NOT_A_CERTIFICATE_NUMBER, ["seven digits", "KY-2026-0041873"]),
    ],
)
def test_a_number_without_a_certificate_is_told_from_what_is_no_number(
    app: Flask, client: FlaskClient, number: str, reason: Reason, words: list[str]
) -> None:
    deliver(app, issued())

    answer, shown = verify(client, number), page(client, number)

    assert (answer["valid"], answer["reason"], answer["certificate"]) == (False, reason, None)
    assert [each for each in words if each not in shown] == []
    assert 'role="search"' in shown


def test_a_certificate_whose_number_has_an_old_form_is_verified_all_the_same(
    app: Flask, client: FlaskClient
) -> None:
    deliver(app, issued(certificate_number="T/17 b"))

    assert verify(client, "t17B")["valid"] is True


def test_the_answer_changes_by_itself_at_midnight(
    app: Flask, client: FlaskClient, clock: FixedClock
) -> None:
    deliver(app, revoked(TODAY + DAY))

    assert verify(client)["valid"] is True
    clock.move(days=1)
    assert (verify(client)["valid"], verify(client)["reason"]) == (False, "revoked")


def test_the_answer_to_a_certificate_under_a_future_order_does_not_tell_of_it(
    app: Flask, client: FlaskClient
) -> None:
    deliver(app, revoked(TODAY + DAY))

    assert "evoked" not in page(client)
    assert "evoked" not in client.get(f"/lookup/api/verify/{NUMBER}").text
