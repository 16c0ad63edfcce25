"""The requested page of a list."""

from flask import request


def page_asked_for() -> int:
    """The query parameter `page`; 1 if it is missing.

    It may be beyond the list's end: `chassis.storage.page` finds the nearest page.
    """
    return request.args.get("page", 1, type=int)
