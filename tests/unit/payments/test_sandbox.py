"""The sandbox card provider and its adapter, run for real: servers, webhooks, a killed process."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from werkzeug.serving import make_server

from chassis.clock import SystemClock
from services.payments.adapters.processors.processor import (
    CardReport,
    Checkout,
    Processor,
    ProcessorRefused,
    ProcessorUnavailable,
    WebhookRefused,
)
from services.payments.adapters.processors.sandbox import SandboxProcessor
from services.payments.adapters.processors.sandbox_provider.app import create_app
from services.payments.adapters.processors.sandbox_provider.book import Book
from services.payments.adapters.processors.sandbox_provider.cards import SANDBOX_CARDS
from services.payments.adapters.processors.sandbox_provider.checkouts import (
    CheckoutTerms,
    open_checkout,
    record_attempt,
)
from services.payments.adapters.processors.sandbox_provider.courier import Courier
from services.payments.adapters.processors.signature import sign

REPOSITORY = Path(__file__).parents[3]
API_KEY = "key-of-the-tests"
WEBHOOK_SECRET = "secret-of-the-tests"
PAYS = "4242 4242 4242 4242"
DECLINED = "4000 0000 0000 0002"
INSUFFICIENT = "4000 0000 0000 9995"
CVC = "739"
PATIENCE_SECONDS = 20


@dataclass(frozen=True)
class Webhook:
    body: bytes
    signature: str
    arrived_at: datetime


class Receiver:
    """Stands where the payments service would: keeps each webhook and answers `status`."""

    def __init__(self) -> None:
        self.status = 204
        self.webhooks: list[Webhook] = []
        self._arrived = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                body = self.rfile.read(length)
                # A provider that is killed may have sent a part of it.
                if len(body) == length:
                    receiver._keep(body, self.headers["Sandbox-Signature"])
                self.send_response(receiver.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Keep the test output quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhooks"

    def __enter__(self) -> "Receiver":
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _keep(self, body: bytes, signature: str) -> None:
        with self._arrived:
            self.webhooks.append(Webhook(body, signature, datetime.now(UTC)))
            self._arrived.notify_all()

    def wait_for(self, count: int) -> list[Webhook]:
        with self._arrived:
            enough = self._arrived.wait_for(lambda: len(self.webhooks) >= count, PATIENCE_SECONDS)
            assert enough, f"{len(self.webhooks)} webhooks came, not {count}"
            return list(self.webhooks)


@dataclass(frozen=True)
class Sandbox:
    """A running provider as a test sees it: its address, and the adapter that speaks to it."""

    url: str
    receiver: Receiver

    @property
    def processor(self) -> SandboxProcessor:
        return SandboxProcessor(self.url, API_KEY, WEBHOOK_SECRET)

    def open_checkout(self, key: str = "INV-1001/1", amount_cents: int = 8500) -> Checkout:
        processor: Processor = self.processor
        return processor.open_checkout(
            invoice_number="INV-1001",
            amount_cents=amount_cents,
            currency="USD",
            description="Initial certification",
            return_url="http://localhost:8080/payments/invoices/INV-1001",
            webhook_url=self.receiver.url,
            idempotency_key=key,
        )

    def pay(self, checkout: Checkout, number: str = PAYS, **fields: str) -> requests.Response:
        form = {"number": number, "expiry": "12/39", "cvc": CVC, "name": "Ada Combs", **fields}
        return requests.post(checkout.url, data=form, allow_redirects=False, timeout=10)

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {API_KEY}", **options.pop("headers", {})}
        return requests.request(method, self.url + path, headers=headers, timeout=10, **options)

    def book(self) -> dict[str, Any]:
        return dict(self.call("GET", "/v1/book").json())

    def refund(self, reference: str, amount_cents: int, key: str) -> requests.Response:
        wanted = {"reference": reference, "amount_cents": amount_cents}
        headers = {"Idempotency-Key": key}
        return self.call("POST", "/v1/refunds", json=wanted, headers=headers)

    def make_mischief(self, **mischief: Any) -> None:
        assert self.call("POST", "/v1/mischief", json=mischief).status_code == 200

    def reports(self, count: int) -> list[CardReport]:
        return [self.read(webhook) for webhook in self.receiver.wait_for(count)]

    def read(self, webhook: Webhook) -> CardReport:
        return self.processor.read_webhook(webhook.body, webhook.signature, now=webhook.arrived_at)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


@pytest.fixture
def sandbox(tmp_path: Path, receiver: Receiver) -> Iterator[Sandbox]:
    book = Book(tmp_path / "sandbox.sqlite", SystemClock())
    courier = Courier(book, WEBHOOK_SECRET)
    server = make_server("127.0.0.1", 0, create_app(book, courier, api_key=API_KEY), threaded=True)
    courier.start()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield Sandbox(f"http://127.0.0.1:{server.server_port}", receiver)
    server.shutdown()
    thread.join()
    courier.stop()
    book.close()


def test_a_paid_checkout_is_reported_by_a_webhook_the_adapter_believes(sandbox: Sandbox) -> None:
    checkout = sandbox.open_checkout()

    answer = sandbox.pay(checkout)

    assert answer.status_code == 303
    assert answer.headers["Location"] == "http://localhost:8080/payments/invoices/INV-1001"
    (report,) = sandbox.reports(1)
    (capture,) = sandbox.book()["captures"]
    assert report == CardReport(
        event_id=report.event_id,
        checkout_id=checkout.id,
        kind="paid",
        amount_cents=8500,
        currency="USD",
        reference=capture["reference"],
        card_brand="Visa",
        last_four="4242",
        failure_reason=None,
        occurred_at=datetime.fromisoformat(capture["captured_at"]),
    )


@pytest.mark.parametrize(
    ("number", "reason", "words"),
    [
        (DECLINED, "card_declined", "The bank declined this card."),
        (INSUFFICIENT, "insufficient_funds", "This card has insufficient funds."),
    ],
)
def test_a_failing_card_is_reported_and_another_may_pay(
    sandbox: Sandbox, number: str, reason: str, words: str
) -> None:
    checkout = sandbox.open_checkout()

    answer = sandbox.pay(checkout, number)

    assert answer.status_code == 402
    assert words in answer.text
    assert [(r.kind, r.failure_reason) for r in sandbox.reports(1)] == [("failed", reason)]
    assert sandbox.book()["captures"] == []
    assert sandbox.pay(checkout).status_code == 303
    assert [report.kind for report in sandbox.reports(2)] == ["failed", "paid"]


@pytest.mark.parametrize(
    ("faulty", "words"),
    [
        ({"number": "4242 4242 4242 4241"}, "This is not a valid card number."),
        ({"number": "5555 5555 5555 4444"}, "The sandbox does not accept real cards."),
        ({"number": ""}, "Enter the card number."),
        ({"expiry": "01/20", "number": PAYS}, "This card has expired."),
        ({"expiry": "13/39", "number": PAYS}, "Enter the expiry date as month and year"),
        ({"cvc": "12", "number": PAYS}, "Enter the three digits on the back"),
        ({"name": " ", "number": PAYS}, "Enter the name on the card."),
    ],
)
def test_a_faulty_card_form_is_refused_with_the_reason_and_tries_nothing(
    sandbox: Sandbox, faulty: dict[str, str], words: str
) -> None:
    checkout = sandbox.open_checkout()

    answer = sandbox.pay(checkout, **faulty)

    assert answer.status_code == 422
    assert words in answer.text
    assert sandbox.book()["captures"] == []
    assert sandbox.book()["webhooks_waiting"] == 0
    assert sandbox.receiver.webhooks == []


def test_a_double_click_on_pay_captures_once_and_answers_both_alike(sandbox: Sandbox) -> None:
    checkout = sandbox.open_checkout()
    ready = threading.Barrier(8)
    answers: list[requests.Response] = []

    def click() -> None:
        ready.wait()
        answers.append(sandbox.pay(checkout))

    clicks = [threading.Thread(target=click) for _ in range(8)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()

    seen = {(answer.status_code, answer.headers.get("Location")) for answer in answers}
    assert seen == {(303, "http://localhost:8080/payments/invoices/INV-1001")}
    assert len(sandbox.book()["captures"]) == 1
    wait_until(lambda: sandbox.book()["webhooks_waiting"] == 0)
    assert len(sandbox.receiver.webhooks) == 1
    assert "This invoice is paid" in requests.get(checkout.url, timeout=10).text


def test_an_attempt_that_loses_the_race_to_a_paid_checkout_changes_nothing(tmp_path: Path) -> None:
    """Both clicks saw an open checkout; the second reaches the book after the first."""
    book = Book(tmp_path / "sandbox.sqlite", SystemClock())
    terms = CheckoutTerms("INV-1001", 8500, "USD", "Initial", "http://back/", "http://hook/")
    now = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    with book.transaction() as connection:
        checkout_id = open_checkout(connection, terms, "INV-1001/1", now).checkout_id
        paid = record_attempt(connection, checkout_id, SANDBOX_CARDS[0], now)
    before = book.contents()

    for late in SANDBOX_CARDS:
        with book.transaction() as connection:
            assert record_attempt(connection, checkout_id, late, now) == paid

    assert book.contents() == before
    assert (len(before["captures"]), before["webhooks_waiting"]) == (1, 1)
    book.close()


def test_the_same_idempotency_key_gives_the_same_checkout(sandbox: Sandbox) -> None:
    first = sandbox.open_checkout(key="INV-1001/1")

    assert sandbox.open_checkout(key="INV-1001/1") == first
    assert sandbox.open_checkout(key="INV-1001/2") != first
    with pytest.raises(ProcessorRefused, match="used for a different request"):
        sandbox.open_checkout(key="INV-1001/1", amount_cents=9900)


def test_a_refused_request_says_which_field_is_wrong(sandbox: Sandbox) -> None:
    with pytest.raises(ProcessorRefused, match="amount_cents"):
        sandbox.open_checkout(amount_cents=0)


def test_a_wrong_api_key_opens_nothing(sandbox: Sandbox) -> None:
    wrong = SandboxProcessor(sandbox.url, "another key", WEBHOOK_SECRET)

    with pytest.raises(ProcessorRefused, match="API key is missing or wrong"):
        wrong.open_checkout(
            invoice_number="INV-1",
            amount_cents=100,
            currency="USD",
            description="Duplicate certificate",
            return_url="http://localhost/",
            webhook_url="http://localhost/",
            idempotency_key="1",
        )
    assert requests.get(sandbox.url + "/v1/book", timeout=10).status_code == 401


def test_a_provider_that_is_away_is_unavailable(tmp_path: Path, receiver: Receiver) -> None:
    with Receiver() as gone:
        address = gone.url.removesuffix("/webhooks")

    with pytest.raises(ProcessorUnavailable, match="could not be reached"):
        Sandbox(address, receiver).open_checkout()


@pytest.mark.parametrize(
    ("status", "words"), [(503, "failed with HTTP 503"), (200, "did not return a checkout")]
)
def test_a_provider_that_answers_nonsense_is_unavailable(
    receiver: Receiver, status: int, words: str
) -> None:
    receiver.status = status

    with pytest.raises(ProcessorUnavailable, match=words):
        Sandbox(receiver.url, receiver).open_checkout()


def test_a_tampered_body_is_refused(sandbox: Sandbox) -> None:
    webhook = paid_webhook(sandbox)

    tampered = webhook.body.replace(b"8500", b"8501")

    assert tampered != webhook.body
    with pytest.raises(WebhookRefused, match="does not match its body"):
        sandbox.read(Webhook(tampered, webhook.signature, webhook.arrived_at))


def test_a_webhook_signed_with_another_secret_is_refused(sandbox: Sandbox) -> None:
    webhook = paid_webhook(sandbox)
    forged = sign(webhook.body, "another secret", webhook.arrived_at)

    with pytest.raises(WebhookRefused, match="does not match its body"):
        sandbox.read(Webhook(webhook.body, forged, webhook.arrived_at))


def test_a_webhook_is_refused_when_its_signature_is_older_than_300_seconds(
    sandbox: Sandbox,
) -> None:
    webhook = paid_webhook(sandbox)
    signed_at = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    signature = sign(webhook.body, WEBHOOK_SECRET, signed_at)

    read = sandbox.processor.read_webhook
    assert read(webhook.body, signature, signed_at + timedelta(seconds=300)).kind == "paid"
    with pytest.raises(WebhookRefused, match="more than 300 seconds ago"):
        read(webhook.body, signature, signed_at + timedelta(seconds=301))


@pytest.mark.parametrize("signature", ["", "t=,v1=", "v1=abc", "t=1", "t=1,t=2,v1=a", "t=1,v0=é"])
def test_a_signature_of_another_form_is_refused(signature: str) -> None:
    processor = SandboxProcessor("http://localhost", API_KEY, WEBHOOK_SECRET)

    with pytest.raises(WebhookRefused, match="no signature of the form"):
        processor.read_webhook(b"{}", signature, datetime.now(UTC))


def test_one_good_signature_among_several_is_enough(sandbox: Sandbox) -> None:
    """A processor signs with the old and the new secret while secrets are changed."""
    webhook = paid_webhook(sandbox)
    timestamp, digest = webhook.signature.split(",")
    both = f"{timestamp},v1=0123abcd,{digest}"

    assert sandbox.read(Webhook(webhook.body, both, webhook.arrived_at)).kind == "paid"


@pytest.mark.parametrize("changed", [{"kind": "disputed"}, {"amount_cents": "8500"}, None])
def test_a_signed_report_that_is_not_understood_is_refused(
    sandbox: Sandbox, changed: dict[str, str] | None
) -> None:
    webhook = paid_webhook(sandbox)
    body = json.dumps({**json.loads(webhook.body), **changed}).encode() if changed else b"\xff["
    signature = sign(body, WEBHOOK_SECRET, webhook.arrived_at)

    with pytest.raises(WebhookRefused, match="cannot be parsed"):
        sandbox.read(Webhook(body, signature, webhook.arrived_at))


def test_a_refused_webhook_is_sent_again_until_it_is_received(sandbox: Sandbox) -> None:
    sandbox.receiver.status = 503
    sandbox.pay(sandbox.open_checkout())
    sandbox.receiver.wait_for(2)
    assert sandbox.book()["webhooks_waiting"] == 1

    sandbox.receiver.status = 204

    wait_until(lambda: sandbox.book()["webhooks_waiting"] == 0)
    assert len({report.event_id for report in sandbox.reports(3)}) == 1


def test_mischief_sends_a_webhook_twice_as_the_same_event(sandbox: Sandbox) -> None:
    sandbox.make_mischief(duplicate=2)
    sandbox.pay(sandbox.open_checkout())

    first, second = sandbox.reports(2)

    assert first == second


def test_mischief_sends_a_webhook_late_but_freshly_signed(sandbox: Sandbox) -> None:
    sandbox.make_mischief(delay_seconds=0.5)
    sandbox.pay(sandbox.open_checkout())

    (webhook,) = sandbox.receiver.wait_for(1)

    report = sandbox.read(webhook)
    assert webhook.arrived_at - report.occurred_at >= timedelta(seconds=0.5)


def test_mischief_sends_webhooks_out_of_order(sandbox: Sandbox) -> None:
    sandbox.make_mischief(reorder=True)
    checkout = sandbox.open_checkout()
    sandbox.pay(checkout, DECLINED)
    sandbox.pay(checkout)

    later, earlier = sandbox.reports(2)

    assert [later.kind, earlier.kind] == ["paid", "failed"]
    assert earlier.occurred_at < later.occurred_at


def test_mischief_loses_the_first_sending_and_the_next_arrives(sandbox: Sandbox) -> None:
    sandbox.make_mischief(drop_first=1)
    sandbox.pay(sandbox.open_checkout())

    (webhook,) = sandbox.receiver.wait_for(1)

    assert webhook.arrived_at - sandbox.read(webhook).occurred_at >= timedelta(seconds=0.2)


def test_mischief_for_one_checkout_leaves_the_others_alone(sandbox: Sandbox) -> None:
    teased = sandbox.open_checkout(key="teased")
    sandbox.make_mischief(checkout_id=teased.id, duplicate=3)
    sandbox.pay(sandbox.open_checkout(key="other"))
    sandbox.pay(teased)

    wait_until(lambda: sandbox.book()["webhooks_waiting"] == 0)

    arrived = [sandbox.read(webhook).checkout_id for webhook in sandbox.receiver.webhooks]
    assert len(arrived) == 4
    assert arrived.count(teased.id) == 3


def test_refunds_are_reported_and_appear_in_the_book(sandbox: Sandbox) -> None:
    paid = sandbox.read(paid_webhook(sandbox))

    first = sandbox.refund(paid.reference, 2500, key="first")
    repeated = sandbox.refund(paid.reference, 2500, key="first")

    assert first.status_code == 201
    assert repeated.json() == first.json()
    report = sandbox.reports(2)[1]
    assert (report.kind, report.amount_cents) == ("refunded", 2500)
    assert (report.reference, report.checkout_id) == (paid.reference, paid.checkout_id)
    book = sandbox.book()
    assert [refund["amount_cents"] for refund in book["refunds"]] == [2500]
    assert book["sums"] == [{"currency": "USD", "captured_cents": 8500, "refunded_cents": 2500}]


def test_more_than_was_captured_is_never_refunded(sandbox: Sandbox) -> None:
    reference = sandbox.read(paid_webhook(sandbox)).reference
    assert sandbox.refund(reference, 8000, key="most").status_code == 201

    refused = sandbox.refund(reference, 501, key="too much")

    assert refused.status_code == 422
    assert refused.json()["detail"] == "Only 500 cents of this payment can be refunded."
    assert sandbox.refund("pay_unknown", 1, key="unknown").status_code == 422
    assert sandbox.refund(reference, 7999, key="most").status_code == 409
    assert len(sandbox.book()["refunds"]) == 1


def test_card_number_and_cvc_are_neither_stored_nor_logged_nor_shown_again(
    sandbox: Sandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    checkout = sandbox.open_checkout()
    shown = sandbox.pay(checkout, DECLINED).text + sandbox.pay(checkout, DECLINED, name="").text
    sandbox.pay(checkout)
    sandbox.receiver.wait_for(2)

    files = b"".join(file.read_bytes() for file in tmp_path.glob("sandbox.sqlite*"))

    kept = files.decode("latin-1") + caplog.text
    assert re.search(r"\b4242\b", kept)
    for secret in (PAYS, DECLINED, PAYS.replace(" ", ""), DECLINED.replace(" ", ""), CVC):
        assert not re.search(rf"\b{secret}\b", kept)
        assert f'value="{secret}"' not in shown


def test_the_payment_page_allows_no_script_no_frame_and_no_copy(sandbox: Sandbox) -> None:
    page = requests.get(sandbox.open_checkout().url, timeout=10)

    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self' http://localhost:8080;" in policy
    assert page.headers["Cache-Control"] == "no-store"
    assert requests.get(sandbox.url + "/pay/chk_unknown", timeout=10).status_code == 404


def test_a_webhook_survives_kill_9_between_capture_and_delivery(
    tmp_path: Path, receiver: Receiver
) -> None:
    receiver.status = 503
    book = tmp_path / "sandbox.sqlite"
    with provider_process(book) as (process, url):
        killed = Sandbox(url, receiver)
        checkout = killed.open_checkout()
        assert killed.pay(checkout).status_code == 303
        process.send_signal(signal.SIGKILL)
        assert process.wait(PATIENCE_SECONDS) == -signal.SIGKILL
    refused = len(receiver.webhooks)
    receiver.status = 204

    with provider_process(book) as (_, url):
        restarted = Sandbox(url, receiver)

        report = restarted.reports(refused + 1)[-1]

        assert (report.kind, report.checkout_id) == ("paid", checkout.id)
        wait_until(lambda: restarted.book()["webhooks_waiting"] == 0)
        assert len(restarted.book()["captures"]) == 1


def test_the_provider_refuses_to_start_in_production(tmp_path: Path) -> None:
    book = tmp_path / "sandbox.sqlite"

    ended = subprocess.run(
        provider_command(book),
        cwd=REPOSITORY,
        env={**os.environ, "ENVIRONMENT": "production"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )

    assert ended.returncode == 1
    assert "must not run in production" in ended.stderr
    assert not book.exists()


def paid_webhook(sandbox: Sandbox) -> Webhook:
    sandbox.pay(sandbox.open_checkout())
    return sandbox.receiver.wait_for(1)[0]


def wait_until(condition: Callable[[], bool]) -> None:
    pause = threading.Event()
    deadline = datetime.now(UTC) + timedelta(seconds=PATIENCE_SECONDS)
    while not condition():
        assert datetime.now(UTC) < deadline, "the awaited condition did not come about"
        pause.wait(0.01)


def provider_command(book: Path) -> list[str]:
    module = "services.payments.adapters.processors.sandbox_provider"
    secrets = ["--api-key", API_KEY, "--webhook-secret", WEBHOOK_SECRET]
    return [sys.executable, "-m", module, "--port", "0", "--book", str(book), *secrets]


@contextmanager
def provider_process(book: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with subprocess.Popen(
        provider_command(book),
        cwd=REPOSITORY,
        env={**os.environ, "ENVIRONMENT": "development"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().strip().rpartition(" ")[2]
        finally:
            process.kill()
