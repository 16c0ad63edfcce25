"""HTML routes, a file per noun; importing this registers them all on one blueprint."""

from services.certification.pages import (  # noqa: F401  # each registers its routes
    application,
    candidates,
    certificates,
    elements,
    home,
    review,
)
from services.certification.pages.frame import blueprint

__all__ = ["blueprint"]
