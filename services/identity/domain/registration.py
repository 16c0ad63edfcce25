"""A registration in progress: the search, its outcome and the account opened from it."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.i18n.text import translatable
from chassis.ids import new_id
from chassis.problems import NotFound
from chassis.storage.types import Instant
from services.identity.domain.base import Base
from services.identity.domain.person import Person

STEPS_LIFETIME = timedelta(minutes=30)


class RegistrationLost(NotFound):
    """The browser has no registration in progress."""

    title = translatable("Please start your registration again")
    advice = translatable("Go to Register and search for your record again. It takes a minute.")

    def __init__(self) -> None:
        super().__init__(
            translatable(
                "For your protection, a registration must be finished within 30 minutes, in "
                "the browser where you started it."
            )
        )


class SearchOutcome(StrEnum):
    """The outcome of a search for one's own record."""

    FOUND = "found"
    NONE = "none"
    CLAIMED = "claimed"
    SEVERAL = "several"


class Registration(Base):
    """The state of a registration between its steps.

    It is stored here rather than in form fields, so that nobody can submit another person's record;
    the browser holds a random token, and only its digest is stored.
    `educator_id` is the record found, or the id a new person will have.
    """

    __tablename__ = "registration"

    registration_id: Mapped[UUID] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    outcome: Mapped[SearchOutcome] = mapped_column(String(10))
    educator_id: Mapped[UUID] = mapped_column(index=True)
    first_name: Mapped[str] = mapped_column(String(60))
    middle_name: Mapped[str | None] = mapped_column(String(60))
    last_name: Mapped[str] = mapped_column(String(60))
    suffix: Mapped[str | None] = mapped_column(String(20))
    birth_date: Mapped[date]
    ssn_last_four: Mapped[str] = mapped_column(String(4))
    account_id: Mapped[UUID | None] = mapped_column(unique=True)

    @classmethod
    def begin(
        cls,
        *,
        token_digest: str,
        matches: list[Person],
        first_name: str,
        last_name: str,
        birth_date: date,
        ssn_last_four: str,
        now: datetime,
    ) -> Self:
        """A registration for a search with these matches."""
        outcome = _outcome(matches)
        educator_id = matches[0].educator_id if outcome == SearchOutcome.FOUND else new_id()
        return cls(
            registration_id=new_id(),
            token_digest=token_digest,
            expires_at=now + STEPS_LIFETIME,
            outcome=outcome,
            educator_id=educator_id,
            first_name=first_name,
            last_name=last_name,
            birth_date=birth_date,
            ssn_last_four=ssn_last_four,
        )

    @property
    def is_new_person(self) -> bool:
        """Whether the search matched nobody on file."""
        return self.outcome == SearchOutcome.NONE

    @property
    def may_open_account(self) -> bool:
        """Whether the search found one unclaimed record, or none."""
        return self.outcome in (SearchOutcome.FOUND, SearchOutcome.NONE)

    @property
    def full_name(self) -> str:
        """The name as entered."""
        parts = (self.first_name, self.middle_name, self.last_name, self.suffix)
        return " ".join(part for part in parts if part)

    def refuse_if_over(self, now: datetime) -> None:
        """Raise `RegistrationLost` if it has expired."""
        if now >= self.expires_at:
            raise RegistrationLost


def _outcome(matches: list[Person]) -> SearchOutcome:
    if not matches:
        return SearchOutcome.NONE
    if len(matches) > 1:
        return SearchOutcome.SEVERAL
    return SearchOutcome.FOUND if matches[0].claimed_at is None else SearchOutcome.CLAIMED
