"""The addresses for links between services' pages, by permission."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from contracts.assignments import AssignmentsPermission
from contracts.certification import CertificationPermission
from contracts.identity import IdentityPermission
from contracts.legal import LegalPermission
from contracts.payments import PaymentsPermission
from contracts.permission import Permission, SuitePermission, all_permissions

HOME = "/identity/"
SIGN_IN = "/identity/sign-in"
SIGN_OUT = "/identity/sign-out"
LOOKUP = "/lookup/"
FRAME = "/identity/frame"
"""What surrounds the pages of whoever is signed in: their name, and where they may go."""


class Link(NamedTuple):
    """A navigation entry, for those who have one of its permissions; without any, for everybody."""

    label: str
    path: str
    permissions: tuple[Permission, ...] = ()

    @property
    def is_for_everybody(self) -> bool:
        """Whether it is there for those too who are not signed in."""
        return not self.permissions


NAVIGATION = (
    Link("Home", HOME),
    Link(
        "Applications and certificates",
        "/certification/",
        (CertificationPermission.APPLY,),
    ),
    Link("Fees", "/payments/", (PaymentsPermission.PAY,)),
    Link(
        "Candidates",
        "/certification/candidates",
        (CertificationPermission.ADMIT, CertificationPermission.RECOMMEND),
    ),
    Link(
        "Application queue",
        "/certification/queue",
        (CertificationPermission.REVIEW, CertificationPermission.DECIDE),
    ),
    Link(
        "Cases",
        "/legal/cases",
        (LegalPermission.HANDLE_CASES, LegalPermission.ENTER_ORDERS),
    ),
    Link("Complaints", "/legal/complaints", (LegalPermission.COMPLAIN,)),
    Link(
        "Assignments",
        "/assignments/",
        (AssignmentsPermission.REPORT, AssignmentsPermission.READ_ALL),
    ),
    Link("Payments received", "/payments/received", (PaymentsPermission.SEE_RECEIVED,)),
    Link(
        "People and organizations",
        "/identity/organizations",
        (IdentityPermission.ADMINISTER_ACCOUNTS,),
    ),
    Link("Health of the suite", "/identity/health", (SuitePermission.SEE_HEALTH,)),
    Link("Messages", "/identity/messages", tuple(all_permissions().values())),
    Link("Look up an educator", LOOKUP),
)

HEALTH = tuple(
    Link(label, f"/{service}/health", (SuitePermission.SEE_HEALTH,))
    for service, label in (
        ("identity", "Educator accounts"),
        ("certification", "Educator certification"),
        ("payments", "Fees and payments"),
        ("legal", "Educator conduct"),
        ("assignments", "Assignment reports"),
    )
)
"""Each service's health page; lookup shows everybody how current it is."""
HOMES: tuple[tuple[Permission, str], ...] = (
    (CertificationPermission.APPLY, "/certification/"),
    (CertificationPermission.ADMIT, "/certification/candidates"),
    (CertificationPermission.REVIEW, "/certification/queue"),
    (LegalPermission.HANDLE_CASES, "/legal/cases"),
    (AssignmentsPermission.REPORT, "/assignments/"),
    (PaymentsPermission.SEE_RECEIVED, "/payments/received"),
    (SuitePermission.SEE_HEALTH, "/identity/health"),
)
"""The start pages, which show what to do next; a role's is the first that it may open."""


def home_of(roles: Iterable[Collection[str]]) -> str:
    """The start page of somebody with roles that have these permissions.

    It is the one that the roles share, otherwise `HOME`.
    """
    homes = {_home_of_role(permissions) for permissions in roles}
    return homes.pop() if len(homes) == 1 else HOME


def _home_of_role(permissions: Collection[str]) -> str:
    return next((path for permission, path in HOMES if permission in permissions), HOME)
