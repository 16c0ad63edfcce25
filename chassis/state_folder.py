"""A state's folder of flat files: each is read as a type, and a fault names file, line and key."""

import hashlib
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cached_property
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

import msgspec

from chassis.toml_lines import keys_by_line

T = TypeVar("T")
Files = Mapping[str, type[Any]]
"""The names of files, without `.toml`, and the dataclass that each is read as."""
Key = tuple[str | int, ...]
"""Where a value stands in a file: `("fees", 3, "amount_cents")`; rows count from 0."""
Fault = tuple[Key, str]
"""A key, and what is wrong there, as the rest of a sentence that begins with the key."""

LARGEST_FILE = 1_000_000  # bytes; ten times what a state has

Count = Annotated[int, msgspec.Meta(ge=1, le=100_000)]
"""How many there are, or how many days, months or minutes something takes."""
Grade = Annotated[int, msgspec.Meta(ge=-1, le=12)]
"""A grade as a number: prekindergarten is -1, kindergarten 0."""
_MONTH_AND_DAY = r"^(?!02-29|02-3|(04|06|09|11)-31)(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"
_NUMBER = r"^(?:[^{}]|\{year(?::02)?\}|\{number(?::0[1-9]d?)?\})+$"
_WANTED = {
    _MONTH_AND_DAY: "must be a month and a day that every year has, such as 06-30.",
    _NUMBER: "must be text with {year} and {number} in it, such as {year}-{number:04d}.",
}
MonthAndDay = Annotated[str, msgspec.Meta(pattern=_MONTH_AND_DAY)]
"""A day that every year has, such as 06-30; `chassis.calendar.day_in` makes it a date."""

NumberFormat = Annotated[str, msgspec.Meta(pattern=_NUMBER)]
"""A number in the form of Python: `{year}`, and `{number}` or `{number:07d}`, which counts up."""
_ENDLESS = re.compile(r"\((?:[^()\\]|\\.)*[+*}|](?:[^()\\]|\\.)*\)[+*{]")
"""A repetition or a choice within a repetition, over which a search may take forever."""
_FIRST_YEAR, _LAST_YEAR = 1850, 2200


class JurisdictionFault(SystemExit):
    """A state's folder is missing or wrong: one sentence a fault, with file, line and key.

    Where nobody catches it the program ends with the sentences, and without a traceback.
    """

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


class KeyFaults(ValueError):
    """Values that are well-formed, each by itself, but do not fit together; raised by a shape."""

    def __init__(self, faults: Mapping[Key, str]) -> None:
        self.faults = faults
        super().__init__("; ".join(faults.values()))


@dataclass(frozen=True)
class StateFile:
    """One file of a state's folder, such as `new_york/fees.toml`, with the lines of its keys."""

    place: str
    text: str
    contents: Mapping[str, Any]

    def line_of(self, key: Key) -> int:
        """The line where a key stands, or else the nearest table above it."""
        while key and key not in self._lines:
            key = key[:-1]
        return self._lines.get(key, 1)

    def told(self, faults: Iterable[Fault]) -> list[str]:
        """One sentence for each fault."""
        return [
            f"{self.place}, line {self.line_of(key)}: {written(key)} {problem}"
            for key, problem in faults
        ]

    @cached_property
    def _lines(self) -> dict[Key, int]:
        return dict(keys_by_line(self.text))


@dataclass(frozen=True)
class StateWords:
    """`words.<language>.toml`: how the state's pages speak a language."""

    texts: Mapping[str, str] = field(default_factory=dict)
    """What the state says in its other files, in English, and the same in the language."""
    terms: Mapping[str, str] = field(default_factory=dict)
    """The suite's words for which the state has its own, such as license for certificate."""

    def applied_to(self, text: str) -> str:
        """A text of the pages in the state's own words, before values are put into it."""
        return self._pattern.sub(self._own, text) if self.terms else text

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        longest_first = sorted(self.terms, key=len, reverse=True)
        # Markup and the places for values are no words.
        return re.compile(
            rf"<[^>]*>|%\(\w+\)\w|{{\w+}}|\b({'|'.join(map(re.escape, longest_first))})\b",
            re.IGNORECASE,
        )

    def _own(self, match: re.Match[str]) -> str:
        if not (term := match[1]):
            return match[0]
        own = self.terms[term.lower()]
        return own if term[0].islower() else f"{own[0].upper()}{own[1:]}"

    def __post_init__(self) -> None:
        faults: dict[Key, str] = {}
        for term, own in self.terms.items():
            if term != term.lower():
                faults["terms", term] = "must be in small letters."
            elif not (_TERM.match(term) and _TERM.match(own)):
                faults["terms", term] = "must be words: letters, blanks, hyphens and apostrophes."
        if faults:
            raise KeyFaults(faults)


