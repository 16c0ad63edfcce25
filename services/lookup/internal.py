"""Serves the snapshot from which a new peer starts."""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import ClassVar

from flask import Blueprint, Response, send_file

from chassis.i18n.text import translatable
from chassis.problems import Problem
from chassis.security.access import internal
from services.lookup import queries
from services.lookup.adapters.peers import ADDRESS
from services.lookup.adapters.replica import current_replica

MEDIA_TYPE = "application/vnd.sqlite3"

blueprint = Blueprint("internal", __name__)


class NotCaughtUp(Problem):
    """This replica has not caught up and has no complete snapshot to give."""

    status: ClassVar[int] = 503
    title = translatable("This replica is still loading")
    advice = translatable("Ask another replica, or try again when this one is ready.")


@blueprint.get(ADDRESS)
@internal
def give_snapshot() -> Response:
    """A consistent snapshot, taken while the follower keeps writing."""
    replica = current_replica()
    if queries.freshness(replica) is None:
        raise NotCaughtUp
    with tempfile.TemporaryDirectory(dir=replica.path.parent) as folder:
        copy = Path(folder) / "snapshot.sqlite"
        _copy_in_subprocess(replica.path, copy)
        # The open file stays readable after its name is removed, and its space is freed on closing.
        snapshot = copy.open("rb")
        size = copy.stat().st_size
    answer = send_file(snapshot, MEDIA_TYPE)
    answer.content_length = size
    return answer


def _copy_in_subprocess(file: Path, target: Path) -> None:
    """Write the copy in another process, so that this one keeps serving requests."""
    command = [sys.executable, "-m", "services.lookup.adapters.replica", str(file), str(target)]
    subprocess.run(command, check=True)  # noqa: S603  # our own program and paths
