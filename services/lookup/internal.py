"""The copy of this replica with which a peer begins."""

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
    """This replica cannot give what it does not have yet."""

    status: ClassVar[int] = 503
    title = translatable("This replica is still being filled")
    advice = translatable("Ask another replica, or again when this one is ready.")


@blueprint.get(ADDRESS)
@internal
def give_snapshot() -> Response:
    """A copy of one moment's state, while the follower goes on writing."""
    replica = current_replica()
    if queries.freshness(replica) is None:
        raise NotCaughtUp
    with tempfile.TemporaryDirectory(dir=replica.path.parent) as folder:
        copy = Path(folder) / "snapshot.sqlite"
        _copy_beside(replica.path, copy)
        # Open, it can be read to its end; without a name, it takes no room after that.
        opened = copy.open("rb")
        size = copy.stat().st_size
    answer = send_file(opened, MEDIA_TYPE)
    answer.content_length = size
    return answer


def _copy_beside(file: Path, target: Path) -> None:
    """Have another process write the copy: this one answers for many, and may not fall silent."""
    command = [sys.executable, "-m", "services.lookup.adapters.replica", str(file), str(target)]
    subprocess.run(command, check=True)  # noqa: S603  # our own program and paths
