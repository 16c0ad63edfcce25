"""What the provider's routes work on, put into the application when it is made."""

from dataclasses import dataclass
from typing import cast

from flask import current_app

from services.payments.adapters.processors.sandbox_provider.book import Book
from services.payments.adapters.processors.sandbox_provider.courier import Courier


@dataclass(frozen=True, slots=True)
class Provider:
    """The parts one provider process is made of."""

    book: Book
    courier: Courier
    api_key: str
    public_url: str | None


def current_provider() -> Provider:
    """The provider of the application that answers this request."""
    return cast(Provider, current_app.extensions["provider"])
