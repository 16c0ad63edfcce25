"""Name comparison, ignoring accents, hyphens and case."""

import unicodedata


def folded(name: str) -> str:
    """One form for "O'Brien", "o'brien" and "OBRIEN", for "José" and "Jose"."""
    decomposed = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in decomposed if letter.isalnum())
