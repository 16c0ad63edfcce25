"""The applicant's answers, element by element, and the rules for each."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from chassis.i18n.text import translatable
from chassis.names.compare import Strength, compare
from chassis.names.parts import Name
from chassis.problems import InvalidInput

_ASIDES = re.compile(r"[\"\u201c\u201d\u201e\u00ab\u00bb()\[\]]")


@dataclass(frozen=True)
class LicenseCopy:
    """An uploaded copy of another state's license: its digest in the file store, name and type."""

    digest: str
    file_name: str
    media_type: str


@dataclass(frozen=True)
class Degree:
    """A degree, and the day the institution sent the transcript, if it has."""

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
    """The answer to a question as it was asked; a yes needs an explanation."""

    key: str
    question: str
    is_yes: bool
    explanation: str = ""


def to_store(entry: LicenseCopy | Degree | Assessment | FitnessAnswer) -> dict[str, Any]:
    """An answer as an element stores it."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in vars(entry).items()
    }


def _dates(stored: Mapping[str, Any], *names: str) -> dict[str, date | None]:
    return {name: date.fromisoformat(stored[name]) if stored.get(name) else None for name in names}


def refuse_future_dates(entry: Degree | Assessment, today: date) -> None:
    """Raise `InvalidInput` naming each date in the future."""
    future = {
        name: [translatable("This date is in the future. Check it.")]
        for name, value in vars(entry).items()
        if isinstance(value, date) and value > today
    }
    if future:
        raise InvalidInput(future)


def refuse_unexplained(answers: Sequence[FitnessAnswer]) -> None:
    """Raise `InvalidInput` naming each yes that has no explanation (domain reference 1.8)."""
    unexplained = {
        f"{answer.key}_explanation": [
            translatable("You answered yes. Explain what happened, and when.")
        ]
        for answer in answers
        if answer.is_yes and not answer.explanation
    }
    if unexplained:
        raise InvalidInput(unexplained)


def refuse_other_signature(signature: str, name_on_file: str) -> None:
    """Raise `InvalidInput` unless the signature is the name on file, however it is written."""
    match = compare(Name(last=signature), Name(last=name_on_file))
    # What stands in quotes or parentheses is no part of a name, and may take a signature back.
    beside = set(_ASIDES.findall(signature)) - set(_ASIDES.findall(name_on_file))
    if beside or match is None or match.strength < Strength.STRONG:
        raise InvalidInput(
            {
                "signature": [
                    translatable("Type your name as we have it on file: {name}.", name=name_on_file)
                ]
            }
        )
