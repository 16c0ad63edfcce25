"""Every page in every state: the main journey, and what lies off its way."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

from services.demonstration.accounts import EDUCATOR, PASSWORD
from services.demonstration.journey import agency, educator, partners
from services.demonstration.journey.steps import STEPS
from services.demonstration.journey.walker import day, eventually, has_link
from tests.browser.looker import Looker
from tests.browser.visitor import BrowserVisitor
from tests.browser.walk import BrowserJourney, crawl

Detour = Callable[[BrowserJourney], None]

STAFF = ("analyst", "legal", "finance", "admin", "superintendent", "coordinator", "provider")
SPECIMENS = "/identity/specimens"
# The district reports a teacher of this name; nobody but these tests complains of him.
ACCUSED = ("Quillfeather", "200100002")


def see_everything(journey: BrowserJourney, looker: Looker, folder: Path) -> None:
    """Walk the main journey, look around at each turn of it, and take every detour.

    `folder` is where the suite keeps its data.
    """
    crawl(journey.browser_visitor("public"), looker)
    journey.browser_visitor("public").open(SPECIMENS)
    for _, step in STEPS:
        step(journey)
        for who in LOOKING_AROUND.get(step, ()):
            visitor = journey.browser_visitor(who)
            crawl(visitor, looker, [visitor.path, "/identity/"])
        for detour in DETOURS.get(step, ()):
            detour(journey)
    suspend(journey)
    journey.browser_visitor("analyst").open("/identity/frame")
    for who in ("educator", *STAFF):
        crawl(journey.browser_visitor(who), looker)
    look_up(journey, journey.browser_visitor("public"))
    for detour in (claim, search_in_vain, reveal, forget_password, send_faults):
        detour(journey)
    read_spanish(journey, looker)
    meet_errors(journey, folder)


def confirm_late(journey: BrowserJourney) -> None:
    """Sign in too early, and have the email sent again."""
    hasty = journey.window("educator who has not confirmed")
    hasty.open("/identity/sign-in")
    hasty.send({"username": journey.username, "password": PASSWORD}, action="sign-in", status=403)
    hasty.send({}, action="again")


def spend_link(journey: BrowserJourney) -> None:
    """Follow the link of the confirmation email a second time."""
    public = journey.browser_visitor("public")
    public.open(journey.mail)
    public.follow("Confirm your email address")
    public.open(public.link_to("/identity/confirm"), status=410)


def choose_nothing(journey: BrowserJourney) -> None:
    """Start an application without saying for what."""
    applicant = journey.browser_visitor("educator")
    applicant.open("/certification/apply")
    applicant.send({}, action="apply", status=0)


def decline(journey: BrowserJourney) -> None:
    """Try to pay with a card that the bank declines, then with none."""
    payer, application = journey.browser_visitor("educator"), journey.facts["application"]

    def has_invoice() -> bool:
        payer.open(application)
        return has_link(payer, "/payments/invoices/")

    eventually(has_invoice, "the invoice")
    payer.open(payer.link_to("/payments/invoices/"))
    invoice = payer.path
    payer.send({}, action="/pay")
    payer.send({}, status=422)
    card = {"number": "4000 0000 0000 0002", "expiry": "12 / 30", "cvc": "123", "name": "A"}
    payer.send(card, status=402)
    payer.wait_for(invoice, "declined")
    payer.open(f"{invoice}/returned")


def share_work(journey: BrowserJourney) -> None:
    """The analyst takes what waits, notes something, and sets it aside together with others."""
    analyst, queue = journey.browser_visitor("analyst"), "/certification/queue"
    analyst.open(queue)
    analyst.send({}, action="/next")
    analyst.send({"note": "The registrar answers on Monday."}, action="/notes")
    analyst.open(f"{queue}?part=mine")
    analyst.send({"act": "give_back"}, action="/bulk", status=422)
    chosen = analyst.page.xpath("string(//input[@name='items']/@value)")
    later = day("until", journey.today + timedelta(days=3))
    reason = {"why": "The registrar is closed."}
    analyst.send({"items": chosen, **later, **reason, "act": "set_aside"}, action="/bulk")
    analyst.send({}, action="/bulk/done")
    done = analyst.path
    analyst.open(f"{queue}?part=aside")
    analyst.open(done)
    analyst.send({}, action="/undo")
    analyst.open(f"{queue}?part=mine")
    analyst.send({"name": "My work"}, action="/views")


def suspend(journey: BrowserJourney) -> None:
    """A second case, which ends in a suspension under conditions."""
    name, number = ACCUSED
    other = journey.about(name, educator_number=number)
    partners.complain(other)
    agency.open_case(other)
    agency.hear_case(other)
    legal, today = journey.browser_visitor("legal"), journey.today
    legal.open(f"{other.facts['case']}/orders/suspension")
    legal.send(
        {
            **day("effective_on", today),
            **day("last_day", today),
            "conditions": "Completes a course in professional ethics.",
            "grounds": legal.options_of("grounds")[:1],
        },
        action="orders/suspension",
    )


def claim(journey: BrowserJourney) -> None:
    """Register as somebody on record, and as somebody who has an account."""
    found = {"first_name": "Priya", "last_name": "Vellichor", "ssn_last_four": "0005"}
    claimed = {"first_name": "Orla", "last_name": "Fernsby", "ssn_last_four": "0001"}
    for known, born in ((found, date(1982, 9, 9)), (claimed, date(1979, 3, 14))):
        visitor = journey.window("public")
        visitor.open("/identity/register")
        visitor.send({**known, **day("birth_date", born), "captcha": "?"}, action="register")
        if has_link(visitor, "/identity/register/account"):
            visitor.open("/identity/register/account")


def read_spanish(journey: BrowserJourney, looker: Looker) -> None:
    """What anybody may see, by somebody who reads Spanish."""
    reader = journey.window("public who reads Spanish")
    reader.open("/language/es")
    crawl(reader, looker)
    reader.open(SPECIMENS)
    look_up(journey, reader)


def look_up(journey: BrowserJourney, public: BrowserVisitor) -> None:
    """What the public finds, and what it does not."""
    for path, status in (
        ("/lookup/educators?q=Fern", 200),
        ("/lookup/educators?q=a", 422),
        ("/lookup/educators?q=Nobody-at-all", 200),
        ("/lookup/educators?q=999999999", 200),
        ("/lookup/educators/200100005", 200),
        (f"/lookup/educators/{journey.facts['educator_number']}", 200),
        (f"/lookup/educators/{ACCUSED[1]}", 200),
        ("/lookup/educators/999999999", 404),
        ("/lookup/verify/K00900001", 200),
        ("/lookup/verify/K00900004", 200),
        (f"/lookup/verify/{journey.facts['certificate_number']}?after=order", 200),
        ("/lookup/verify/K12345678", 200),
    ):
        public.open(path, status=status)


def search_in_vain(journey: BrowserJourney) -> None:
    """Lists in which nothing fits."""
    for who, path in (
        ("admin", "/identity/persons?q=Nobody"),
        ("admin", "/identity/accounts?q=Nobody"),
        ("admin", "/identity/organizations?q=Nobody"),
        ("finance", "/payments/received?day=2026-01-01"),
        ("analyst", "/certification/queue?waiting_for=legal"),
    ):
        journey.browser_visitor(who).open(path)


def reveal(journey: BrowserJourney) -> None:
    """An administrator has a reason to see a whole Social Security number."""
    admin = journey.browser_visitor("admin")
    admin.open("/identity/persons?q=Fernsby")
    admin.follow("Fernsby")
    admin.send({"reason": "The person called, and we compared it with the card."}, action="ssn")


def forget_password(journey: BrowserJourney) -> None:
    """Ask for help, choose a new password with the email's link, and follow it a second time."""
    public = journey.window("public")
    public.open("/identity/forgotten")
    public.send({"email": "provider@demonstration.example"}, action="forgotten")

    def has_mail() -> bool:
        public.open(journey.mail)
        return "Your sign-in for" in public.page.text_content()

    eventually(has_mail, "the mail that helps")
    public.follow("Your sign-in for")
    link = public.link_to("/identity/new-password")
    public.open(link)
    public.send({"password": "short"}, action="new-password", status=422)
    public.send({"password": PASSWORD, "password_again": PASSWORD}, action="new-password")
    public.open(link, status=410)


