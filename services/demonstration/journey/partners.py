"""The steps of the public, the preparation provider and the district."""

from datetime import timedelta

from services.demonstration.journey.walker import Journey, day, eventually, verify
from services.demonstration.report import district_report
from services.demonstration.visitor import Unexpected


def open_site(journey: Journey) -> str:
    """A member of the public opens the site and sees which state it serves."""
    public = journey.visitor("public")
    public.open("/identity/", expect="Sign in")
    public.open("/lookup/", expect=journey.place.agency_short_name)
    return journey.place.name


def admit(journey: Journey) -> None:
    """The preparation provider records the educator's admission and completion."""
    officer, part = journey.visitor("provider"), journey.scene.file.journey
    page = officer.open("/certification/candidates")
    if journey.last_name not in page:
        admission = {
            "educator_number": journey.facts["educator_number"],
            "last_name": journey.last_name,
            "program_name": "Teacher preparation, secondary mathematics",
            "certificate_type": part.certificate_type,
            "authorization_codes": [part.authorization],
            **day("admitted_on", journey.graduated_on.replace(year=journey.graduated_on.year - 2)),
        }

        def is_admitted() -> bool:
            officer.open("/certification/candidates/admit")
            officer.send(admission, action="admit", status=0)
            return officer.status == 200

        eventually(is_admitted, "certification to have the educator")
        officer.open("/certification/candidates")
    officer.follow(journey.last_name)
    journey.facts["candidate"] = officer.path
    if "completion" in officer.actions:
        officer.send(day("completed_on", journey.graduated_on), action="completion")


def recommend(journey: Journey) -> None:
    """The provider recommends its candidate."""
    officer = journey.visitor("provider")
    officer.open(journey.facts["candidate"])
    if "recommendations" in officer.actions:
        officer.send({}, action="recommendations")


def look_up(journey: Journey) -> None:
    """The public finds the educator by name, and the QR code's page says it is valid."""
    public, number = journey.visitor("public"), journey.facts["certificate_number"]
    eventually(lambda: verify(journey)["valid"] is True, "lookup to have the certificate")
    public.open(f"/lookup/educators?q={journey.last_name}", expect=journey.first_name)
    public.open(f"/lookup/verify/{number}", expect="Valid")


def report(journey: Journey) -> str:
    """The district sends its report; the educator's class is in field."""
    coordinator = journey.visitor("coordinator")
    row = {
        **vars(journey.scene.file.journey.course),
        "educator_number": journey.facts["educator_number"],
        "first": journey.first_name,
        "last": journey.last_name,
    }
    file = district_report(journey.scene, journey.today, [row])
    coordinator.open("/assignments/reports/new")
    coordinator.send({}, action="reports", upload={"file": ("report.zip", file, "application/zip")})
    coordinator.wait_until(
        coordinator.path,
        lambda _: "/submissions/" not in coordinator.path,
        "the report to be processed",
    )
    counts = coordinator.text
    coordinator.open("/assignments/findings")
    if journey.last_name in coordinator.text:
        raise Unexpected("no finding on the certified educator", coordinator.text[:600])
    return "accepted" if "ccepted" in counts else "sent"


def complain(journey: Journey) -> None:
    """The superintendent files a complaint."""
    superintendent = journey.visitor("superintendent")
    if journey.last_name in superintendent.open("/legal/complaints"):
        return
    superintendent.open("/legal/complaints/new")
    superintendent.send(
        {"educator_number": journey.facts["educator_number"]},
        action="new",
        expect=journey.last_name,
    )
    superintendent.open(superintendent.link_to("/legal/complaints/new/"))
    superintendent.send(
        {
            "position": "Mathematics teacher",
            "facts": "Changed the answers of a whole class on the state's assessment.",
            **day("occurred_on", journey.today - timedelta(days=9)),
            **day("learned_on", journey.today - timedelta(days=7)),
            "is_true": "true",
            "signature": "Sylvia Overstreet",
        },
        action="/legal/complaints/new/",
    )
