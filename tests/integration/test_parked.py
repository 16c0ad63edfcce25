"""The operator's commands for parked messages, on a real RabbitMQ."""

import getpass
import multiprocessing
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pika
import pytest
from click.testing import CliRunner, Result
from pika.adapters.blocking_connection import BlockingChannel
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from chassis.clock import SystemClock
from chassis.ids import new_id
from chassis.messaging.outbox import record
from chassis.messaging.participant import Participant
from chassis.messaging.rabbitmq.bus import RabbitBus, declare_topology
from chassis.messaging.rabbitmq.parked_queue import ParkedQueue
from chassis.messaging.rabbitmq.topology import (
    DEAD_LETTERS,
    DELIVERY_LIMIT,
    parked_name,
    queue_name,
)
from chassis.messaging.reactions import Reactions
from chassis.operations.parked_commands import main
from chassis.storage import audit
from chassis.storage.database import Database
from chassis.storage.tables import AUDIT, OUTBOX
from contracts.envelope import Message, encode
from contracts.event import source_of
from contracts.notices import Recipient
from contracts.payments import PaymentsNotice, PaymentsNoticeDue
from tests.integration.bus_world import EFFECT, eventually, moment

TITLE = "Your certificate, Wilhelmina Testworthy"


PRINTER = "payments"
"""A reader takes only what the service named by its topic has sent."""


class NoPrinter(Exception):
    """What the reaction raises until its cause is mended."""


@dataclass
class Printer:
    """A service that prints notices, and cannot print those that are `jammed`."""

    broker_url: str
    folder: Path
    follows_stream: bool = False
    jammed: set[UUID] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.database = Database(
            PRINTER, f"sqlite:///{self.folder}/{PRINTER}.sqlite", SystemClock()
        )

    def participant(self) -> Participant:
        reactions = Reactions()

        @reactions.when(PaymentsNoticeDue)
        def when_notice_due(session: Session, event: PaymentsNoticeDue, at: datetime) -> None:
            if event.notice_id in self.jammed:
                raise NoPrinter(f"cannot print notice {event.notice_id}")
            session.execute(
                insert(EFFECT).values(application_id=event.notice_id, version=event.version)
            )

        return Participant(PRINTER, self.database, reactions, self.follows_stream)

    def prepare(self) -> "Printer":
        EFFECT.metadata.create_all(self.database.engine)
        declare_topology(self.broker_url, [self.participant()])
        return self

    @contextmanager
    def working(self) -> Iterator[None]:
        bus = RabbitBus(self.broker_url, [self.participant()])
        bus.start()
        try:
            yield
        finally:
            bus.stop()

    def jam(self, notice: PaymentsNoticeDue) -> None:
        """Publish a notice that cannot be printed, and wait until it is parked."""
        self.jammed.add(notice.notice_id)
        before = self.parked()
        with self.database.transaction() as session:
            record(session, notice)
        with self.working():
            eventually(lambda: self.parked() == before + 1)

    def garble(self, body: bytes = b"\xff Wilhelmina", event_id: UUID | None = None) -> UUID:
        """Publish what is not an event, and wait until it is parked."""
        event_id = event_id or new_id()
        before = self.parked()
        with self.database.transaction() as session:
            session.execute(
                insert(OUTBOX).values(
                    event_id=event_id,
                    topic=PaymentsNoticeDue.topic,
                    body=body,
                    recorded_at=moment(),
                )
            )
        with self.working():
            eventually(lambda: self.parked() == before + 1)
        return event_id

    def parked(self) -> int:
        return ParkedQueue(self.broker_url, self.database).count()

    def parked_ids(self) -> list[str]:
        return [each.id for each in ParkedQueue(self.broker_url, self.database).oldest(100)]

    def printed(self) -> dict[UUID, int]:
        """How often each notice was printed."""
        with self.database.reading() as session:
            rows = session.execute(
                select(EFFECT.c.application_id, func.count()).group_by(EFFECT.c.application_id)
            )
            return {row[0]: row[1] for row in rows}

    def audited(self) -> list[tuple[str, str]]:
        """Each audit line's action and subject; proves that the chain is unbroken."""
        with self.database.reading() as session:
            rows = session.execute(select(AUDIT).order_by(AUDIT.c.position)).all()
            assert audit.verify(session) == len(rows)
        assert {row.actor for row in rows} <= {f"operator {getpass.getuser()}"}
        return [(row.action, row.subject) for row in rows]

    @property
    def environment(self) -> dict[str, str]:
        return {"BROKER_URL": self.broker_url, "VAR_DIR": str(self.folder)}

    def run(self, *arguments: str) -> Result:
        return CliRunner(env=self.environment).invoke(main, ["--service", PRINTER, *arguments])

    @contextmanager
    def channel(self) -> Iterator[BlockingChannel]:
        with pika.BlockingConnection(pika.URLParameters(self.broker_url)) as connection:
            yield connection.channel()


