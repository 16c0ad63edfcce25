"""`deploy/suite` gives docker-compose the files of what is asked for."""

import os
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Answers as an engine with compose v2 would, and shows what it was asked.
DOCKER = """#!/bin/sh
[ "$1" = info ] || echo "$@"
"""


def files_given(folder: Path, **environ: str) -> set[str]:
    """The files that docker-compose is given for `deploy/suite ps`."""
    program = folder / "bin" / "docker"
    program.parent.mkdir(exist_ok=True)
    program.write_text(DOCKER)
    program.chmod(0o755)
    asked = subprocess.run(
        [ROOT / "deploy" / "suite", "ps"],
        env={
            "PATH": f"{program.parent}:{os.environ['PATH']}",
            "STATE": str(folder / "state"),
            **environ,
        },
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    words = asked.stdout.splitlines()[-1].split()
    files = (Path(after) for word, after in pairwise(words) if word == "-f")
    return {str(file.relative_to(ROOT / "deploy")) for file in files}


@pytest.mark.parametrize(
    ("asked", "added"),
    [
        ({}, set()),
        ({"DEMONSTRATION": "1"}, {"compose.demonstration.yaml"}),
        ({"OBSERVABILITY": "1"}, {"observability/compose.yaml"}),
    ],
)
def test_each_part_is_added_when_it_is_asked_for(
    tmp_path: Path, asked: dict[str, str], added: set[str]
) -> None:
    assert files_given(tmp_path, **asked) == {"compose.yaml", *added}


def test_the_operators_settings_ask_too(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "settings.env").write_text("OBSERVABILITY=1\n")
    assert "observability/compose.yaml" in files_given(tmp_path)
