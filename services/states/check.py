"""What one file of a state names, another must know: `make jurisdictions`."""

import csv
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

from chassis.i18n.catalogs import may_be_said, said_by_pages, unsaid
from chassis.i18n.language import ENGLISH, LANGUAGES
from chassis.jurisdiction import load_fees, load_place
from chassis.settings import Settings
from chassis.state_folder import Fault, JurisdictionFault, Key, StateFolder, StateWords, states_in
from chassis.unconfirmed import unconfirmed_rules
from services.assignments.domain.standard import Coverage, Needs
from services.assignments.jurisdiction import load_rules as load_assignments
from services.certification.jurisdiction import load_rules as load_certification
from services.demonstration.scene import FILES as SCENE
from services.demonstration.scene import Scene, load_scene
from services.identity.jurisdiction import OrganizationFormat
from services.identity.jurisdiction import load_rules as load_accounts
from services.legal.jurisdiction import load_rules as load_conduct
from services.lookup.jurisdiction import load_rules as load_record
from services.states.files import faults_of_files

A_NUMBER, A_YEAR = 1, 2026


def faults_of(state: StateFolder) -> list[str]:
    """Every fault of a state: of each file by itself, and of one that contradicts another."""
    told = faults_of_files(state)
    for name, check in CHECKS:
        # What is wrong with a file by itself is told above.
        with suppress(JurisdictionFault):
            if (state.path / f"{name}.toml").exists():
                told += state.file(name).told(check(state))
    return told


def _fees(state: StateFolder) -> Iterator[Fault]:
    """Who applies today or later for a type is charged what the table has for its fees."""
    fees, today = load_fees(state), _today(state)
    for row, kind in enumerate(load_certification(state).certificate_types):
        key = ("certificate_types", row, "fee_items")
        for item in kind.fee_items:
            first_days = [fee.effective_from for fee in fees.fees if fee.item == item]
            if not first_days:
                yield key, f"has {item!r}, which is no item in fees.toml."
            elif min(first_days) > max(kind.effective_from, today):
                problem = f"has {item!r}, which fees.toml charges only from {min(first_days)} on."
                yield key, problem


def _today(state: StateFolder) -> date:
    return load_place(state).today(Settings("demonstration", {}).clock().now())


def _areas(state: StateFolder) -> Iterator[Fault]:
    """Assignments speak of the authorizations and populations that certificates carry."""
    reporting, areas = load_assignments(state).file, load_certification(state).areas
    named = {
        "coverage": [row.authorizations for row in reporting.coverage],
        "populations": [tuple(population.authorizations) for population in reporting.populations],
    }
    for table, rows in named.items():
        for row, codes in enumerate(rows):
            for code in sorted(set(codes) - areas.keys()):
                problem = f"has {code!r}, which is no authorization in certification.toml."
                yield (table, row, "authorizations"), problem


def _coverage(state: StateFolder) -> Iterator[Fault]:
    """Whatever needs an authorization is covered by one, and without gaps in time."""
    reporting = load_assignments(state).file
    today = _today(state)
    covered = {row.content for row in reporting.coverage if row.effective_from <= today}
    for row, content in enumerate(reporting.content_areas):
        needs = content.needs is Needs.AUTHORIZATION
        if needs and content.code not in covered:
            yield (
                ("content_areas", row),
                f"({content.code}) is covered by no row of coverage today.",
            )
    for row, entry in enumerate(reporting.coverage):
        if problem := _gap_after(entry, reporting.coverage):
            yield ("coverage", row, "effective_until"), problem


def _gap_after(entry: Coverage, rows: Iterable[Coverage]) -> str | None:
    """What is wrong where nothing covers a row's content from the day after its last one on."""
    last = entry.effective_until
    if last is None or last == date.max:
        return None
    others = [row for row in rows if row.content == entry.content]
    following = last + timedelta(days=1)
    if any(row.effective_from <= following <= (row.effective_until or date.max) for row in others):
        return None
    later = [row.effective_from for row in others if row.effective_from > following]
    if not later:
        return f"ends {last}, and no row follows."
    return f"ends {last}, and the next row begins only {min(later)}."


def _each_once(table: str, rows: Iterable[tuple[str, date]]) -> Iterator[Fault]:
    """Of two rows of one code from one day on, only one could be in force."""
    seen: set[tuple[str, date]] = set()
    for row, (code, begins) in enumerate(rows):
        if (code, begins) in seen:
            yield (table, row), f"has {code!r} from {begins} on a second time."
        seen.add((code, begins))


def _fees_once(state: StateFolder) -> Iterator[Fault]:
    yield from _each_once("fees", ((fee.item, fee.effective_from) for fee in load_fees(state).fees))


def _types_once(state: StateFolder) -> Iterator[Fault]:
    kinds = load_certification(state).certificate_types
    yield from _each_once("certificate_types", ((each.code, each.effective_from) for each in kinds))


def _grounds_once(state: StateFolder) -> Iterator[Fault]:
    grounds = load_conduct(state).grounds
    yield from _each_once("grounds", ((each.code, each.effective_from) for each in grounds))


def _populations(state: StateFolder) -> Iterator[Fault]:
    """Each population of a certificate is one that districts can report."""
    known = {population.code for population in load_assignments(state).file.populations}
    for code in load_certification(state).populations:
        if code not in known:
            yield ("populations", code), "is no population in assignments.toml."


