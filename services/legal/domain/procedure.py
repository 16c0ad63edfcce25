"""The procedure of a case: its states, the transitions between them, and the clock of each.

Sources: 16 KAR 1:030, KRS 161.120 and the board's procedures of 2017 and 2021.
"""

from collections.abc import Mapping
from enum import StrEnum

from chassis.i18n.text import Translatable, translatable


class CaseState(StrEnum):
    """A case's state."""

    OPEN = "open"
    AWAITING_RESPONSE = "awaiting_response"
    READY_FOR_BOARD = "ready_for_board"
    DEFERRED = "deferred"
    ADMONISHED = "admonished"
    REFERRED = "referred"
    AGREED_ORDER_PENDING = "agreed_order_pending"
    HEARING = "hearing"
    RECOMMENDED_ORDER = "recommended_order"
    ORDER_DUE = "order_due"
    FINAL_ORDER = "final_order"
    DISMISSED = "dismissed"
    CLOSED = "closed"


FINISHED = frozenset({CaseState.DISMISSED, CaseState.CLOSED})


class Step(StrEnum):
    """The steps of the agency's staff; a lasting order is a revocation or surrender."""

    NOTIFY_EDUCATOR = "notify_educator"
    RECORD_REBUTTAL = "record_rebuttal"
    PUT_BEFORE_BOARD = "put_before_board"
    RECORD_HEARING_REQUEST = "record_hearing_request"
    PROPOSE_AGREED_ORDER = "propose_agreed_order"
    SCHEDULE_HEARING = "schedule_hearing"
    RECORD_RECOMMENDED_ORDER = "record_recommended_order"
    CLOSE_ADMONISHED = "close_admonished"
    ENTER_SUSPENSION = "enter_suspension"
    ENTER_LASTING_ORDER = "enter_lasting_order"
    CLOSE_AFTER_SUSPENSION = "close_after_suspension"


class BoardDecision(StrEnum):
    """The board's decisions in a case."""

    DISMISS = "dismiss"
    DEFER = "defer"
    DEFER_FOR_TRAINING = "defer_for_training"
    ADMONISH = "admonish"
    REFER_TO_HEARING = "refer_to_hearing"
    ACCEPT_AGREED_ORDER = "accept_agreed_order"
    REJECT_AGREED_ORDER = "reject_agreed_order"
    ISSUE_FINAL_ORDER = "issue_final_order"


Action = Step | BoardDecision
_S, _D = Step, BoardDecision

# The board may issue a final order without a recommended one when the educator does not appear.
TRANSITIONS: Mapping[CaseState, Mapping[Action, CaseState]] = {
    CaseState.OPEN: {_S.NOTIFY_EDUCATOR: CaseState.AWAITING_RESPONSE},
    CaseState.AWAITING_RESPONSE: {
        _S.RECORD_REBUTTAL: CaseState.AWAITING_RESPONSE,
        _S.PUT_BEFORE_BOARD: CaseState.READY_FOR_BOARD,
    },
    CaseState.READY_FOR_BOARD: {
        _D.DISMISS: CaseState.DISMISSED,
        _D.DEFER: CaseState.DEFERRED,
        _D.DEFER_FOR_TRAINING: CaseState.DEFERRED,
        _D.ADMONISH: CaseState.ADMONISHED,
        _D.REFER_TO_HEARING: CaseState.REFERRED,
    },
    CaseState.DEFERRED: {_S.PUT_BEFORE_BOARD: CaseState.READY_FOR_BOARD},
    CaseState.ADMONISHED: {
        _S.RECORD_HEARING_REQUEST: CaseState.REFERRED,
        _S.CLOSE_ADMONISHED: CaseState.CLOSED,
    },
    CaseState.REFERRED: {
        _S.PROPOSE_AGREED_ORDER: CaseState.AGREED_ORDER_PENDING,
        _S.SCHEDULE_HEARING: CaseState.HEARING,
    },
    CaseState.AGREED_ORDER_PENDING: {
        _D.ACCEPT_AGREED_ORDER: CaseState.ORDER_DUE,
        _D.REJECT_AGREED_ORDER: CaseState.REFERRED,
    },
    CaseState.HEARING: {
        _S.PROPOSE_AGREED_ORDER: CaseState.AGREED_ORDER_PENDING,
        _S.RECORD_RECOMMENDED_ORDER: CaseState.RECOMMENDED_ORDER,
        _D.ISSUE_FINAL_ORDER: CaseState.ORDER_DUE,
    },
    CaseState.RECOMMENDED_ORDER: {
        _D.DISMISS: CaseState.DISMISSED,
        _D.ISSUE_FINAL_ORDER: CaseState.ORDER_DUE,
    },
    CaseState.ORDER_DUE: {
        _S.ENTER_SUSPENSION: CaseState.FINAL_ORDER,
        _S.ENTER_LASTING_ORDER: CaseState.CLOSED,
    },
    CaseState.FINAL_ORDER: {_S.CLOSE_AFTER_SUSPENSION: CaseState.CLOSED},
    CaseState.DISMISSED: {},
    CaseState.CLOSED: {},
}

CLOCK_OF: Mapping[CaseState, str] = {
    CaseState.OPEN: "educator_notice",
    CaseState.AWAITING_RESPONSE: "rebuttal",
    CaseState.READY_FOR_BOARD: "board_review",
    CaseState.DEFERRED: "deferral",
    CaseState.ADMONISHED: "hearing_request",
    CaseState.REFERRED: "referral",
    CaseState.AGREED_ORDER_PENDING: "board_review",
    CaseState.RECOMMENDED_ORDER: "final_order_after_recommended",
    CaseState.ORDER_DUE: "order_entry",
}

ALLOWS_ORDER = (BoardDecision.ISSUE_FINAL_ORDER, BoardDecision.ACCEPT_AGREED_ORDER)
ENTERS_ORDER = (Step.ENTER_SUSPENSION, Step.ENTER_LASTING_ORDER)
TAKEN_BY_ORDER = (*ENTERS_ORDER, Step.CLOSE_AFTER_SUSPENSION)

WORDS: Mapping[CaseState, Translatable] = {
    CaseState.OPEN: translatable("open, with the educator not yet notified"),
    CaseState.AWAITING_RESPONSE: translatable("waiting for the educator's rebuttal"),
    CaseState.READY_FOR_BOARD: translatable("ready for the board"),
    CaseState.DEFERRED: translatable("deferred by the board"),
    CaseState.ADMONISHED: translatable("decided by admonishment"),
    CaseState.REFERRED: translatable("referred to an attorney"),
    CaseState.AGREED_ORDER_PENDING: translatable(
        "waiting for the board to vote on an agreed order"
    ),
    CaseState.HEARING: translatable("scheduled for a hearing"),
    CaseState.RECOMMENDED_ORDER: translatable(
        "waiting for the board to act on a recommended order"
    ),
    CaseState.ORDER_DUE: translatable("decided, with its final order to be entered"),
    CaseState.FINAL_ORDER: translatable("under a suspension by final order"),
    CaseState.DISMISSED: translatable("dismissed"),
    CaseState.CLOSED: translatable("closed"),
}
