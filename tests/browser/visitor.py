"""Somebody who uses the suite with a real browser, as `Visitor` does with an HTTP library."""

import json
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urljoin

import requests
from playwright.sync_api import BrowserContext, Locator, Page
from playwright.sync_api import Response as Answer

from services.demonstration.visitor import Fields, Upload, Visitor
from tests.unit.identity.test_captcha import answer_to

Look = Callable[["BrowserVisitor", Answer], None]


class BrowserVisitor(Visitor):
    """One person with one Chromium window; whoever `looks` is told of each page they come to."""

    def __init__(self, base_url: str, name: str, context: BrowserContext, look: Look) -> None:
        super().__init__(base_url)
        self.name = name
        self.context = context
        context.set_default_timeout(15_000)
        self.window: Page = context.new_page()
        self._look = look

    def open(self, path: str, *, expect: str = "", status: int = 200) -> str:
        """Go to a page by its address."""
        return self.arrive(self.window.goto(urljoin(self.base_url, path)), expect, status)

    def send(
        self,
        fields: Fields,
        *,
        action: str = "",
        upload: Mapping[str, Upload] | None = None,
        expect: str = "",
        status: int = 200,
    ) -> str:
        """Fill in the form whose action contains `action`, and press its button."""
        form = self._form_shown(action)
        if status == 0 and not all(_is_asked(form, *field) for field in fields.items()):
            # Nobody can answer what is not asked; the one who sends does not mind.
            return self.text
        button = form.locator("button:not([type=button]):visible").last
        for name, value in fields.items():
            for each in [value] if isinstance(value, str) else value:
                buttons = form.locator(f"button[name='{name}']")
                if buttons.count():
                    button = _valued(buttons, each)
                elif name == "captcha":
                    self.solve_captcha(form)
                else:
                    self.fill(form, name, each)
        for name, (file_name, content, kind) in (upload or {}).items():
            form.locator(f"input[name='{name}']").set_input_files(
                {"name": file_name, "mimeType": kind, "buffer": content}
            )
        with self.window.expect_navigation() as arriving:
            self.press(button)
        return self.arrive(arriving.value, expect, status)

    def fill(self, form: Locator, name: str, value: str) -> None:
        """Give one answer, whatever kind of field it belongs to."""
        choices = form.locator(f"input[name='{name}']:is([type=radio], [type=checkbox])")
        if form.locator(f"input[name='{name}'][type=hidden]").count():
            return
        if choices.count():
            choice = _valued(choices, value) if choices.count() > 1 else choices
            self._unfold(choice)
            if choice.is_checked():
                return
            # The styled square or circle belongs to the label; the input itself is out of sight.
            form.locator(f"label[for='{choice.get_attribute('id')}']").click()
        elif (field := form.locator(f"select[name='{name}']")).count():
            field.select_option(value)
        else:
            field = form.locator(f"input[name='{name}'], textarea[name='{name}']")
            self._unfold(field)
            field.fill(value)

    def press(self, button: Locator) -> None:
        """Press a button of a form."""
        self._unfold(button)
        button.click()

    def solve_captcha(self, form: Locator) -> None:
        """Tick the box, or answer the question where no script runs."""
        box = form.locator("altcha-widget input[type=checkbox]")
        if box.count():
            self.tick(box)
            form.locator("input[name=captcha][value]:not([value=''])").wait_for(state="attached")
        else:
            question = form.locator("label[for=captcha_answer]").inner_text()
            self.fill(form, "captcha_answer", answer_to(question.split("instead:")[1]))

    def tick(self, box: Locator) -> None:
        """Tick a box whose own drawing lies over it."""
        box.click(force=True)

    def unfold(self, summary: Locator) -> None:
        """Open what is folded."""
        summary.click()

    def download(self, path: str) -> bytes:
        """What a link leads to, as bytes."""
        answer = self.context.request.get(urljoin(self.base_url, path))
        assert answer.ok, f"{path}: {answer.status}"
        return answer.body()

    def _form_shown(self, action: str) -> Locator:
        """The same form that `Visitor` would take, in the window."""
        place = self.page.forms.index(self._form(action))
        return self.window.locator("form").nth(place)

    def _unfold(self, field: Locator) -> None:
        folded = field.locator("xpath=ancestor::details[not(@open)]/summary")
        for place in range(folded.count()):
            self.unfold(folded.nth(place))

    def arrive(self, answer: Answer | None, expect: str = "", status: int = 200) -> str:
        """Take in the page that the window shows now."""
        assert answer is not None, "the address is the one that is shown already"
        self._look(self, answer)
        came = requests.Response()
        came.status_code, came.url = answer.status, self.window.url
        came._content = self.window.content().encode()
        return self._take(came, expect, status)


def _valued(field: Locator, value: object) -> Locator:
    """Those of the fields or buttons that stand for a value."""
    return field.and_(field.page.locator(f"[value={json.dumps(value)}]"))


def _is_asked(form: Locator, name: str, value: str | Sequence[str]) -> bool:
    buttons = form.locator(f"button[name='{name}']")
    return (
        _valued(buttons, value) if buttons.count() else form.locator(f"[name='{name}']")
    ).count() > 0
