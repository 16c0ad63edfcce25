"""Organizations: imported from each state's own list, whole or not at all, and added by hand."""

from datetime import date
from pathlib import Path

import pytest

from chassis.problems import InvalidInput
from chassis.storage import audit
from chassis.testing import recorded
from chassis.unconfirmed import unconfirmed_rules
from contracts.identity import OrganizationChanged, OrganizationKind, Role
from services.identity.formats.table import FileRefused
from services.identity.usecases import organizations
from tests.unit.identity.office import Office

DATA = Path(__file__).parents[2] / "data"
HEADER = "sch_id,nces_id,dist_name,sch_name,year,grade_low,grade_high\n"
HIGH = "001010,210003000001,Adair County,Adair County High School,{},9,12\n"
MIDDLE = "001014,210003001919,Adair County,Adair County Middle School,{},6,8\n"


def import_file(office: Office, path: Path) -> organizations.OrganizationsImported:
    with office.transaction() as session:
        return organizations.import_organizations(
            session, office.service.rules, office.service.place, path
        )


def import_rows(
    office: Office, *rows: str, header: str = HEADER
) -> organizations.OrganizationsImported:
    path = office.folder / "schools.csv"
    path.write_text(header + "".join(rows), encoding="utf-8")
    return import_file(office, path)


def refusal(office: Office, *rows: str, header: str = HEADER) -> list[str]:
    """Why a file is refused; nothing of it may have been taken over."""
    before = len(recorded(office.app))
    with pytest.raises(FileRefused) as refused:
        import_rows(office, *rows, header=header)
    assert len(recorded(office.app)) == before
    return [str(fault) for fault in refused.value.faults]


def facts(office: Office) -> dict[str, OrganizationChanged]:
    """What was last told of each organization, by its state number; without the agency."""
    told = recorded(office.app, OrganizationChanged)
    return {each.state_number: each for each in told if each.kind != OrganizationKind.AGENCY}


def test_kentuckys_list_gives_its_districts_and_schools_as_of_their_newest_year(
    office: Office,
) -> None:
    outcome = import_file(office, DATA / "kentucky_schools.csv")

    told = facts(office)
    kinds = [each.kind for each in told.values()]
    assert outcome == (2 + 4, 0, 0)
    assert kinds.count(OrganizationKind.DISTRICT) == 2
    assert kinds.count(OrganizationKind.SCHOOL) == 4
    assert [number for number, each in told.items() if each.closed_on] == ["001013"]
    high = told["001010"]
    assert (high.name, high.nces_number) == ("Adair County High School", "210003000001")
    assert (high.lowest_grade, high.highest_grade) == ("09", "12")
    assert high.parent_id == told["001"].organization_id
    assert (told["001"].name, told["001"].nces_number) == ("Adair County", "2100030")
    assert told["001013"].closed_on == date(2013, 6, 30)
    # Its own NCES number is unknown, its district's comes from the neighbors.
    assert (told["035014"].nces_number, told["035"].nces_number) == (None, "2100510")


def test_connecticuts_list_is_read_by_its_own_columns(connecticut: Office) -> None:
    outcome = import_file(connecticut, DATA / "connecticut_directory.csv")

    told = facts(connecticut)
    assert outcome.added == 4 + 1
    stamford, school = told["1350011"], told["1355511"]
    assert (stamford.kind, stamford.name) == (OrganizationKind.DISTRICT, "Stamford School District")
    assert (school.kind, school.name) == (OrganizationKind.SCHOOL, "Turn of River School")
    assert school.parent_id == stamford.organization_id
    assert (school.lowest_grade, school.highest_grade) == ("06", "08")
    # A charter school's district has no row of its own.
    assert told["2850013"].name == "Achievement First Bridgeport Academy District"
    assert told["2850113"].parent_id == told["2850013"].organization_id


def test_importing_again_changes_nothing_and_tells_nothing(office: Office) -> None:
    import_rows(office, HIGH.format("2015-2016"))
    before = recorded(office.app)

    assert import_rows(office, HIGH.format("2015-2016")) == (0, 0, 2)
    assert recorded(office.app) == before


