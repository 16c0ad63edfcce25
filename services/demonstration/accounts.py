"""The demonstration's staff accounts: usernames, password and roles."""

from typing import NamedTuple

from contracts.identity import Role

PASSWORD = "seventeen quiet lanterns"  # noqa: S105  # shown to everybody, for made-up people


class Staff(NamedTuple):
    """A staff account and the organization of its role: agency, district or provider."""

    username: str
    display_name: str
    role: Role
    place: str


STAFF = (
    Staff("analyst", "Ada Ledgerwood", Role.ANALYST, "agency"),
    Staff("legal", "Lucian Graves", Role.LEGAL, "agency"),
    Staff("finance", "Fern Tally", Role.FINANCE, "agency"),
    Staff("admin", "Amos Keeper", Role.ADMINISTRATOR, "agency"),
    Staff("superintendent", "Sylvia Overstreet", Role.SUPERINTENDENT, "district"),
    Staff("coordinator", "Cole Rosterman", Role.ASSIGNMENT_COORDINATOR, "district"),
    Staff("provider", "Paula Deanworth", Role.PROVIDER_OFFICER, "provider"),
)
EDUCATOR = "educator"


def printed(address: str, places: dict[str, str], demo: str = "make demo") -> str:
    """The message printed once the suite is up; `demo` is the command that walks the journey."""
    rows = [(EDUCATOR, "an educator who holds a certificate")]
    rows += [
        (staff.username, f"{staff.role.replace('_', ' ')}, {places[staff.place]}")
        for staff in STAFF
    ]
    width = max(len(username) for username, _ in rows)
    lines = [f"  {username:<{width}}  {what}" for username, what in rows]
    return "\n".join(
        [
            "",
            f"Credence is up: {address}",
            "",
            f"Sign in at {address}/identity/sign-in; every account has the password: {PASSWORD}",
            *lines,
            "",
            f"See the mail that the suite sends at {address}/identity/mail",
            f"Walk the main journey in another terminal with: {demo}",
            "Stop with Ctrl-C; the data is kept. Start over with: make reset",
            "",
        ]
    )
