"""The procedure of a case as the machine knows it, and what leads to each of its states.

Written down a second time, from 16 KAR 1:030, KRS 161.120 and the board's procedures of 2017 and
2021.
"""

from collections.abc import Mapping

from contracts.legal import OrderAction

PROCEDURE: Mapping[str, Mapping[str, str]] = {
    "open": {"notify_educator": "awaiting_response"},
    "awaiting_response": {
        "record_rebuttal": "awaiting_response",
        "put_before_board": "ready_for_board",
    },
    "ready_for_board": {
        "dismiss": "dismissed",
        "defer": "deferred",
        "defer_for_training": "deferred",
        "admonish": "admonished",
        "refer_to_hearing": "referred",
    },
    "deferred": {"put_before_board": "ready_for_board"},
    "admonished": {"record_hearing_request": "referred", "close_admonished": "closed"},
    "referred": {"propose_agreed_order": "agreed_order_pending", "schedule_hearing": "hearing"},
    "agreed_order_pending": {
        "accept_agreed_order": "order_due",
        "reject_agreed_order": "referred",
    },
    "hearing": {
        "propose_agreed_order": "agreed_order_pending",
        "record_recommended_order": "recommended_order",
        "issue_final_order": "order_due",
    },
    "recommended_order": {"dismiss": "dismissed", "issue_final_order": "order_due"},
    "order_due": {},
    "final_order": {},
    "dismissed": {},
    "closed": {},
}
FINISHED = {"dismissed", "closed"}
TELLS_EDUCATOR = {"notify_educator", "dismiss", "admonish"}


def ways() -> dict[str, list[str]]:
    """What leads to each state without any waiting."""
    found: dict[str, list[str]] = {"open": [], "awaiting_response": ["notify_educator"]}
    found["ready_for_board"] = [*found["awaiting_response"], "record_rebuttal", "put_before_board"]
    to_see = ["ready_for_board"]
    for state in to_see:
        for action, then in PROCEDURE[state].items():
            if then not in found and action != "close_admonished":
                found[then] = [*found[state], action]
                to_see.append(then)
    return found


WAYS = ways()
ORDERS = {
    "suspended": (OrderAction.SUSPENSION, 0, 90, 0),
    "suspended until conditions are fulfilled": (OrderAction.SUSPENSION, 0, 90, 2),
    "surrendered": (OrderAction.SURRENDER, 0, None, 0),
    "revoked": (OrderAction.REVOCATION, 0, None, 0),
}