def test_only_what_is_new_or_changed_is_told(office: Office) -> None:
    import_rows(office, HIGH.format("2015-2016"), MIDDLE.format("2015-2016"))
    before = len(recorded(office.app))

    renamed = HIGH.format("2016-2017").replace("High School", "Academy")
    outcome = import_rows(office, renamed, MIDDLE.format("2016-2017"))

    assert outcome == (0, 1, 2)
    (told,) = recorded(office.app)[before:]
    assert (told.name, told.version) == ("Adair County Academy", 2)


def test_a_school_missing_in_the_newest_year_was_closed_on_june_30(office: Office) -> None:
    import_rows(office, HIGH.format("2016-2017"), MIDDLE.format("2014-2015"))

    told = facts(office)
    assert told["001014"].closed_on == date(2015, 6, 30)
    assert told["001010"].closed_on is None
    assert told["001"].closed_on is None


def test_a_school_that_is_back_on_the_list_is_open_again(office: Office) -> None:
    import_rows(office, HIGH.format("2016-2017"), MIDDLE.format("2014-2015"))
    import_rows(office, HIGH.format("2017-2018"), MIDDLE.format("2017-2018"))

    assert facts(office)["001014"].closed_on is None


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        (
            [HIGH.format("2016")],
            ['schools.csv, row 2, column year: "2016" does not have the format'],
        ),
        (
            [HIGH.format("2015-2016"), MIDDLE.format("2015-2016").replace(",6,8", ",6,Senior")],
            ['schools.csv, row 3, column grade_high: "Senior" is not a recognized grade'],
        ),
        (["01010,,Adair County,High,2015-2016,9,12\n"], ["schools.csv, row 2, column sch_id"]),
        (["001010,21,Adair County,High,2015-2016,9,12\n"], ["schools.csv, row 2, column nces_id"]),
        (["001010,,,High,2015-2016,9,12\n"], ["schools.csv, row 2, column dist_name: is empty"]),
        (["001010,,Adair\n"], ["schools.csv, row 2: has 3 cells instead of 7"]),
        (
            [HIGH.format("2015-2016"), HIGH.format("2015-2016")],
            ['row 3, column sch_id: "001010" is already in row 2 of the same year'],
        ),
        ([], ["schools.csv: has a header and no rows"]),
        (['001010,,"Adair,High,2015-2016,9,12\n'], ["schools.csv, row 2: cannot be read as CSV"]),
    ],
)
def test_a_bad_row_refuses_the_file_by_row_and_column(
    office: Office, rows: list[str], faults: list[str]
) -> None:
    told = refusal(office, *rows)

    assert len(told) == len(faults)
    for fault, expected in zip(told, faults, strict=True):
        assert expected in fault


def test_all_faults_are_told_at_once(office: Office) -> None:
    told = refusal(office, HIGH.format("2016"), MIDDLE.format("17"))

    assert [fault.split(",")[1] for fault in told] == [" row 2", " row 3"]


def test_a_missing_column_refuses_the_file(office: Office) -> None:
    told = refusal(office, header=HEADER.replace("grade_low", "lowest"))

    assert told == ["schools.csv, row 1, column grade_low: has no column with this name."]


def test_a_byte_that_is_no_utf_8_is_found_by_row_and_column(office: Office) -> None:
    path = office.folder / "schools.csv"
    path.write_bytes((HEADER + HIGH.format("2015-2016")).encode().replace(b"Adair", b"Ad\xe4ir"))

    with pytest.raises(FileRefused) as refused:
        import_file(office, path)

    assert {(fault.row, fault.column) for fault in refused.value.faults} == {
        (2, "dist_name"),
        (2, "sch_name"),
    }


def test_a_file_that_is_not_there_is_refused_in_plain_words(office: Office) -> None:
    with pytest.raises(FileRefused, match=r"gone\.csv: cannot be read: No such file"):
        import_file(office, office.folder / "gone.csv")


