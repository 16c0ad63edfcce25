"""Every step and decision in every state: what leads on, and that everything else is refused."""

from datetime import date, timedelta

import pytest

from chassis.ids import new_id
from chassis.problems import InvalidInput
from services.legal.domain.base import ImpossibleStep
from services.legal.domain.case import Case
from services.legal.domain.complaint import Complaint, ComplaintState, ComplaintText
from services.legal.domain.people import Educator
from services.legal.domain.procedure import CLOCK_OF, TRANSITIONS, BoardDecision, CaseState, Step
from services.legal.domain.refusals import (
    HearingMayBeRequested,
    HearingRequestTooLate,
    ImpossibleDay,
    OrderAlreadyEntered,
    ResponseAlreadyRecorded,
    ResponseStillAwaited,
)
from services.legal.domain.timeline import CaseEntry, Vote
from services.legal.jurisdiction import load_rules
from tests.states import state_folder

S, A, D = CaseState, Step, BoardDecision
TODAY = date(2026, 11, 22)
CLOCKS = load_rules(state_folder("kentucky")).days
LONG_AGO = date(2026, 1, 5)

# What the procedure is, written a second time and by hand: state, what is done, state afterwards.
LEADS_ON = {
    (S.OPEN, A.NOTIFY_EDUCATOR): S.AWAITING_RESPONSE,
    (S.AWAITING_RESPONSE, A.RECORD_REBUTTAL): S.AWAITING_RESPONSE,
    (S.AWAITING_RESPONSE, A.PUT_BEFORE_BOARD): S.READY_FOR_BOARD,
    (S.READY_FOR_BOARD, D.DISMISS): S.DISMISSED,
    (S.READY_FOR_BOARD, D.DEFER): S.DEFERRED,
    (S.READY_FOR_BOARD, D.DEFER_FOR_TRAINING): S.DEFERRED,
    (S.READY_FOR_BOARD, D.ADMONISH): S.ADMONISHED,
    (S.READY_FOR_BOARD, D.REFER_TO_HEARING): S.REFERRED,
    (S.DEFERRED, A.PUT_BEFORE_BOARD): S.READY_FOR_BOARD,
    (S.ADMONISHED, A.RECORD_HEARING_REQUEST): S.REFERRED,
    (S.ADMONISHED, A.CLOSE_ADMONISHED): S.CLOSED,
    (S.REFERRED, A.PROPOSE_AGREED_ORDER): S.AGREED_ORDER_PENDING,
    (S.REFERRED, A.SCHEDULE_HEARING): S.HEARING,
    (S.AGREED_ORDER_PENDING, D.ACCEPT_AGREED_ORDER): S.ORDER_DUE,
    (S.AGREED_ORDER_PENDING, D.REJECT_AGREED_ORDER): S.REFERRED,
    (S.HEARING, A.PROPOSE_AGREED_ORDER): S.AGREED_ORDER_PENDING,
    (S.HEARING, A.RECORD_RECOMMENDED_ORDER): S.RECOMMENDED_ORDER,
    (S.HEARING, D.ISSUE_FINAL_ORDER): S.ORDER_DUE,
    (S.RECOMMENDED_ORDER, D.DISMISS): S.DISMISSED,
    (S.RECOMMENDED_ORDER, D.ISSUE_FINAL_ORDER): S.ORDER_DUE,
    (S.ORDER_DUE, A.ENTER_SUSPENSION): S.FINAL_ORDER,
    (S.ORDER_DUE, A.ENTER_LASTING_ORDER): S.CLOSED,
    (S.FINAL_ORDER, A.CLOSE_AFTER_SUSPENSION): S.CLOSED,
}
EVERY_PAIR = [(state, action) for state in CaseState for action in (*Step, *BoardDecision)]


def complaint_in(state: ComplaintState) -> Complaint:
    return Complaint(
        complaint_id=new_id(),
        version=3,
        complaint_number="C-2026-0001",
        educator=Educator(educator_id=new_id(), educator_number="1", full_name="W. T."),
        state=state,
        text=ComplaintText(facts="words"),
    )


