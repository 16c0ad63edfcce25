"""What one file of a state names, another must know; each fault is a sentence with its line."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from chassis.settings import ROOT, read_settings
from chassis.state_folder import JurisdictionFault, states_in
from chassis.unconfirmed import unconfirmed_rules
from services.__main__ import jurisdictions, refuse_faulty_state
from services.states import keys
from services.states.check import faults_of
from services.states.files import OPTIONAL, needed_files
from tests.states import STATES, changed, state_folder

KENTUCKY = "kentucky"


@pytest.mark.parametrize("code", STATES)
def test_each_state_that_there_is_has_no_fault(code: str) -> None:
    assert faults_of(state_folder(code)) == []


PLANTED: dict[str, tuple[str, str, str, str]] = {
    "a fee that is not in the table": (
        "certification",
        'fee_items = ["INITIAL"]',
        'fee_items = ["INITAL"]',
        "certification.toml, line N: certificate_types[1].fee_items has 'INITAL'",
    ),
    "a fee that nobody is charged yet": (
        "fees",
        'title = "One-year certificate"\namount_cents = 0\neffective_from = 2017',
        'title = "One-year certificate"\namount_cents = 0\neffective_from = 2140',
        (
            "certification.toml, line N: certificate_types[2].fee_items has 'ONE_YEAR', "
            "which fees.toml charges only from 2140-07-01 on."
        ),
    ),
    "a fee that is told twice": (
        "fees",
        "effective_from = 2002-07-02",
        "effective_from = 2017-07-01",
        "fees.toml, line N: fees[2] has 'INITIAL' from 2017-07-01 on a second time.",
    ),
    "a table instead of a list": (
        "fees",
        "[[fees]]",
        "[fees.first]",
        "fees.toml cannot be read as TOML: ",
    ),
    "an amount beyond all reason": (
        "fees",
        "amount_cents = 5000",
        "amount_cents = 99999999999",
        "fees.toml, line N: fees[1].amount_cents must be a whole number <= 10000000.",
    ),
    "a blank text": (
        "place",
        'name = "Kentucky"',
        'name = " "',
        "place.toml, line N: name is blank",
    ),
    "a text with a line break": (
        "place",
        'name = "Kentucky"',
        'name = "Ken\\r\\ntucky"',
        "place.toml, line N: name has a line break",
    ),
    "a number that asks Python for more than it may": (
        "certification",
        "{number:07d}",
        "{number.real}",
        "certification.toml, line N: certificate_number must be text with {year} and {number}",
    ),
    "a number of ten billion digits": (
        "certification",
        "{number:07d}",
        "{number:09999999999d}",
        "certification.toml, line N: certificate_number must be text with {year} and {number}",
    ),
    "a pattern that may take forever": (
        "record",
        '"(KY?)?[0-9]{4,12}"',
        '"(KY?)?([0-9]+)+"',
        "record.toml, line N: certificate_numbers",
    ),
    "a pattern that no machine holds": (
        "record",
        '"(KY?)?[0-9]{4,12}"',
        '"[0-9]{99999999999999999999}"',
        "record.toml, line N: certificate_numbers",
    ),
    "a group that the pattern lacks": (
        "accounts",
        r"district_state_number = '\1'",
        r"district_state_number = '\7'",
        "accounts.toml, line N: organization_file.district_state_number names a group",
    ),
    "coverage that ended": (
        "assignments",
        '  { content = "BIOLOGY", authorizations = ["SEC_BIOLOGY"] },\n',
        (
            '  { content = "BIOLOGY", authorizations = ["SEC_BIOLOGY"], '
            "effective_until = 1990-06-30 },\n"
        ),
        "assignments.toml, line N: coverage[6].effective_until ends 1990-06-30, and no row",
    ),
    "a term with markup": (
        "words.es",
        "[texts]",
        '[terms]\ncertificado = "<b>50% licencia"\n\n[texts]',
        "words.es.toml, line N: terms.certificado must be words",
    ),
    "a holder whom the list of persons does not have": (
        "demonstration/scene",
        'educator_number = "200100001"',
        'educator_number = "999999999"',
        "demonstration/scene.toml, line N: certificates[1].educator_number is '999999999'",
    ),
    "a district that the list of organizations does not have": (
        "demonstration/scene",
        'district = "901"',
        'district = "999"',
        "demonstration/scene.toml, line N: district is '999'",
    ),
    "an authorization that no certificate has": (
        "assignments",
        'content = "BIOLOGY", authorizations = ["SEC_BIOLOGY"]',
        'content = "BIOLOGY", authorizations = ["SEC_BIOLGY"]',
        "assignments.toml, line N: coverage[6].authorizations has 'SEC_BIOLGY'",
    ),
    "a population's authorization that no certificate has": (
        "assignments",
        'authorizations = ["VI"]',
        'authorizations = ["VII"]',
        "assignments.toml, line N: populations[5].authorizations has 'VII'",
    ),
    "a population that districts cannot report": (
        "assignments",
        'code = "visual"',
        'code = "vision"',
        "certification.toml, line N: populations.visual is no population",
    ),
    "content that nobody may teach": (
        "assignments",
        '  { content = "BIOLOGY", authorizations = ["SEC_BIOLOGY"] },\n',
        "",
        r"assignments.toml, line N: content_areas[8] (BIOLOGY) is covered by no row",
    ),
    "a gap in time": (
        "assignments",
        '  { content = "BIOLOGY", authorizations = ["SEC_BIOLOGY"] },\n',
        (
            '  { content = "BIOLOGY", authorizations = ["SEC_BIOLOGY"], '
            "effective_until = 2020-06-30 },\n"
            '  { content = "BIOLOGY", authorizations = ["SEC_CHEMISTRY"], '
            "effective_from = 2021-07-01 },\n"
        ),
        (
            "assignments.toml, line N: coverage[6].effective_until ends 2020-06-30, "
            "and the next row begins only 2021-07-01."
        ),
    ),
    "numbers that the public cannot look up": (
        "certification",
        'certificate_number = "KY-',
        'certificate_number = "XY-',
        "record.toml, line N: certificate_numbers does not match 'XY-2026-0000001'",
    ),
    "an example that is no number": (
        "record",
        '"KY-2026-0041873"',
        '"KY-26"',
        "record.toml, line N: certificate_number_example does not match",
    ),
    "a first number that is too long": (
        "accounts",
        "digits = 9",
        "digits = 8",
        "accounts.toml, line N: educator_number.first has more than 8 digits.",
    ),
    "a grade without a name": (
        "place",
        '[grades.-1]\nlabel = "Birth"\nwords = "birth"\n',
        "",
        "place.toml, line N: grades has no name for grade -1",
    ),
    "words that nobody translated": (
        "words.es",
        '"birth" = "nacimiento"\n',
        "",
        "words.es.toml, line N: texts lacks 'birth'",
    ),
    "words that no page shows": (
        "words.es",
        '"birth" = "nacimiento"\n',
        '"birth" = "nacimiento"\n"birht" = "nacimiento"\n',
        "words.es.toml, line N: texts.birht is said in no other file of the state.",
    ),
    "a term that no page says": (
        "words.es",
        "[texts]",
        '[terms]\ncertificate = "licencia"\n\n[texts]',
        "words.es.toml, line N: terms.certificate is said by no page in this language.",
    ),
    "a number that the public cannot look up": (
        "demonstration/scene",
        'number = "K00900001"',
        'number = "X1"',
        "demonstration/scene.toml, line N: certificates[1].number is 'X1'",
    ),
    "a demonstration of a type that is not": (
        "demonstration/scene",
        'certificate_type = "PROF"',
        'certificate_type = "PRO"',
        "demonstration/scene.toml, line N: journey.certificate_type names 'PRO'",
    ),
    "a clock without its source": (
        "conduct",
        '[clocks.initial_review]\ndays = 30\nsource = "2024 Acts ch. 209 (HB 300)"',
        "[clocks.initial_review]\ndays = 30",
        "conduct.toml, line N: clocks.initial_review.source is missing.",
    ),
    "a permission that there is not": (
        "accounts",
        '"certification.recommend"]',
        '"certification.recomend", "certification.recommend"]',
        (
            "accounts.toml, line N: permissions.provider_officer[2] is 'certification.recomend', "
            "which is no permission."
        ),
    ),
    "a permission of the agency for everybody": (
        "accounts",
        'educator = ["certification.apply"',
        'educator = ["certification.decide", "certification.apply"',
        (
            "accounts.toml, line N: permissions.educator[1] is 'certification.decide', "
            "which is for roles of the agency."
        ),
    ),
    "a permission that no role has": (
        "accounts",
        '    "certification.decide",\n',
        "",
        "accounts.toml, line N: permissions has no role that may 'certification.decide'.",
    ),
    "a role that there is not": (
        "accounts",
        'finance = ["payments.see-received"]',
        'finance = ["payments.see-received"]\nauditor = ["payments.see-received"]',
        "accounts.toml, line N: permissions.auditor is no role; there are: educator, ",
    ),
    "a list that nobody says the source of": (
        "assignments",
        "[sources.courses]",
        "[sources.course]",
        "assignments.toml, line N: sources.courses is missing: say where courses comes from.",
    ),
    "a source of nothing": (
        "conduct",
        "[sources.numbers]",
        '[sources.weather]\nsource = "the sky"\n\n[sources.numbers]',
        "conduct.toml, line N: sources.weather names no key that needs a source",
    ),
    "a number that no address holds": (
        "certification",
        "KY-{year}",
        "KY/{year}",
        "certification.toml, line N: certificate_number may have no /",
    ),
    "one form of number for two papers": (
        "conduct",
        'case = "{year}-{number:04}"',
        'case = "C-{year}-{number:04}"',
        "conduct.toml, line N: numbers.case is the form of complaint too",
    ),
    "a choice that is repeated": (
        "record",
        '"(KY?)?[0-9]{4,12}"',
        '"(K|KY)+[0-9]{4}"',
        "record.toml, line N: certificate_numbers repeats a repetition or a choice",
    ),
    "a day beyond all reason": (
        "fees",
        "effective_from = 2002-07-02",
        "effective_from = 9999-07-02",
        "fees.toml, line N: fees[1].effective_from is in 9999",
    ),
    "coverage that is yet to begin": (
        "assignments",
        '  { content = "BIOLOGY", authorizations = ["SEC_BIOLOGY"] },\n',
        (
            '  { content = "BIOLOGY", authorizations = ["SEC_BIOLOGY"], '
            "effective_from = 2090-07-01 },\n"
        ),
        "assignments.toml, line N: content_areas[8] (BIOLOGY) is covered by no row",
    ),
    "a holiday that falls on no day": (
        "place",
        "month = 7\nday = 4",
        "month = 7",
        "place.toml, line N: working_days.holidays[6].name needs one of",
    ),
    "a key that no code reads": (
        "place",
        'name = "Kentucky"',
        'name = "Kentucky"\nmotto = "United we stand"',
        "place.toml, line N: motto is a key that no code reads",
    ),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_fault_is_told_with_file_line_and_key(planted: str, tmp_path: Path) -> None:
    file, good, bad, told = PLANTED[planted]
    state = changed(state_folder(KENTUCKY), tmp_path, file, good, bad)

    expected = re.escape(f"{KENTUCKY}/{told}").replace("line\\ N:", r"line \d+:")
    assert any(re.match(expected, fault) for fault in faults_of(state)), faults_of(state)


def test_faults_within_a_file_hide_none_between_files(tmp_path: Path) -> None:
    in_accounts = PLANTED["a permission that there is not"][:3]
    first = changed(state_folder(KENTUCKY), tmp_path, *in_accounts)
    file, good, bad, told = PLANTED["a fee that is not in the table"]
    path = first.path / f"{file}.toml"
    path.write_text(path.read_text("utf-8").replace(good, bad), "utf-8")

    faults = "\n".join(faults_of(first))

    assert "accounts.toml, line" in faults
    assert told.partition(": ")[2] in faults


UNREADABLE: dict[str, Callable[[Path], object]] = {
    "nothing": lambda file: None,
    "no TOML": lambda file: file.write_text("= 1"),
    "a key twice": lambda file: file.write_text("a = 1\na = 1\n"),
    "another encoding": lambda file: file.write_text("name = 1", encoding="utf-16"),
    "a mark of its encoding": lambda file: file.write_text("a = 1", encoding="utf-8-sig"),
    "too many digits": lambda file: file.write_text(f"a = {'9' * 5000}"),
    "too deep": lambda file: file.write_text(f"a = {'[' * 5000}{']' * 5000}"),
    "too much": lambda file: file.write_text("# much\n" * 200_000),
    "a folder": Path.mkdir,
    "a pipe": os.mkfifo,
    "a link to itself": lambda file: file.symlink_to(file),
}


@pytest.mark.parametrize("spoiled", UNREADABLE)
def test_a_file_that_cannot_be_read_is_one_sentence(spoiled: str, tmp_path: Path) -> None:
    state = changed(state_folder(KENTUCKY), tmp_path, "place", "Kentucky", "Kentucky")
    file = state.path / "fees.toml"
    file.unlink()
    UNREADABLE[spoiled](file)

    (fault,) = faults_of(state)

    assert fault.startswith("kentucky/fees.toml ")
    assert "\n" not in fault


def test_a_folder_without_its_first_file_is_a_state_all_the_same(tmp_path: Path) -> None:
    state = changed(state_folder(KENTUCKY), tmp_path, "place", "Kentucky", "Kentucky")
    (state.path / "place.toml").rename(state.path / "Place.toml")

    assert states_in(tmp_path) == [KENTUCKY]
    assert faults_of(state)[0].startswith("kentucky/place.toml is missing.")


def test_a_faulty_state_is_not_started_and_every_fault_is_told(tmp_path: Path) -> None:
    state = changed(state_folder(KENTUCKY), tmp_path, "accounts", "digits = 9", "digits = 8")
    (state.path / "fines.toml").write_text("sun = true\n")

    with pytest.raises(JurisdictionFault) as refused:
        refuse_faulty_state({"JURISDICTION": KENTUCKY, "JURISDICTIONS_DIR": str(tmp_path)})

    assert list(refused.value.faults) == faults_of(state)
    assert isinstance(refused.value, SystemExit)


def test_a_file_that_no_code_reads_is_a_fault(tmp_path: Path) -> None:
    state = changed(state_folder(KENTUCKY), tmp_path, "place", "Kentucky", "Kentucky")
    for name in ("weather.toml", "fees.toml.bak", "Fees.TOML"):
        (state.path / name).write_text("sun = true\n")

    assert faults_of(state) == [
        f"kentucky/{name} is a file that no code reads."
        for name in ("Fees.TOML", "fees.toml.bak", "weather.toml")
    ]


def test_the_command_tells_every_fault_of_every_state_and_fails(tmp_path: Path) -> None:
    changed(state_folder(KENTUCKY), tmp_path, "accounts", "digits = 9", "digits = 8")
    changed(state_folder("connecticut"), tmp_path, "place", "name = ", "nam = ")

    done = subprocess.run(
        [sys.executable, "-m", "services", "jurisdictions"],
        cwd=ROOT,
        env={"JURISDICTIONS_DIR": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    lines = done.stdout.splitlines()
    assert done.returncode == 1
    assert lines[0].startswith("connecticut/place.toml, line ")
    assert any(line.startswith("kentucky/accounts.toml, line ") for line in lines)
    assert lines[-1].startswith(f"jurisdictions: 2 states, {len(lines) - 1} faults,")
    assert "Traceback" not in done.stderr


def test_a_folder_of_other_states_needs_no_setting_but_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed(state_folder("connecticut"), tmp_path, "accounts", "digits = 10", "digits = 9")

    assert jurisdictions({"JURISDICTIONS_DIR": str(tmp_path)}) == 1
    assert "jurisdictions: 1 state, 1 fault," in capsys.readouterr().out


def test_the_rules_that_nobody_confirmed_are_listed_with_their_lines() -> None:
    rules = {rule.key: rule for rule in unconfirmed_rules(state_folder(KENTUCKY))}

    deferral = rules["clocks.deferral"]
    text = (state_folder(KENTUCKY).path / "conduct.toml").read_text().splitlines()
    assert deferral.file == "kentucky/conduct.toml"
    assert text[deferral.line - 1] == "[clocks.deferral]"
    assert "clocks.rebuttal" not in rules
    assert rules["fitness_questions[1]"].source


def test_the_page_of_keys_is_current_and_says_what_each_means() -> None:
    state = read_settings("demonstration", {}).state
    assert keys.document(state) == keys.PAGE.read_text(encoding="utf-8"), "run: make documents"
    documented = [
        (name, key)
        for name, shape in {**needed_files(), **OPTIONAL}.items()
        for key in keys.keys_of(shape, {})
    ]
    assert len(documented) >= 120
    assert [(name, key.key) for name, key in documented if not key.meaning] == []
