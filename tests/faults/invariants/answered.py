"""I1: what was answered with success is in its owner's database."""

import re
from collections.abc import Iterator
from uuid import UUID

from tests.faults.evidence import Breach, Evidence, missing, wrong
from tests.faults.walks import Answered

_ID = r"[0-9a-f-]{36}"
# Commands whose success leaves an entry in their service's audit trail, in the same transaction.
_AUDITED_COMMANDS = re.compile(
    rf"""/identity/(register/account|sign-in)
    |/certification/(apply
        |applications/{_ID}/(license|degrees|assessments|fitness|submit)
        |candidates/(admit|{_ID}/completion|{_ID}/recommendations/{_ID})
        |queue/{_ID}/(decision|elements/\w+))
    |/legal/(complaints/new/{_ID}|complaints/{_ID}/screening(/begin)?
        |cases/{_ID}/(decision|hold/(place|lift)|orders/\w+|steps/\w+))""",
    re.VERBOSE,
)
# Commands that may be repeated with no further effect: what is asked of their service's database,
# about the thing that their own address, or the one they led to, names.
_REPEATABLE_COMMANDS = (
    (
        re.compile(rf"/payments/invoices/({_ID})/pay .*"),
        "select 1 from invoice where invoice_id = :id and checkout_id is not null",
    ),
    (
        re.compile(rf"/assignments/reports/new .*/assignments/submissions/({_ID})"),
        "select 1 from submission where submission_id = :id",
    ),
)
# Questions, a confirmation that says nothing when it is repeated, and the card provider's own page,
# whose promise is the money's (I6).
_PROMISING_NOTHING = re.compile(r"/identity/(register|confirm)|/legal/complaints/new|/pay/\w+")


def what_was_answered_is_in_its_owners_database(evidence: Evidence) -> Iterator[Breach]:
    """I1: every command answered with success stands in its owner's database."""
    for answered in evidence.load.notebook.answered:
        if _AUDITED_COMMANDS.fullmatch(answered.path):
            if answered.request_id not in evidence.audited[answered.service]:
                yield missing(f"{answered.path} was answered, request {answered.request_id}")
        elif not _PROMISING_NOTHING.fullmatch(answered.path):
            yield from _thing_of(evidence, answered)
    yield from _people_have_what_they_saw(evidence)


def _thing_of(evidence: Evidence, answered: Answered) -> Iterator[Breach]:
    """What became of a command that leaves no entry of its own when it is repeated."""
    for command, question in _REPEATABLE_COMMANDS:
        if named := command.fullmatch(f"{answered.path} {answered.led_to}"):
            if not evidence.rows(answered.service, question, id=UUID(named[1])):
                yield missing(f"{answered.path} was answered, and {named[1]} is not there")
            return
    yield wrong(f"nobody knows what an answer to {answered.path} promises")


def _people_have_what_they_saw(evidence: Evidence) -> Iterator[Breach]:
    for journey in evidence.load.journeys:
        number = journey.facts.get("certificate_number")
        stored = "select 1 from certificate where certificate_number = :number"
        if number and not evidence.rows("certification", stored, number=number):
            yield missing(f"certificate {number}, which its holder has seen")
