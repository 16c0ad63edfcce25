"""The commands of a service's image: its roles other than `web`, and operators' commands."""

from datetime import datetime

import click
from flask import Flask

from chassis.observability.tracing import span
from chassis.operations import migrations, parked_commands, recovery
from chassis.operations.operator import as_operator
from chassis.operations.republish import Republished, republish, republish_changed
from chassis.operations.resync import replicas_pending, resync
from chassis.operations.worker import work
from chassis.service import Service
from chassis.storage import audit


def register(app: Flask, service: Service) -> None:
    """Add the commands to the application, as `flask --app services.<name>.app <command>`."""

    @app.cli.command("migrate")
    def migrate_command() -> None:
        """Create the database's schema and the broker's queues, or bring them up to date."""
        migrate(service)

    @app.cli.command("worker")
    def worker_command() -> None:
        """Publish recorded events, react to other services' events, run the daily jobs."""
        work(service)

    @app.cli.command("republish")
    @click.option("--as-newest", is_flag=True, help="Raise every version first: after a restore.")
    @click.option("--changed", is_flag=True, help="Only facts that differ: after a new field.")
    def republish_command(*, as_newest: bool, changed: bool) -> None:
        """Publish again the current state of every thing the service owns."""
        if as_newest and changed:
            raise click.UsageError("--as-newest and --changed exclude each other")
        if changed:
            _echo_changed(republish_changed(service))
        else:
            click.echo(f"{republish(service, as_newest=as_newest)} facts were recorded")

    @app.cli.command("resend")
    @click.option("--since", callback=_moment, help="A time with its zone: 2026-11-22T04:00Z.")
    def resend_command(since: datetime | None) -> None:
        """Publish recorded events again, for another service that was restored from a backup."""
        count = recovery.resend(service.database, since)
        with as_operator(service) as session:
            audit.record_entry(session, "events to be sent again", "events", after={"count": count})
        click.echo(f"{count} events will be sent again")

    @app.cli.command("skip-numbers")
    @click.argument("count", type=click.IntRange(min=1))
    def skip_numbers_command(count: int) -> None:
        """Skip the next COUNT numbers of every series, which may already have been issued."""
        with as_operator(service) as session:
            series = recovery.skip_numbers(session, count)
        click.echo(f"{count} numbers were skipped in: {', '.join(series) or 'no series'}")

    @app.cli.command("resync")
    @click.option("--pending", is_flag=True, help="Change nothing; count the rows still pending.")
    def resync_command(*, pending: bool) -> None:
        """Rebuild replicas of other services' data; run republish on the owners afterward."""
        if pending:
            with service.database.reading() as session:
                counts = replicas_pending(session, service.metadata)
        else:
            with as_operator(service) as session:
                counts = resync(session, service.metadata)
        for name, count in counts.items():
            click.echo(f"{name}: {count} rows pending resync")

    @app.cli.command("verify-audit")
    def verify_command() -> None:
        """Verify that no entry of the audit trail was changed, removed or inserted."""
        with service.database.reading() as session:
            click.echo(f"{audit.verify(session)} entries, unbroken")

    app.cli.add_command(parked_commands.group_of(service))

    @app.cli.command("revision")
    @click.argument("message")
    def revision_command(message: str) -> None:
        """Write the next migration from what changed in the models (for developers)."""
        # Only the schema: `on_start` would select a column that has no migration yet.
        migrations.upgrade(service)
        migrations.write_revision(service, message)


def migrate(service: Service) -> None:
    """Create the schema and the queues; the queues must exist before anything is published."""
    if service.before_migration:
        service.before_migration()
    migrations.upgrade(service)
    if service.settings.broker_url:
        from chassis.messaging.rabbitmq.bus import declare_topology

        declare_topology(service.settings.broker_url, [service.participant])
    start(service)


def start(service: Service) -> None:
    """Run the service's `on_start`, such as creating its first signing key."""
    if service.on_start:
        with (
            service.context(),
            span("start", service.name),
            service.database.transaction() as session,
        ):
            service.on_start(session, service.now())


def _echo_changed(done: Republished) -> None:
    for topic, count in sorted(done.recorded.items()):
        click.echo(f"{topic}: {count} facts were recorded")
    click.echo(f"{done.recorded.total()} facts were recorded, {done.unchanged} left unchanged")


def _moment(_: click.Context, __: click.Parameter, value: str | None) -> datetime | None:
    """The option's value as a datetime; raises `click.BadParameter`."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    if moment.tzinfo is None:
        raise click.BadParameter("a time needs its zone, as in 2026-11-22T04:00Z")
    return moment
