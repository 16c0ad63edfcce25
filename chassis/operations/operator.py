"""The operator: whoever runs a command, in whose name the audit trail records it."""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from chassis.context import Context, acting_in
from chassis.service import Service


def operator_context() -> Context:
    """The context in which a command acts: its actor is the user of the operating system."""
    return Context(actor=f"operator {_user_name()}")


@contextmanager
def as_operator(service: Service) -> Iterator[Session]:
    """A transaction of the service in the operator's name."""
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
