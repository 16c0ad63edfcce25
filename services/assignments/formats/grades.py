"""Grade levels by their CEDS codes (Entry Grade Level, element 000100), and their order."""

from itertools import product

_ORDER: dict[str, int | None] = {
    "IT": -2,
    "PR": -1,
    "PK": -1,
    "TK": 0,
    "KG": 0,
    **{f"{grade:02}": grade for grade in range(1, 14)},
    "PS": None,
    "UG": None,
    "AE": None,
    "OTHER": None,
}


def _cases(code: str) -> set[str]:
    """The code in every combination of upper and lower case."""
    pairs = ({letter.upper(), letter.lower()} for letter in code)
    return {"".join(letters) for letters in product(*pairs)}


CODES_BY_TEXT: dict[str, str] = {
    **{text: code for code in _ORDER for text in _cases(code)},
    **dict.fromkeys(_cases("K"), "KG"),
    # Spreadsheets drop the leading zero.
    **{str(grade): f"0{grade}" for grade in range(1, 10)},
}
"""The code for each way districts write a grade (`K`, `kg`, `9`)."""


def find_grade(text: str) -> str | None:
    """Return the code of a grade as districts write it, or None."""
    return CODES_BY_TEXT.get(text.strip())


def grade_order(code: str) -> int | None:
    """Return a grade's order: prekindergarten -1, kindergarten 0, then the grade's number.

    None for codes outside the grades: ungraded, adult education, other.
    """
    return _ORDER[code]
