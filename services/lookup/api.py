"""JSON routes: the same answers as the pages, for programs."""

import json
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from chassis.i18n.text import translatable
from chassis.problems import InvalidInput, NotFound
from chassis.security.access import public
from chassis.service import current_rules, current_service
from services.lookup import queries
from services.lookup.adapters.answers import answer_json
from services.lookup.adapters.replica import current_replica
from services.lookup.domain.certificate import json_text
from services.lookup.domain.names import TooFewLetters
from services.lookup.domain.verification import verify
from services.lookup.jurisdiction import LookupRules
from services.lookup.queries import UnreadableCursor
from services.lookup.schemas import (
    CertificateSchema,
    EducatorListSchema,
    EducatorSchema,
    FreshnessSchema,
    SearchQuerySchema,
    VerificationSchema,
)

blueprint = Blueprint("api", __name__, url_prefix="/lookup")


@blueprint.get("/api/educators")
@public
@blueprint.arguments(SearchQuerySchema(), location="query")
@blueprint.response(200, EducatorListSchema)
def list_educators(query: dict[str, Any]) -> Response:
    """Educators by name, 20 a page, or the one with the given educator or certificate number."""
    replica, today = current_replica(), current_service().today()
    try:
        if "number" in query:
            found = queries.find_by_number(
                replica, query["number"], today, current_rules(LookupRules)
            )
        else:
            found = queries.search(
                replica, query["name"], query["after"], today, current_rules(LookupRules)
            )
    except TooFewLetters:
        raise InvalidInput({"name": ["Give at least two letters of the last name."]}) from None
    except UnreadableCursor:
        raise InvalidInput(
            {"after": ["Send the cursor exactly as an earlier page returned it."]}
        ) from None
    educators = b",".join(found.documents)
    cursor = json_text(found.next_cursor).encode()
    return answer_json(b'{"educators":[%s],"next":%s}' % (educators, cursor), found.as_of)


@blueprint.get("/api/educators/<number>")
@public
@blueprint.response(200, EducatorSchema)
def show_educator(number: str) -> Response:
    """One educator with all certificates."""
    found = queries.find_educator(
        current_replica(), number, current_service().today(), current_rules(LookupRules)
    )
    if found.document is None:
        raise NotFound(translatable("No educator with a certificate has this number."))
    return answer_json(found.document, found.as_of)


@blueprint.get("/api/certificates/<number>")
@public
@blueprint.response(200, CertificateSchema)
def show_certificate(number: str) -> Response:
    """One certificate."""
    found = queries.find_certificate(
        current_replica(), number, current_service().today(), current_rules(LookupRules)
    )
    if found.document is None:
        raise NotFound(translatable("No certificate has this number."))
    return answer_json(found.document, found.as_of)


@blueprint.get("/api/verify/<number>")
@public
@blueprint.response(200, VerificationSchema)
def verify_certificate(number: str) -> Response:
    """Whether a certificate is valid today; if not, `reason` says why."""
    service = current_service()
    today = service.today()
    found = queries.find_certificate(current_replica(), number, today, current_rules(LookupRules))
    certificate = json.loads(found.document) if found.document else None
    answer = verify(
        number,
        certificate,
        today,
        current_rules(LookupRules),
        agency=service.place.agency_short_name,
        address=service.place.contact_email,
    )
    head = json_text(
        {
            "valid": answer.is_valid,
            "reason": answer.reason,
            "on": today.isoformat(),
            "explanation": " ".join(answer.explanation),
            "next_step": " ".join(answer.next_step),
        }
    )
    body = b'%s,"certificate":%s}' % (head[:-1].encode(), found.document or b"null")
    return answer_json(body, found.as_of)


@blueprint.get("/api/freshness")
@public
@blueprint.response(200, FreshnessSchema)
def show_freshness() -> Response:
    """The moment through which this replica is complete, and how many events it had to park."""
    replica = current_replica()
    as_of, parked = queries.freshness(replica), queries.parked_count(replica)
    age = int((current_service().now() - as_of).total_seconds()) if as_of else None
    document = json_text({"age_seconds": age, "parked": parked})
    return answer_json(document.encode(), as_of)
