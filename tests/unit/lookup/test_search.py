"""The public search: by name as people write it, by number, page by page, and never everybody."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import text

from chassis.operations import migrations
from chassis.testing import deliver, service_of
from tests.unit.lookup.facts import held_by, issued, revoked


def names(client: FlaskClient, search: str) -> list[str]:
    answer = client.get("/lookup/api/educators", query_string={"name": search})
    assert answer.status_code == 200, answer.get_json()
    return [each["name"] for each in answer.get_json()["educators"]]


def test_exact_last_names_come_first_then_those_that_go_on_each_in_order(
    app: Flask, client: FlaskClient
) -> None:
    people = ["Zoe Smith", "Ann Smithers", "Adam Smith", "Ada Marie Smith", "Ada Smith", "Al Jones"]
    deliver(app, *(held_by(name, 100 + n) for n, name in enumerate(people)))

    assert names(client, "smith") == [
        "Ada Smith",
        "Ada Marie Smith",
        "Adam Smith",
        "Zoe Smith",
        "Ann Smithers",
    ]
    by_first_name = ["Ada Smith", "Ada Marie Smith", "Adam Smith"]
    assert names(client, "Smith, Ada") == names(client, "ada smi") == by_first_name
    assert names(client, "A. Smith") == [*by_first_name, "Ann Smithers"]
    assert names(client, "Smith, Ada Marie") == ["Ada Marie Smith"]


@pytest.mark.parametrize(
    ("name", "searches"),
    [
        ("José Nuñez-Łukaszewicz", ["nunez", "Nuñez", "lukaszewicz, jose", "nunez lukaszewicz"]),
        ("Seán O\u2019Brien", ["O'Brien", "obrien", "OBRIEN, SEAN", "o brien"]),
        ("Maria de la Cruz", ["de la Cruz", "Cruz, Maria", "maria de la cruz", "delacruz"]),
        ("Mary-Ann Smith", ["Smith, Mary Ann", "maryann smith", "Mary-Ann Smith", "smith"]),
        ("Martin L. King Jr.", ["King", "Martin King", "King, Jr.", "Martin King Jr"]),
    ],
)
def test_people_are_found_however_their_names_are_written(
    app: Flask, client: FlaskClient, name: str, searches: list[str]
) -> None:
    deliver(app, held_by(name, 100), held_by("Somebody Else", 101))

    assert {search: names(client, search) for search in searches} == {
        search: [name] for search in searches
    }


@pytest.mark.parametrize(
    ("name", "last_name", "searches"),
    [
        (
            "Thomas Hillcrest V",
            "Hillcrest",
            ["Hillcrest", "Hillcrest, Thomas", "Thomas Hillcrest V"],
        ),
        ("Gwendolyn Marshfield Ph.D.", "Marshfield", ["Marshfield", "Marshfield, Gwendolyn"]),
        ("Ruth Calloway Esq.", "Calloway", ["Calloway", "Ruth Calloway, Esq."]),
        ("Wendell Ashgrove Jr.", "Ashgrove, Jr.", ["Ashgrove", "Ashgrove, Jr., Wendell"]),
        ("Min-jun O", "O", ["O, Min-jun", "Min-jun O", "o, min"]),
        (
            "Keala Ka\u02bbahumanu",
            "Ka\u02bbahumanu",
            ["Kaahumanu", "Ka'ahumanu", "Ka\u02bbahumanu"],
        ),
        ("Niall O'Doherty", "O'Doherty", ["O\u02bcDoherty", "O\u2019Doherty"]),
        (
            "Mary Ann Copperfield",
            "Copperfield",
            [
                "Mrs Copperfield",
                "Dr. Mary Copperfield",
                "Mary Copperfield, M.Ed.",
                "Mary Copperfield PhD",
                "Copperfield, Dr. Mary",
            ],
        ),
        ("Jørgen Håkansrud", "Håkansrud", ["Joergen Haakansrud", "Jorgen Hakansrud", "håkansrud"]),
        ("Joergen Mueller", "Mueller", ["Jørgen Müller", "Müller", "mueller, jö"]),
        ("Suharto", "Suharto", ["Suharto", "suhar"]),
        ("Jr dela Cruz", "dela Cruz", ["Cruz, Jr", "Jr dela Cruz", "dela cruz"]),
        ("Naoko Ii", "Ii", ["Naoko Ii", "Ii, Naoko", "ii"]),
        ("Lan Anh Vi", "Vi", ["Lan Anh Vi", "Vi, Lan"]),
    ],
)
def test_people_are_found_with_and_without_titles_suffixes_and_signs(
    app: Flask, client: FlaskClient, name: str, last_name: str, searches: list[str]
) -> None:
    deliver(app, held_by(name, 100, holder_last_name=last_name), held_by("Somebody Else", 101))

    assert {search: names(client, search) for search in searches} == {
        search: [name] for search in searches
    }


def test_a_suffix_is_no_beginning_of_a_first_name(app: Flask, client: FlaskClient) -> None:
    deliver(app, held_by("Jrue Ashgrove", 100), held_by("Ann Ashgrove", 101))

    assert set(names(client, "Ashgrove, Jr")) == {"Jrue Ashgrove", "Ann Ashgrove"}


def test_educators_of_the_version_before_are_filed_again(app: Flask, client: FlaskClient) -> None:
    deliver(
        app,
        held_by("Thomas Hillcrest V", 100, holder_last_name="Hillcrest"),
        held_by("Ann Lee", 101, former_last_names=("Ødegård",)),
    )
    service = service_of(app)
    migrations.downgrade(service, "0002")
    with service.database.transaction() as session:
        session.execute(text("delete from name"))

    migrations.upgrade(service)

    assert names(client, "Hillcrest, Thomas") == ["Thomas Hillcrest V"]
    assert names(client, "odegard") == ["Ann Lee"]


def test_somebody_is_found_by_a_former_last_name_and_listed_once(
    app: Flask, client: FlaskClient
) -> None:
    deliver(app, issued(former_last_names=("Lovelock",)))

    assert names(client, "lovelock, ada") == ["Ada Lovelace"]
    assert names(client, "lovel") == ["Ada Lovelace"]
    page = client.get("/lookup/educators?q=lovelock").text
    assert "formerly Lovelock" in page


def test_a_first_name_alone_finds_nobody(app: Flask, client: FlaskClient) -> None:
    deliver(app, issued())

    assert names(client, "Ada") == []


def pages_of(client: FlaskClient, search: str) -> list[list[str]]:
    found, cursor = [], ""
    while True:
        asked = {"name": search, "after": cursor} if cursor else {"name": search}
        answer: Any = client.get("/lookup/api/educators", query_string=asked).get_json()
        found.append([each["educator_number"] for each in answer["educators"]])
        cursor = answer["next"]
        if cursor is None:
            return found


def test_results_come_twenty_a_page_with_nobody_left_out_or_twice(
    app: Flask, client: FlaskClient
) -> None:
    people = [*["Ada Smith"] * 25, *["Bob Smith"] * 10, *["Ada Smithers"] * 10]
    deliver(app, *(held_by(name, 100 + n) for n, name in enumerate(people)))

    pages = pages_of(client, "smith")

    assert [len(page) for page in pages] == [20, 20, 5]
    assert [number for page in pages for number in page] == [str(100 + n) for n in range(45)]
    assert [len(page) for page in pages_of(client, "ada smi")] == [20, 15]


def test_what_was_found_tells_of_an_order_before_it_tells_of_what_is_good(
    app: Flask, client: FlaskClient
) -> None:
    taken = held_by("Ada Smith", 100)
    deliver(app, taken, held_by("Ben Smith", 200), revoked(date(2026, 11, 1), taken))
    deliver(app, held_by("Cy Smith", 300, expires_on=date(2026, 8, 1)))

    found = html.fromstring(client.get("/lookup/educators?q=Smith").text).find_class("found")[0]

    assert [row.get("class") for row in found] == ["found-ordered", "found-good", "found-bounded"]


def test_the_results_page_leads_to_each_educator_and_to_the_next_page(
    app: Flask, client: FlaskClient
) -> None:
    deliver(app, *(held_by("Ada Smith", 100 + n) for n in range(21)))

    first = client.get("/lookup/educators?q=Ada+Smith").text

    assert 'href="/lookup/educators/100"' in first
    assert first.count('class="found-good"') == 20
    assert 'href="/lookup/educators/120"' not in first
    address = first.split('href="/lookup/educators?q=Ada+Smith&amp;after=')[1].split('"')[0]
    second = client.get(f"/lookup/educators?q=Ada+Smith&after={address}").text
    assert 'href="/lookup/educators/120"' in second
    assert "Next 20" not in second


@pytest.mark.parametrize("number", ["202600001", "KY-2026-0000001", "ky 2026 0000001"])
def test_a_number_leads_straight_to_its_educator(
    app: Flask, client: FlaskClient, number: str
) -> None:
    deliver(app, issued())

    answer = client.get("/lookup/educators", query_string={"q": number})
    listed = client.get("/lookup/api/educators", query_string={"number": number}).get_json()

    assert (answer.status_code, answer.location) == (302, "/lookup/educators/202600001")
    assert [each["name"] for each in listed["educators"]] == ["Ada Lovelace"]


def test_a_search_that_finds_nobody_says_what_to_try(client: FlaskClient) -> None:
    by_name = client.get("/lookup/educators?q=Nobody")
    by_number = client.get("/lookup/educators?q=KY-2026-9999999")

    assert by_name.status_code == by_number.status_code == 200
    assert "No educators found for “Nobody”" in by_name.text
    for advice in ("former or married name", "fewer letters", "number"):
        assert advice in by_name.text
    assert "No educator or certificate has this number" in by_number.text


@pytest.mark.parametrize("search", ["", "s", "S.", "s, a"])
def test_a_search_with_too_few_letters_says_so_at_the_field(
    client: FlaskClient, search: str
) -> None:
    page = client.get("/lookup/educators", query_string={"q": search})
    answer = client.get("/lookup/api/educators", query_string={"name": search})

    assert page.status_code == answer.status_code == 422
    assert 'id="q-error"' in page.text
    assert "at least two letters of the last name" in page.text
    assert answer.content_type == "application/problem+json"
    assert answer.get_json()["errors"] == {"name": ["Give at least two letters of the last name."]}


def test_a_search_is_shown_again_without_becoming_part_of_the_page(client: FlaskClient) -> None:
    page = client.get("/lookup/educators", query_string={"q": "<script>x</script>"}).text

    assert "<script>x" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    "query",
    [
        "",
        "name=smith&number=1",
        "after=x",
        "name=smith&after=nonsense",
        "name=smith&after=WzEsMiwzLDRd",
        "name=" + "s" * 101,
    ],
)
def test_a_search_the_api_cannot_understand_is_answered_with_problem_details(
    client: FlaskClient, query: str
) -> None:
    answer = client.get(f"/lookup/api/educators?{query}")

    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert answer.get_json()["errors"]


def test_a_page_that_goes_on_from_nowhere_begins_again(client: FlaskClient) -> None:
    answer = client.get("/lookup/educators?q=smith&after=nonsense")

    assert (answer.status_code, answer.location) == (302, "/lookup/educators?q=smith")


def test_an_educator_nobody_knows_is_not_found_in_words_and_for_programs(
    client: FlaskClient,
) -> None:
    page = client.get("/lookup/educators/999")
    answer = client.get("/lookup/api/educators/999")

    assert page.status_code == answer.status_code == 404
    assert "No educator with a certificate has the EPSB ID 999." in page.text
    assert answer.content_type == "application/problem+json"
    assert client.get("/lookup/api/certificates/999").status_code == 404


def test_an_educators_page_shows_each_certificate_and_the_order_in_force(
    app: Flask, client: FlaskClient
) -> None:
    deliver(app, issued(former_last_names=("Byron",)), issued(2, expires_on=None))

    page = client.get("/lookup/educators/202600001").text

    for words in (
        "EPSB ID 202600001 · formerly Byron",
        "Secondary Mathematics",
        "Grades 8 through 12",
        "July 1, 2026 through June 30, 2031",
        "From July 1, 2026, with no end date",
        'href="/lookup/verify/KY-2026-0000001"',
    ):
        assert words in page


@pytest.mark.parametrize("asked", ["", "?name=smith&number=202600001", "?name=s"])
def test_every_search_that_cannot_be_is_refused_in_one_form(
    client: FlaskClient, asked: str
) -> None:
    answer = client.get(f"/lookup/api/educators{asked}")

    problem = answer.get_json()
    assert (answer.status_code, problem["type"]) == (422, "urn:credence:problem:invalid-input")
    assert list(problem["errors"]) == ["name"]
    assert all(isinstance(fault, str) for fault in problem["errors"]["name"])
