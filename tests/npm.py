"""Packages of npm that only tests need, fetched as the page assets are."""

import fcntl
from pathlib import Path

from chassis.web.assets import VAR
from chassis.web.build_assets import Package, fetch


def fetched(package: Package) -> Path:
    """The folder of a package, fetched when it is not there yet; raises `AssetsUnavailable`."""
    # A folder for each package, because npm removes what an installation does not name.
    folder = VAR / "npm-tests" / package.name.rpartition("/")[2]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        # Tests run in several processes.
        fcntl.flock(lock, fcntl.LOCK_EX)
        fetch(folder, package)
    return folder / "node_modules" / package.name