def case_in(state: CaseState, due_on: date = LONG_AGO + timedelta(days=30)) -> Case:
    """A case in a state whose clock has run out."""
    return Case(
        case_id=new_id(),
        version=5,
        case_number="2026-0001",
        educator_id=new_id(),
        grounds=["c"],
        state=state,
        opened_on=LONG_AGO,
        due_on=due_on,
        entries=[CaseEntry(position=1, on=LONG_AGO, action="open_case", by="Lavinia Counsel")],
        holds=[],
    )


def do(case: Case, action: Step | BoardDecision, on: date = TODAY) -> None:
    match action:
        case BoardDecision():
            case.decide(action, on=on, vote=Vote(7, 2), by="LC", today=TODAY, clocks=CLOCKS)
        case Step.ENTER_SUSPENSION:
            case.record_order(suspended_through=TODAY, by="LC", today=TODAY)
        case Step.ENTER_LASTING_ORDER:
            case.record_order(suspended_through=None, by="LC", today=TODAY)
        case Step.CLOSE_AFTER_SUSPENSION:
            case.close_after_suspension(by="LC", today=TODAY)
        case Step.RECORD_HEARING_REQUEST:
            case.take(action, on=LONG_AGO, by="LC", today=TODAY, clocks=CLOCKS)
        case _:
            case.take(action, on=on, by="LC", today=TODAY, clocks=CLOCKS)


@pytest.mark.parametrize(("state", "action"), EVERY_PAIR)
def test_a_step_leads_on_or_is_refused_and_changes_nothing(
    state: CaseState, action: Step | BoardDecision
) -> None:
    case = case_in(state)

    if (state, action) in LEADS_ON:
        do(case, action)

        assert case.state == LEADS_ON[state, action]
        assert (case.version, case.entries[-1].action) == (6, action)
    else:
        with pytest.raises(ImpossibleStep) as refused:
            do(case, action)

        assert "2026-0001" in refused.value.detail
        assert "for a case that is " in refused.value.detail
        assert (case.state, case.version, len(case.entries)) == (state, 5, 1)


def test_every_state_that_goes_on_is_reached_and_has_a_clock_or_a_day() -> None:
    reached = set(LEADS_ON.values()) | {S.OPEN}
    going_on = {state for state, steps in TRANSITIONS.items() if steps}

    assert reached == set(CaseState)
    assert going_on - set(CLOCK_OF) == {S.HEARING, S.FINAL_ORDER}


@pytest.mark.parametrize("action", ["begin", "close", "open"])
@pytest.mark.parametrize("state", ComplaintState)
def test_a_complaint_is_screened_before_it_is_closed_or_becomes_a_case(
    state: ComplaintState, action: str
) -> None:
    complaint = complaint_in(state)

    def act() -> None:
        if action == "begin":
            complaint.begin_screening()
        elif action == "close":
            complaint.close_for_insufficient_evidence("no witness", TODAY)
        else:
            complaint.become_case(TODAY)

    leads_to = {
        (ComplaintState.RECEIVED, "begin"): ComplaintState.SCREENING,
        (ComplaintState.SCREENING, "close"): ComplaintState.INSUFFICIENT_EVIDENCE,
        (ComplaintState.SCREENING, "open"): ComplaintState.CASE_OPENED,
    }
    if (state, action) in leads_to:
        act()
        assert (complaint.state, complaint.version) == (leads_to[state, action], 4)
    else:
        with pytest.raises(ImpossibleStep, match="C-2026-0001 is"):
            act()
        assert (complaint.state, complaint.version) == (state, 3)


def test_a_case_needs_a_ground() -> None:
    with pytest.raises(InvalidInput):
        Case.open(
            complaint_in(ComplaintState.SCREENING),
            number="2026-0001",
            grounds=[],
            by="LC",
            today=TODAY,
            clocks=CLOCKS,
        )