_TERM = re.compile("[^\\W\\d_](?:[^\\W\\d_]|[ '\N{RIGHT SINGLE QUOTATION MARK}-])*\\Z")
NO_WORDS = StateWords()


@dataclass(frozen=True)
class StateFolder:
    """Everything that a state says, in flat files by what they say: `place.toml`, `fees.toml` …"""

    path: Path

    @property
    def code(self) -> str:
        """The state's name in settings, such as `new_york`."""
        return self.path.name

    def read(self, name: str, shape: type[T]) -> T:
        """The file `<name>.toml` as a dataclass; raises `JurisdictionFault` with all its faults."""
        file = self.file(name)
        return self._converted(file, file.contents, shape)

    def read_part(self, name: str, shape: type[T]) -> T:
        """As `read`, for a dataclass of some of the file's keys; the others are not looked at."""
        file = self.file(name)
        part = {key: file.contents[key] for key in get_type_hints(shape) if key in file.contents}
        return self._converted(file, part, shape)

    def _converted(self, file: StateFile, contents: Mapping[str, Any], shape: type[T]) -> T:
        if faults := file.told(faults_in(contents, shape)):
            raise JurisdictionFault(faults)
        return _convert(contents, shape)

    def file(self, name: str) -> StateFile:
        """The file `<name>.toml`; raises `JurisdictionFault` if it is missing or not TOML."""
        place = f"{self.code}/{name}.toml"
        try:
            text = _text_of(self.path / f"{name}.toml")
            return StateFile(place, text, tomllib.loads(text))
        except FileNotFoundError:
            states = ", ".join(states_in(self.path.parent)) or "none"
            known = "" if self.path.is_dir() else f" There are folders for: {states}."
            raise JurisdictionFault([f"{place} is missing.{known}"]) from None
        except (ValueError, RecursionError, OSError) as error:
            problem = str(error).rstrip(".")
            raise JurisdictionFault([f"{place} cannot be read as TOML: {problem}."]) from error

    def words(self, language: str) -> StateWords:
        """How the state's pages speak a language; raises `JurisdictionFault`."""
        name = f"words.{language}"
        return self.read(name, StateWords) if (self.path / f"{name}.toml").exists() else NO_WORDS

    @cached_property
    def digest(self) -> str:
        """Twelve digits that differ between editions of what services read of the folder.

        The demonstration, which only a developer's suite reads, is not part of it.
        """
        whole = hashlib.sha256()
        for path in sorted(file for file in self.path.glob("*.toml") if file.is_file()):
            content = path.read_bytes()
            whole.update(f"{path.name} {len(content)}\n".encode() + content)
        return whole.hexdigest()[:12]


def states_in(folder: Path) -> list[str]:
    """The states that have a folder here; whether it is whole is not looked at."""
    within = folder.iterdir() if folder.is_dir() else ()
    return sorted(path.name for path in within if path.is_dir() and not path.name.startswith("."))


def _text_of(path: Path) -> str:
    """The text of a file; raises `ValueError` for what is no file of a reasonable size."""
    if path.exists() and not path.is_file():
        raise ValueError("it is no file")
    if path.exists() and path.stat().st_size > LARGEST_FILE:
        raise ValueError(f"it has more than {LARGEST_FILE:,} bytes")
    return path.read_text(encoding="utf-8")


def written(key: Key) -> str:
    """A key as people read it: `fees[3].amount_cents`; rows count from 1 there."""
    words = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in key]
    return "".join(words).lstrip(".") or "the file"


def faults_in(value: Any, shape: Any, key: Key = ()) -> Iterator[Fault]:
    """Everything that keeps a value from being of a shape, each with its key."""
    before = tuple(_faults_within(value, shape, key))
    yield from before
    if before:
        return
    try:
        _convert(value, shape)
    except msgspec.ValidationError as error:
        if isinstance(error.__cause__, KeyFaults):
            yield from ((key + part, problem) for part, problem in error.__cause__.faults.items())
        else:
            yield key, _problem(str(error), shape)


