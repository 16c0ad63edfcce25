"""The generated documents: current, complete, and valid by AsyncAPI's own schema."""

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from chassis.messaging.rabbitmq.topology import EVENTS
from contracts import Event, asyncapi, check, event_classes
from contracts.catalog import events_page
from contracts.event import personal
from tests.architecture.suite import readers
from tests.contracts.library import READERS, SUITE, TOPIC, book_lent, change


@pytest.mark.parametrize("document", ["events.md", "asyncapi.json"])
def test_documents_that_are_out_of_date_are_named(folder: Path, document: str) -> None:
    path = folder.parent / "docs" / document
    path.write_text(path.read_text() + "\n")
    out_of_date = [f"docs/{document}: out of date: {check.WRITE}"]
    assert check.find_faults(READERS, SUITE, folder) == out_of_date
    path.unlink()
    assert check.find_faults(READERS, SUITE, folder) == out_of_date


def test_documents_are_out_of_date_when_another_service_reacts(folder: Path) -> None:
    found = check.find_faults({TOPIC: [*READERS[TOPIC], "library"]}, SUITE, folder)
    assert found == [
        f"docs/{document}: out of date: {check.WRITE}"
        for document in ("events.md", "asyncapi.json")
    ]


def test_the_catalog_says_when_each_fact_is_sent_who_may_see_its_fields_and_who_reacts(
    language: dict[str, type[Event]],
) -> None:
    fact = change(borrower=(str | None, personal(default=None)))
    page = events_page([fact], READERS, {})
    assert "## library\n" in page
    [row] = [line for line in page.splitlines() if TOPIC in line]
    _, name, sent_when, subject, fields, who, _ = row.split(" | ".strip())
    assert "[book-lent.v1](../contracts/released/library.book-lent.v1.json)" in name
    assert sent_when.strip() == "A book was lent to a reader."
    assert subject.strip() == "`book_id`"
    assert fields.strip() == (
        "*public* `version`, `book_id`, `title`, `shelf`, `lent_on`, `due_on`?, `copies`?"
        "<br>*personal* `borrower`?"
    )
    assert who.strip() == "lookup, reminders"


def test_the_catalog_says_why_nobody_reacts(language: dict[str, type[Event]]) -> None:
    page = events_page([book_lent()], {}, {TOPIC: "for the archive"})
    assert "| nobody: for the archive |" in page


def test_the_asyncapi_document_is_valid(asyncapi_specification: Any) -> None:
    document = asyncapi.document(event_classes(), readers())
    validator = jsonschema.validators.validator_for(asyncapi_specification)(asyncapi_specification)
    assert [error.message for error in validator.iter_errors(document)] == []
    document["operations"]["library.shouts"] = {"action": "shout"}
    assert not validator.is_valid(document)


def test_every_reference_in_the_asyncapi_document_leads_somewhere() -> None:
    document = asyncapi.document(event_classes(), readers())

    def follow(reference: str) -> Any:
        found: Any = document
        for name in reference.removeprefix("#/").split("/"):
            found = found[name]
        return found

    assert [follow(reference) for reference in references_in(document)]


def references_in(document: Any) -> list[str]:
    if isinstance(document, list):
        return [found for each in document for found in references_in(each)]
    if not isinstance(document, dict):
        return []
    own = [document["$ref"]] if "$ref" in document else []
    return own + [found for each in document.values() for found in references_in(each)]


def test_the_asyncapi_document_tells_who_sends_and_who_receives(
    language: dict[str, type[Event]],
) -> None:
    document = asyncapi.document([book_lent()], READERS)
    actions = {name: operation["action"] for name, operation in document["operations"].items()}
    assert actions == {
        f"library.sends.{TOPIC}": "send",
        f"lookup.receives.{TOPIC}": "receive",
        f"reminders.receives.{TOPIC}": "receive",
    }
    channel = document["channels"][TOPIC]
    assert channel["address"] == TOPIC
    assert channel["bindings"]["amqp"]["exchange"]["name"] == EVENTS
