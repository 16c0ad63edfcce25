"""The agency's queue of applications: what it shows of each, and the charts below it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.i18n.language import format_weekday
from chassis.i18n.language import gettext as _
from chassis.i18n.text import Translatable, translatable
from chassis.service import current_service
from chassis.web.charts import Bar, StackedBar, Trend
from chassis.worklist.domain import WorkItem
from chassis.worklist.queue import Cell, Queue
from services.certification import queries
from services.certification.access import REVIEWERS
from services.certification.domain.standing import ActionBy, standing_of
from services.certification.pages.words import actor_words, type_titles
from services.certification.usecases.work import APPLICATIONS


def _cells(session: Session, items: Sequence[WorkItem]) -> Mapping[UUID, Sequence[Cell]]:
    """Each application's state and how much of it is settled."""
    applications = queries.applications_by_id(session, [item.item_id for item in items])
    held = queries.holds_on(session, [item.person_id for item in items])
    cells = {}
    for application in applications:
        standing, elements = standing_of(application), application.elements
        is_held = application.educator_id in held
        settled = sum(element.is_settled for element in elements)
        cells[application.application_id] = (
            Cell(_("On hold"), "warning") if is_held else Cell(standing.words, "info"),
            Cell(_("{settled} of {all}").format(settled=settled, all=len(elements))),
        )
    return cells


def _more(session: Session) -> Mapping[str, Any]:
    """How old the queue is, who must act, and the last week's work."""
    service = current_service()
    return {
        "stacked": [
            chart
            for chart in (_ages(session, service.now()), _actors(session))
            if not chart.says_nothing
        ],
        "trends": _week(session, service.today()),
    }


def _ages(session: Session, now: datetime) -> StackedBar:
    young, older, oldest = queries.queue_by_age(session, now)
    week, month = queries.UP_TO_DAYS
    return StackedBar(
        "ages",
        translatable("How long submitted applications have been waiting"),
        (translatable("Waiting"), translatable("Applications")),
        (
            Bar(translatable("Up to {count} days", count=week), young),
            Bar(
                translatable("{first} to {last} days", first=week, last=month),
                older,
                kind="warning",
            ),
            Bar(translatable("More than {count} days", count=month), oldest, kind="error"),
        ),
    )


def _actors(session: Session) -> StackedBar:
    waiting = queries.waiting_by_actor(session)
    return StackedBar(
        "actors",
        translatable("Who must act"),
        (translatable("Who"), translatable("Applications")),
        tuple(
            Bar(actor_words(actor, _("The applicant (returned)")), count)
            for actor, count in waiting.items()
        ),
    )


def _week(session: Session, today: date) -> list[Trend]:
    week = queries.week_of_work(session, today)
    return [
        _trend(
            "submitted",
            translatable("Submitted in the last seven days"),
            translatable("Submitted"),
            [Bar(format_weekday(each.day), each.submitted) for each in week],
        ),
        _trend(
            "decided",
            translatable("Decided in the last seven days"),
            translatable("Decided"),
            [Bar(format_weekday(each.day), each.decided) for each in week],
        ),
    ]


def _trend(name: str, title: Translatable, heading: Translatable, points: Sequence[Bar]) -> Trend:
    total = sum(point.value for point in points)
    columns = (translatable("Day"), heading)
    return Trend(name, title, columns, number=f"{total:,}", points=tuple(points))


QUEUE = Queue(
    name=APPLICATIONS,
    path="/certification/queue",
    title=translatable("Application queue"),
    number_label=translatable("Application"),
    person_label=translatable("Applicant"),
    kind_label=translatable("Certificate"),
    permissions=REVIEWERS,
    kinds=type_titles,
    waiting_for={
        ActionBy.AGENCY: translatable("An analyst"),
        ActionBy.LEGAL: translatable("Legal review"),
    },
    team=ActionBy.AGENCY,
    columns={"state": translatable("State"), "settled": translatable("Settled")},
    cells=_cells,
    template="certification/queue.html",
    more=_more,
)
