"""The checks of the browser tests find faults: each is planted into a good page, and found."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.axe import axe_faults
from tests.browser.keyboard import keyboard_faults
from tests.browser.looker import MARKUP_FAULTS, cookie_faults, header_faults, layout_faults

pytestmark = pytest.mark.browser

GOOD = """<!DOCTYPE html>
<html lang="en">
<head>
  <title>Apply for a certificate</title>
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <style>
    body { color: #1b1b1b; background: #fff; font: 1rem/1.5 sans-serif; }
    :focus-visible { outline: 4px solid #2491ff; }
    nav a, .error-summary a, input, button { display: inline-block; min-height: 44px; }
  </style>
</head>
<body>
  <header><nav aria-label="Main"><a href="#home">Home</a></nav></header>
  <main>
    <h1>Apply</h1>
    <div class="error-summary"><a href="#name">Enter your name.</a></div>
    <h2>Who you are</h2>
    <form>
      <label for="name">Your name</label>
      <span class="usa-error-message" id="name-error">Enter your name.</span>
      <input id="name" name="name" aria-invalid="true" aria-describedby="name-error">
      <button><svg width="9" height="9" aria-hidden="true"></svg> Send</button>
    </form>
    <p id="told">We read every application within a day. <a href="#how">See how</a> we do it.</p>
    <img alt="The seal of the board" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">
  </main>
</body>
</html>"""

PLANTED = {
    "a field without a label": ('<label for="name">Your name</label>', "Your name", "label"),
    "low contrast": ('<p id="told">', '<p id="told" style="color: #aaa">', "color-contrast"),
    "a heading level left out": ("<h2>Who you are</h2>", "<h4>Who you are</h4>", "heading-order"),
    "a button that only shows a picture": (" Send</button>", "</button>", "button-name"),
    "a page in no language": ('<html lang="en">', "<html>", "html-has-lang"),
    "a page without a title": ("<title>Apply for a certificate</title>", "", "document-title"),
    "a picture without words": ('alt="The seal of the board" ', "", "image-alt"),
    "two elements of one name": (
        '<p id="told">',
        '<p id="name">',
        "several elements are called name",
    ),
    "two landmarks of one name": (
        "</header>",
        '</header><nav aria-label="Main"><a href="#x">X</a></nav>',
        "landmark-unique",
    ),
    "no zoom": ("initial-scale=1", "initial-scale=1, maximum-scale=1", "meta-viewport"),
    "a page that goes on by itself": (
        "<style>",
        '<meta http-equiv="refresh" content="9"><style>',
        "meta-refresh",
    ),
    "words beside all landmarks": ("</main>", "</main><p>Stray words</p>", "region"),
    "an error that its field does not name": (
        ' aria-describedby="name-error"',
        "",
        "nothing says what is wrong",
    ),
    "an error that is tied to nothing": (' id="name-error"', "", "no field is described"),
    "an error that leads nowhere": ('href="#name"', 'href="#surname"', "leads to no field"),
    "an invisible focus": (
        ":focus-visible { outline: 4px solid #2491ff; }",
        ":focus { outline: none; }",
        "its focus cannot be seen",
    ),
    "a focus out of view": (
        '<a href="#home"',
        '<a style="position: fixed; top: -50px" href="#home"',
        "it is out of view",
    ),
    "a control that Tab does not reach": (
        "<button>",
        '<button onfocus="this.blur()">',
        "never reached by Tab",
    ),
    "a page that scrolls sideways": (
        '<p id="told">',
        '<p id="told" style="min-width: 1000px">',
        "320 px: scrolls sideways",
    ),
    "text cut off": (
        '<p id="told">',
        '<p id="told" style="width: 9rem; overflow: hidden; white-space: nowrap">',
        "cut off",
    ),
    "a button that thumbs miss": (
        "<button>",
        '<button style="min-height: 0">',
        "360 px: hard to hit: “Send” <button",
    ),
    "a link alone in its line that thumbs miss": (
        '<a href="#how">See how</a> we do it.</p>',
        '</p><p><a href="#how">See how</a></p>',
        "360 px: hard to hit: “See how” <a",
    ),
    "a heading that begins too low": (
        "<h1>",
        '<h1 style="margin-top: 150px">',
        "360 px: the first heading begins",
    ),
    "a script that holds up the page": (
        "</title>",
        '</title><script src="data:text/javascript,"></script>',
        "the page waits for",
    ),
    "text over text": (
        '<p id="told">',
        '<p id="told" style="position: relative; top: -3.1rem">',
        "overlap",
    ),
}
STRICT = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self'"
)
TRAP = """<script>
  document.querySelector("#name").addEventListener("keydown", (event) => {
    if (event.key === "Tab") event.preventDefault();
  });
</script></body>"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def faults_of(page: Page, text: str) -> list[str]:
    page.set_content(text)
    told: list[str] = page.evaluate(MARKUP_FAULTS)
    return told + axe_faults(page) + layout_faults(page, (1280, 360, 320)) + keyboard_faults(page)


def test_a_good_page_has_no_fault(page: Page) -> None:
    assert faults_of(page, GOOD) == []


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_fault_is_found(page: Page, planted: str) -> None:
    good, bad, expected = PLANTED[planted]
    assert GOOD.count(good) == 1
    found = faults_of(page, GOOD.replace(good, bad))
    assert any(expected in fault for fault in found), found


def test_a_trap_for_the_keyboard_is_found(page: Page) -> None:
    found = faults_of(page, GOOD.replace("</body>", TRAP))
    assert any("never reached by Tab: <button>" in fault for fault in found), found


@pytest.mark.parametrize(
    "policy",
    [
        "",
        STRICT.replace("'self'", "'self' 'unsafe-inline'"),
        STRICT.replace("'self'", "*"),
        STRICT.replace("frame-ancestors 'none'; ", ""),
        STRICT.replace("; form-action 'self'", ""),
    ],
)
def test_a_weak_policy_is_found(policy: str) -> None:
    headers = {"content-security-policy": STRICT, "x-content-type-options": "nosniff"}
    assert header_faults(headers) == []
    assert header_faults({**headers, "content-security-policy": policy}) != []


def test_a_careless_cookie_is_found(page: Page) -> None:
    cookie = {"name": "session", "value": "x", "url": "http://localhost/"}
    page.context.add_cookies([{**cookie, "httpOnly": False, "sameSite": "Lax"}])  # type: ignore[typeddict-item]
    assert cookie_faults(page) == ["cookie session is not HttpOnly and SameSite"]
