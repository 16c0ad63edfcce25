"""A QR code as SVG."""

import segno
from markupsafe import Markup


def qr_code(url: str) -> Markup:
    """The code that opens an address, scaled by whoever shows it."""
    made: str = segno.make_qr(url, error="q").svg_inline(omitsize=True)
    return Markup(made)  # noqa: S704 (made here, of nothing but modules)
