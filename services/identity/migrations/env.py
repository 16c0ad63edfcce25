"""Alembic's entry point; the work is in `chassis.operations.migrations`."""

from chassis.operations.migrations import run

run()
