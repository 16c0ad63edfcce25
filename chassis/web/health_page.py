"""A service's page about itself, for the administrator: what waits, what failed, how fresh it is.

Services do not ask each other, so each reports on itself alone; its page links to the others'.
"""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from chassis.i18n.text import translatable
from chassis.operations.health import Health, measure_health
from chassis.security.access import requires
from chassis.service import current_service
from chassis.web.charts import Bar, BarChart, bar_chart
from contracts.addresses import HEALTH, LOOKUP
from contracts.identity import Role


def health_page(name: str) -> Blueprint:
    """The page `/<name>/health` of a service."""
    health = Blueprint("health", __name__, url_prefix=f"/{name}")

    @health.get("/health")
    @requires(Role.ADMINISTRATOR)
    def show() -> ResponseReturnValue:
        """How the service is, and where the others tell of themselves."""
        service = current_service()
        found = measure_health(service)
        return render_template(
            "health.html",
            health=found,
            faults=found.faults(service.now()),
            now=service.now(),
            chart=_chart(found),
            others=[link for link in HEALTH if link.path != f"/{name}/health"],
            lookup=LOOKUP,
        )

    return health


def _chart(health: Health) -> BarChart:
    return bar_chart(
        "waiting",
        translatable("Events that wait"),
        (translatable("Where"), translatable("Events")),
        (
            Bar(translatable("To be published"), health.unpublished),
            Bar(translatable("To be tried again"), health.retried, kind="warning"),
            Bar(translatable("Parked"), health.parked, kind="error"),
        ),
    )
