"""Alembic's way into this service; the work is in `chassis.operations.migrations`."""

from chassis.operations.migrations import run

run()
