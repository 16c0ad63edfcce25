"""What the mails say: plain text, so that every program can show it.

What somebody asks for on a page is written in the language of that page.
"""

from dataclasses import dataclass, field

from chassis.jurisdiction import Place
from chassis.language import gettext as _
from chassis.service import Service, current_service
from contracts.notices import NoticeDue


@dataclass(frozen=True)
class Letter:
    """A subject and a text."""

    subject: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class Letterhead:
    """In whose name mails are written, and to which site their links lead."""

    place: Place
    public_url: str

    @classmethod
    def of(cls, service: Service) -> "Letterhead":
        """The letterhead of a service's state and site."""
        return cls(service.place, service.settings.public_url)

    def confirmation(self, name: str, token: str) -> Letter:
        """The mail that asks somebody to confirm that an address is theirs."""
        return Letter(
            _("Confirm your email address for {state} educator services").format(
                state=self.place.name
            ),
            _(
                "Hello {name},\n\n"
                "You registered with the {agency}. "
                "To finish, open this link and confirm your email address:\n\n"
                "{link}\n\n"
                "The link is good for 24 hours. Until then nobody can sign in to the account.\n\n"
                "If you did not register, you need not do anything: "
                "without the confirmation the account is removed."
            ).format(
                name=name,
                agency=self.place.agency_name,
                link=f"{self.public_url}/identity/confirm?token={token}",
            )
            + self._signature(),
        )

    def notice(self, name: str, notice: NoticeDue) -> Letter:
        """The mail that brings a notice of one of the services."""
        link = f"\n\nGo on here:\n{self.public_url}{notice.link}" if notice.link else ""
        return Letter(notice.title, f"Hello {name},\n\n{notice.text}{link}" + self._signature())

    def _signature(self) -> str:
        government = _(self.place.government_name)
        questions = _("Questions? Write to {address}. Replies to this mail are not read.")
        return (
            f"\n\n{self.place.agency_name}\n{government[:1].upper()}{government[1:]}\n"
            f"{questions.format(address=self.place.contact_email)}\n"
        )


def letterhead() -> Letterhead:
    """The letterhead of the running service."""
    return Letterhead.of(current_service())
