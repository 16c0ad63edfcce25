"""Wording of pages for the states, clocks and steps of complaints and cases."""

from collections.abc import Mapping
from typing import NamedTuple

from chassis.i18n.language import gettext as _
from chassis.i18n.text import translatable
from services.legal.domain.case import Case
from services.legal.domain.complaint import Complaint, ComplaintState
from services.legal.domain.procedure import BoardDecision, CaseState, Step
from services.legal.domain.timeline import CaseEntry
from services.legal.jurisdiction import LegalRules


class StateWords(NamedTuple):
    """A state's label, the kind of its badge, and what its clock is for.

    `is_day` where the clock is a fixed day, such as a hearing, and not a deadline.
    """

    kind: str
    label: str
    clock: str = ""
    is_day: bool = False


STATES: Mapping[str, StateWords] = {
    ComplaintState.RECEIVED: StateWords(
        "info", translatable("Complaint received"), translatable("First review")
    ),
    ComplaintState.SCREENING: StateWords(
        "info", translatable("Being screened"), translatable("First review")
    ),
    ComplaintState.INSUFFICIENT_EVIDENCE: StateWords(
        "neutral", translatable("Insufficient evidence")
    ),
    ComplaintState.CASE_OPENED: StateWords("neutral", translatable("Case opened")),
    CaseState.OPEN: StateWords("info", translatable("Open"), translatable("Notify the educator")),
    CaseState.AWAITING_RESPONSE: StateWords(
        "neutral", translatable("Waiting for rebuttal"), translatable("Rebuttal, then the board")
    ),
    CaseState.READY_FOR_BOARD: StateWords(
        "info", translatable("Ready for the board"), translatable("Board's review")
    ),
    CaseState.DEFERRED: StateWords(
        "neutral", translatable("Deferred"), translatable("Back before the board")
    ),
    CaseState.ADMONISHED: StateWords(
        "neutral", translatable("Admonished"), translatable("Request for a hearing")
    ),
    CaseState.REFERRED: StateWords(
        "info", translatable("Referred"), translatable("Agreed order or hearing")
    ),
    CaseState.AGREED_ORDER_PENDING: StateWords(
        "info", translatable("Agreed order"), translatable("Board's vote")
    ),
    CaseState.HEARING: StateWords(
        "neutral", translatable("Hearing"), translatable("Day of the hearing"), is_day=True
    ),
    CaseState.RECOMMENDED_ORDER: StateWords(
        "info", translatable("Recommended order"), translatable("Board's final order")
    ),
    CaseState.ORDER_DUE: StateWords(
        "warning", translatable("Order to be entered"), translatable("Enter the order")
    ),
    CaseState.FINAL_ORDER: StateWords(
        "error", translatable("Suspended"), translatable("Last day of the suspension"), is_day=True
    ),
    CaseState.DISMISSED: StateWords("neutral", translatable("Dismissed")),
    CaseState.CLOSED: StateWords("neutral", translatable("Closed")),
}


class StepWords(NamedTuple):
    """A step's heading and explanation, and the label of its day, if it has one."""

    heading: str
    explanation: str
    day: str = ""


STEPS: Mapping[Step, StepWords] = {
    Step.NOTIFY_EDUCATOR: StepWords(
        translatable("Notify the educator"),
        translatable(
            "The educator is notified that the case was opened and when a rebuttal is due. "
            "Mail them a copy of the complaint today: the notice does not contain it."
        ),
    ),
    Step.RECORD_REBUTTAL: StepWords(
        translatable("Record the rebuttal"),
        translatable("Put the educator's rebuttal in the paper file, and record when it arrived."),
        translatable("Received on"),
    ),
    Step.PUT_BEFORE_BOARD: StepWords(
        translatable("Put before the board"),
        translatable(
            "The board will read the redacted summary and the rebuttal in closed session."
        ),
    ),
    Step.RECORD_HEARING_REQUEST: StepWords(
        translatable("Record the request for a hearing"),
        translatable("The request sets the admonishment aside, and the case goes to an attorney."),
        translatable("Received on"),
    ),
    Step.PROPOSE_AGREED_ORDER: StepWords(
        translatable("Put an agreed order before the board"),
        translatable("The educator has signed. The order binds only when the board accepts it."),
        translatable("Signed on"),
    ),
    Step.SCHEDULE_HEARING: StepWords(
        translatable("Schedule the hearing"),
        translatable("The hearing officer has set a day."),
        translatable("Day of the hearing"),
    ),
    Step.RECORD_RECOMMENDED_ORDER: StepWords(
        translatable("Record the recommended order"),
        translatable("The board's time for its final order runs from the day it arrived."),
        translatable("Received on"),
    ),
    Step.CLOSE_ADMONISHED: StepWords(
        translatable("Close the case"),
        translatable("No hearing was requested in time; the admonishment stays in the file."),
    ),
}

DONE: Mapping[str, str] = {
    "open_case": translatable("Case opened"),
    Step.NOTIFY_EDUCATOR: translatable("Educator notified"),
    Step.RECORD_REBUTTAL: translatable("Rebuttal received"),
    Step.PUT_BEFORE_BOARD: translatable("Put before the board"),
    Step.RECORD_HEARING_REQUEST: translatable("Hearing requested; the admonishment is set aside"),
    Step.PROPOSE_AGREED_ORDER: translatable("Agreed order signed by the educator"),
    Step.SCHEDULE_HEARING: translatable("Hearing set for this day"),
    Step.RECORD_RECOMMENDED_ORDER: translatable("Recommended order received"),
    Step.CLOSE_ADMONISHED: translatable("Case closed after the admonishment"),
    Step.ENTER_SUSPENSION: translatable("Suspension entered"),
    Step.ENTER_LASTING_ORDER: translatable("Final order entered; case closed"),
    Step.CLOSE_AFTER_SUSPENSION: translatable("Suspension over; case closed"),
    "place_hold": translatable("Hold placed"),
    "lift_hold": translatable("Hold lifted"),
}


def done_words(entry: CaseEntry, rules: LegalRules) -> str:
    """A timeline entry in words; the board's decisions in its own wording."""
    if entry.action not in set(BoardDecision):
        return _(DONE[entry.action])
    words = _("The board decided: {decision} ({votes_for} to {votes_against})")
    if entry.abstained:
        words = _(
            "The board decided: {decision} ({votes_for} to {votes_against}, {abstained} abstaining)"
        )
    return words.format(
        decision=rules.decisions.of(entry.action),
        votes_for=entry.votes_for,
        votes_against=entry.votes_against,
        abstained=entry.abstained,
    )


def progress(complaint: Complaint, case: Case | None) -> StateWords:
    """A complaint's status, as far as its reporter may see it."""
    if complaint.state == ComplaintState.INSUFFICIENT_EVIDENCE:
        return StateWords(
            "neutral", translatable("Closed: the evidence was not sufficient for a case")
        )
    if complaint.state == ComplaintState.RECEIVED:
        return StateWords("info", translatable("Received"))
    if case is None:
        return StateWords("info", translatable("Under review"))
    if case.has_final_order:
        return StateWords("success", translatable("A final order was entered"))
    if case.is_finished:
        return StateWords("neutral", translatable("Closed without an order"))
    return StateWords("info", translatable("A case is open"))
