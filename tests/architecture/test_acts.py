"""The page of acts says what each use case records, and who reacts, as the source has it."""

import re
from pathlib import Path

import pytest

from contracts import event_classes
from services.acts.page import PAGE, acts_of, acts_page
from services.acts.source import PASSED, Recorded
from services.names import SERVICES
from tests.architecture.suite import readers

ENTERED, ENDED = "legal.order-entered.v1", "legal.order-ended.v1"
NOTICE = "legal.notice-due.v2"

DOMAIN = """\
class Loan:
    def enter(self) -> OrderEntered: ...
    def end(self) -> OrderEnded | None: ...
    def told(self) -> OrderFact: ...
    def notices(self) -> Iterator[LegalNoticeDue]: ...
class Shelf:
    def enter(self) -> HoldPlaced: ...
"""
HEAD = """\
from chassis.messaging.outbox import record
from services.library.domain.loan import Loan
from services.library.usecases import telling
"""


def recorded(tmp_path: Path, body: str, name: str = "lend") -> Recorded:
    """What a planted use case records."""
    usecases = tmp_path / "services/library/usecases"
    domain = tmp_path / "services/library/domain"
    for folder in (usecases, domain):
        folder.mkdir(parents=True, exist_ok=True)
    (domain / "loan.py").write_text(DOMAIN)
    (usecases / "telling.py").write_text(
        HEAD + "def tell(session, loan: Loan):\n    record(session, loan.enter())\n"
        "def tell_all(session, facts: Sequence[Event]):\n    record(session, *facts)\n"
    )
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    (usecases / "lending.py").write_text(
        f'{HEAD}def lend(session, loan: Loan, facts=()):\n    """Lend a book."""\n{lines}'
    )
    acts, _ = acts_of(tmp_path, "library")
    return {act.name: act.recorded for act in acts}[name]


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == acts_page(SERVICES, readers()), "run make documents"


def test_to_issue_a_certificate_always_records_that() -> None:
    usecases, _ = acts_of(PAGE.parents[1], "certification")
    (issuing,) = (act for act in usecases if act.name == "issue_certificate")
    assert issuing.recorded.always == {"certification.certificate-issued.v1"}


def test_every_use_case_that_the_page_names_is_in_a_module_that_is() -> None:
    page = PAGE.read_text(encoding="utf-8")
    named = set(re.findall(r"`(usecases[\w.]*)`", page)) - {"usecases"}
    acts = [act for service in SERVICES for act in acts_of(PAGE.parents[1], service)[0]]
    assert named == {f"{act.module}.{act.name}" for act in acts}


def test_every_fact_is_recorded_by_some_act() -> None:
    acts = [act for service in SERVICES for act in acts_of(PAGE.parents[1], service)[0]]
    seen = {topic for act in acts for topic in act.recorded.always | act.recorded.sometimes}
    assert seen - PASSED == {fact.topic for fact in event_classes() if not fact.once_sent_by}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_records_facts_of_its_own_only(service: str) -> None:
    acts = [act for kind in acts_of(PAGE.parents[1], service) for act in kind]
    seen = {topic for act in acts for topic in act.recorded.always | act.recorded.sometimes}
    assert {topic.partition(".")[0] for topic in seen - PASSED} <= {service}


@pytest.mark.parametrize(
    ("body", "always", "sometimes"),
    [
        ("record(session, loan.enter())", {ENTERED}, set()),
        ("entered = loan.enter()\nrecord(session, entered)", {ENTERED}, set()),
        ("telling.tell(session, loan)", {ENTERED}, set()),
        ("if loan:\n    raise Refused\nrecord(session, loan.enter())", {ENTERED}, set()),
        ("if loan:\n    return\nrecord(session, loan.enter())", set(), {ENTERED}),
        ("if loan:\n    record(session, loan.enter())", set(), {ENTERED}),
        ("for loan in loans:\n    telling.tell(session, loan)", set(), {ENTERED}),
        ("record(session, loan.enter() if loan else loan.end())", set(), {ENTERED, ENDED}),
        ("if loan:\n    telling.tell(session, loan)\nelse:\n    raise Refused", {ENTERED}, set()),
        ("record(session, loan.end())", set(), {ENDED}),
        ("ended = loan.end()\nassert ended is not None\nrecord(session, ended)", {ENDED}, set()),
        ("record(session, loan.told())", set(), {ENTERED, ENDED}),
        ("record(session, loan.enter(), *loan.notices())", {ENTERED}, {NOTICE}),
        ("facts.append(loan.end())\ntelling.tell_all(session, facts)", set(), {ENDED}),
        ("record(session, OrderEnded(version=1))", {ENDED}, set()),
        ("session.add(loan)", set(), set()),
    ],
)
def test_a_planted_use_case_records_always_or_sometimes(
    tmp_path: Path, body: str, always: set[str], sometimes: set[str]
) -> None:
    found = recorded(tmp_path, body)
    assert (set(found.always), set(found.sometimes)) == (always, sometimes)


def test_a_planted_use_case_is_on_the_page_with_its_readers(tmp_path: Path) -> None:
    recorded(tmp_path, "record(session, loan.enter())")

    page = acts_page(["library"], {ENTERED: ["lookup", "certification"]}, tmp_path)

    row = f"| `usecases.lending.lend` | Lend a book. | `{ENTERED}` → certification, lookup |  |"
    assert row in page.splitlines()


def test_what_a_reaction_leads_to_is_on_the_page(tmp_path: Path) -> None:
    recorded(tmp_path, "record(session, loan.enter())")
    (tmp_path / "services/library/reactions.py").write_text(
        "from services.library.usecases import lending\n"
        "@reactions.when(LegalNoticeDue)\ndef when_noted(session, event, at):\n"
        '    """Lend it."""\n    lending.lend(session, event)\n'
    )

    page = acts_page(["library"], {}, tmp_path)

    assert f"| `{NOTICE}` | Lend it. | `{ENTERED}` → nobody |  |" in page.splitlines()
