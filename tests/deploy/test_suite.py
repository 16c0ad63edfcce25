"""`deploy/suite` gives docker-compose the files of what is asked for."""

import os
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from chassis.settings import JURISDICTIONS_DIR

ROOT = Path(__file__).parents[2]
# Answers as an engine with compose v2 would, and shows what it was asked.
DOCKER = """#!/bin/sh
[ "$1" = info ] || echo "$JURISDICTIONS_DIR" "$@"
"""


def asked(folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """What becomes of `deploy/suite ps`."""
    program = folder / "bin" / "docker"
    program.parent.mkdir(exist_ok=True)
    program.write_text(DOCKER)
    program.chmod(0o755)
    return subprocess.run(
        [ROOT / "deploy" / "suite", "ps"],
        env={
            "PATH": f"{program.parent}:{os.environ['PATH']}",
            "STATE": str(folder / "state"),
            **environ,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


def files_given(folder: Path, **environ: str) -> set[str]:
    """The files that docker-compose is given for `deploy/suite ps`."""
    words = asked(folder, **environ).stdout.splitlines()[-1].split()
    files = (Path(after) for word, after in pairwise(words) if word == "-f")
    return {str(file.relative_to(ROOT / "deploy")) for file in files}


@pytest.mark.parametrize(
    ("wanted", "added"),
    [
        ({}, set()),
        ({"DEMONSTRATION": "1"}, {"compose.demonstration.yaml"}),
        ({"OBSERVABILITY": "1"}, {"observability/compose.yaml"}),
    ],
)
def test_each_part_is_added_when_it_is_asked_for(
    tmp_path: Path, wanted: dict[str, str], added: set[str]
) -> None:
    assert files_given(tmp_path, **wanted) == {"compose.yaml", *added}


def test_the_operators_settings_ask_too(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "settings.env").write_text("OBSERVABILITY=1\n")
    assert "observability/compose.yaml" in files_given(tmp_path)


def test_an_operator_mounts_states_of_their_own(tmp_path: Path) -> None:
    assert asked(tmp_path).stdout.splitlines()[-1].startswith(f"{JURISDICTIONS_DIR.default} ")
    own = tmp_path / "own"
    (own / "new_york").mkdir(parents=True)
    (own / "new_york" / "place.toml").write_text("")
    (tmp_path / "state" / "settings.env").write_text(f"JURISDICTIONS_DIR={own}\n")
    assert asked(tmp_path).stdout.splitlines()[-1].startswith(f"{own} ")


@pytest.mark.parametrize("folder", ["jurisdictions", "/nowhere", "/"])
def test_a_folder_that_holds_no_state_is_refused(tmp_path: Path, folder: str) -> None:
    refused = asked(tmp_path, JURISDICTIONS_DIR=folder)
    assert refused.returncode != 0
    assert f'JURISDICTIONS_DIR is "{folder}"' in refused.stderr
    assert "ps" not in refused.stdout.split()
