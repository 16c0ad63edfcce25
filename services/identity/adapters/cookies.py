"""The session's cookie: its name and how it is set."""

from typing import TypedDict


def cookie_name(public_url: str, name: str = "session") -> str:
    """What a cookie is called: over https the browser itself ties `__Host-` ones to this host."""
    return f"__Host-{name}" if public_url.startswith("https://") else name


class CookieOptions(TypedDict):
    """How a cookie that lets somebody in is set."""

    secure: bool
    httponly: bool
    samesite: str


def cookie_options(public_url: str) -> CookieOptions:
    """Out of reach of scripts and of other sites' forms, and over https only where there is."""
    return {"secure": public_url.startswith("https://"), "httponly": True, "samesite": "Lax"}
