"""A page that shows every pattern in every state, for who builds pages; not served in production.

Its texts are samples: they stand for what a service would say.
"""

from datetime import date, timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from chassis.i18n.text import translatable
from chassis.problems import NotFound
from chassis.security.access import public
from chassis.service import current_service
from chassis.web.charts import Bar, BarChart, StackedBar, Trend
from chassis.web.patterns import (
    CertificateCard,
    InboxMessage,
    Moment,
    MomentKind,
    Task,
    TaskList,
    TaskState,
    Validity,
    VerdictKind,
)

_CODE = Markup(
    '<svg viewBox="0 0 4 4"><path d="M0 0h2v2H0zM3 0h1v1H3zM2 2h2v2H2zM0 3h1v1H0z"/></svg>'
)


def specimen_page(name: str) -> Blueprint:
    """The page `/<name>/specimens` of a service."""
    specimens = Blueprint("specimens", __name__, url_prefix=f"/{name}")

    @specimens.get("/specimens")
    @public
    def show() -> ResponseReturnValue:
        """Every pattern in every state."""
        service = current_service()
        if service.settings.is_production:
            raise NotFound(translatable("There is no such page."))
        return render_template(
            "specimens.html",
            tasks=_tasks(),
            moments=_moments(),
            cards=[_card(kind, service.today()) for kind in VerdictKind],
            kinds=list(VerdictKind),
            messages=_messages(),
            bars=_bars(),
            stack=_stack(),
            trends=[_trend("rising", (2, 3, 5, 4, 8)), _trend("flat", (0, 0, 0, 0, 0))],
        )

    return specimens


def _tasks() -> TaskList:
    waiting = "Since November 20, 2026. You can remind them from November 30."
    return TaskList(
        (
            Task("Degrees", TaskState.DONE, "#"),
            Task("Out-of-state license", TaskState.DONE, "#"),
            Task("Tests", TaskState.SENT_BACK, "#", note="The score report is of another person."),
            Task("Fee", TaskState.TO_DO, "#", words="To pay: $85.00"),
            Task("Recommendation", TaskState.WAITING, words="Example University", note=waiting),
            Task("Check and submit", TaskState.LATER),
        )
    )


def _moments() -> list[Moment]:
    return [
        Moment("Submitted", "November 20, 2026", href="#"),
        Moment("Fee paid", "November 21, 2026", text="$85.00 by card"),
        Moment(
            "Under review",
            "Since November 23, 2026",
            MomentKind.NOW,
            who="Ada Ledgerwood, analyst",
            usually="Usually 9 working days",
        ),
        Moment("Decision", "", MomentKind.AHEAD),
    ]


def _card(kind: VerdictKind, today: date) -> CertificateCard:
    status = {
        VerdictKind.GOOD: "Active",
        VerdictKind.BOUNDED: "Expired",
        VerdictKind.UNKNOWN: "Being printed",
        VerdictKind.ORDERED: "Revoked",
    }
    ends = today - timedelta(days=30) if kind is VerdictKind.BOUNDED else today.replace(day=1)
    if kind is not VerdictKind.BOUNDED:
        ends += timedelta(days=900)
    is_good = kind is VerdictKind.GOOD
    return CertificateCard(
        holder="Wilhelmina Testworthy",
        title="Professional Certificate for Teaching",
        number="KX-2026-0100001",
        areas=("Secondary English, grades 8 through 12", "Literacy, primary through grade 12"),
        kind=kind,
        status=status[kind],
        validity=Validity(
            today - timedelta(days=500), None if kind is VerdictKind.UNKNOWN else ends, today
        ),
        href="#",
        download="#" if is_good else "",
        public_url="https://example.org/lookup/verify/KX-2026-0100001" if is_good else "",
        qr_code=_CODE if is_good else None,
        order="By final order FO-2026-001." if kind is VerdictKind.ORDERED else "",
    )


def _messages() -> list[InboxMessage]:
    return [
        InboxMessage("Your application was sent back", "Today", "#", is_unread=True),
        InboxMessage("Your fee was received", "November 21, 2026", "#", about="A-100001"),
    ]


def _bars() -> BarChart:
    return BarChart(
        "ages",
        translatable("Waiting"),
        (translatable("Waiting"), translatable("Applications")),
        (Bar("Up to 7 days", 12), Bar("8 to 30 days", 4, kind="warning")),
    )


def _stack() -> StackedBar:
    return StackedBar(
        "assignments",
        translatable("Assignments"),
        (translatable("State"), translatable("Assignments")),
        (
            Bar("in field", 41),
            Bar("to resolve", 5, kind="warning"),
            Bar("must leave a class today", 1, kind="error"),
        ),
    )


def _trend(name: str, values: tuple[int, ...]) -> Trend:
    return Trend(
        name,
        translatable("Decided"),
        (translatable("Day"), translatable("Decided")),
        str(sum(values)),
        tuple(Bar(f"Day {index + 1}", value) for index, value in enumerate(values)),
        change="4 more than last week" if any(values) else "As last week",
    )
