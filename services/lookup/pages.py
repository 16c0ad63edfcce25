"""HTML routes: search, results, an educator, and the page behind a certificate's QR code.

The pages are the same for everyone, so caches may keep them: nobody is signed in here.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from chassis.i18n.language import format_day, gettext
from chassis.i18n.language import gettext as _
from chassis.i18n.text import translatable
from chassis.problems import NotFound
from chassis.security.access import public
from chassis.service import current_rules, current_service
from chassis.web.forms import Form
from chassis.web.patterns import Validity, VerdictKind
from contracts.addresses import FRAME, LOOKUP
from services.lookup import queries
from services.lookup.adapters.answers import answer_page
from services.lookup.adapters.replica import current_replica
from services.lookup.domain.freshness import warning
from services.lookup.domain.names import TooFewLetters
from services.lookup.domain.verification import Reason, stored_notice, verify
from services.lookup.jurisdiction import LookupRules
from services.lookup.queries import UnreadableCursor

LONGEST_SEARCH = 100
# By a certificate's status, and by the reason why it is or is not valid: the same words.
_KINDS = {
    "valid": VerdictKind.GOOD,
    "active": VerdictKind.GOOD,
    "not_yet_effective": VerdictKind.BOUNDED,
    "expired": VerdictKind.BOUNDED,
    "suspended": VerdictKind.ORDERED,
    "surrendered": VerdictKind.ORDERED,
    "revoked": VerdictKind.ORDERED,
}

blueprint = Blueprint("pages", __name__, url_prefix="/lookup")


@blueprint.app_template_filter("stored_day")
def day_in_words(stored: str) -> str:
    """A date of a document, formatted for reading."""
    return format_day(date.fromisoformat(stored))


@blueprint.app_template_filter("stored_notice")
def notice_in_words(order: dict[str, Any]) -> str:
    """An order of a document as a sentence in the page's language."""
    return gettext(stored_notice(order))


@blueprint.app_template_filter("stored_grades")
def stored_grades(authorization: dict[str, Any]) -> str:
    """A span of grades of a document in the page's language."""
    lowest, highest = authorization["lowest_grade"], authorization["highest_grade"]
    return current_rules(LookupRules).grades(lowest, highest, gettext)


@blueprint.app_context_processor
def no_sign_in() -> dict[str, Any]:
    """Hides the sign-in link: a page cached for everyone cannot show who is signed in.

    The reader's browser asks identity for that.
    """
    return {"sign_in_url": "", "frame_url": FRAME, "frame_here": LOOKUP}


def without_identity(application: WSGIApplication) -> WSGIApplication:
    """WSGI middleware that drops credentials, so an expired sign-in blocks nobody here."""

    def anonymous(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ.pop("HTTP_AUTHORIZATION", None)
        environ.pop("HTTP_COOKIE", None)
        return application(environ, start_response)

    return anonymous


@blueprint.get("/")
@public
def home() -> Response:
    """The search form."""
    as_of = queries.freshness(current_replica())
    return answer_page(b"home", as_of, lambda: _render("search.html", as_of, form=Form()))


@blueprint.get("/educators")
@public
def results() -> ResponseReturnValue:
    """The educators found; a number redirects straight to its educator."""
    query = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    try:
        found = _search(query, request.args.get("after", ""))
    except TooFewLetters:
        return _ask_for_more(query), 422
    except UnreadableCursor:
        return redirect(url_for("pages.results", q=query))
    educators = [json.loads(document) for document in found.documents]
    if _is_number(query) and educators:
        return redirect(f"/lookup/educators/{educators[0]['educator_number']}")

    def render() -> str:
        return _render(
            "results.html",
            found.as_of,
            form=Form(raw={"q": query}),
            is_number=_is_number(query),
            educators=[_summary_of(educator) for educator in educators],
            next_cursor=found.next_cursor,
            breadcrumbs=_breadcrumbs(),
        )

    shown = [query.encode(), *found.documents, str(found.next_cursor).encode()]
    return answer_page(b"\n".join(shown), found.as_of, render)


@blueprint.get("/educators/<number>")
@public
def educator(number: str) -> Response:
    """An educator with all their certificates, to read or print."""
    found = queries.find_educator(
        current_replica(), number, current_service().today(), current_rules(LookupRules)
    )
    document = found.document
    if document is None:
        label = current_service().place.educator_number_label
        raise NotFound(
            translatable(
                "No educator with a certificate has the {label} {number}.",
                label=label,
                number=number,
            ),
            advice=translatable("Check the number, or look the educator up by name."),
        )

    def render() -> str:
        shown = json.loads(document)
        return _render("educator.html", found.as_of, educator=shown, breadcrumbs=_breadcrumbs())

    return answer_page(document, found.as_of, render)


@blueprint.get("/verify/<number>")
@public
def verification(number: str) -> Response:
    """The page behind the code on a certificate: valid today, or not and why."""
    service = current_service()
    today = service.today()
    found = queries.find_certificate(current_replica(), number, today, current_rules(LookupRules))

    def render() -> str:
        certificate = json.loads(found.document) if found.document else None
        answer = verify(
            number,
            certificate,
            today,
            current_rules(LookupRules),
            agency=service.place.agency_short_name,
            address=service.place.contact_email,
        )
        return _render(
            "verification.html",
            found.as_of,
            answer=answer,
            certificate=certificate,
            number=number,
            form=Form(raw={"q": "" if certificate else number}),
            kind_of=_kind_of,
            validity_of=_validity_of,
            public_url=service.settings.public_url,
        )

    return answer_page(number.encode() + (found.document or b""), found.as_of, render)


def _breadcrumbs() -> list[tuple[str, str]]:
    return [(_("Look up an educator"), "/lookup/")]


def _search(query: str, cursor: str) -> queries.FoundSome:
    replica, today = current_replica(), current_service().today()
    if _is_number(query):
        return queries.find_by_number(replica, query, today, current_rules(LookupRules))
    return queries.search(replica, query, cursor, today, current_rules(LookupRules))


def _is_number(query: str) -> bool:
    return any(letter.isdigit() for letter in query)


def _ask_for_more(query: str) -> str:
    message = translatable("Enter at least two letters of the last name, or a complete number.")
    as_of = queries.freshness(current_replica())
    return _render("search.html", as_of, form=Form(raw={"q": query}, errors={"q": [message]}))


def _summary_of(document: dict[str, Any]) -> dict[str, Any]:
    """An educator for a list; an order is told first, an old certificate beside a good one last."""
    kinds = {_KINDS[certificate["status"]] for certificate in document["certificates"]}
    ranked = (VerdictKind.ORDERED, VerdictKind.GOOD, VerdictKind.BOUNDED)
    kind = next((kind for kind in ranked if kind in kinds), VerdictKind.UNKNOWN)
    return {**document, "kind": kind}


def _kind_of(reason: Reason) -> VerdictKind:
    return _KINDS.get(reason, VerdictKind.UNKNOWN)


def _validity_of(certificate: dict[str, Any]) -> Validity:
    begins, ends = certificate["effective_on"], certificate["expires_on"]
    return Validity(
        date.fromisoformat(begins),
        date.fromisoformat(ends) if ends else None,
        current_service().today(),
    )


def _render(template: str, as_of: datetime | None, **values: Any) -> str:
    old = warning(as_of, current_service().now())
    return render_template(
        f"lookup/{template}", as_of=as_of, old=old, rules=current_rules(LookupRules), **values
    )
