"""A service's health page, for those who look after the suite: backlog, failures, daily jobs.

Services do not call each other, so each reports only on itself; its page links to the others'.
"""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from chassis.i18n.text import translatable
from chassis.operations.health import Health, measure_health
from chassis.security.access import requires
from chassis.service import current_service
from chassis.web.charts import Bar, BarChart, bar_chart
from contracts.addresses import HEALTH, LOOKUP
from contracts.permission import SuitePermission


def health_page(name: str) -> Blueprint:
    """The page `/<name>/health` of a service."""
    health = Blueprint("health", __name__, url_prefix=f"/{name}")

    @health.get("/health")
    @requires(SuitePermission.SEE_HEALTH)
    def show() -> ResponseReturnValue:
        """The service's health, with links to the others'."""
        service = current_service()
        state = measure_health(service)
        return render_template(
            "health.html",
            health=state,
            faults=state.faults(service.now()),
            now=service.now(),
            chart=_chart(state),
            others=[link for link in HEALTH if link.path != f"/{name}/health"],
            lookup=LOOKUP,
        )

    return health


def _chart(health: Health) -> BarChart:
    return bar_chart(
        "waiting",
        translatable("Waiting events"),
        (translatable("Where"), translatable("Events")),
        (
            Bar(translatable("To be published"), health.unpublished),
            Bar(translatable("To be retried"), health.retried, kind="warning"),
            Bar(translatable("Parked"), health.parked, kind="error"),
        ),
    )
