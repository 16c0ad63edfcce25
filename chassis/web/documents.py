"""Serves the pages for integrators under /docs, as nginx does in production.

`chassis.web.build_docs` builds them.
"""

from collections.abc import Iterable
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.wrappers import Response

from chassis.web.middleware import SECURITY_HEADERS

MIME_TYPES = {".html": "text/html", ".json": "application/json"}
HEADERS = {
    **SECURITY_HEADERS,
    "Content-Security-Policy": SECURITY_HEADERS["Content-Security-Policy"].format(form_targets=""),
    # After an upgrade a page refers to new assets, and the old ones are gone.
    "Cache-Control": "no-cache",
}


def answers_in(folder: Path) -> dict[str, WSGIApplication]:
    """The application for each address under /docs; a folder's address ends with a slash."""
    return {
        f"/docs/{path.relative_to(folder)}".removesuffix("index.html"): _answer(path)
        for path in folder.rglob("*.*")
    }


def _answer(path: Path) -> WSGIApplication:
    content, mimetype = path.read_bytes(), MIME_TYPES[path.suffix]

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        response = Response(content, mimetype=mimetype, headers=HEADERS)
        response.add_etag()
        return response.make_conditional(environ)(environ, start_response)

    return answer