def _numbers(state: StateFolder) -> Iterator[Fault]:
    """What is issued, and the example on the page, look like a certificate's number."""
    record, rules = load_record(state), load_certification(state)
    issued = rules.number_certificate(A_NUMBER, A_YEAR)
    if not record.could_be_a_number(issued):
        problem = f"does not match {issued!r}, which certification.toml issues."
        yield ("certificate_numbers",), problem
    if not record.could_be_a_number(record.numbers.certificate_number_example):
        yield ("certificate_number_example",), "does not match certificate_numbers."


def _educator_numbers(state: StateFolder) -> Iterator[Fault]:
    """The first educator number has no more digits than the numbers have."""
    numbers = load_accounts(state).educator_number
    if len(str(numbers.first)) > numbers.digits:
        yield ("educator_number", "first"), f"has more than {numbers.digits} digits."


def _grades(state: StateFolder) -> Iterator[Fault]:
    """Each grade below the first that an authorization has is named."""
    named = load_place(state).grades
    used = {
        grade
        for area in load_certification(state).authorizations
        for grade in (area.lowest_grade, area.highest_grade)
    }
    for grade in sorted(grade for grade in used if grade < 1 and grade not in named):
        problem = f"has no name for grade {grade}, which authorizations in certification.toml have."
        yield ("grades",), problem


def _words(language: str) -> Callable[[StateFolder], Iterator[Fault]]:
    def check(state: StateFolder) -> Iterator[Fault]:
        """The state's own words are said in the language, and nothing that no page shows."""
        for text in unsaid(state, language) if language != ENGLISH else ():
            yield ("texts",), f"lacks {text!r}, which public pages show."
        for text in sorted(state.words(language).texts.keys() - may_be_said(state)):
            yield ("texts", text), "is said in no other file of the state."
        if terms := state.words(language).terms:
            said = said_by_pages(language)
            for term in terms:
                if StateWords(terms={term: "own"}).applied_to(said) == said:
                    yield ("terms", term), "is said by no page in this language."

    return check


def _scene(state: StateFolder) -> Iterator[Fault]:
    """The demonstration speaks of types, authorizations and people that there are."""
    rules, scene = load_certification(state), load_scene(state)
    yield from _people_of(scene, load_accounts(state).organization_file)
    types = {kind.code for kind in rules.certificate_types}
    part = scene.file.journey
    asked: list[tuple[Key, str, str]] = [
        (("journey", "certificate_type"), part.certificate_type, part.authorization)
    ]
    record = load_record(state)
    for row, certificate in enumerate(scene.file.certificates):
        if not record.could_be_a_number(certificate.number):
            problem = f"is {certificate.number!r}, which record.toml does not take for a number."
            yield ("certificates", row, "number"), problem
        asked += [
            (("certificates", row), certificate.type, code) for code in certificate.authorizations
        ]
    for key, kind, code in asked:
        if kind not in types:
            yield key, f"names {kind!r}, which is no type in certification.toml."
        if code not in rules.areas:
            yield key, f"names {code!r}, which is no authorization in certification.toml."


def _people_of(scene: Scene, lists: OrganizationFormat) -> Iterator[Fault]:
    """Whom and where the demonstration names, its two lists know."""
    try:
        persons, places = _cells(scene.persons), _cells(scene.organizations)
        numbers_of_places = map(lists.state_number.fullmatch, sorted(places))
        places |= {
            found.expand(lists.district_state_number) for found in numbers_of_places if found
        }
    except (OSError, ValueError, csv.Error) as error:
        yield (), f"needs persons.csv and organizations.csv beside it: {error}."
        return
    for key, number in (("district", scene.file.district), ("school", scene.file.school)):
        if number not in places:
            yield (key,), f"is {number!r}, which organizations.csv does not have."
    holders = [holder.educator_number for holder in scene.file.certificates]
    teachers = [teacher.educator_number for teacher in scene.file.teaching]
    for table, numbers in (("certificates", holders), ("teaching", teachers)):
        for row, number in enumerate(numbers):
            if number not in persons:
                problem = f"is {number!r}, which persons.csv does not have."
                yield (table, row, "educator_number"), problem


def _cells(path: Path) -> set[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {cell.strip() for row in csv.reader(file) for cell in row}


CHECKS: tuple[tuple[str, Callable[[StateFolder], Iterator[Fault]]], ...] = (
    ("fees", _fees_once),
    ("certification", _types_once),
    ("conduct", _grounds_once),
    ("certification", _fees),
    ("certification", _populations),
    ("assignments", _areas),
    ("assignments", _coverage),
    ("record", _numbers),
    ("accounts", _educator_numbers),
    ("place", _grades),
    *((f"words.{language}", _words(language)) for language in LANGUAGES),
    *((name, _scene) for name in SCENE),
)
"""The file whose lines are told, and what is checked."""


def main(folder: Path) -> int:
    """Check all states in a folder, and print each fault; returns 1 if there is any."""
    faults, unconfirmed = 0, 0
    states = states_in(folder)
    for code in states:
        state = StateFolder(folder / code)
        found = faults_of(state)
        faults += len(found)
        for fault in found:
            print(fault)  # noqa: T201  # a command
        unconfirmed += 0 if found else len(list(unconfirmed_rules(state)))
    counts = {"state": len(states), "fault": faults, "unconfirmed rule": unconfirmed}
    told = ", ".join(f"{count} {name}{'' if count == 1 else 's'}" for name, count in counts.items())
    print(f"jurisdictions: {told}")  # noqa: T201  # a command
    return 1 if faults or not states else 0
