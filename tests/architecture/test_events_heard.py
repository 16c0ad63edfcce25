"""Every fact is recorded by its publisher, and heard by some service or known to be unheard."""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from contracts import Event, check, event_classes
from contracts.catalog import load_unheard
from contracts.notices import NoticeFact
from services.names import SERVICES
from tests.architecture.suite import ROOT, create_app, reactions_of, readers, version

NOT_SENT_SINCE = {"notices.notice-due.v1": "0.3.0"}
"""The first release that does not send a fact which the one before sent; it must still read it.

Only once it is out may the reader, and then the fact, be taken away, and its line here.
"""


def unrecorded(root: Path, facts: Sequence[type[Event]]) -> list[str]:
    """The facts whose class is never used in the service that publishes them."""
    publishers = {fact.publisher() for fact in facts}
    used = {publisher: names_used_in(root, publisher) for publisher in publishers}
    return [
        f"{fact.topic}: nothing in services/{fact.publisher()} records {fact.__name__}"
        for fact in facts
        if fact.__name__ not in used[fact.publisher()]
    ]


def names_used_in(root: Path, service: str) -> set[str]:
    """The names that a service's code uses, for which importing them is not enough."""
    return {node.id for node in nodes_in(root, service) if isinstance(node, ast.Name)}


def names_called_in(root: Path, service: str) -> set[str]:
    """The functions and classes that a service's code calls by their own names."""
    calls = [node.func for node in nodes_in(root, service) if isinstance(node, ast.Call)]
    return {called.id for called in calls if isinstance(called, ast.Name)}


def members_used_in(root: Path, service: str, enumeration: str) -> set[str]:
    """The members of an enumeration that a service's code names."""
    return {
        node.attr
        for node in nodes_in(root, service)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == enumeration
    }


def nodes_in(root: Path, service: str) -> Iterator[ast.AST]:
    """A service's code."""
    for path in root.glob(f"services/{service}/**/*.py"):
        yield from ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path)))


def test_every_fact_is_heard_or_has_a_reason_not_to_be() -> None:
    assert list(check.reader_faults(event_classes(), readers(), load_unheard())) == []


def test_every_fact_is_published_by_a_service_of_the_suite() -> None:
    assert list(check.publisher_faults(event_classes(), readers(), SERVICES)) == []


def test_the_open_service_hears_only_what_is_public() -> None:
    assert list(check.openness_faults(event_classes(), readers())) == []


def test_every_fact_is_recorded_by_its_publisher() -> None:
    assert unrecorded(ROOT, [fact for fact in event_classes() if not fact.once_sent_by]) == []


def test_a_fact_that_nobody_sends_anymore_is_made_by_no_service() -> None:
    for fact in event_classes():
        if fact.once_sent_by:
            made = {
                service for service in SERVICES if fact.__name__ in names_called_in(ROOT, service)
            }
            assert made == set(), fact.topic


def test_a_fact_that_nobody_sends_anymore_is_read_until_its_last_readers_are_released() -> None:
    no_longer_sent = {fact.topic for fact in event_classes() if fact.once_sent_by}
    assert no_longer_sent <= NOT_SENT_SINCE.keys()
    for topic, release in NOT_SENT_SINCE.items():
        if parts_of(version()) < parts_of(release):
            assert topic in no_longer_sent
            assert readers().get(topic), topic


def parts_of(release: str) -> list[int]:
    return [int(part) for part in release.split(".")]


def test_each_kind_of_notice_is_sent_by_its_publisher() -> None:
    for fact in event_classes():
        if issubclass(fact, NoticeFact):
            used = members_used_in(ROOT, fact.publisher(), fact.kinds.__name__)
            assert used == set(fact.kinds.__members__), fact.topic


@pytest.mark.parametrize("service", SERVICES)
def test_the_application_reacts_to_what_its_table_says(service: str, tmp_path: Path) -> None:
    from chassis.testing import service_of

    made = service_of(create_app(service, tmp_path))
    made.database.close()
    assert made.reactions.topics == reactions_of(service).topics


class BookLent(Event, subject="book_id"):
    """A book was lent; it has no topic yet and so is not in the language."""


def test_a_fact_that_is_imported_but_never_recorded_is_named(
    paper_suite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BookLent, "topic", "library.book-lent.v1")
    usecases = paper_suite / "services/library/usecases.py"
    usecases.write_text("from contracts.library import BookLent\n")
    named = ["library.book-lent.v1: nothing in services/library records BookLent"]
    assert unrecorded(paper_suite, [BookLent]) == named
    usecases.write_text("from contracts.library import BookLent\nlent = BookLent(version=1)\n")
    assert unrecorded(paper_suite, [BookLent]) == []


def test_a_service_that_another_service_speaks_for_is_named(paper_suite: Path) -> None:
    (paper_suite / "services/lending/app.py").write_text("lent = BookLent(version=1)\n")
    assert names_called_in(paper_suite, "library").isdisjoint({"BookLent"})
    assert "BookLent" in names_called_in(paper_suite, "lending")
