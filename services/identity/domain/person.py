"""Persons, and the sealed Social Security number that makes each one unique."""

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from sqlalchemy import JSON, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.i18n.text import translatable
from chassis.names.compare import STRONG_REASONS, Reason, compare
from chassis.names.keys import part_key
from chassis.names.parts import Name, parts_of
from chassis.problems import RuleBroken
from chassis.storage.database import Versioned
from chassis.storage.types import Instant
from contracts.identity import PersonClaimed, PersonRecorded
from services.identity.domain.base import Base
from services.identity.domain.ssn import SealedSsn

_ONE_NAME = STRONG_REASONS | {Reason.GIVEN_LEFT_OUT, Reason.SUFFIX_LEFT_OUT}


class PersonAlreadyClaimed(RuleBroken):
    """A person has one account."""

    title = translatable("This record already has an account")
    advice = translatable(
        "If the account is yours, sign in. If you did not create it, or cannot sign in, "
        "write to the agency; the address is at the bottom of this page."
    )


class Person(Versioned, Base):
    """An educator or applicant, with one educator number for life."""

    __tablename__ = "person"

    educator_id: Mapped[UUID] = mapped_column(primary_key=True)
    educator_number: Mapped[str] = mapped_column(String(20), unique=True)
    first_name: Mapped[str] = mapped_column(String(60))
    middle_name: Mapped[str | None] = mapped_column(String(60))
    last_name: Mapped[str] = mapped_column(String(60))
    suffix: Mapped[str | None] = mapped_column(String(20))
    former_last_names: Mapped[list[str]] = mapped_column(JSON)
    birth_date: Mapped[date] = mapped_column(index=True)
    name_key: Mapped[str] = mapped_column(String(200), index=True)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    claimed_at: Mapped[datetime | None] = mapped_column(Instant)

    @classmethod
    def record(
        cls,
        *,
        educator_id: UUID,
        educator_number: str,
        first_name: str,
        last_name: str,
        birth_date: date,
        now: datetime,
        middle_name: str | None = None,
        suffix: str | None = None,
        former_last_names: tuple[str, ...] = (),
    ) -> Self:
        """A person who is new to the agency."""
        return cls(
            educator_id=educator_id,
            version=1,
            educator_number=educator_number,
            first_name=first_name,
            middle_name=middle_name,
            last_name=last_name,
            suffix=suffix,
            former_last_names=list(former_last_names),
            birth_date=birth_date,
            name_key=f"{part_key(last_name)} {part_key(first_name)}",
            recorded_at=now,
        )

    @property
    def name(self) -> Name:
        """The name in its parts, for comparison."""
        return Name(
            first=self.first_name,
            middle=self.middle_name or "",
            last=self.last_name,
            suffix=self.suffix or "",
            former_last_names=tuple(self.former_last_names),
        )

    @property
    def full_name(self) -> str:
        """The name as printed on a certificate."""
        parts = (self.first_name, self.middle_name, self.last_name, self.suffix)
        return " ".join(part for part in parts if part)

    def is_called(self, first_name: str, last_name: str) -> bool:
        """Whether this is the person's current or former name, however it is written.

        Middle names and the suffix need not be told, but the first name must come first: who types
        many names does not find whoever has one of them.
        """
        typed = Name(first=first_name, last=last_name)
        if parts_of(typed).former:  # two last names at once would be two tries
            return False
        match = compare(self.name, typed)
        return match is not None and match.reasons <= _ONE_NAME

    def refuse_if_claimed(self) -> None:
        """Raise `PersonAlreadyClaimed` if the person has an account."""
        if self.claimed_at is not None:
            raise PersonAlreadyClaimed

    def recorded(self) -> PersonRecorded:
        """The event that the person was recorded."""
        return PersonRecorded(**self._facts())

    def claim(self, now: datetime) -> PersonClaimed:
        """Link the person to their account; raises `PersonAlreadyClaimed`."""
        self.refuse_if_claimed()
        self.claimed_at = now
        self.version += 1
        return PersonClaimed(**self._facts())

    def state(self) -> PersonRecorded | PersonClaimed:
        """The event with the person's current state."""
        return self.recorded() if self.claimed_at is None else PersonClaimed(**self._facts())

    def _facts(self) -> dict[str, Any]:
        return {
            "version": self.version,
            "educator_id": self.educator_id,
            "educator_number": self.educator_number,
            "first_name": self.first_name,
            "middle_name": self.middle_name,
            "last_name": self.last_name,
            "suffix": self.suffix,
            "former_last_names": tuple(self.former_last_names),
        }


class VaultRow(Base):
    """A sealed Social Security number; the blind index keeps one number from having two persons.

    An unconfirmed registration has its row here before the person exists.
    """

    __tablename__ = "ssn_vault"

    educator_id: Mapped[UUID] = mapped_column(primary_key=True)
    key_version: Mapped[int]
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    nonce: Mapped[bytes] = mapped_column(LargeBinary)
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    blind_index: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    last_four: Mapped[str] = mapped_column(String(4))

    @classmethod
    def keep(cls, educator_id: UUID, sealed: SealedSsn) -> Self:
        """The row that stores a sealed number."""
        return cls(
            educator_id=educator_id,
            key_version=sealed.key_version,
            wrapped_key=sealed.wrapped_key,
            nonce=sealed.nonce,
            ciphertext=sealed.ciphertext,
            blind_index=sealed.blind_index,
            last_four=sealed.last_four,
        )

    @property
    def sealed(self) -> SealedSsn:
        """The sealed number, for the vault to open."""
        return SealedSsn(
            key_version=self.key_version,
            wrapped_key=self.wrapped_key,
            nonce=self.nonce,
            ciphertext=self.ciphertext,
            blind_index=self.blind_index,
            last_four=self.last_four,
        )

    def rewrap(self, sealed: SealedSsn) -> None:
        """Store the same number with its data key wrapped under another key version."""
        self.key_version, self.wrapped_key = sealed.key_version, sealed.wrapped_key
