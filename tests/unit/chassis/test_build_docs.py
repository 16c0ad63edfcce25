"""The pages for integrators: every API and every event is there, and every link leads somewhere."""

import json
from pathlib import Path
from urllib.parse import urldefrag, urljoin

import pytest
from lxml import html

from chassis.settings import read_settings
from chassis.testing import service_of
from chassis.web.build_docs import documents, services_with_api
from contracts import event_classes
from contracts.catalog import CONTRACTS
from contracts.event import Event
from services.__main__ import create_apps
from services.identity.jurisdiction import load_rules
from services.names import SERVICES
from tests.architecture.suite import readers

TOPICS = [fact.topic for fact in event_classes()]


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return documents(lambda name: f"/assets/{name}")


def test_every_service_with_an_api_has_a_page_that_shows_its_document(
    pages: dict[str, str],
) -> None:
    assert {service.name for service in services_with_api()} == set(SERVICES)
    for name in SERVICES:
        page = html.fromstring(pages[f"{name}/index.html"])
        assert page.xpath("//*[@id='openapi']/@data-url") == [f"/{name}/api/openapi.json"]


def test_an_api_has_one_title_on_its_page_and_in_its_document(
    pages: dict[str, str], tmp_path: Path
) -> None:
    apps = create_apps({"VAR_DIR": str(tmp_path)})
    for name, app in apps.items():
        document = app.test_client().get(f"/{name}/api/openapi.json").get_json()
        page = html.fromstring(pages[f"{name}/index.html"])
        assert page.xpath("string(//h1)") == document["info"]["title"]
        assert all(tag["description"] for tag in document["tags"])
        service_of(app).database.close()


def test_how_long_a_program_stays_signed_in_is_what_the_default_state_sets(
    pages: dict[str, str],
) -> None:
    said = " ".join(html.fromstring(pages["index.html"]).text_content().split())
    sessions = load_rules(read_settings("identity", {}).state).session
    assert f"{sessions.idle.seconds // 60} minutes without use" in said
    assert f"{sessions.longest.seconds // 3600} hours in any case" in said


@pytest.mark.parametrize("name", SERVICES)
def test_without_scripts_each_document_is_a_link_away(pages: dict[str, str], name: str) -> None:
    for path in ("index.html", f"{name}/index.html"):
        assert f"/{name}/api/openapi.json" in html.fromstring(pages[path]).xpath("//a/@href")


@pytest.mark.parametrize("fact", event_classes(), ids=lambda fact: fact.topic)
def test_the_catalog_shows_each_event_with_its_fields_and_who_reacts(
    pages: dict[str, str], fact: type[Event]
) -> None:
    [heading] = html.fromstring(pages["events/index.html"]).xpath(f"//h3[@id='{fact.topic}']")
    said, listed = heading.getnext(), heading.getnext().getnext()
    assert said.text == fact.sent_when()
    for mark in set(fact.marks().values()):
        [names] = listed.xpath(f".//dt[.='{mark.capitalize()} fields']/following-sibling::dd")
        marked = [name for name, own in fact.marks().items() if own is mark]
        assert names.xpath("./code/text()") == marked
    [who] = listed.xpath(".//dt[.='Who reacts']/following-sibling::dd/text()")
    assert who == ", ".join(sorted(readers().get(fact.topic, ()))) or who.startswith("nobody: ")


@pytest.mark.parametrize("topic", TOPICS)
def test_the_schema_of_each_event_is_the_released_one(pages: dict[str, str], topic: str) -> None:
    released = json.loads((CONTRACTS / "released" / f"{topic}.json").read_text())
    assert json.loads(pages[f"events/{topic}.json"]) == released
    assert json.loads(pages[f"samples/{topic}.json"])


def test_every_link_leads_to_a_file_here_or_to_a_service(pages: dict[str, str]) -> None:
    addresses = {f"/docs/{path}".removesuffix("index.html") for path in pages}
    elsewhere = {"/", *(service.openapi_url for service in services_with_api())}
    followed = set()
    for path in (each for each in pages if each.endswith(".html")):
        page = html.fromstring(pages[path])
        for link in page.xpath("//a/@href"):
            address, fragment = urldefrag(urljoin(f"/docs/{path}".removesuffix("index.html"), link))
            assert address in addresses | elsewhere, link
            if fragment:
                assert page.xpath(f"//*[@id='{fragment}']"), link
            followed.add(address)
    assert followed >= addresses - {f"/docs/{path}" for path in pages if path == "index.html"}


def test_a_service_says_in_its_package_what_it_is_for(tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "app.py").touch()
    (tmp_path / "library" / "__init__.py").write_text('"""Library: who has which book."""\n')
    (tmp_path / "shelf").mkdir()
    [service] = services_with_api(tmp_path)
    assert service == ("library", "Library", "Who has which book.")
    assert service.openapi_url == "/library/api/openapi.json"
