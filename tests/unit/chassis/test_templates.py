"""The page frame: every page it makes is labeled, escaped, and free of inline style and script."""

import gzip
import os
from itertools import pairwise
from typing import Any

import pytest
from flask import render_template
from flask.testing import FlaskClient
from lxml import html

from chassis.web.assets import VAR, AssetsUnavailable
from chassis.web.build_assets import build
from tests.unit.chassis.demonstration import HOSTILE, demonstration


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    try:
        build(VAR / "assets", VAR / "npm")
    except AssetsUnavailable as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
    app = demonstration()
    app.testing = True
    return app.test_client()


ADDRESSES = ["/form", "/blank", "/table?page=4", "/empty", "/problem/404", "/problem/401"]
FIELDS = "//input[@type != 'hidden'] | //select | //textarea"


def tree(client: FlaskClient, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200
    return html.fromstring(response.text)


def faults(page: Any) -> list[str]:
    """What is wrong with a page, as far as its markup can tell."""
    ids = page.xpath("//@id")
    labeled = page.xpath("//label/@for")
    found = [f"two elements are called {name}" for name in ids if ids.count(name) > 1]
    found += [f"{name} has no label" for name in fields_of(page) if name not in labeled]
    found += [f"a label of nothing: {name}" for name in labeled if name not in ids]
    for described in page.xpath("//@aria-describedby | //@aria-labelledby"):
        found += [f"described by nothing: {name}" for name in described.split() if name not in ids]
    found += [
        f"error links to no field: {href}"
        for href in page.xpath("//*[contains(@class, 'error-summary')]//a/@href")
        if href.removeprefix("#") not in fields_of(page)
    ]
    found += ["inline style" for _ in page.xpath("//@style | //style")]
    found += [
        "inline script" for _ in page.xpath("//script[not(@src)] | //@*[starts-with(name(), 'on')]")
    ]
    found += [
        f"third party: {address}"
        for address in page.xpath("//@src | //@href | //@action")
        if address.startswith("//") or ":" in address.replace("mailto:", "")
    ]
    if len(page.xpath("//h1")) != 1:
        found.append("not one first heading")
    levels = [int(heading.tag[1]) for heading in page.xpath("//main//h1|//main//h2|//main//h3")]
    found += ["heading level skipped" for a, b in pairwise(levels) if b > a + 1]
    return found


def fields_of(page: Any) -> list[str]:
    return [each.get("id", "nameless") for each in page.xpath(FIELDS)]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_is_labeled_tied_together_and_free_of_inline_code(
    client: FlaskClient, address: str
) -> None:
    assert faults(tree(client, address)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('for="last_name"', 'for="surname"'),
        ('id="email-error"', ""),
        ('href="#route"', 'href="#how"'),
        ("<form ", '<form style="color:red" '),
        ("<form ", '<form onsubmit="go()" '),
        ("</main>", "<script>go()</script></main>"),
        ("</main>", '<img src="https://elsewhere.example/a.png"></main>'),
        ("</main>", "<h1>Again</h1></main>"),
        ("<h2 ", "<h3 "),
        ('id="former_name"', 'id="last_name"'),
    ],
)
def test_a_planted_fault_is_found(client: FlaskClient, old: str, new: str) -> None:
    page = client.get("/form").text
    assert old in page
    assert faults(html.fromstring(page.replace(old, new, 1))) != []


def test_what_a_person_typed_is_shown_again_as_text(client: FlaskClient) -> None:
    page = tree(client, "/form")
    assert page.get_element_by_id("last_name").get("value") == HOSTILE
    assert page.get_element_by_id("level").value == "5-9"
    assert page.xpath("//input[@name='subjects'][@checked]/@value") == ["bio"]
    assert page.xpath("//input[starts-with(@name, 'born_on')]/@value") == ["4", "28", "86"]


def test_markup_in_a_table_or_summary_list_is_escaped(client: FlaskClient) -> None:
    page = tree(client, "/table")
    assert [cell.text for cell in page.xpath("//th[@role='rowheader']")][3] == HOSTILE
    assert page.xpath("//dd")[0].text == HOSTILE


def test_a_number_in_the_heading_stays_on_one_line(client: FlaskClient) -> None:
    heading = tree(client, "/table").find(".//h1")
    assert heading.text_content() == "Application A-100001"
    assert [each.text for each in heading.find_class("unbroken")] == ["A-100001"]


def test_a_password_is_never_sent_back(client: FlaskClient) -> None:
    assert "open sesame" not in client.get("/form").text


def test_a_field_with_an_error_says_so_to_eyes_and_screen_readers(client: FlaskClient) -> None:
    page = tree(client, "/form")
    email = page.get_element_by_id("email")
    assert email.get("aria-invalid") == "true"
    assert email.get("aria-describedby") == "email-hint email-error"
    assert "such as name@example.com" in page.get_element_by_id("email-error").text_content()
    assert page.get_element_by_id("last_name").get("aria-invalid") is None