def send_faults(journey: BrowserJourney) -> None:
    """A district sends a report that cannot be read."""
    coordinator = journey.browser_visitor("coordinator")
    coordinator.open("/assignments/reports/new")
    rows = b"district_number,school_number\n901,901010\n"
    upload = {"file": ("report.csv", rows, "text/csv")}
    coordinator.send({}, action="reports", upload=upload, status=0)
    coordinator.wait_for(coordinator.path, "was not accepted")


def meet_errors(journey: BrowserJourney, folder: Path) -> None:
    """Pages that say no: not found, not yours, too often, and broken."""
    teacher, public = journey.browser_visitor("educator"), journey.browser_visitor("public")
    teacher.open("/legal/cases", status=403)
    teacher.open(f"/certification/applications/{uuid4()}", status=404)
    public.open("/nowhere/at/all", status=404)
    public.open("/payments/received?day=2999-01-01", status=0)
    journey.browser_visitor("finance").open("/payments/received?day=2999-01-01", status=422)

    broken = folder / "mail" / f"{uuid4()}.eml"
    broken.write_text("An email without a date.\n")
    public.open(f"/identity/mail/{broken.name}", status=500)
    broken.unlink()

    guesser = journey.window("public")
    for _ in range(20):
        guesser.open("/identity/sign-in")
        guesser.send({"username": EDUCATOR, "password": "wrong"}, action="sign-in", status=0)
        if guesser.status == 429:
            return
    raise AssertionError("nobody minds twenty wrong passwords")


LOOKING_AROUND: dict[Callable[..., object], tuple[str, ...]] = {
    educator.confirm: ("educator", "provider", "legal", "superintendent", "finance", "analyst"),
    educator.fill_in: ("educator", "provider"),
    educator.submit: ("educator", "analyst"),
    partners.complain: ("legal", "superintendent"),
    agency.open_case: ("legal", "analyst"),
}
DETOURS: dict[Callable[..., object], tuple[Detour, ...]] = {
    educator.register: (confirm_late,),
    educator.confirm: (spend_link, choose_nothing),
    partners.recommend: (decline,),
    educator.submit: (share_work,),
}