def test_a_number_that_another_kind_of_organization_has_refuses_the_file(office: Office) -> None:
    with office.transaction() as session:
        organizations.add_organization(
            session, OrganizationKind.PREPARATION_PROVIDER, "Bluegrass State", "001010"
        )

    assert "Bluegrass State" in refusal(office, HIGH.format("2015-2016"))[0]


def test_an_import_is_written_down(office: Office) -> None:
    import_rows(office, HIGH.format("2015-2016"))

    with office.reading() as session:
        assert audit.verify(session) == 2  # the agency itself, and the import


def test_the_command_says_what_was_imported_and_what_is_wrong(office: Office) -> None:
    path = office.folder / "schools.csv"
    path.write_text(HEADER + HIGH.format("2015-2016"), encoding="utf-8")
    runner = office.app.test_cli_runner()

    good = runner.invoke(args=["import-organizations", str(path)])
    path.write_text(HEADER + HIGH.format("last year"), encoding="utf-8")
    bad = runner.invoke(args=["import-organizations", str(path)])

    assert (good.exit_code, good.output) == (0, "2 organizations added, 0 changed, 0 unchanged\n")
    assert bad.exit_code == 1
    assert "schools.csv, row 2, column year" in bad.output


def test_the_agency_itself_is_an_organization_from_the_start(office: Office) -> None:
    (told,) = recorded(office.app, OrganizationChanged)

    assert (told.kind, told.state_number) == (OrganizationKind.AGENCY, "EPSB")


def test_an_administrator_adds_a_provider_once(office: Office) -> None:
    administrator = office.administrator()
    form = {"name": "Bluegrass State University", "state_number": "EPP-7"}

    added = administrator.post("/identity/organizations/providers/new", form)
    again = administrator.post("/identity/organizations/providers/new", form)

    assert added.status_code == 303
    assert "The provider was added" in administrator.get(added.location).text
    assert again.status_code == 422
    assert "Bluegrass State University already has this number" in again.text
    assert [each.name for each in recorded(office.app, OrganizationChanged)][1:] == [
        "Bluegrass State University"
    ]


def test_the_list_is_searched_by_name_number_and_kind(office: Office) -> None:
    import_rows(office, HIGH.format("2016-2017"), MIDDLE.format("2014-2015"))
    administrator = office.administrator()

    by_name = administrator.get("/identity/organizations?q=adair+county+high").text
    by_kind = administrator.get("/identity/organizations?q=adair&kind=district").text
    by_number = administrator.get("/identity/organizations?q=001014").text

    assert "1 found" in by_name
    assert "Adair County High School" in by_name
    assert "1 found" in by_kind
    assert "Closed June 30, 2015" in by_number
    assert "No organization found" in administrator.get("/identity/organizations?q=zzz").text


def test_only_administrators_see_the_list(office: Office) -> None:
    office.hire("analyst", (Role.ANALYST, office.agency()))
    analyst = office.browser()
    analyst.sign_in("analyst")

    assert analyst.get("/identity/organizations").status_code == 403
    assert office.browser().get("/identity/organizations").status_code == 303


def test_two_organizations_cannot_have_one_number(office: Office) -> None:
    with office.transaction() as session:
        organizations.add_organization(
            session, OrganizationKind.PREPARATION_PROVIDER, "First", "X1"
        )
        with pytest.raises(InvalidInput):
            organizations.add_organization(
                session, OrganizationKind.PREPARATION_PROVIDER, "Two", "X1"
            )


def test_an_administrator_sees_which_rules_nobody_has_confirmed(office: Office) -> None:
    page = office.administrator().get("/identity/unconfirmed-rules").text
    unconfirmed = list(unconfirmed_rules(office.service.settings.state))

    assert len(unconfirmed) >= 10
    for rule in unconfirmed:
        assert f"{rule.file.partition('/')[2]}, line {rule.line}" in page
    assert office.browser().get("/identity/unconfirmed-rules").status_code != 200
