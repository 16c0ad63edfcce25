"""Dates as people type them: in three inputs, or whole in one of them."""

import re
from collections.abc import Mapping

from chassis.i18n.language import find_month

_WORD = r"[^\W\d_]{3,}"
_WHOLE = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
        r"(?P<month>\d{1,2})[ /.-](?P<day>\d{1,2})[ /.-](?P<year>\d{4})",
        rf"(?P<month>{_WORD})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})",
        rf"(?P<day>\d{{1,2}})\.?(?: de)? (?P<month>{_WORD})\.?(?: de)?,? (?P<year>\d{{4}})",
    )
)


def date_parts(typed: Mapping[str, str]) -> Mapping[str, str]:
    """Month, day and year, whichever way they were typed.

    A whole date in one input, such as 4/28/1986, 1986-04-28 or April 28, 1986, is taken apart; a
    month in words becomes its number; what is no date stays as it was typed.
    """
    parts = dict(typed)
    if len(parts) == 1:
        (text,) = parts.values()
        whole = " ".join(text.split())
        found = next(filter(None, (pattern.fullmatch(whole) for pattern in _WHOLE)), None)
        parts = found.groupdict() if found else parts
    month = parts.get("month", "")
    if number := find_month(month):
        parts["month"] = str(number)
    elif _is_number(month) and 12 < int(month) <= 31 and _is_number(parts.get("day", "")):
        # No month has this number, so the day was typed first.
        parts["month"], parts["day"] = parts["day"], month
    return parts


def _is_number(text: str) -> bool:
    return re.fullmatch(r"\d{1,2}", text, re.ASCII) is not None
