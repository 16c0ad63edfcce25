"""The provider's web application: the API for merchants and the hosted page for payers."""

from flask import Flask

from services.payments.adapters.processors.sandbox_provider import api, pages
from services.payments.adapters.processors.sandbox_provider.book import Book
from services.payments.adapters.processors.sandbox_provider.courier import Courier
from services.payments.adapters.processors.sandbox_provider.provider import Provider


def create_app(
    book: Book, courier: Courier, *, api_key: str, public_url: str | None = None
) -> Flask:
    """The application over `book`; the caller starts and stops the courier.

    `public_url` is the address payers' browsers use, if it differs from the API's.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
    app.extensions["provider"] = Provider(book, courier, api_key, public_url)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(pages.blueprint)
    return app
