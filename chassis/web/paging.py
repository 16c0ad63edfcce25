"""Which page of a list is asked for."""

from flask import request


def page_asked_for() -> int:
    """The number that the address gives as `page`; 1 where it gives none.

    It may be beyond the list's end: `chassis.storage.page` finds the nearest page.
    """
    return request.args.get("page", 1, type=int)
