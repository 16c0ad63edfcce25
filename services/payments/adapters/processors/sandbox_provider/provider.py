"""The provider's state, attached to the application for its routes."""

from dataclasses import dataclass
from typing import cast

from flask import current_app

from services.payments.adapters.processors.sandbox_provider.book import Book
from services.payments.adapters.processors.sandbox_provider.courier import Courier


@dataclass(frozen=True, slots=True)
class Provider:
    """The parts of one provider process."""

    book: Book
    courier: Courier
    api_key: str
    public_url: str | None


def current_provider() -> Provider:
    """The current application's provider."""
    return cast(Provider, current_app.extensions["provider"])
