"""The operator's commands for parked messages: list, show, replay, discard.

`python -m chassis.operations.parked_commands --service payments list` needs only the settings of
the service; `flask --app services.payments.app parked list` does the same with the service loaded.
"""

import json
from datetime import datetime

import click
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from chassis.context import acting_in
from chassis.messaging.parked import (
    ParkedMessage,
    ParkedMessageRefused,
    ParkedMessages,
    ParkedTable,
    body_text,
)
from chassis.messaging.participant import Participant
from chassis.operations.operator import operator_context
from chassis.service import Service
from chassis.settings import read_settings
from chassis.storage import audit
from chassis.storage.database import Database

MOST_LISTED = 500


class _PlainlyRefusing(click.Group):
    """Commands that report a refusal as one plain sentence with exit status 1."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except ParkedMessageRefused as error:
            raise click.ClickException(str(error)) from error
        except SQLAlchemyError as error:
            raise click.ClickException(
                "The service's database did not answer or was never migrated: "
                + str(error).partition("\n")[0]
            ) from error


@click.group("parked", cls=_PlainlyRefusing)
@click.option("--service", required=True, help="The service's name, such as payments.")
@click.pass_context
def main(context: click.Context, service: str) -> None:
    """Manage a service's parked messages."""
    settings = read_settings(service)
    database = Database(service, settings.database_url, settings.clock())
    context.call_on_close(database.close)
    _begin(context, _messages_of(database, settings.broker_url))


def group_of(service: Service) -> click.Group:
    """The same commands for one service, with its reactions loaded."""

    @click.group("parked", cls=_PlainlyRefusing, commands=main.commands)
    @click.pass_context
    def parked(context: click.Context) -> None:
        """Manage the service's parked messages."""
        broker_url = service.settings.broker_url
        _begin(context, _messages_of(service.database, broker_url, service.participant))

    return parked


def _begin(context: click.Context, messages: ParkedMessages) -> None:
    context.obj = messages
    context.with_resource(acting_in(operator_context()))


def _messages_of(
    database: Database, broker_url: str | None, participant: Participant | None = None
) -> ParkedMessages:
    if not broker_url:
        return ParkedTable(database, participant)
    # Imported here, so that a service without a broker never loads a broker client.
    from chassis.messaging.rabbitmq.parked_queue import ParkedQueue

    return ParkedQueue(broker_url, database)


@main.command("list")
@click.pass_obj
def list_command(messages: ParkedMessages) -> None:
    """List the parked messages, oldest first; nothing is moved."""
    name, count = messages.database.service, messages.count()
    if count == 0:
        click.echo(f"Nothing is parked for {name}.")
        return
    click.echo(f"Parked for {name}: {count}. Oldest first:")
    listed = messages.oldest(MOST_LISTED)
    for message in listed:
        click.echo(f"\n{_summary(message, message.reason.partition(chr(10))[0])}")
    if count > len(listed):
        click.echo(f"\nAnd {count - len(listed)} more, listed once these are gone.")


@main.command("show")
@click.argument("message_id", metavar="ID")
@click.option("--personal", is_flag=True, help="Show personal fields; leaves an audit line.")
@click.pass_obj
def show_command(messages: ParkedMessages, message_id: str, *, personal: bool) -> None:
    """Show a message: why it was parked, its headers, and its body without personal fields."""
    message = messages.get(message_id)
    if personal:
        with messages.database.transaction() as session:
            audit.record_entry(
                session, "parked message read", message.id, after={"topic": message.topic}
            )
    click.echo(_summary(message, message.reason))
    click.echo(f"\nHeaders\n{json.dumps(message.headers, indent=2, default=str)}")
    click.echo(f"\nBody\n{body_text(message.body, personal=personal)}")


@main.command("replay")
@click.argument("message_id", metavar="ID")
@click.pass_obj
def replay_command(messages: ParkedMessages, message_id: str) -> None:
    """Deliver a message to this service again, after the cause is fixed."""

    def write_audit(session: Session, message: ParkedMessage) -> None:
        audit.record_entry(
            session, "parked message replayed", message.id, after={"topic": message.topic}
        )

    messages.replay(message_id, write_audit)
    click.echo(f"Replayed {message_id}. If its reaction fails again, it will be parked again.")


@main.command("discard")
@click.argument("message_id", metavar="ID")
@click.option("--because", required=True, help="Why nobody will miss it; kept in the audit trail.")
@click.pass_obj
def discard_command(messages: ParkedMessages, message_id: str, because: str) -> None:
    """Delete a parked message."""
    if not because.strip():
        raise click.BadParameter("Say why nobody will miss this message.", param_hint="--because")

    def write_audit(session: Session, message: ParkedMessage) -> None:
        after = {"topic": message.topic, "because": because.strip()}
        audit.record_entry(session, "parked message discarded", message.id, after=after)

    messages.discard(message_id, write_audit)
    click.echo(f"Discarded {message_id}. The audit trail says why.")


def _summary(message: ParkedMessage, reason: str) -> str:
    return "\n".join(
        (
            f"{message.id}  {message.topic}",
            f"    parked   {_moment(message.parked_at)}",
            f"    why      {reason}",
            f"    subject  {message.subject}",
            f"    size     {len(message.body)} bytes",
        )
    )


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else "at an unknown time"


if __name__ == "__main__":
    main(prog_name="python -m chassis.operations.parked_commands")
