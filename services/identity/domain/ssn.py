"""Social Security numbers: which are valid, and how a sealed one is stored."""

import re
from dataclasses import dataclass, field

from chassis.i18n.text import translatable

_WRITTEN = re.compile(r"([0-9]{3})(-?)([0-9]{2})\2([0-9]{4})")


class InvalidSsn(ValueError):
    """What was typed cannot be a Social Security number; the message never repeats it."""


@dataclass(frozen=True, slots=True)
class SocialSecurityNumber:
    """A valid Social Security number; masked everywhere except in `digits` and `written`.

    Raises `InvalidSsn` for anything but nine digits and for area 000, 666 and 900 to 999, group 00
    and serial 0000, which are never assigned (SSA POMS RM 10201.035).
    """

    digits: str = field(repr=False)

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9]{9}", self.digits):
            raise InvalidSsn(
                translatable("A Social Security number has nine digits, such as 123-45-6789.")
            )
        area, group, serial = self.digits[:3], self.digits[3:5], self.digits[5:]
        if area in ("000", "666") or area[0] == "9" or group == "00" or serial == "0000":
            raise InvalidSsn(
                translatable(
                    "This number was never issued as a Social Security number. Please "
                    "compare it with your Social Security card."
                )
            )

    @property
    def last_four(self) -> str:
        """The four digits that may be shown."""
        return self.digits[5:]

    @property
    def written(self) -> str:
        """The whole number as on the card, for the one page that may reveal it."""
        return f"{self.digits[:3]}-{self.digits[3:5]}-{self.last_four}"

    def __str__(self) -> str:
        return f"***-**-{self.last_four}"

    def __repr__(self) -> str:
        return f"SocialSecurityNumber({self})"


@dataclass(frozen=True, slots=True)
class SealedSsn:
    """One row of the vault, as stored. The last four digits are kept readable for matching."""

    key_version: int
    wrapped_key: bytes = field(repr=False)
    nonce: bytes = field(repr=False)
    ciphertext: bytes = field(repr=False)
    blind_index: bytes = field(repr=False)
    last_four: str = field(repr=False)
