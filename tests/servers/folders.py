"""Temporary folders of servers, which do not outlive the run that made them."""

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path

_PREFIX = "credence-server-"
_SECONDS_TO_TAKE_THE_LOCK = 60


class PrivateFolder:
    """A temporary folder for one server: removed by `remove`, else by the next run.

    The lock on it ends with this process, however that ends, and tells the next run that the
    folder is nobody's. `owner` is the user who gets the folder, when root makes it for another.
    """

    def __init__(self, server: str, *, owner: str | None = None) -> None:
        _remove_abandoned_folders()
        self.path = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{server}-"))
        self._lock = os.open(self.path, os.O_RDONLY)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        if owner:
            shutil.chown(self.path, owner)

    def remove(self) -> None:
        """Remove the folder and all in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def _remove_abandoned_folders() -> None:
    newest = time.time() - _SECONDS_TO_TAKE_THE_LOCK
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        # Another user's folder, or one that another run removes at this moment, is not ours.
        with contextlib.suppress(OSError):
            if folder.stat().st_mtime < newest and _is_nobodys(folder):
                shutil.rmtree(folder)


def _is_nobodys(folder: Path) -> bool:
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True
