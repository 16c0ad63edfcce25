"""The test cards the sandbox accepts, and card form parsing.

A card number or CVC is kept only for the duration of its request.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class SandboxCard:
    """A test card and its outcome: `failure_reason` is None for a card that pays."""

    number: str
    brand: str
    failure_reason: str | None
    ending: str
    refusal: str = ""

    @property
    def last_four(self) -> str:
        """The only digits that may be stored."""
        return self.number[-4:]

    @property
    def printed_number(self) -> str:
        """The number in groups of four, as on a card."""
        return " ".join(self.number[start : start + 4] for start in range(0, 16, 4))


SANDBOX_CARDS = (
    SandboxCard("4242424242424242", "Visa", None, "The payment succeeds."),
    SandboxCard(
        "4000000000000002",
        "Visa",
        "card_declined",
        "The bank declines the card.",
        "The bank declined this card. Nothing was charged. Try another card.",
    ),
    SandboxCard(
        "4000000000009995",
        "Visa",
        "insufficient_funds",
        "The card has insufficient funds.",
        "This card has insufficient funds. Nothing was charged. Try another card.",
    ),
)


class CardFormRefused(Exception):
    """The card form is invalid; `faults` has one sentence per invalid field."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__(", ".join(sorted(faults)))
        self.faults = faults


def read_card(form: Mapping[str, str], today: date) -> SandboxCard:
    """The form's test card; raises `CardFormRefused` if a field is not valid on `today`."""
    number = re.sub(r"[ -]", "", form.get("number", ""))
    checks = {
        "number": _number_fault(number),
        "expiry": _expiry_fault(form.get("expiry", ""), today),
        "cvc": _cvc_fault(form.get("cvc", "").strip()),
        "name": None if form.get("name", "").strip() else "Enter the name on the card.",
    }
    faults = {field: fault for field, fault in checks.items() if fault}
    if faults:
        raise CardFormRefused(faults)
    return next(card for card in SANDBOX_CARDS if card.number == number)


def _number_fault(number: str) -> str | None:
    if not number:
        return "Enter the card number."
    if not re.fullmatch(r"[0-9]{12,19}", number) or not _passes_luhn(number):
        return "This is not a valid card number. Check the digits."
    if number not in {card.number for card in SANDBOX_CARDS}:
        return "The sandbox does not accept real cards. Use one of the test cards listed on this "
        "page."
    return None


def _passes_luhn(number: str) -> bool:
    """Whether the check digit is right (ISO/IEC 7812-1 annex B)."""
    doubled = [int(digit) * 2 for digit in number[-2::-2]]
    plain = [int(digit) for digit in number[-1::-2]]
    return sum(plain + [product // 10 + product % 10 for product in doubled]) % 10 == 0


def _expiry_fault(expiry: str, today: date) -> str | None:
    """A card is valid through the last day of its expiry month."""
    written = re.fullmatch(r"([0-9]{1,2}) ?/ ?(?:20)?([0-9]{2})", expiry.strip())
    if not written or not 1 <= int(written[1]) <= 12:
        return "Enter the expiry date as month and year, such as 04/30."
    if (2000 + int(written[2]), int(written[1])) < (today.year, today.month):
        return "This card has expired. Use another card, or check the date."
    return None


def _cvc_fault(cvc: str) -> str | None:
    if not re.fullmatch(r"[0-9]{3}", cvc):
        return "Enter the three digits on the back of the card."
    return None
