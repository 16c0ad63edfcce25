"""Persons: imported from the legacy system, whole or not at all, their numbers sealed."""

import pytest
from sqlalchemy import text

from chassis.operations.republish import republish
from chassis.testing import recorded
from contracts.identity import PersonClaimed, PersonRecorded, Role
from services.identity.domain.person import VaultRow
from services.identity.formats.table import FileRefused
from tests.unit.identity.office import HEADER, JOSE, WILHELMINA, Office


def refusal(office: Office, *rows: str, header: str = HEADER) -> list[str]:
    before = len(recorded(office.app))
    with pytest.raises(FileRefused) as refused:
        office.import_persons(*rows, header=header)
    assert len(recorded(office.app)) == before
    told = [str(fault) for fault in refused.value.faults]
    assert "345-67-6789" not in "".join(told)
    return told


def test_persons_are_recorded_with_their_names_and_numbers(office: Office) -> None:
    assert office.import_persons(WILHELMINA, JOSE) == (2, 0)

    first, second = recorded(office.app, PersonRecorded)
    assert first.full_name == "Wilhelmina May Testworthy"
    assert (first.educator_number, first.former_last_names) == ("200100001", ("Maidenname",))
    assert second.full_name == "José O'Sample Jr."


def test_the_number_stands_nowhere_but_sealed_in_the_vault(office: Office) -> None:
    office.import_persons(WILHELMINA)

    with office.reading() as session:
        for table in office.service.metadata.sorted_tables:
            rows = session.execute(text(f"select * from {table.name}")).all()
            assert "345-67-6789" not in str(rows)
            assert "345676789" not in str(rows)
    (row,) = office.all(VaultRow)
    person = office.person("200100001")
    assert office.resources.vault.open(row.sealed, person.educator_id) == "345-67-6789"


def test_the_same_file_again_is_passed_over(office: Office) -> None:
    office.import_persons(WILHELMINA)
    before = recorded(office.app)

    assert office.import_persons(WILHELMINA, JOSE) == (1, 1)
    assert len(recorded(office.app)) == len(before) + 1


def test_the_first_row_has_the_number_and_later_ones_refuse_the_file(office: Office) -> None:
    again = JOSE.replace("234-56-7890", "345676789")
    third = JOSE.replace("200100002", "200100003").replace("234-56-7890", "345-67-6789")

    assert refusal(office, WILHELMINA, again, third) == [
        "persons.csv, row 3, column ssn: is the same number as in row 2.",
        "persons.csv, row 4, column ssn: is the same number as in row 2.",
    ]


def test_a_number_of_somebody_on_file_refuses_the_file(office: Office) -> None:
    office.import_persons(WILHELMINA)

    told = refusal(
        office,
        WILHELMINA.replace("200100001", "200100009"),
        JOSE.replace("200100002", "200100001"),
    )

    assert told == [
        "persons.csv, row 2, column ssn: belongs to a person who is already on file.",
        "persons.csv, row 3, column educator_number: belongs to a person who is already on file.",
    ]


@pytest.mark.parametrize(
    ("row", "place"),
    [
        (WILHELMINA.replace("345-67-6789", "000-67-6789"), "row 2, column ssn"),
        (WILHELMINA.replace("345-67-6789", ""), "row 2, column ssn"),
        (WILHELMINA.replace("04/28/1986", "1986-04-28"), "row 2, column birth_date"),
        (WILHELMINA.replace("04/28/1986", "04/28/2086"), "row 2, column birth_date"),
        (
            WILHELMINA.replace("Wilhelmina", "").replace("Testworthy", ""),
            "row 2, column last_name: is empty",
        ),
        (WILHELMINA.replace("Testworthy", "T" * 61), "row 2, column last_name: is longer"),
        (WILHELMINA.replace("200100001", ""), "row 2, column educator_number"),
    ],
)
def test_a_bad_row_refuses_the_file_by_row_and_column(office: Office, row: str, place: str) -> None:
    (told,) = refusal(office, row)

    assert f"persons.csv, {place}" in told


def test_a_missing_column_refuses_the_file(office: Office) -> None:
    assert refusal(office, header=HEADER.replace("suffix", "title")) == [
        "persons.csv, row 1, column suffix: has no column with this name."
    ]


def test_the_command_imports_and_refuses(office: Office) -> None:
    path = office.folder / "legacy.csv"
    path.write_text(HEADER + WILHELMINA, encoding="utf-8")
    runner = office.app.test_cli_runner()

    good = runner.invoke(args=["import-persons", str(path)])
    path.write_text(HEADER + JOSE + JOSE, encoding="utf-8")
    bad = runner.invoke(args=["import-persons", str(path)])

    assert good.output == "1 persons added, 0 already on file\n"
    assert bad.exit_code == 1
    assert "legacy.csv, row 3, column ssn" in bad.output


def test_republishing_tells_where_each_person_stands(office: Office) -> None:
    office.import_persons(WILHELMINA, JOSE)
    office.register()

    republish(office.service)

    told = {each.educator_number: type(each) for each in recorded(office.app)[-2:]}
    assert told == {"200100001": PersonClaimed, "200100002": PersonRecorded}


def test_an_administrator_finds_a_person_and_sees_the_number_masked(office: Office) -> None:
    office.import_persons(WILHELMINA, JOSE)
    administrator = office.administrator()

    by_name = administrator.get("/identity/persons?q=testworthy+wil").text
    by_number = administrator.get("/identity/persons?q=200100002").text
    person = administrator.get(f"/identity/persons/{office.person('200100001').educator_id}").text

    assert "1 found" in by_name
    assert "Wilhelmina May Testworthy" in by_name
    assert "José O&#39;Sample Jr." in by_number
    assert "***-**-6789" in person
    assert "345-67" not in person


def test_the_whole_number_is_shown_for_a_reason_which_is_written_down(office: Office) -> None:
    office.import_persons(WILHELMINA)
    administrator = office.administrator()
    path = f"/identity/persons/{office.person('200100001').educator_id}"

    shown = administrator.post(f"{path}/ssn", {"reason": "Compared with her card"})

    assert "345-67-6789" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert "345-67" not in administrator.get(path).text
    with office.reading() as session:
        action, after = session.execute(
            text("select action, after from audit order by position desc limit 1")
        ).one()
    assert action == "social security number shown"
    assert "Compared with her card" in str(after)
    assert "6789" not in str(after)


def test_without_a_reason_nothing_is_shown(office: Office) -> None:
    office.import_persons(WILHELMINA)
    administrator = office.administrator()

    answer = administrator.post(
        f"/identity/persons/{office.person('200100001').educator_id}/ssn", {"reason": " "}
    )

    assert answer.status_code == 422
    assert "345-67" not in answer.text


def test_nobody_but_an_administrator_may_ask_for_a_number(office: Office) -> None:
    office.import_persons(WILHELMINA)
    path = f"/identity/persons/{office.person('200100001').educator_id}/ssn"
    others = [Role.ANALYST, Role.LEGAL, Role.FINANCE]
    office.hire("colleague", *((role, office.agency()) for role in others))
    colleague = office.browser()
    colleague.sign_in("colleague")

    assert colleague.post(path, {"reason": "I want to know"}).status_code == 403
    assert office.browser().post(path, {"reason": "I want to know"}).status_code == 401
