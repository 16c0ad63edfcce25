"""Every page that the suite has, read from the routes of its applications."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException

from services.__main__ import create_apps

NOT_PAGES = {
    "/assignments/reports/assignments.csv": "a CSV file to fill in",
    "/certification/applications/<uuid:application_id>/license/copy": "the file as it was sent",
    "/certification/queue/export/<any(csv, xlsx, json):kind>": "the list as a file",
    "/certification/certificates/<uuid:certificate_id>/certificate.pdf": "a PDF file",
    "/legal/complaints/<uuid:complaint_id>/documents/<uuid:document_id>": "the file as it was sent",
}
"""Addresses that answer no HTML, and what they answer instead."""
_FOR_PROGRAMS = ("api", "platform", "internal", "assets")


class Routes:
    """The GET routes of the suite's applications."""

    def __init__(self, apps: Mapping[str, Flask]) -> None:
        self._apps = apps

    @property
    def pages(self) -> set[str]:
        """The rule of each route that may answer a page."""
        return {
            rule.rule
            for app in self._apps.values()
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or ())
            and rule.endpoint.partition(".")[0] not in _FOR_PROGRAMS
            and rule.endpoint != "openapi"
        }

    def find(self, url: str) -> str | None:
        """The rule that answers an address, if it is one of the suite's."""
        path = urlsplit(url).path
        app = self._apps.get(path.strip("/").partition("/")[0])
        if app is None:
            return None
        try:
            rule, _ = app.url_map.bind("suite").match(path, return_rule=True)
        except HTTPException:
            return None
        return rule.rule

    def are_public(self, rules: set[str]) -> Iterator[str]:
        """Those of the rules that anybody may open."""
        for app in self._apps.values():
            for rule in app.url_map.iter_rules():
                view = app.view_functions[rule.endpoint]
                if rule.rule in rules and getattr(view, "access").is_open:  # noqa: B009
                    yield rule.rule


def routes_in(folder: Path) -> Routes:
    """The routes of all services; `folder` takes what their applications write."""
    return Routes(
        create_apps(
            {
                "VAR_DIR": str(folder),
                "PUBLIC_URL": "http://localhost",
                "PROCESSOR_URL": "http://localhost",
                "PROCESSOR_PAGE_URL": "http://localhost",
            }
        )
    )