def _faults_within(value: Any, shape: Any, key: Key) -> Iterator[Fault]:
    shape = without_none_and_marks(shape)
    inner = get_args(shape)
    if isinstance(value, str) and _has_control_character(value):
        yield key, "has a line break or another control character."
    elif isinstance(value, date) and not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        yield key, f"is in {value.year}; a date is from {_FIRST_YEAR} to {_LAST_YEAR}."
    elif is_dataclass(shape) and isinstance(value, Mapping):
        hints = get_type_hints(shape, include_extras=True)
        known = {attribute.name: attribute for attribute in fields(shape)}
        yield from _unread(value, known, key)
        for name, attribute in known.items():
            if isinstance(value.get(name), str) and not value[name].strip():
                yield (*key, name), "is blank; write it, or leave the key out."
            elif name in value:
                yield from faults_in(value[name], hints[name], (*key, name))
            elif attribute.default is MISSING and attribute.default_factory is MISSING:
                yield (*key, name), "is missing."
    elif isinstance(value, list) and get_origin(shape) is tuple and inner[-1:] == (...,):
        for row, each in enumerate(value):
            yield from faults_in(each, inner[0], (*key, row))
    elif isinstance(value, Mapping) and len(inner) == 2 and get_origin(shape) is not tuple:
        if isinstance(inner[0], type) and issubclass(inner[0], Enum):
            yield from _unread(value, [choice.value for choice in inner[0]], key)
        for name, each in value.items():
            yield from faults_in(each, inner[1], (*key, name))


def _has_control_character(text: str) -> bool:
    return any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in text)


def _unread(value: Mapping[str, Any], known: Collection[str], key: Key) -> Iterator[Fault]:
    for name in sorted(value.keys() - set(known)):
        yield (*key, name), f"is a key that no code reads; there are: {', '.join(known)}."


def without_none_and_marks(shape: Any) -> Any:
    """A type without `None` beside it, and without the limits of its values."""
    if get_origin(shape) is Annotated:
        return without_none_and_marks(get_args(shape)[0])
    if get_origin(shape) in (Union, UnionType):
        kept = [kind for kind in get_args(shape) if kind is not type(None)]
        return without_none_and_marks(kept[0]) if len(kept) == 1 else shape
    return shape


def _convert(value: Any, shape: type[T]) -> T:
    return msgspec.convert(
        value, shape, str_keys=True, builtin_types=(date,), dec_hook=_convert_other
    )


def _convert_other(kind: Any, value: Any) -> Any:
    """A pattern or a time zone; raises `ValueError`."""
    if (get_origin(kind) or kind) is re.Pattern:
        try:
            pattern = re.compile(value)
        except (re.error, TypeError, OverflowError, RecursionError) as error:
            raise ValueError(f"must be a regular expression: {error}") from error
        if _ENDLESS.search(pattern.pattern):
            raise ValueError(
                "repeats a repetition or a choice, over which a search may take forever"
            )
        return pattern
    try:
        return ZoneInfo(value)
    except (LookupError, ValueError, TypeError, OSError) as error:
        raise ValueError("must be a time zone such as America/New_York") from error


_KINDS = {
    "int": "a whole number",
    "str": "text in quotation marks",
    "bool": "true or false",
    "date": "a date such as 2017-07-01, without quotation marks",
    "array": "a list",
    "object": "a table",
}


def _problem(message: str, shape: Any) -> str:
    """What msgspec says of a value, as a sentence for who writes the file."""
    message = message.partition(" - at `")[0]
    shape = without_none_and_marks(shape)
    if isinstance(shape, type) and issubclass(shape, Enum):
        return f"must be one of: {', '.join(choice.value for choice in shape)}."
    for pattern, wanted in _WANTED.items():
        if repr(pattern) in message:
            return wanted
    expected = re.fullmatch(r"Expected `(\w+)(?: \| null)?`(.*?)(?:, got .*)?", message)
    if expected is None:
        return f"{message}."
    kind, limit = expected.groups()
    return f"must be {_KINDS.get(kind, kind)}{limit}."
