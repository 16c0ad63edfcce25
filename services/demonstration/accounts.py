"""The demonstration's staff: who signs in with what, and what each may do."""

from typing import NamedTuple

from contracts.identity import Role

PASSWORD = "seventeen quiet lanterns"  # noqa: S105  # shown to everybody, for made-up people


class Staff(NamedTuple):
    """A member of staff, and where their role is held: agency, district or provider."""

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
    """What a newcomer is told when the suite is up; `demo` is the command of the journey."""
    rows = [(EDUCATOR, "an educator who holds a certificate")]
    rows += [
        (each.username, f"{each.role.replace('_', ' ')}, {places[each.place]}") for each in STAFF
    ]
    width = max(len(username) for username, _ in rows)
    lines = [f"  {username:<{width}}  {what}" for username, what in rows]
    return "\n".join(
        [
            "",
            f"Credence is up: {address}",
            "",
            f"Sign in at {address}/identity/sign-in; the password of each is: {PASSWORD}",
            *lines,
            "",
            f"Mail that the suite sends is shown at {address}/identity/mail",
            f"Walk the main journey in another terminal with: {demo}",
            "Stop with Ctrl-C; the data stays. Start afresh with: make reset",
            "",
        ]
    )
