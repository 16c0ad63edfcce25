"""How the state's public record writes grades and certificate numbers."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chassis.i18n.text import translatable
from chassis.jurisdiction import Place, load_place
from chassis.rules import Source, source_faults
from chassis.state_folder import Files, KeyFaults, StateFolder
from services.lookup.domain.names import number_key

_GRADE = translatable("grade {grade}")
_GRADES = translatable("Grades {lowest} through {highest}")
_SPAN = translatable("{lowest} through {highest}")


@dataclass(frozen=True)
class CertificateNumbers:
    """`record.toml`: the numbers of certificates, by which the public verifies them."""

    certificate_numbers: re.Pattern[str]
    """What a number looks like, without its hyphens and spaces; older numbers too."""
    certificate_number_words: str
    """What a number looks like, in words that complete "A certificate number has …"."""
    certificate_number_example: str
    """A number for the hint of the search field."""
    sources: Mapping[str, Source]
    """Where `certificate_numbers` comes from."""

    SOURCED = ("certificate_numbers",)

    def __post_init__(self) -> None:
        if faults := dict(source_faults(self.SOURCED, self.sources)):
            raise KeyFaults(faults)


@dataclass(frozen=True)
class LookupRules:
    """The state's wording that public pages need."""

    place: Place
    numbers: CertificateNumbers

    def grades(self, lowest: int, highest: int, translate: Callable[[str], str] = str) -> str:
        """A span of grades in words; `translate` puts them into a language."""
        named = self.place.grades
        if lowest == highest:
            return self._grade(lowest, translate).capitalize()
        if lowest not in named and highest not in named:
            return translate(_GRADES).format(lowest=lowest, highest=highest)
        first, last = self._grade(lowest, translate), self._grade(highest, translate)
        return translate(_SPAN).format(lowest=first, highest=last).capitalize()

    def _grade(self, grade: int, translate: Callable[[str], str]) -> str:
        named = self.place.grades.get(grade)
        return translate(named.words) if named else translate(_GRADE).format(grade=grade)

    def could_be_a_number(self, text: str) -> bool:
        """Whether this has the format of the state's certificate numbers."""
        return self.numbers.certificate_numbers.fullmatch(number_key(text)) is not None


FILES: Files = {"record": CertificateNumbers}


def load_rules(state: StateFolder) -> LookupRules:
    """The state's rules; raises `chassis.state_folder.JurisdictionFault`."""
    return LookupRules(load_place(state), state.read("record", CertificateNumbers))
