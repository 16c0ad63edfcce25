"""What an applicant answers, element by element, and the rules each answer must keep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from chassis.i18n.text import translatable
from chassis.problems import InvalidInput


@dataclass(frozen=True)
class LicenseCopy:
    """An uploaded copy of another state's license: where it is kept, and what it is."""

    digest: str
    file_name: str
    media_type: str


@dataclass(frozen=True)
class Degree:
    """A degree, and the day on which the institution sent its transcript, if it did."""

    institution: str
    degree: str
    conferred_on: date
    name_on_transcript: str
    sent_on: date | None = None

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Degree":
        """The degree in an element's answers."""
        return cls(**{**stored, **_dates(stored, "conferred_on", "sent_on")})


@dataclass(frozen=True)
class Assessment:
    """A test as the applicant reports it."""

    test_code: str
    title: str
    score: str
    taken_on: date

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Assessment":
        """The assessment in an element's answers."""
        return cls(**{**stored, **_dates(stored, "taken_on")})


@dataclass(frozen=True)
class FitnessAnswer:
    """The answer to a question as it was asked; a yes is explained."""

    key: str
    question: str
    is_yes: bool
    explanation: str = ""


def to_store(entry: LicenseCopy | Degree | Assessment | FitnessAnswer) -> dict[str, Any]:
    """An answer in the form in which an element keeps it."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in vars(entry).items()
    }


def _dates(stored: Mapping[str, Any], *names: str) -> dict[str, date | None]:
    return {name: date.fromisoformat(stored[name]) if stored.get(name) else None for name in names}


def refuse_days_to_come(entry: Degree | Assessment, today: date) -> None:
    """Raise `InvalidInput` naming each date that has not come yet."""
    to_come = {
        name: [translatable("This day has not come yet. Check the date.")]
        for name, value in vars(entry).items()
        if isinstance(value, date) and value > today
    }
    if to_come:
        raise InvalidInput(to_come)


def refuse_unexplained(answers: Sequence[FitnessAnswer]) -> None:
    """Raise `InvalidInput` naming each yes that has no explanation (domain reference 1.8)."""
    unexplained = {
        f"{each.key}_explanation": [
            translatable("You answered yes. Explain what happened, and when.")
        ]
        for each in answers
        if each.is_yes and not each.explanation
    }
    if unexplained:
        raise InvalidInput(unexplained)


def refuse_other_signature(signature: str, name_on_file: str) -> None:
    """Raise `InvalidInput` unless the signature is the name on file, in letters of any size."""
    typed, known = (" ".join(each.split()).casefold() for each in (signature, name_on_file))
    if typed != known:
        raise InvalidInput(
            {
                "signature": [
                    translatable("Type your name as we have it on file: {name}.", name=name_on_file)
                ]
            }
        )
