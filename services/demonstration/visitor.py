"""A user with a browser, simulated: opens pages, fills in forms, follows links."""

import time
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any
from urllib.parse import urljoin

import requests
from lxml import html

Fields = Mapping[str, str | Sequence[str]]
Upload = tuple[str, bytes, str]


class Unexpected(Exception):
    """A page was not what the visitor expected; the message gives both."""

    def __init__(self, expected: str, actual: str) -> None:
        super().__init__(f"expected {expected}; {actual}")


class Visitor:
    """One person with one browser; `page` is the page they see."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.page: html.HtmlElement = html.fromstring("<html></html>")
        self.response: requests.Response | None = None
        self._browser = requests.Session()
        self._browser.headers["Accept"] = "text/html"

    def open(self, path: str, *, expect: str = "", status: int = 200) -> str:
        """Open a page; raises `Unexpected` if its status (unless 0) or text differs."""
        return self._take(
            self._browser.get(urljoin(self.base_url, path), timeout=30), expect, status
        )

    def send(
        self,
        fields: Fields,
        *,
        action: str = "",
        upload: Mapping[str, Upload] | None = None,
        expect: str = "",
        status: int = 200,
    ) -> str:
        """Fill in the page's form whose action contains `action`, and submit it."""
        form = self._form(action)
        assert self.response is not None
        url = urljoin(self.response.url, form.action or self.response.url)
        values: dict[str, Any] = dict(form.form_values())
        values.update(fields)
        answer = self._browser.request(
            form.method, url, data=values, files=dict(upload or {}) or None, timeout=60
        )
        return self._take(answer, expect, status)

    def follow(self, text: str, *, expect: str = "") -> str:
        """Follow the link with this text."""
        for link in self.page.iter("a"):
            if text in link.text_content():
                assert self.response is not None
                url = urljoin(self.response.url, str(link.get("href")))
                return self.open(url, expect=expect)
        raise Unexpected(f"a link {text!r}", self._actual())

    def link_to(self, part: str) -> str:
        """The address of the first link that contains `part`."""
        for link in self.page.iter("a"):
            if part in (link.get("href") or ""):
                assert self.response is not None
                return urljoin(self.response.url, str(link.get("href")))
        raise Unexpected(f"a link to {part!r}", self._actual())

    def wait_for(self, path: str, text: str, seconds: float = 20) -> float:
        """Reload a page until it contains `text`; returns the seconds that took."""
        return self.wait_until(path, lambda page: text in page, f"{text!r} on {path}", seconds)

    def wait_until(
        self, path: str, holds: Callable[[str], bool], expected: str, seconds: float = 20
    ) -> float:
        """Reload a page until `holds` is true of its text; returns the seconds that took."""
        began = time.perf_counter()
        while not holds(self.open(path)):
            if time.perf_counter() - began > seconds:
                raise Unexpected(f"{expected} within {seconds:.0f} s", self._actual())
            time.sleep(0.01)
        return time.perf_counter() - began

    def download(self, path: str) -> bytes:
        """The file at a link, as bytes."""
        answer = self._browser.get(urljoin(self.base_url, path), timeout=30)
        if answer.status_code != 200:
            raise Unexpected(f"a file at {path}", f"got status {answer.status_code}")
        return answer.content

    @property
    def status(self) -> int:
        """The status of the last response."""
        assert self.response is not None
        return self.response.status_code

    @property
    def actions(self) -> str:
        """The actions of the page's forms, joined for searching."""
        return " ".join(form.action or "" for form in self.page.forms)

    def names_of(self, kind: str) -> list[str]:
        """The names of the page's inputs of this type, each once."""
        inputs = self.page.iter("input")
        return list(
            dict.fromkeys(str(field.get("name")) for field in inputs if field.get("type") == kind)
        )

    def options_of(self, name: str) -> list[str]:
        """The values that the page offers for a choice."""
        inputs = self.page.iter("input")
        return [str(field.get("value")) for field in inputs if field.get("name") == name]

    @property
    def path(self) -> str:
        """The path of the current page."""
        assert self.response is not None
        return self.response.url.removeprefix(self.base_url)

    @property
    def heading(self) -> str:
        """The page's main heading."""
        heading = self.page.find(".//h1")
        return "" if heading is None else " ".join(str(heading.text_content()).split())

    @property
    def text(self) -> str:
        """The text of the page, with single spaces."""
        words = str(self.page.text_content())
        return " ".join(words.split())

    def _form(self, action: str) -> html.FormElement:
        for form in self.page.forms:
            if action in (form.action or "") and (action or form.method == "POST"):
                return form
        raise Unexpected(f"a form to {action or 'send'!r}", self._actual())

    def _take(self, answer: requests.Response, expect: str, status: int) -> str:
        self.response = answer
        self.page = html.fromstring(answer.content or b"<html></html>")
        if status and answer.status_code != status:
            raise Unexpected(f"status {status}", self._actual())
        if expect and expect not in self.text:
            raise Unexpected(f"the words {expect!r}", self._actual())
        return self.text

    def _actual(self) -> str:
        assert self.response is not None
        main = self.page.find(".//main")
        shown = deepcopy(main if main is not None else self.page)
        for unseen in shown.xpath(".//template | .//*[@hidden] | .//script"):
            unseen.drop_tree()
        words = " ".join(shown.text_content().split())
        return f"got {self.response.status_code} at {self.response.url}: {words[:400]}"
