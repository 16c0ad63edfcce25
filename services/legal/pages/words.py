"""How pages name the states of complaints and cases, their clocks, and the steps between them."""

from collections.abc import Mapping
from typing import NamedTuple

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
    """A state in a word or two, the kind of its badge, and what its clock is for."""

    kind: str
    label: str
    clock: str = ""


STATES: Mapping[str, StateWords] = {
    ComplaintState.RECEIVED: StateWords("info", "Complaint received", "First review"),
    ComplaintState.SCREENING: StateWords("info", "Being screened", "First review"),
    ComplaintState.INSUFFICIENT_EVIDENCE: StateWords("neutral", "Insufficient evidence"),
    ComplaintState.CASE_OPENED: StateWords("neutral", "Case opened"),
    CaseState.OPEN: StateWords("info", "Open", "Notify the educator"),
    CaseState.AWAITING_RESPONSE: StateWords(
        "neutral", "Waiting for rebuttal", "Rebuttal, then the board"
    ),
    CaseState.READY_FOR_BOARD: StateWords("info", "Ready for the board", "Board's review"),
    CaseState.DEFERRED: StateWords("neutral", "Deferred", "Back before the board"),
    CaseState.ADMONISHED: StateWords("neutral", "Admonished", "Request for a hearing"),
    CaseState.REFERRED: StateWords("info", "Referred", "Agreed order or hearing"),
    CaseState.AGREED_ORDER_PENDING: StateWords("info", "Agreed order", "Board's vote"),
    CaseState.HEARING: StateWords("neutral", "Hearing", "Day of the hearing"),
    CaseState.RECOMMENDED_ORDER: StateWords("info", "Recommended order", "Board's final order"),
    CaseState.ORDER_DUE: StateWords("warning", "Order to be entered", "Enter the order"),
    CaseState.FINAL_ORDER: StateWords("error", "Suspended", "Last day of the suspension"),
    CaseState.DISMISSED: StateWords("neutral", "Dismissed"),
    CaseState.CLOSED: StateWords("neutral", "Closed"),
}


class StepWords(NamedTuple):
    """A step on its page: its heading, what it means, and what its day is called, if it has one."""

    heading: str
    explanation: str
    day: str = ""


STEPS: Mapping[Step, StepWords] = {
    Step.NOTIFY_EDUCATOR: StepWords(
        "Notify the educator",
        "The educator is told that the case was opened and by when a rebuttal must reach us. "
        "Mail them a copy of the complaint today: the notice does not contain it.",
    ),
    Step.RECORD_REBUTTAL: StepWords(
        "Record the rebuttal",
        "Put the educator's rebuttal into the paper file, and record when it came.",
        "Received on",
    ),
    Step.PUT_BEFORE_BOARD: StepWords(
        "Put before the board",
        "The board will read the redacted summary and the rebuttal in closed session.",
    ),
    Step.RECORD_HEARING_REQUEST: StepWords(
        "Record the request for a hearing",
        "The request sets the admonishment aside, and the case goes to an attorney.",
        "Received on",
    ),
    Step.PROPOSE_AGREED_ORDER: StepWords(
        "Put an agreed order before the board",
        "The educator has signed. The order binds only when the board accepts it.",
        "Signed on",
    ),
    Step.SCHEDULE_HEARING: StepWords(
        "Schedule the hearing",
        "The hearing officer has set a day.",
        "Day of the hearing",
    ),
    Step.RECORD_RECOMMENDED_ORDER: StepWords(
        "Record the recommended order",
        "The board's time for its final order runs from the day on which it came.",
        "Received on",
    ),
    Step.CLOSE_ADMONISHED: StepWords(
        "Close the case",
        "No hearing was requested in time; the admonishment stays in the file.",
    ),
}

DONE: Mapping[str, str] = {
    "open_case": "Case opened",
    Step.NOTIFY_EDUCATOR: "Educator notified",
    Step.RECORD_REBUTTAL: "Rebuttal received",
    Step.PUT_BEFORE_BOARD: "Put before the board",
    Step.RECORD_HEARING_REQUEST: "Hearing requested; the admonishment is set aside",
    Step.PROPOSE_AGREED_ORDER: "Agreed order signed by the educator",
    Step.SCHEDULE_HEARING: "Hearing set for this day",
    Step.RECORD_RECOMMENDED_ORDER: "Recommended order received",
    Step.CLOSE_ADMONISHED: "Case closed after the admonishment",
    Step.ENTER_SUSPENSION: "Suspension entered",
    Step.ENTER_LASTING_ORDER: "Final order entered; case closed",
    Step.CLOSE_AFTER_SUSPENSION: "Suspension over; case closed",
    "place_hold": "Hold placed",
    "lift_hold": "Hold lifted",
}


def done_words(entry: CaseEntry, rules: LegalRules) -> str:
    """A line of the timeline in words; the board's decisions in the board's own."""
    if entry.action not in set(BoardDecision):
        return DONE[entry.action]
    vote = f"{entry.votes_for} to {entry.votes_against}"
    if entry.abstained:
        vote += f", {entry.abstained} abstaining"
    return f"The board decided: {rules.decisions[entry.action]} ({vote})"


def progress(complaint: Complaint, case: Case | None) -> StateWords:
    """Where a complaint stands, as far as its reporter may know."""
    if complaint.state == ComplaintState.INSUFFICIENT_EVIDENCE:
        return StateWords("neutral", "Closed: the evidence was not sufficient for a case")
    if complaint.state == ComplaintState.RECEIVED:
        return StateWords("info", "Received")
    if case is None:
        return StateWords("info", "Under review")
    if case.has_final_order:
        return StateWords("success", "A final order was entered")
    if case.is_finished:
        return StateWords("neutral", "Closed without an order")
    return StateWords("info", "A case is open")
