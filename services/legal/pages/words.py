"""How pages name the states of complaints and cases, their clocks, and the steps between them."""

from collections.abc import Mapping
from typing import NamedTuple

from chassis.i18n.language import gettext as _
from chassis.i18n.text import marked
from services.legal.domain import (
    BoardDecision,
    Case,
    CaseEntry,
    CaseState,
    Complaint,
    ComplaintState,
    Step,
)
from services.legal.jurisdiction import LegalRules


class StateWords(NamedTuple):
    """A state in a word or two, the kind of its badge, and what its clock is for.

    `is_day` where the clock names a day itself, such as a hearing's, and nothing is due by it.
    """

    kind: str
    label: str
    clock: str = ""
    is_day: bool = False


STATES: Mapping[str, StateWords] = {
    ComplaintState.RECEIVED: StateWords(
        "info", marked("Complaint received"), marked("First review")
    ),
    ComplaintState.SCREENING: StateWords("info", marked("Being screened"), marked("First review")),
    ComplaintState.INSUFFICIENT_EVIDENCE: StateWords("neutral", marked("Insufficient evidence")),
    ComplaintState.CASE_OPENED: StateWords("neutral", marked("Case opened")),
    CaseState.OPEN: StateWords("info", marked("Open"), marked("Notify the educator")),
    CaseState.AWAITING_RESPONSE: StateWords(
        "neutral", marked("Waiting for rebuttal"), marked("Rebuttal, then the board")
    ),
    CaseState.READY_FOR_BOARD: StateWords(
        "info", marked("Ready for the board"), marked("Board's review")
    ),
    CaseState.DEFERRED: StateWords("neutral", marked("Deferred"), marked("Back before the board")),
    CaseState.ADMONISHED: StateWords(
        "neutral", marked("Admonished"), marked("Request for a hearing")
    ),
    CaseState.REFERRED: StateWords("info", marked("Referred"), marked("Agreed order or hearing")),
    CaseState.AGREED_ORDER_PENDING: StateWords(
        "info", marked("Agreed order"), marked("Board's vote")
    ),
    CaseState.HEARING: StateWords(
        "neutral", marked("Hearing"), marked("Day of the hearing"), is_day=True
    ),
    CaseState.RECOMMENDED_ORDER: StateWords(
        "info", marked("Recommended order"), marked("Board's final order")
    ),
    CaseState.ORDER_DUE: StateWords(
        "warning", marked("Order to be entered"), marked("Enter the order")
    ),
    CaseState.FINAL_ORDER: StateWords(
        "error", marked("Suspended"), marked("Last day of the suspension"), is_day=True
    ),
    CaseState.DISMISSED: StateWords("neutral", marked("Dismissed")),
    CaseState.CLOSED: StateWords("neutral", marked("Closed")),
}


class StepWords(NamedTuple):
    """A step on its page: its heading, what it means, and what its day is called, if it has one."""

    heading: str
    explanation: str
    day: str = ""


STEPS: Mapping[Step, StepWords] = {
    Step.NOTIFY_EDUCATOR: StepWords(
        marked("Notify the educator"),
        marked(
            "The educator is told that the case was opened and by when a rebuttal must reach us. "
            "Mail them a copy of the complaint today: the notice does not contain it."
        ),
    ),
    Step.RECORD_REBUTTAL: StepWords(
        marked("Record the rebuttal"),
        marked("Put the educator's rebuttal into the paper file, and record when it came."),
        marked("Received on"),
    ),
    Step.PUT_BEFORE_BOARD: StepWords(
        marked("Put before the board"),
        marked("The board will read the redacted summary and the rebuttal in closed session."),
    ),
    Step.RECORD_HEARING_REQUEST: StepWords(
        marked("Record the request for a hearing"),
        marked("The request sets the admonishment aside, and the case goes to an attorney."),
        marked("Received on"),
    ),
    Step.PROPOSE_AGREED_ORDER: StepWords(
        marked("Put an agreed order before the board"),
        marked("The educator has signed. The order binds only when the board accepts it."),
        marked("Signed on"),
    ),
    Step.SCHEDULE_HEARING: StepWords(
        marked("Schedule the hearing"),
        marked("The hearing officer has set a day."),
        marked("Day of the hearing"),
    ),
    Step.RECORD_RECOMMENDED_ORDER: StepWords(
        marked("Record the recommended order"),
        marked("The board's time for its final order runs from the day on which it came."),
        marked("Received on"),
    ),
    Step.CLOSE_ADMONISHED: StepWords(
        marked("Close the case"),
        marked("No hearing was requested in time; the admonishment stays in the file."),
    ),
}

DONE: Mapping[str, str] = {
    "open_case": marked("Case opened"),
    Step.NOTIFY_EDUCATOR: marked("Educator notified"),
    Step.RECORD_REBUTTAL: marked("Rebuttal received"),
    Step.PUT_BEFORE_BOARD: marked("Put before the board"),
    Step.RECORD_HEARING_REQUEST: marked("Hearing requested; the admonishment is set aside"),
    Step.PROPOSE_AGREED_ORDER: marked("Agreed order signed by the educator"),
    Step.SCHEDULE_HEARING: marked("Hearing set for this day"),
    Step.RECORD_RECOMMENDED_ORDER: marked("Recommended order received"),
    Step.CLOSE_ADMONISHED: marked("Case closed after the admonishment"),
    Step.ENTER_SUSPENSION: marked("Suspension entered"),
    Step.ENTER_LASTING_ORDER: marked("Final order entered; case closed"),
    Step.CLOSE_AFTER_SUSPENSION: marked("Suspension over; case closed"),
    "place_hold": marked("Hold placed"),
    "lift_hold": marked("Hold lifted"),
}


def done_words(entry: CaseEntry, rules: LegalRules) -> str:
    """A line of the timeline in words; the board's decisions in the board's own."""
    if entry.action not in set(BoardDecision):
        return _(DONE[entry.action])
    words = _("The board decided: {decision} ({votes_for} to {votes_against})")
    if entry.abstained:
        words = _(
            "The board decided: {decision} ({votes_for} to {votes_against}, {abstained} abstaining)"
        )
    return words.format(
        decision=rules.decisions[entry.action],
        votes_for=entry.votes_for,
        votes_against=entry.votes_against,
        abstained=entry.abstained,
    )


def progress(complaint: Complaint, case: Case | None) -> StateWords:
    """Where a complaint stands, as far as its reporter may know."""
    if complaint.state == ComplaintState.INSUFFICIENT_EVIDENCE:
        return StateWords("neutral", marked("Closed: the evidence was not sufficient for a case"))
    if complaint.state == ComplaintState.RECEIVED:
        return StateWords("info", marked("Received"))
    if case is None:
        return StateWords("info", marked("Under review"))
    if case.has_final_order:
        return StateWords("success", marked("A final order was entered"))
    if case.is_finished:
        return StateWords("neutral", marked("Closed without an order"))
    return StateWords("info", marked("A case is open"))
