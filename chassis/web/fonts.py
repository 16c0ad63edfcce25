"""Cuts the pages' fonts to the letters that names and texts are written in.

The build of the assets needs this module and its tools; nothing that answers requests does.
"""

from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from fontTools import subset

FAMILY = "Source Sans"
SUBSTITUTE = "Source Sans Substitute"


class Range(NamedTuple):
    """Letters that are fetched together, by their code points as CSS writes them."""

    name: str
    code_points: str


# A browser fetches a range when a page has a letter of it.
RANGES = (
    Range(
        "latin",
        "U+20-7E,U+A0-17F,U+218-21B,U+2BB-2BC,U+2010-2026,U+2030,U+2032-2033,U+2039-203A,U+20AC,"
        "U+2122,U+2190-2193,U+2212",
    ),
    # The rest of Latin Extended-B, Vietnamese, and the world's signs of currency.
    Range("latin-rare", "U+180-217,U+21C-24F,U+259,U+1EA0-1EF9,U+20A0-20AB,U+20AD-20BF"),
)


class Weight(NamedTuple):
    """One weight of the family.

    `narrower` is how wide the texts of our pages are in it, as a share of their width in Arial.
    """

    number: int
    source: str
    arial: tuple[str, ...]
    narrower: float


WEIGHTS = (
    Weight(
        400,
        "SourceSans3-Regular.ttf",
        ("Arial", "ArialMT", "Liberation Sans", "Helvetica Neue", "Helvetica"),
        0.9328,
    ),
    Weight(
        700,
        "SourceSans3-Bold.ttf",
        ("Arial Bold", "Arial-BoldMT", "Liberation Sans Bold", "Helvetica Neue Bold"),
        0.9213,
    ),
)
# Of both weights, in units of their size.
ASCENT, DESCENT = 1.0, 0.326


def font_files(package: Path) -> dict[str, bytes]:
    """Each weight cut to each range, and the style sheet that says when to fetch which.

    `package` is Adobe's npm package of the family.
    """
    files = {"LICENSE.md": (package / "LICENSE.md").read_bytes()}
    rules = []
    for weight in WEIGHTS:
        for part in RANGES:
            name = f"{part.name}-{weight.number}.woff2"
            files[name] = _cut(package / "TTF" / weight.source, part.code_points)
            rules.append(_face(weight, part, name))
        rules.append(_substitute(weight))
    return {**files, "faces.css": "\n".join(rules).encode()}


def _face(weight: Weight, part: Range, file: str) -> str:
    # "swap": whoever comes on a slow line reads in the substitute until the font is there.
    return (
        f'@font-face{{font-family:"{FAMILY}";font-weight:{weight.number};font-display:swap;'
        f'src:url({file}) format("woff2");unicode-range:{part.code_points}}}'
    )


def _substitute(weight: Weight) -> str:
    """Arial or what stands for it, in lines as long and as high: when the font comes, they stay."""
    local = ",".join(f'local("{name}")' for name in weight.arial)
    return (
        f'@font-face{{font-family:"{SUBSTITUTE}";font-weight:{weight.number};src:{local};'
        f"size-adjust:{weight.narrower:.2%};ascent-override:{ASCENT / weight.narrower:.2%};"
        f"descent-override:{DESCENT / weight.narrower:.2%};line-gap-override:0%}}"
    )


def _cut(source: Path, code_points: str) -> bytes:
    options = subset.Options(flavor="woff2", hinting=False, layout_features=["kern", "locl"])
    cut = BytesIO()
    with subset.load_font(source, options) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=subset.parse_unicodes(code_points))
        subsetter.subset(font)
        subset.save_font(font, cut, options)
    return cut.getvalue()
