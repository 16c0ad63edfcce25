"""The educator's steps: register, apply, pay, submit, download."""

import base64
import json
from datetime import timedelta
from urllib.parse import urljoin

import altcha

from services.demonstration.accounts import PASSWORD
from services.demonstration.journey.walker import (
    Journey,
    day,
    eventually,
    has_link,
    sign_in,
    value_of,
)
from services.demonstration.visitor import Unexpected, Visitor


def register(journey: Journey) -> str:
    """The educator looks for a record, finds none, and opens an account."""
    educator = journey.visitor("educator")
    if _find_mail(journey) is None:
        educator.open("/identity/register")
        educator.send(
            {
                "first_name": journey.first_name,
                "last_name": journey.last_name,
                "ssn_last_four": journey.ssn[-4:],
                **journey.born,
                "captcha": _solved(educator),
            },
            action="register",
            expect="We found no record of you",
        )
        educator.follow("Create a new account")
        educator.send(
            {
                "ssn": journey.ssn,
                "username": journey.username,
                "email": journey.email,
                "password": PASSWORD,
                "password_again": PASSWORD,
            },
            action="account",
        )
    return f"{journey.first_name} {journey.last_name}"


def _solved(visitor: Visitor) -> str:
    """The CAPTCHA's proof of work, as the page's script would do it."""
    widget = visitor.page.find(".//altcha-widget")
    if widget is None:
        raise Unexpected("a CAPTCHA", visitor.path)
    challenge = altcha.Challenge.from_dict(json.loads(widget.get("challenge")))
    solution = altcha.solve_challenge(challenge)
    assert solution is not None
    payload = {"challenge": challenge.to_dict(), "solution": solution.to_dict()}
    return base64.b64encode(json.dumps(payload).encode()).decode()


def _find_mail(journey: Journey) -> str | None:
    """The address of the confirmation email's page, once it was sent."""
    public = journey.visitor("public")
    public.open(journey.mail)
    for row in public.page.iter("tr", "li", "article"):
        link = row.find(".//a")
        if link is not None and journey.email in row.text_content():
            return urljoin(journey.mail, str(link.get("href")))
    return None


def confirm(journey: Journey) -> None:
    """The educator follows the link in the email and signs in."""
    educator = journey.visitor("educator")
    eventually(lambda: _find_mail(journey) is not None, "the confirmation email")
    educator.open(str(_find_mail(journey)))
    link = educator.link_to("/identity/confirm")
    educator.open(link, status=0)
    if educator.status == 200:
        educator.send({}, action="confirm", status=0)
    sign_in(educator, journey.username, PASSWORD)
    educator.open("/identity/profile", expect=journey.last_name)
    journey.facts["educator_number"] = value_of(educator, journey.place.educator_number_label)


def start_application(journey: Journey) -> None:
    """The educator chooses what to apply for."""
    educator, part = journey.visitor("educator"), journey.scene.file.journey
    educator.open("/certification/")
    if not has_link(educator, "/certification/applications/"):
        educator.open("/certification/apply")
        educator.send(
            {
                "certificate_type": part.certificate_type,
                "authorization_codes": [part.authorization],
            },
            action="apply",
        )
    else:
        educator.open(educator.link_to("/certification/applications/"))
    journey.facts["application"] = educator.path


def fill_in(journey: Journey) -> None:
    """The educator fills in what the application asks: license, degrees, tests, fitness."""
    educator, path = journey.visitor("educator"), journey.facts["application"]
    educator.open(f"{path}/license")
    educator.send({"held": "no"}, action="license")
    educator.open(f"{path}/degrees")
    if not has_link(educator, f"{path}/degrees/0"):
        educator.send(
            {
                "institution": journey.scene.file.provider.name,
                "degree": "Bachelor of Science in Mathematics",
                **day("conferred_on", journey.graduated_on),
                "name_on_transcript": f"{journey.first_name} {journey.last_name}",
                **day("sent_on", journey.graduated_on + timedelta(days=14)),
            },
            action="degrees",
        )
    educator.open(f"{path}/assessments")
    if not has_link(educator, f"{path}/assessments/0"):
        educator.send(
            {
                "test_code": "5165",
                "title": "Praxis Mathematics",
                "score": "171",
                **day("taken_on", journey.graduated_on - timedelta(days=56)),
            },
            action="/assessments",
        )
    educator.open(f"{path}/fitness")
    answers = dict.fromkeys(educator.names_of("radio"), "no")
    answers["signature"] = f"{journey.first_name} {journey.last_name}"
    educator.send(answers, action="fitness")


def pay(journey: Journey) -> str:
    """The educator pays the fee on the card processor's page."""
    educator, fee = journey.visitor("educator"), journey.scene.file.journey.fee
    application = journey.facts["application"]

    def has_invoice() -> bool:
        educator.open(application)
        return has_link(educator, "/payments/invoices/")

    eventually(has_invoice, "the invoice on the application's page")
    educator.open(educator.link_to("/payments/invoices/"), expect=fee)
    journey.facts["invoice"] = educator.path
    if "/pay" in educator.actions:
        educator.send({}, action="/pay")
        if "number" in educator.names_of("text"):
            educator.send(
                {
                    "number": "4242 4242 4242 4242",
                    "expiry": f"12 / {(journey.today.year + 4) % 100:02}",
                    "cvc": "123",
                    "name": f"{journey.first_name} {journey.last_name}",
                }
            )
    educator.wait_for(journey.facts["invoice"], "Receipt number")
    return str(fee)


def submit(journey: Journey) -> None:
    """The educator submits the complete application."""
    educator, path = journey.visitor("educator"), journey.facts["application"]

    def is_ready() -> bool:
        educator.open(path)
        return has_link(educator, f"{path}/submit") or "Under review" in educator.text

    eventually(is_ready, "the application to be ready")
    if has_link(educator, f"{path}/submit"):
        educator.open(f"{path}/submit")
        educator.send({"confirmed": "true"}, action="submit")


def download(journey: Journey) -> str:
    """The educator downloads the certificate."""
    pdf = journey.visitor("educator").download(f"{journey.facts['certificate']}/certificate.pdf")
    if not pdf.startswith(b"%PDF"):
        raise Unexpected("a PDF", repr(pdf[:60]))
    return f"{len(pdf) // 1024} KB"
