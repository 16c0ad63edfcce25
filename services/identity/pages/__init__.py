"""HTML routes, a module for each thing that people come for."""

from services.identity.pages import (
    accounts,
    confirmation,
    home,
    mail,
    messages,
    organizations,
    password_reset,
    persons,
    registration,
    sessions,
)
from services.identity.pages.blueprint import blueprint

__all__ = [
    "accounts",
    "blueprint",
    "confirmation",
    "home",
    "mail",
    "messages",
    "organizations",
    "password_reset",
    "persons",
    "registration",
    "sessions",
]