def test_each_step_starts_the_clock_of_the_state_it_leads_to() -> None:
    case = case_in(S.OPEN)
    do(case, A.NOTIFY_EDUCATOR)
    assert case.due_on == TODAY + timedelta(days=30)

    do(case, A.RECORD_REBUTTAL, TODAY - timedelta(days=1))
    assert case.due_on == TODAY + timedelta(days=30)

    case = case_in(S.HEARING)
    do(case, A.RECORD_RECOMMENDED_ORDER, TODAY - timedelta(days=10))
    assert case.due_on == TODAY + timedelta(days=80)


def test_a_hearing_is_due_on_its_day_and_cannot_be_scheduled_for_the_past() -> None:
    case = case_in(S.REFERRED)

    with pytest.raises(ImpossibleDay):
        do(case, A.SCHEDULE_HEARING, TODAY - timedelta(days=1))
    do(case, A.SCHEDULE_HEARING, date(2027, 2, 3))

    assert case.due_on == date(2027, 2, 3)


def test_the_board_waits_until_the_educator_responded_or_the_days_have_passed() -> None:
    waiting = case_in(S.AWAITING_RESPONSE, due_on=TODAY)
    with pytest.raises(ResponseStillAwaited, match="November 22, 2026"):
        do(waiting, A.PUT_BEFORE_BOARD)
    do(waiting, A.RECORD_REBUTTAL)
    do(waiting, A.PUT_BEFORE_BOARD)
    assert waiting.state == S.READY_FOR_BOARD

    silent = case_in(S.AWAITING_RESPONSE, due_on=TODAY - timedelta(days=1))
    do(silent, A.PUT_BEFORE_BOARD)
    assert silent.state == S.READY_FOR_BOARD


def test_a_rebuttal_is_recorded_once() -> None:
    case = case_in(S.AWAITING_RESPONSE)
    do(case, A.RECORD_REBUTTAL)

    with pytest.raises(ResponseAlreadyRecorded):
        do(case, A.RECORD_REBUTTAL)


def test_a_hearing_may_be_requested_through_the_last_day_and_no_longer() -> None:
    case = case_in(S.ADMONISHED, due_on=TODAY - timedelta(days=1))

    def request(on: date) -> None:
        case.take(A.RECORD_HEARING_REQUEST, on=on, by="LC", today=TODAY, clocks=CLOCKS)

    with pytest.raises(HearingRequestTooLate):
        request(TODAY)
    request(TODAY - timedelta(days=1))

    assert case.state == S.REFERRED


def test_an_admonished_case_is_not_closed_while_a_hearing_may_be_requested() -> None:
    with pytest.raises(HearingMayBeRequested):
        do(case_in(S.ADMONISHED, due_on=TODAY), A.CLOSE_ADMONISHED)


@pytest.mark.parametrize("day", [LONG_AGO - timedelta(days=1), TODAY + timedelta(days=1)])
def test_the_board_decides_neither_before_the_case_nor_in_the_future(day: date) -> None:
    with pytest.raises(ImpossibleDay):
        do(case_in(S.READY_FOR_BOARD), D.DISMISS, day)


@pytest.mark.parametrize("vote", [Vote(4, 4), Vote(3, 5, 1), Vote(0, 0)])
def test_the_board_decides_by_majority(vote: Vote) -> None:
    case = case_in(S.READY_FOR_BOARD)

    with pytest.raises(InvalidInput) as refused:
        case.decide(D.DISMISS, on=TODAY, vote=vote, by="LC", today=TODAY, clocks=CLOCKS)

    assert set(refused.value.errors) == {"votes_for"}
    assert case.state == S.READY_FOR_BOARD


def test_a_second_final_order_is_refused_in_words_of_its_own() -> None:
    case = case_in(S.ORDER_DUE)
    do(case, A.ENTER_SUSPENSION)

    with pytest.raises(OrderAlreadyEntered):
        case.record_order(suspended_through=None, by="LC", today=TODAY)