def test_the_error_summary_lists_every_error_and_takes_the_focus(client: FlaskClient) -> None:
    page = tree(client, "/form")
    (summary,) = page.find_class("error-summary")
    assert summary.get("autofocus") is not None
    assert page.get_element_by_id("error-summary-heading").text == "5 things need your attention"
    assert summary.xpath(".//a/@href") == ["#email", "#born_on", "#route", "#transcript"]
    assert page.findtext(".//title").startswith("Error: Apply for a certificate | Kentucky")


def test_a_form_without_errors_has_no_summary(client: FlaskClient) -> None:
    page = tree(client, "/blank")
    assert not page.find_class("error-summary")
    assert not page.findtext(".//title").startswith("Error")


def test_required_and_optional_are_said_in_words(client: FlaskClient) -> None:
    page = tree(client, "/blank")
    labels = [label.text_content() for label in page.xpath("//label | //legend")]
    assert "Last name (required)" in labels
    assert "Former name (optional)" in labels
    assert page.get_element_by_id("former_name").get("required") is None


def test_a_date_known_already_fills_its_three_inputs(client: FlaskClient) -> None:
    inputs = tree(client, "/blank").xpath("//input[starts-with(@name, 'born_on')]")
    assert [each.value for each in inputs] == ["4", "28", "1986"]
    assert [each.get("autocomplete") for each in inputs] == ["bday-month", "bday-day", "bday-year"]


def test_each_cell_of_a_table_knows_its_column_for_the_phone(client: FlaskClient) -> None:
    first = tree(client, "/table").xpath("//tbody/tr")[0]
    assert first.xpath("./*/@data-label") == [
        "Application",
        "Status",
        "Who must act",
        "Since",
        "Fee",
    ]
    assert "Issued" in first[1].text_content()


def test_pagination_keeps_the_other_parameters(client: FlaskClient) -> None:
    page = tree(client, "/table?page=4&name=O%27Hara+%26+Sons&state=open&state=new")
    kept = "?name=O%27Hara+%26+Sons&state=open&state=new&page="
    assert page.xpath("//a[@rel='next']/@href") == [f"{kept}5"]
    assert page.xpath("//*[contains(@class, 'usa-pagination__button')]/text()") == [
        "1",
        "3",
        "4",
        "5",
        "12",
    ]


def test_the_header_follows_who_is_signed_in(client: FlaskClient) -> None:
    signed_in, anonymous = client.get("/table").text, client.get("/empty").text
    assert "Ann Combs" in signed_in
    assert "Sign out" in signed_in
    assert "Ann Combs" not in anonymous
    assert 'href="/sign-in"' in anonymous


def test_the_navigation_marks_the_current_page(client: FlaskClient) -> None:
    page = tree(client, "/table")
    assert page.xpath("//nav[@aria-label='Main']//a[@aria-current='page']/text()") == [
        "Applications"
    ]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 429, 500, 503])
def test_an_error_page_says_what_happened_what_to_do_and_the_request(
    client: FlaskClient, status: int
) -> None:
    page = tree(client, f"/problem/{status}")
    assert page.xpath("//main/h1")[0].text
    happened, advice = page.xpath("//main/p")[:2]
    assert happened.text.endswith(".")
    assert advice.text.endswith(".")
    assert page.xpath("//main//code")[0].text == "0199b2d4-5c1e"


def test_the_refusals_own_words_come_before_the_general_ones(client: FlaskClient) -> None:
    with client.application.test_request_context():
        problem = {"status": 409, "title": "Decided already", "detail": "Ann decided it today."}
        errors = {"json": {"level": ["Choose the level.", "Then go on."], "x": "Enter x."}}
        text = render_template("errors/problem.html", problem=problem, errors=errors)
    page = html.fromstring(text)
    assert page.xpath("//main/h1")[0].text == "Decided already"
    assert page.xpath("//main/p")[0].text == "Ann decided it today."
    assert page.xpath("//main/p")[1].text.startswith("Open it again")
    assert page.xpath("//main//li/text()") == ["Choose the level.", "Then go on.", "Enter x."]


def test_a_page_weighs_less_than_70_kilobytes(client: FlaskClient) -> None:
    text = client.get("/table").text
    page = html.fromstring(text)
    linked = page.xpath("//link/@href | //script/@src | //img/@src | //*[local-name()='use']/@href")
    files = {address.partition("#")[0] for address in linked}
    accepted = {"Accept-Encoding": "gzip"}
    sizes = [len(client.get(file, headers=accepted).data) for file in files]
    assert min(sizes) > 0
    assert sum(sizes) + len(gzip.compress(text.encode())) < 70_000
