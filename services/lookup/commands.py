"""A replica's command-line commands."""

import time
from pathlib import Path

import click
from flask import Flask

from services.lookup.adapters.replica import Replica
from services.lookup.queries import freshness


def register(app: Flask, replica: Replica) -> None:
    """Add the commands to the application, as `flask --app services.lookup.app <command>`."""

    @app.cli.command("snapshot")
    @click.argument("path", type=click.Path(path_type=Path))
    def snapshot_command(path: Path) -> None:
        """Write a snapshot of this replica to PATH, for a new replica to start from."""
        try:
            replica.snapshot(path)
        except FileExistsError as error:
            raise click.ClickException(str(error)) from error
        click.echo(f"{path}: {path.stat().st_size:,} bytes")

    @app.cli.command("wait-until-ready")
    def wait_until_ready_command() -> None:
        """Return once this replica has caught up with the event stream."""
        while freshness(replica) is None:
            time.sleep(0.1)
