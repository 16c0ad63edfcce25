"""The roles of a service's image beside `web`: worker, migrate, republish, relearn and others."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click
from flask import Flask
from sqlalchemy.orm import Session

from chassis import audit, migrations, parked, relearning, restoring
from chassis.context import Context, acting_in
from chassis.health import note_queue
from chassis.measured import serve_metrics
from chassis.messaging.outbox import record
from chassis.observability.logging import log
from chassis.observability.tracing import span
from chassis.service import Service

SCHEDULE_SECONDS = 60.0
QUEUE_SECONDS = 15.0


def register(app: Flask, service: Service) -> None:
    """Add the commands to the application, as `flask --app services.<name>.app <command>`."""

    @app.cli.command("migrate")
    def migrate_command() -> None:
        """Make the database's schema and the broker's queues, or bring them up to date."""
        migrate(service)

    @app.cli.command("worker")
    def worker_command() -> None:
        """Publish what the service recorded, react to what others publish, do each day's work."""
        work(service)

    @app.cli.command("republish")
    @click.option("--as-newest", is_flag=True, help="As newer than all it said: after a restore.")
    def republish_command(*, as_newest: bool) -> None:
        """Announce anew the current state of every thing the service owns."""
        click.echo(f"{republish(service, as_newest=as_newest)} facts were recorded")

    @app.cli.command("resend")
    @click.option("--since", callback=_moment, help="A moment with its zone: 2026-11-22T04:00Z.")
    def resend_command(since: datetime | None) -> None:
        """Publish again what the service recorded since a moment, or ever, for one restored."""
        click.echo(f"{restoring.resend(service.database, since)} events will be sent again")

    @app.cli.command("skip-numbers")
    @click.argument("count", type=click.IntRange(min=1))
    def skip_numbers_command(count: int) -> None:
        """Leave out the next COUNT numbers of every series, which may have been given out."""
        with _at_command_line(service) as session:
            series = restoring.skip_numbers(session, count)
        click.echo(f"{count} numbers were left out: {', '.join(series) or 'of no series'}")

    @app.cli.command("relearn")
    @click.option("--waiting", is_flag=True, help="Change nothing; count what still waits.")
    def relearn_command(*, waiting: bool) -> None:
        """Take over anew what others tell; then run republish on them."""
        if waiting:
            with service.database.reading() as session:
                told = relearning.waiting_copies(session, service.metadata)
        else:
            with _at_command_line(service) as session:
                told = relearning.relearn(session, service.metadata)
        for name, number in told.items():
            click.echo(f"{name}: {number} wait to be told anew")

    @app.cli.command("verify-audit")
    def verify_command() -> None:
        """Prove that no entry of the audit trail was changed, removed or slipped in."""
        with service.database.reading() as session:
            click.echo(f"{audit.verify(session)} entries, unbroken")

    app.cli.add_command(parked.group_of(service))

    @app.cli.command("revision")
    @click.argument("message")
    def revision_command(message: str) -> None:
        """Write the next migration from what changed in the models (for developers)."""
        migrations.write_revision(service, message)


def migrate(service: Service) -> None:
    """Make schema and queues; queues come before anything may be published to them."""
    if service.before_migration:
        service.before_migration()
    migrations.upgrade(service)
    if service.settings.broker_url:
        from chassis.messaging.rabbitmq.bus import declare_topology

        declare_topology(service.settings.broker_url, [service.participant])
    start(service)


def start(service: Service) -> None:
    """Do what the service needs once before it works, such as making its first signing key."""
    if service.on_start:
        with (
            service.context(),
            span("start", service.name),
            service.database.transaction() as session,
        ):
            service.on_start(session, service.now())


@contextmanager
def _at_command_line(service: Service) -> Iterator[Session]:
    """A transaction in the name of whoever is at the command line."""
    with (
        service.context(),
        acting_in(Context(actor="command line")),
        service.database.transaction() as session,
    ):
        yield session


def _moment(_: click.Context, __: click.Parameter, value: str | None) -> datetime | None:
    """What was given as a moment; raises `click.BadParameter`."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    if moment.tzinfo is None:
        raise click.BadParameter("a moment needs its zone, as in 2026-11-22T04:00Z")
    return moment


def republish(service: Service, *, as_newest: bool = False) -> int:
    """Record again a fact for each thing the service owns; unchanged ones keep their event ids.

    Readers therefore leave alone what they already know, and a new reader learns everything.
    With `as_newest` all take over what is told, whatever they were told before.
    """
    from sqlalchemy import delete

    from chassis.tables import OUTBOX

    with span("republish", service.name), _at_command_line(service) as session:
        if as_newest:
            restoring.outrank(session, service)
        events = list(service.announce(session))
        for start_at in range(0, len(events), 500):
            ids = [event.event_id for event in events[start_at : start_at + 500]]
            session.execute(delete(OUTBOX).where(OUTBOX.c.event_id.in_(ids)))
        record(session, *events)
    return len(events)


def work(service: Service) -> None:
    """Run the service's relay, reader and schedule until told to stop."""
    from chassis.messaging.rabbitmq.bus import RabbitBus, end_process_when_given_up

    if not service.settings.broker_url:
        raise click.ClickException("a worker needs BROKER_URL; without a broker run `make up`")
    stopping = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stopping.set())
    bus = RabbitBus(service.settings.broker_url, [service.participant])
    end_process_when_given_up(bus)
    if port := service.settings.value("METRICS_PORT"):
        serve_metrics(service, int(port), service.settings.value("METRICS_HOST", "0.0.0.0"))  # noqa: S104  # as gunicorn does: within the suite's own network
    bus.start()
    if not service.participant.follows_stream:
        watching = threading.Thread(target=watch_queue, args=(service, stopping), daemon=True)
        watching.start()
    run_beside(service, stopping)
    log.info("worker started", service=service.name)
    keep_schedule(service, stopping)
    bus.stop()
    log.info("worker stopped", service=service.name)


def run_beside(service: Service, stopping: threading.Event) -> None:
    """Start the thread that the service wants beside its reactions, if it wants one."""
    beside = service.beside
    if beside is None:
        return

    def run() -> None:
        with service.context():
            beside(service, stopping)

    threading.Thread(target=run, name=f"{service.name} beside", daemon=True).start()


def watch_queue(service: Service, stopping: threading.Event, every: float = QUEUE_SECONDS) -> None:
    """Note what waits in the service's queue, for its page of health, until `stopping` is set."""
    from chassis.messaging.rabbitmq.queue_depth import measure_depth

    assert service.settings.broker_url is not None
    while not stopping.is_set():
        try:
            depth = measure_depth(service.settings.broker_url, service.participant)
            with service.database.transaction() as session:
                note_queue(session, service.name, depth.waiting, service.now())
        except Exception as error:  # the bus says what is the matter; the next look may succeed
            log.warning("queue not seen", service=service.name, error=type(error).__name__)
        stopping.wait(every)


def keep_schedule(service: Service, stopping: threading.Event) -> None:
    """Do each day's work soon after the day began, until `stopping` is set."""
    while not stopping.is_set():
        try:
            with service.context():
                service.schedule.run(service.database, service.today(), service.now())
        except Exception:  # tomorrow's work, and this day's next try, must still happen
            log.exception("daily work failed, trying again", service=service.name)
        stopping.wait(SCHEDULE_SECONDS)
