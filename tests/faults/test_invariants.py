"""Each invariant is seen to fail: what it forbids is planted into a suite that is well."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.storage.replicas import REPLICA_OF
from chassis.testing import service_of
from contracts.event import event_classes
from services.__main__ import EmbeddedSuite
from tests.faults.evidence import Kind
from tests.faults.healthy import Copies, HealthyEvidence, open_healthy_suite
from tests.faults.invariants import CHECKS, Check, agreed, breaches
from tests.faults.invariants.agreed import everybody_agrees_on_each_certificate
from tests.faults.invariants.handled import nothing_is_parked
from tests.faults.invariants.told import FACTS_CHECKED
from tests.faults.load import Load
from tests.faults.planted import PLANTED, Plant, parked_message

# The whole suite and a journey on it, before the first test.
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[EmbeddedSuite, Load, Path]]:
    folder = tmp_path_factory.mktemp("healthy")
    with open_healthy_suite(folder) as (opened, load):
        yield opened, load, folder


@pytest.fixture(scope="module")
def copies(
    suite: tuple[EmbeddedSuite, Load, Path], tmp_path_factory: pytest.TempPathFactory
) -> Copies:
    return Copies(suite[2], tmp_path_factory.mktemp("copies") / "kept")


@pytest.fixture
def evidence(
    suite: tuple[EmbeddedSuite, Load, Path], copies: Copies, tmp_path: Path
) -> Iterator[HealthyEvidence]:
    opened, load, folder = suite
    answered, load.notebook.answered = load.notebook.answered, list(load.notebook.answered)
    yield HealthyEvidence(opened, load, folder, tmp_path)
    load.notebook.answered = answered
    copies.restore()


def test_a_suite_that_is_well_has_no_breach(evidence: HealthyEvidence) -> None:
    assert breaches(evidence) == []
    assert evidence.events > 50
    assert len(evidence.load.notebook.answered) > 20


@pytest.mark.parametrize(("check", "plant", "kind", "words"), PLANTED.values(), ids=PLANTED)
def test_what_is_planted_is_found(
    check: Check, plant: Plant, kind: Kind, words: str, evidence: HealthyEvidence
) -> None:
    plant(evidence)

    found = list(check(evidence))

    assert any(each.kind is kind and words in each.what for each in found), found


def test_each_check_is_seen_to_fail() -> None:
    assert {check for check, *_ in PLANTED.values()} == set(CHECKS)


def test_a_parked_message_that_was_handled_all_the_same_explains_itself(
    evidence: HealthyEvidence,
) -> None:
    handled = next(iter(evidence.inboxes["legal"]))
    evidence.parked_messages["legal"] = [parked_message(str(handled))]

    assert list(nothing_is_parked(evidence)) == []


def test_a_paper_that_should_not_be_given_out_is_found(
    evidence: HealthyEvidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper_for = evidence.load.paper_for
    monkeypatch.setattr(
        evidence.load, "paper_for", lambda *which: (200, paper_for(*which)[1] or b"")
    )
    monkeypatch.setattr(agreed, "words_of", lambda paper: "every number 0-9")

    found = [each.what for each in everybody_agrees_on_each_certificate(evidence)]

    assert any("is revoked, and its PDF answers 200" in each for each in found)
    assert any("bears another number" in each for each in found)


def test_every_fact_of_the_language_is_checked_against_its_thing() -> None:
    unchecked = [each.topic for each in event_classes() if not issubclass(each, FACTS_CHECKED)]

    assert not unchecked, (
        "say in tests/faults/invariants/told.py what these facts are told of, so that the faults "
        f"prove that none is lost: {unchecked}"
    )


def test_each_replica_is_of_facts_that_their_publisher_announces(
    suite: tuple[EmbeddedSuite, Load, Path],
) -> None:
    opened, _, _ = suite
    announced: set[str] = set()
    replicas: dict[str, set[str]] = {}
    for app in opened.apps.values():
        service = service_of(app)
        with service.context(), service.database.reading() as session:
            announced |= {fact.topic for fact in service.announce(session)}
        for table in service.metadata.sorted_tables:
            if REPLICA_OF in table.info:
                replicas[f"{service.name}.{table.name}"] = set(table.info[REPLICA_OF])

    assert len(replicas) >= 7
    never_again = [table for table, topics in replicas.items() if not topics & announced]
    assert never_again == [], "resync would empty these, and nothing fills them again"
