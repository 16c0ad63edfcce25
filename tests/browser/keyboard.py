"""The keyboard alone: Tab through a page, and somebody who has no mouse."""

from pathlib import Path

from playwright.sync_api import Locator, Page

from services.demonstration.visitor import Unexpected
from tests.browser.visitor import BrowserVisitor

FOCUS = (Path(__file__).parent / "focus.js").read_text(encoding="utf-8")
_MOST_STOPS = 400
_UNREACHED = """() => [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
  .filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.disabled)
  .filter((each) => each.tabIndex >= 0 && !window.reachedByKeyboard?.has(each))
  .filter((each) => each.type !== "radio" || ![...window.reachedByKeyboard].some(
    (other) => other.type === "radio" && other.name === each.name))
  .map((each) => each.outerHTML.slice(0, 120))"""


def keyboard_faults(page: Page) -> list[str]:
    """Tab from the top of a page to its end: what cannot be reached, left or seen."""
    page.evaluate("() => { document.activeElement?.blur(); delete window.reachedByKeyboard; }")
    found: list[str] = []
    for _ in range(_MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None or stop["isRepeated"]:
            break
        found += [f"{stop['name']}: {fault}" for fault in stop["faults"]]
    unreached: list[str] = page.evaluate(_UNREACHED)
    return found + [f"never reached by Tab: {each}" for each in unreached]


class KeyboardVisitor(BrowserVisitor):
    """A person without a mouse, who also notes every focus that cannot be seen."""

    faults: list[str] = []  # noqa: RUF012  # of all such persons together

    def follow(self, text: str, *, expect: str = "") -> str:
        """Follow the link with this text."""
        with self.window.expect_navigation() as arriving:
            self._reach(self.window.get_by_role("link", name=text).first)
            self.window.keyboard.press("Enter")
        return self.arrive(arriving.value, expect)

    def fill(self, form: Locator, name: str, value: str) -> None:
        """Give one answer, whatever kind of field it belongs to."""
        fields = form.locator(f"[name='{name}']:not([type=hidden])")
        if not fields.count():
            return
        self._unfold(fields.first)
        kind = fields.first.get_attribute("type")
        if kind == "radio":
            self._reach(fields)
            wanted = fields.and_(form.locator(f"[value='{value}']"))
            self.window.keyboard.press("Space")
            for _ in range(fields.count()):
                if wanted.is_checked():
                    return
                self.window.keyboard.press("ArrowDown")
        elif kind == "checkbox":
            several = fields.count() > 1
            box = fields.and_(form.locator(f"[value='{value}']")) if several else fields
            self._unfold(box)
            self._reach(box)
            if not box.is_checked():
                self.window.keyboard.press("Space")
        else:
            self._reach(fields)
            self.window.keyboard.type(value)

    def press(self, button: Locator) -> None:
        """Press a button of a form."""
        self._unfold(button)
        self._reach(button)
        self.window.keyboard.press("Enter")

    def tick(self, box: Locator) -> None:
        """Tick a box."""
        self._reach(box)
        self.window.keyboard.press("Space")

    def unfold(self, summary: Locator) -> None:
        """Open what is folded."""
        self._reach(summary)
        self.window.keyboard.press("Enter")

    def _reach(self, wanted: Locator) -> None:
        """Press Tab until one of what is wanted has the focus, looking at each stop."""
        for _ in range(_MOST_STOPS):
            self.window.keyboard.press("Tab")
            stop = self.window.evaluate(FOCUS)
            if stop is None:
                continue
            self.faults += [f"{self.path}: {stop['name']}: {each}" for each in stop["faults"]]
            if wanted.evaluate_all("(all) => all.includes(document.activeElement)"):
                return
        raise Unexpected("to come there with Tab", f"never did: {wanted}")
