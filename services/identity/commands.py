"""Operator commands: imports, staff accounts, roles, key rotation."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, NamedTuple

import click
from flask import Flask
from sqlalchemy.orm import Session

from chassis.operations.operator import as_operator
from chassis.problems import Problem
from chassis.service import Service
from contracts.identity import Role
from services.identity.adapters.resources import Resources
from services.identity.adapters.vault import SealBroken, Vault
from services.identity.domain.account import Account
from services.identity.usecases import accounts, holders, keys, organizations, persons

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class _Holder(NamedTuple):
    """Whose a staff account is, as an operator says it."""

    educator_number: str | None
    although_names_differ: bool

    @property
    def words(self) -> str:
        number = self.educator_number
        return f"the educator {number}" if number else "a person without a record"


def _says_holder(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the options that say whose an account is; the command gets them as `holder`."""

    @click.option("--educator-number", help="The number of the record that the person has.")
    @click.option("--no-record", is_flag=True, help="The person has no record as an educator.")
    @click.option(
        "--although-names-differ", is_flag=True, help="It is the same person under another name."
    )
    @wraps(command)
    def with_holder(
        educator_number: str | None, no_record: bool, although_names_differ: bool, **others: Any
    ) -> None:
        if (educator_number is None) != no_record:
            raise click.UsageError(
                "Say whose account it is: --educator-number NUMBER of the person's record, "
                "or --no-record if they have none."
            )
        command(holder=_Holder(educator_number, although_names_differ), **others)

    return with_holder


def register(app: Flask, service: Service) -> None:
    """Add the commands to the application, as `flask --app services.identity.app <command>`."""
    resources: Resources = app.extensions["identity"]

    @app.cli.command("import-organizations")
    @click.argument("file", type=_FILE)
    def import_organizations_command(file: Path) -> None:
        """Import the state's list of districts and schools from a CSV file."""
        with _operator_transaction(service) as session:
            outcome = organizations.import_organizations(
                session, service.rules, service.place, file
            )
        click.echo(
            f"{outcome.added} organizations added, {outcome.changed} changed, "
            f"{outcome.unchanged} unchanged"
        )

    @app.cli.command("import-persons")
    @click.argument("file", type=_FILE)
    def import_persons_command(file: Path) -> None:
        """Import the legacy system's persons from a CSV file."""
        with _operator_transaction(service) as session:
            outcome = persons.import_persons(
                session, resources.vault, file, service.today(), service.now()
            )
        click.echo(f"{outcome.added} persons added, {outcome.known} already on file")

    @app.cli.command("create-staff")
    @click.argument("username")
    @click.argument("email")
    @click.argument("display_name")
    @click.password_option(help="Prompted for if not given.")
    @_says_holder
    def create_staff_command(
        username: str, email: str, display_name: str, password: str, holder: _Holder
    ) -> None:
        """Create an account for an employee of the agency, a district or a provider."""
        with _operator_transaction(service) as session:
            account = accounts.create_staff_account(
                session,
                service.rules,
                username=username,
                email=email,
                password=password,
                display_name=display_name,
                now=service.now(),
            )
            session.flush()
            _say_holder(session, service, account, holder)
        click.echo(f"account {account.username} was created; grant it a role with grant-role")

    @app.cli.command("say-holder")
    @click.argument("username")
    @_says_holder
    def say_holder_command(username: str, holder: _Holder) -> None:
        """Say whose a staff account is, so that they cannot decide their own matter with it."""
        with _operator_transaction(service) as session:
            account = accounts.get_account_by_username(session, username)
            _say_holder(session, service, account, holder)
        click.echo(f"{username} belongs to {holder.words}")

    @app.cli.command("grant-role")
    @click.argument("username")
    @click.argument("role", type=click.Choice([str(role) for role in Role]))
    @click.argument("organization_state_number", required=False)
    def grant_role_command(username: str, role: str, organization_state_number: str | None) -> None:
        """Grant a role, at the agency unless another organization is named.

        It must have been said whose account it is, by create-staff or say-holder.
        """
        number = organization_state_number or service.rules.agency_number
        with _operator_transaction(service) as session:
            account = accounts.get_account_by_username(session, username)
            organization = organizations.get_organization_by_number(session, number)
            accounts.grant_role(
                session, account.account_id, Role(role), organization.organization_id, service.now()
            )
        click.echo(f"{username} now holds the role {role} at {organization.name}")

    @app.cli.command("rotate-keys")
    def rotate_keys_command() -> None:
        """Publish a new signing key; it starts signing once every service has received it."""
        with _operator_transaction(service) as session:
            fact = keys.rotate_keys(session, resources.sealer, service.now())
        click.echo(f"{len(fact.keys)} keys are published; the newest starts signing in one minute")

    @app.cli.command("rewrap-vault")
    def rewrap_vault_command() -> None:
        """Rewrap every Social Security number under the vault's current secret.

        It can be stopped and run again; the service keeps running.
        """
        moved = 0
        try:
            while rewrapped := _rewrap_batch(service, resources.vault):
                moved += rewrapped
        except SealBroken as broken:
            raise click.ClickException(
                f"{broken} {moved} numbers were moved before this one."
            ) from broken
        click.echo(
            f"{moved} numbers moved to version {resources.vault.current} of the vault's secret"
        )


def _say_holder(session: Session, service: Service, account: Account, holder: _Holder) -> None:
    holders.say_holder(
        session,
        account.account_id,
        holder.educator_number,
        service.now(),
        although_names_differ=holder.although_names_differ,
    )


def _rewrap_batch(service: Service, vault: Vault) -> int:
    with _operator_transaction(service) as session:
        return keys.rewrap_numbers(session, vault)


@contextmanager
def _operator_transaction(service: Service) -> Iterator[Session]:
    """A transaction in the operator's name; a `Problem` becomes a plain command-line error."""
    try:
        with as_operator(service) as session:
            yield session
    except Problem as problem:
        errors = getattr(problem, "errors", {})
        lines = [str(text) for texts in errors.values() for text in texts] or [problem.detail]
        # Without the advice, which is about pages.
        raise click.ClickException("\n".join([problem.title, *lines])) from problem
