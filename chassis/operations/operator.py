"""The operator: the person who runs a command, recorded in the audit trail."""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from chassis.context import Context, acting_in
from chassis.service import Service


def operator_context() -> Context:
    """The context of a command: its actor is the operating system's user."""
    return Context(actor=f"operator {_user_name()}")


@contextmanager
def as_operator(service: Service) -> Iterator[Session]:
    """A transaction of the service, with the operator as its actor."""
    with (
        service.context(),
        acting_in(operator_context()),
        service.database.transaction() as session,
    ):
        yield session


def _user_name() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # containers run under numbers that have no name
        return str(os.getuid())
