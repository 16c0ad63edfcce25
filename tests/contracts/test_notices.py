"""A notice has one recipient, says the same in each of its languages, and stays on the site."""

from typing import Any
from uuid import UUID

import pytest

from contracts import event_classes
from contracts.codec import InvalidEvent, dump, load
from contracts.legal import LegalNotice, LegalNoticeDue
from contracts.notices import NoticeFact, NoticeKind, Recipient, kinds_of

SOMEBODY = UUID("0199f3c2-5a10-7c41-9b1e-3f5d2a7c8e01")
SAID = {"en": "Case 7 was dismissed", "es": "Se desestimó el caso 7"}
DUE = LegalNoticeDue(
    version=1,
    notice_id=SOMEBODY,
    kind=LegalNotice.CASE_DISMISSED,
    recipient=Recipient(educator_id=SOMEBODY),
    title=SAID,
    text=SAID,
)
NOTICES = [fact for fact in event_classes() if issubclass(fact, NoticeFact)]


@pytest.mark.parametrize(
    "whom",
    [
        {},
        {"educator_id": SOMEBODY, "email": "ada@example.org"},
        {"educator_id": SOMEBODY, "organization_id": SOMEBODY, "role": "superintendent"},
        {"organization_id": SOMEBODY},
        {"role": "superintendent"},
        {"role": "superintendent", "email": "ada@example.org"},
    ],
)
def test_a_recipient_is_an_educator_or_a_role_at_an_organization_or_an_address(
    whom: dict[str, Any],
) -> None:
    with pytest.raises(ValueError, match=r"notified at|one recipient"):
        Recipient(**whom)
    payload = dump(DUE) | {"recipient": {name: str(value) for name, value in whom.items()}}
    with pytest.raises(InvalidEvent):
        load(LegalNoticeDue, payload)


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": ""},
        {"kind": "Case dismissed"},
        {"title": {"es": "Hola"}, "text": {"es": "Hola"}},
        {"text": {"en": "It was dismissed."}},
        {"title": {}, "text": {}},
        {"link": "https://evil.example"},
        {"link": "//evil.example"},
        {"link": "/\\evil.example"},
        {"link": "@evil.example"},
        {"link": ""},
        {"link": "/a b"},
    ],
)
def test_a_notice_that_cannot_be_delivered_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="notice"):
        LegalNoticeDue(**{**vars(DUE), **changed})
    with pytest.raises(InvalidEvent):
        load(LegalNoticeDue, dump(DUE) | changed)


def test_a_reader_lives_with_a_kind_that_it_does_not_know() -> None:
    assert load(LegalNoticeDue, dump(DUE) | {"kind": "brand-new"}).kind == "brand-new"


@pytest.mark.parametrize("fact", NOTICES, ids=lambda fact: fact.topic)
def test_each_publisher_has_one_topic_of_notices_and_says_what_its_kinds_are(
    fact: type[NoticeFact],
) -> None:
    assert fact.topic == f"{fact.publisher()}.notice-due.v2"
    assert fact.__module__ == f"contracts.{fact.publisher()}"
    assert issubclass(fact.kinds, NoticeKind)
    assert all(kinds_of(fact).values())


def test_facts_that_are_no_notices_have_no_kinds() -> None:
    assert [fact for fact in event_classes() if kinds_of(fact) and fact not in NOTICES] == []
