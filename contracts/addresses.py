"""The addresses for links between services' pages, by role."""

from collections.abc import Iterable
from typing import NamedTuple

from contracts.identity import Role

HOME = "/identity/"
SIGN_IN = "/identity/sign-in"
SIGN_OUT = "/identity/sign-out"
LOOKUP = "/lookup/"


class Link(NamedTuple):
    """A navigation entry; without roles it is for everybody."""

    label: str
    path: str
    roles: tuple[Role, ...] = ()


NAVIGATION = (
    Link("Home", HOME),
    Link("Applications and certificates", "/certification/", (Role.EDUCATOR,)),
    Link("Fees", "/payments/", (Role.EDUCATOR,)),
    Link("Candidates", "/certification/candidates", (Role.PROVIDER_OFFICER,)),
    Link("Application queue", "/certification/queue", (Role.ANALYST,)),
    Link("Cases", "/legal/cases", (Role.LEGAL,)),
    Link("Complaints", "/legal/complaints", (Role.SUPERINTENDENT,)),
    Link(
        "Assignments",
        "/assignments/",
        (Role.SUPERINTENDENT, Role.ASSIGNMENT_COORDINATOR, Role.ANALYST),
    ),
    Link("Payments received", "/payments/received", (Role.FINANCE,)),
    Link("People and organizations", "/identity/organizations", (Role.ADMINISTRATOR,)),
    Link("Health of the suite", "/identity/health", (Role.ADMINISTRATOR,)),
    Link("Messages", "/identity/messages", tuple(Role)),
    Link("Look up an educator", LOOKUP),
)


def navigation_for(roles: frozenset[Role]) -> list[Link]:
    """The links for a person who holds these roles."""
    return [link for link in NAVIGATION if not link.roles or roles & set(link.roles)]


HEALTH = tuple(
    Link(label, f"/{service}/health", (Role.ADMINISTRATOR,))
    for service, label in (
        ("identity", "Educator accounts"),
        ("certification", "Educator certification"),
        ("payments", "Fees and payments"),
        ("legal", "Educator conduct"),
        ("assignments", "Assignment reports"),
    )
)
"""Each service's health page, for the administrator; lookup shows everybody how current it is."""
HOMES = {
    Role.EDUCATOR: "/certification/",
    Role.SUPERINTENDENT: "/assignments/",
    Role.ASSIGNMENT_COORDINATOR: "/assignments/",
    Role.PROVIDER_OFFICER: "/certification/candidates",
    Role.ANALYST: "/certification/queue",
    Role.LEGAL: "/legal/cases",
    Role.FINANCE: "/payments/received",
    Role.ADMINISTRATOR: "/identity/health",
}
"""Each role's start page, which shows what to do next."""


def home_of(roles: Iterable[Role]) -> str:
    """The start page for these roles: the one they share, otherwise `HOME`."""
    homes = {HOMES[role] for role in roles}
    return homes.pop() if len(homes) == 1 else HOME
