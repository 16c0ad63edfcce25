"""Rejects forms that another site sends in the signed-in person's name."""

from urllib.parse import urlsplit

from flask import request

from chassis.i18n.text import translatable
from chassis.problems import NotAllowed

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


class CrossSiteRequest(NotAllowed):
    """A form of another site tried to act in the signed-in person's name."""

    title = translatable("This came from another site")
    advice = translatable("Open the page on this site and send the form from there.")


def refuse_cross_site_requests(public_url: str) -> None:
    """Raise `CrossSiteRequest` when a browser sends a form for another site.

    Browsers send `Sec-Fetch-Site`, older ones `Origin`; programs send neither, and carry no cookie
    that could be abused.
    """
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site in ("same-origin", "none"):
        return
    origin = request.headers.get("Origin")
    if site is None and origin is None:
        return
    if site is None and urlsplit(origin or "").netloc in (
        request.host,
        urlsplit(public_url).netloc,
    ):
        return
    raise CrossSiteRequest