@pytest.fixture(autouse=True)
def short_back_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same number of tries, without the long pauses between them."""
    monkeypatch.setattr("chassis.messaging.inbox.BACK_OFF_SECONDS", (0.02, 0.02, 0.02, 0.02))


@pytest.fixture
def printer(broker_url: str, tmp_path: Path) -> Iterator[Printer]:
    made = Printer(broker_url, tmp_path).prepare()
    yield made
    made.database.close()


def notice() -> PaymentsNoticeDue:
    return PaymentsNoticeDue(
        version=1,
        notice_id=new_id(),
        kind=PaymentsNotice.FEE_DUE,
        recipient=Recipient(email="printer@example.org"),
        title={"en": TITLE},
        text={"en": "It is ready."},
    )


def test_a_poisoned_and_an_undecodable_message_are_listed_with_their_reasons(
    printer: Printer,
) -> None:
    printer.jam(poisoned := notice())
    garbled = printer.garble()

    listed = printer.run("list")

    assert listed.exit_code == 0
    first, second = listed.output.split("\n\n")[1:]
    assert f"{poisoned.event_id}  payments.notice-due.v2" in first
    assert f"NoPrinter: cannot print notice {poisoned.notice_id}" in first
    assert f"subject  {poisoned.notice_id}" in first
    assert re.search(r"size     \d{3} bytes", first)
    assert f"parked   {moment():%Y-%m-%d}" in first
    assert f"{garbled}  payments.notice-due.v2" in second
    assert "not accepted: UnicodeDecodeError" in second
    assert "size     12 bytes" in second


def test_an_empty_queue_says_that_nothing_is_parked(printer: Printer) -> None:
    assert printer.run("list").output == "Nothing is parked for payments.\n"


def test_looking_often_moves_nothing_and_loses_nothing(printer: Printer) -> None:
    ids = [str(printer.garble(b"no event")) for _ in range(3)]

    for _ in range(DELIVERY_LIMIT + 5):
        assert printer.parked_ids() == ids
    assert printer.run("show", ids[1]).exit_code == 0
    assert printer.parked_ids() == ids


def test_a_look_at_the_first_few_leaves_the_others_in_their_order(printer: Printer) -> None:
    ids = [str(printer.garble(b"no event")) for _ in range(3)]

    few = ParkedQueue(printer.broker_url, printer.database).oldest(2)

    assert [each.id for each in few] == ids[:2]
    assert printer.parked_ids() == ids


def test_show_masks_personal_fields(printer: Printer) -> None:
    printer.jam(poisoned := notice())

    shown = printer.run("show", str(poisoned.event_id))

    assert "Wilhelmina" not in shown.output
    assert '"title": "(personal)"' in shown.output
    assert f'"notice_id": "{poisoned.notice_id}"' in shown.output
    assert '"reason": "rejected"' in shown.output
    assert printer.audited() == []


def test_personal_fields_are_shown_on_demand_and_the_reading_is_written_down(
    printer: Printer,
) -> None:
    printer.jam(poisoned := notice())

    shown = printer.run("show", str(poisoned.event_id), "--personal")

    assert TITLE in shown.output
    assert printer.audited() == [("parked message read", str(poisoned.event_id))]


def test_what_is_not_json_is_shown_on_demand_only(printer: Printer) -> None:
    garbled = printer.garble()

    assert "12 bytes that are not JSON" in printer.run("show", str(garbled)).output
    assert r"\xff Wilhelmina" in printer.run("show", str(garbled), "--personal").output


def test_a_replay_after_the_cause_is_mended_has_its_effect_once_and_leaves_the_others(
    printer: Printer,
) -> None:
    printer.jam(mended := notice())
    printer.jam(still_jammed := notice())
    printer.jammed.discard(mended.notice_id)

    replayed = printer.run("replay", str(mended.event_id))

    assert replayed.exit_code == 0, replayed.output
    with printer.working():
        eventually(lambda: mended.notice_id in printer.printed())
    assert printer.printed() == {mended.notice_id: 1}
    assert printer.parked_ids() == [str(still_jammed.event_id)]
    assert printer.audited() == [("parked message replayed", str(mended.event_id))]


def test_a_replay_before_the_cause_is_mended_is_parked_again_with_its_history(
    printer: Printer,
) -> None:
    printer.jam(poisoned := notice())
    printer.run("replay", str(poisoned.event_id))

    with printer.working():
        eventually(lambda: printer.parked() == 1)

    shown = printer.run("show", str(poisoned.event_id)).output
    assert "x-earlier-deaths" in shown
    assert "NoPrinter" in shown
    assert shown.startswith(f"{poisoned.event_id}  payments.notice-due.v2")


def test_only_this_service_gets_what_is_replayed(printer: Printer) -> None:
    printer.jam(poisoned := notice())
    with printer.channel() as channel:
        channel.queue_declare("stranger")
        channel.queue_bind("stranger", "events", "#")

        printer.run("replay", str(poisoned.event_id))

        assert channel.queue_declare(queue_name(PRINTER), passive=True).method.message_count == 1
        assert channel.queue_declare("stranger", passive=True).method.message_count == 0


def test_a_discard_says_why_and_leaves_the_others(printer: Printer) -> None:
    gone, kept = printer.garble(b"no event"), printer.garble(b"no event")

    assert printer.run("discard", str(gone)).exit_code == 2
    assert printer.run("discard", str(gone), "--because", " ").exit_code == 2
    assert printer.parked() == 2
    assert printer.audited() == []

    discarded = printer.run("discard", str(gone), "--because", "a test of the line")

    assert discarded.exit_code == 0
    assert printer.parked_ids() == [str(kept)]
    assert printer.audited() == [("parked message discarded", str(gone))]
    with printer.database.reading() as session:
        after = session.scalar(select(AUDIT.c.after))
    assert after == {"topic": "payments.notice-due.v2", "because": "a test of the line"}


@pytest.mark.parametrize("command", [["show"], ["replay"], ["discard", "--because", "gone"]])
def test_an_unknown_id_is_refused(printer: Printer, command: list[str]) -> None:
    garbled, unknown = printer.garble(), str(new_id())

    refused = printer.run(*command, unknown)

    assert refused.exit_code == 1
    assert f"Nothing is parked under {unknown}" in refused.output
    assert printer.parked_ids() == [str(garbled)]
    assert printer.audited() == []


def test_a_strangers_message_without_an_id_is_known_by_its_content(printer: Printer) -> None:
    with printer.channel() as channel:
        channel.basic_publish("", queue_name(PRINTER), b"who are you?")
    with printer.working():
        eventually(lambda: printer.parked() == 1)
    (known_as,) = printer.parked_ids()

    assert known_as in printer.run("list").output
    assert printer.run("discard", known_as, "--because", "not ours").exit_code == 0
    assert printer.parked() == 0


def test_what_an_impostor_sent_is_parked_and_can_only_be_discarded(printer: Printer) -> None:
    forged = Message(
        event=notice(), source=source_of("legal"), time=moment(), correlation_id="test"
    )
    parked_as = str(printer.garble(encode(forged)))

    refused = printer.run("replay", parked_as)

    assert "/credence/legal does not publish payments.notice-due.v2" in printer.run("list").output
    assert refused.exit_code == 1
    assert "It can only be discarded" in refused.output
    assert printer.parked_ids() == [parked_as]


def test_copies_of_one_event_are_replayed_as_one(printer: Printer) -> None:
    printer.jam(poisoned := notice())
    with printer.database.transaction() as session:
        session.execute(OUTBOX.update().values(published_at=None))
    with printer.working():
        eventually(lambda: printer.parked() == 2)

    printer.run("replay", str(poisoned.event_id))

    assert printer.parked() == 0
    with printer.channel() as channel:
        assert channel.queue_declare(queue_name(PRINTER), passive=True).method.message_count == 1


def test_a_message_over_which_the_worker_died_again_and_again_says_so(printer: Printer) -> None:
    event = notice()
    body = encode(
        Message(event=event, source=event.sources()[0], time=moment(), correlation_id="test")
    )
    with printer.channel() as channel:
        channel.basic_publish(
            "", queue_name(PRINTER), body, pika.BasicProperties(message_id="deadly")
        )
        for _ in range(DELIVERY_LIMIT + 1):
            eventually(lambda: _reject_one(channel))
        eventually(lambda: printer.parked() == 1)

    listed = printer.run("list").output

    assert "deadly" in listed
    assert "delivered too often" in listed


def _reject_one(channel: BlockingChannel) -> bool:
    method, _, _ = channel.basic_get(queue_name(PRINTER))
    if method:
        channel.basic_reject(method.delivery_tag, requeue=True)
    return method is not None


def test_a_kill_between_publish_and_acknowledgment_repeats_harmlessly(printer: Printer) -> None:
    printer.jam(mended := notice())
    printer.jammed.clear()

    killed = multiprocessing.get_context("fork").Process(
        target=_replay_until_acknowledgment, args=(printer.environment, str(mended.event_id))
    )
    killed.start()
    killed.join(30)

    assert killed.exitcode == -signal.SIGKILL
    with printer.working():
        eventually(lambda: printer.printed() == {mended.notice_id: 1})
        eventually(lambda: printer.parked() == 1)
        assert printer.run("replay", str(mended.event_id)).exit_code == 0
        eventually(lambda: _is_drained(printer))
    assert printer.printed() == {mended.notice_id: 1}
    assert printer.parked() == 0
    assert printer.audited() == [("parked message replayed", str(mended.event_id))] * 2


def _replay_until_acknowledgment(environment: dict[str, str], message_id: str) -> None:
    BlockingChannel.basic_ack = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
    os.environ.update(environment)
    main(["--service", PRINTER, "replay", message_id])


def _is_drained(printer: Printer) -> bool:
    with printer.channel() as channel:
        return bool(
            channel.queue_declare(queue_name(PRINTER), passive=True).method.message_count == 0
        )


def test_a_consumer_of_a_stream_gets_its_message_back_through_the_stream(
    broker_url: str, tmp_path: Path
) -> None:
    printer = Printer(broker_url, tmp_path, follows_stream=True).prepare()
    printer.jam(mended := notice())
    listed = printer.run("list").output
    assert f"{mended.event_id}  payments.notice-due.v2" in listed
    assert f"parked   {moment():%Y-%m-%d}" in listed
    assert "NoPrinter" in listed
    printer.jammed.clear()

    assert printer.run("replay", str(mended.event_id)).exit_code == 0

    with printer.working():
        eventually(lambda: mended.notice_id in printer.printed())
    assert printer.printed() == {mended.notice_id: 1}
    assert printer.parked() == 0
    printer.database.close()


def test_it_runs_as_a_program_with_settings_from_the_environment(printer: Printer) -> None:
    garbled = printer.garble()

    program = subprocess.run(
        [
            sys.executable,
            "-m",
            "chassis.operations.parked_commands",
            "--service",
            PRINTER,
            "list",
        ],
        env={**os.environ, **printer.environment},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )

    assert str(garbled) in program.stdout
    assert program.stderr == ""


def test_a_service_that_has_no_queue_is_refused_plainly(printer: Printer) -> None:
    refused = CliRunner(env=printer.environment).invoke(main, ["--service", "pinter", "list"])

    assert refused.exit_code == 1
    assert f"no queue '{parked_name('pinter')}'" in refused.output


def test_a_broker_that_does_not_answer_is_reported_plainly(tmp_path: Path) -> None:
    environment = {"BROKER_URL": "amqp://127.0.0.1:1/", "VAR_DIR": str(tmp_path)}

    refused = CliRunner(env=environment).invoke(main, ["--service", PRINTER, "list"])

    assert refused.exit_code == 1
    assert "RabbitMQ did not carry this out" in refused.output


def test_a_broker_of_an_earlier_release_parks_before_and_after_it_gets_the_new_exchange(
    broker_url: str, tmp_path: Path
) -> None:
    printer = Printer(broker_url, tmp_path)
    with printer.channel() as channel:
        channel.exchange_declare(DEAD_LETTERS, "direct", durable=True)
    printer.prepare()
    before = printer.garble()
    with printer.channel() as channel:
        channel.exchange_delete(DEAD_LETTERS)
    printer.prepare()

    after = printer.garble()

    assert printer.parked_ids() == [str(before), str(after)]
    printer.database.close()
