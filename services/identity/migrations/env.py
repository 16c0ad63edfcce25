"""Alembic's way into this service; the work is in `chassis.migrations`."""

from chassis.migrations import run

run()
