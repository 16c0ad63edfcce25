"""What the mails say: plain text, so that every program can show it."""

from dataclasses import dataclass, field

from chassis.jurisdiction import Place
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
            f"Confirm your email address for {self.place.name} educator services",
            f"Hello {name},\n\n"
            f"You registered with the {self.place.agency_name}. "
            "To finish, open this link and confirm your email address:\n\n"
            f"{self.public_url}/identity/confirm?token={token}\n\n"
            "The link is good for 24 hours. Until then nobody can sign in to the account.\n\n"
            "If you did not register, you need not do anything: "
            "without the confirmation the account is removed.\n\n" + self._signature(),
        )

    def notice(self, name: str, notice: NoticeDue) -> Letter:
        """The mail that brings a notice of one of the services."""
        link = f"Go on here:\n{self.public_url}{notice.link}\n\n" if notice.link else ""
        return Letter(notice.title, f"Hello {name},\n\n{notice.text}\n\n{link}" + self._signature())

    def _signature(self) -> str:
        government = self.place.government_name
        return (
            f"{self.place.agency_name}\n{government[:1].upper()}{government[1:]}\n"
            f"Questions? Write to {self.place.contact_email}. Replies to this mail are not read.\n"
        )


def letterhead() -> Letterhead:
    """The letterhead of the running service."""
    return Letterhead.of(current_service())
