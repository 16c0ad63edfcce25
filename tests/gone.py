"""Names every test of an earlier commit that is no longer there: `python -m tests.gone COMMIT`.

Each was renamed, or its proof must be somewhere else.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def ids_in(tree: Path) -> set[str]:
    """The ids of all tests of a tree, also of those that a usual run leaves out."""
    collecting = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"),
            *("-o", "addopts=--import-mode=importlib"),
        ],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    if collecting.returncode != 0:
        raise SystemExit(f"the tests of {tree} cannot be collected:\n{collecting.stdout}")
    return {line for line in collecting.stdout.splitlines() if "::" in line}


def ids_at(commit: str) -> set[str]:
    """The ids of all tests at a commit."""
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(
            ["git", "archive", commit], cwd=ROOT, stdout=subprocess.PIPE, check=True
        )
        subprocess.run(["tar", "-x", "-C", folder], input=packed.stdout, check=True)
        return ids_in(Path(folder))


if __name__ == "__main__":
    for test in sorted(ids_at(sys.argv[1]) - ids_in(ROOT)):
        print(test)
