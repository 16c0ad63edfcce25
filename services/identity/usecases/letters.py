"""The text of outgoing mail: plain text, which every mail program can show.

Each is written in the language of its account; a mail to an address without one is in English.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from chassis.i18n.language import gettext as _
from chassis.i18n.language import writing_in
from chassis.jurisdiction import Place
from chassis.service import Service, current_service
from contracts.notices import ALWAYS, NoticeFact
from services.identity.domain.account import Account
from services.identity.domain.mail import OutgoingMail


@dataclass(frozen=True)
class Letter:
    """A subject and a text."""

    subject: str
    text: str = field(repr=False)

    def to(
        self,
        account: Account,
        *,
        notice_id: UUID,
        now: datetime,
        holds_link_that_lets_in: bool = False,
    ) -> OutgoingMail:
        """The letter as a mail to the account's address, once per notice."""
        return OutgoingMail.write(
            notice_id=notice_id,
            account_id=account.account_id,
            recipient=account.email,
            subject=self.subject,
            text=self.text,
            holds_link_that_lets_in=holds_link_that_lets_in,
            now=now,
        )

    def to_address(self, email: str, *, notice_id: UUID, now: datetime) -> OutgoingMail:
        """The letter as a mail to an address."""
        return OutgoingMail.write(
            notice_id=notice_id,
            account_id=None,
            recipient=email,
            subject=self.subject,
            text=self.text,
            now=now,
        )


@dataclass(frozen=True)
class Letterhead:
    """The sending agency and the site that links point to."""

    place: Place
    public_url: str

    @classmethod
    def of(cls, service: Service) -> "Letterhead":
        """The letterhead of a service's state and site."""
        return cls(service.place, service.settings.public_url)

    def confirmation(self, name: str, token: str) -> Letter:
        """The email that asks a person to confirm their address."""
        return Letter(
            _("Confirm your email address for {state} educator services").format(
                state=self.place.name
            ),
            _(
                "Hello {name},\n\n"
                "You registered with the {agency}. To finish, open this link and confirm "
                "your email address:\n\n"
                "{link}\n\n"
                "The link works for 24 hours. Nobody can sign in to the account until you "
                "confirm.\n\n"
                "If you did not register, ignore this email: an unconfirmed account is "
                "removed."
            ).format(
                name=name,
                agency=self.place.agency_name,
                link=f"{self.public_url}/identity/confirm?token={token}",
            )
            + self._signature(),
        )

    def password_reset(self, name: str, username: str, token: str) -> Letter:
        """The email with the person's username and a link to choose a new password."""
        return Letter(
            _("Your sign-in for {state} educator services").format(state=self.place.name),
            _(
                "Hello {name},\n\n"
                "Somebody, probably you, asked for help signing in.\n\n"
                "Your username is: {username}\n\n"
                "If you know your password, sign in as usual. If you do not, choose a new "
                "one here:\n\n"
                "{link}\n\n"
                "The link works once, for one hour.\n\n"
                "If you did not ask for this email, ignore it: your password has not changed."
            ).format(
                name=name,
                username=username,
                link=f"{self.public_url}/identity/new-password?token={token}",
            )
            + self._signature(),
        )

    def password_changed(self, name: str) -> Letter:
        """The email that reports a password change, in case somebody else made it."""
        return Letter(
            _("Your password was changed"),
            _(
                "Hello {name},\n\n"
                "The password of your account was changed with a link we emailed to you. "
                "Every device that was signed in must sign in again.\n\n"
                "If this was not you, write to {address} right away, and change the password "
                "of your email account, too."
            ).format(name=name, address=self.place.contact_email)
            + self._signature(),
        )

    def notice(self, name: str | None, notice: NoticeFact, language: str) -> Letter:
        """The email that carries a service's notice; an address has no name.

        It is written in `language`, or in English if the notice is not.
        """
        language = language if language in notice.title else ALWAYS
        with writing_in(language):
            parts = [
                _("Hello {name},").format(name=name) if name else _("Hello,"),
                notice.text[language],
            ]
            if notice.link:
                parts.append(_("Continue here:") + f"\n{self.public_url}{notice.link}")
            return Letter(notice.title[language], "\n\n".join(parts) + self._signature())

    def _signature(self) -> str:
        government = _(self.place.government_name)
        questions = _("Questions? Write to {address}. Replies to this email are not read.")
        return (
            f"\n\n{self.place.agency_name}\n{government[:1].upper()}{government[1:]}\n"
            f"{questions.format(address=self.place.contact_email)}\n"
        )


def letterhead() -> Letterhead:
    """The letterhead of the running service."""
    return Letterhead.of(current_service())
