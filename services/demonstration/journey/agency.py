"""The agency's steps: review, decide, open a case, hear it, enter the final order."""

import time
from datetime import date

from services.demonstration.journey.walker import Journey, day, eventually, has_link, row_of, verify
from services.demonstration.visitor import Visitor


def review(journey: Journey) -> None:
    """The agency's analyst verifies each element."""
    analyst = journey.visitor("analyst")
    application_id = journey.facts["application"].rsplit("/", 1)[1]
    path = f"/certification/queue/{application_id}"
    analyst.open("/certification/queue")
    analyst.open(path, expect=journey.last_name)
    for kind in ("out_of_state_license", "degrees", "assessments", "character_and_fitness"):
        analyst.open(path)
        if f"elements/{kind}" in analyst.actions:
            analyst.send(
                {"verdict": "verify", f"{kind}_note": "Seen and compared."},
                action=f"elements/{kind}",
                status=0,
            )


def decide(journey: Journey) -> str:
    """The analyst approves, and the certificate is issued."""
    analyst, educator = journey.visitor("analyst"), journey.visitor("educator")
    application_id = journey.facts["application"].rsplit("/", 1)[1]
    analyst.open(f"/certification/queue/{application_id}")
    if "decision" in analyst.actions:
        analyst.send(
            {"outcome": "approved", "reasons": "Every requirement is met."}, action="decision"
        )
    educator.open("/certification/")
    educator.open(educator.link_to("/certification/certificates/"))
    journey.facts["certificate"] = educator.path
    journey.facts["certificate_number"] = educator.heading.split()[-1]
    return str(journey.facts["certificate_number"])


def open_case(journey: Journey) -> None:
    """Legal finds sufficient evidence, opens a case and places a hold."""
    legal = journey.visitor("legal")
    if "case" not in journey.facts:
        legal.open("/legal/cases")
        row = row_of(legal, journey.last_name)
        legal.open(str(row.find(".//a").get("href")))
        if "screening/begin" in legal.actions:
            legal.send({}, action="screening/begin")
        elif has_link(legal, "/screening"):
            legal.open(legal.link_to("/screening"))
        if "/screening" in legal.actions:
            grounds = legal.options_of("grounds")
            legal.send({"outcome": "open_case", "grounds": grounds[:1]}, action="/screening")
        if "/legal/cases/" not in legal.path:
            legal.open(legal.link_to("/legal/cases/"))
        journey.facts["case"] = legal.path
    legal.open(f"{journey.facts['case']}/hold")
    if "hold/place" in legal.actions:
        legal.send({"reason": "The matter is grave."}, action="hold/place")


def _case_step(legal: Visitor, case: str, step: str, **fields: str) -> None:
    """Take a step of the case if the case still offers it."""
    legal.open(case)
    if has_link(legal, f"{case}/steps/{step}"):
        legal.open(f"{case}/steps/{step}")
        legal.send({"note": "Done.", **fields}, action=f"steps/{step}")


def _case_decision(legal: Visitor, case: str, decision: str, today: date) -> None:
    legal.open(case)
    if not has_link(legal, f"{case}/decision"):
        return
    legal.open(f"{case}/decision")
    if decision in legal.options_of("decision"):
        votes = {"votes_for": "9", "votes_against": "0"}
        legal.send({"decision": decision, **votes, **day("on", today)}, action="/decision")


def hear_case(journey: Journey) -> None:
    """The educator answers, the board refers the case, and accepts an agreed order."""
    legal, case = journey.visitor("legal"), journey.facts["case"]
    _case_step(legal, case, "notify_educator")
    _case_step(legal, case, "record_rebuttal")
    _case_step(legal, case, "put_before_board")
    _case_decision(legal, case, "refer_to_hearing", journey.today)
    _case_step(legal, case, "propose_agreed_order")
    _case_decision(legal, case, "accept_agreed_order", journey.today)


def revoke(journey: Journey) -> str:
    """The final order is entered; lookup and the district's findings show it within a second."""
    legal, case = journey.visitor("legal"), journey.facts["case"]
    district = journey.visitor("coordinator")
    legal.open(case)
    if has_link(legal, f"{case}/orders/revocation"):
        legal.open(f"{case}/orders/revocation")
        fields = {
            **day("effective_on", journey.today),
            "is_permanent": "true",
            "grounds": legal.options_of("grounds")[:1],
        }
        began = time.perf_counter()
        legal.send(fields, action="orders/revocation")
    else:
        began = time.perf_counter()
    eventually(lambda: verify(journey)["reason"] == "revoked", "lookup to show revoked")
    journey.facts["seconds to lookup"] = time.perf_counter() - began
    district.wait_for("/assignments/findings", journey.last_name)
    journey.facts["seconds to findings"] = time.perf_counter() - began
    journey.visitor("public").open(
        f"/lookup/verify/{journey.facts['certificate_number']}?after=order", expect="evoked"
    )
    return (
        f"lookup after {journey.facts['seconds to lookup']:.2f} s, "
        f"findings after {journey.facts['seconds to findings']:.2f} s"
    )
