"""The session cookie: its name and options."""

from typing import TypedDict


def cookie_name(public_url: str, name: str = "session") -> str:
    """The cookie's name; over https, the `__Host-` prefix binds it to this host."""
    return f"__Host-{name}" if public_url.startswith("https://") else name


class CookieOptions(TypedDict):
    """The options of a session cookie."""

    secure: bool
    httponly: bool
    samesite: str


def cookie_options(public_url: str) -> CookieOptions:
    """Hidden from scripts and other sites' forms, and secure where the site uses https."""
    return {"secure": public_url.startswith("https://"), "httponly": True, "samesite": "Lax"}
