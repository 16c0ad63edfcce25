"""A run that hangs ends by a hard deadline, says where it hangs, and leaves no process behind."""

import contextlib
import faulthandler
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from tests.servers.processes import _descendants

GAVE_UP = 3


@contextmanager
def hard_deadline(seconds: float, said: TextIO = sys.stderr) -> Iterator[None]:
    """End this process, and all that it started, unless what follows is done in time.

    Where it hangs is `said`: to a stream that is a file, and that nobody captures.
    """
    timer = threading.Timer(seconds, _give_up, args=(seconds, said))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _give_up(seconds: float, said: TextIO) -> None:
    print(f"faults: not done after {seconds:.0f} s, given up. All threads:", file=said, flush=True)
    faulthandler.dump_traceback(said, all_threads=True)
    for pid in _descendants(os.getpid()):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    os._exit(GAVE_UP)
