"""A run on two processors starts a server once, and keeps both busy."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers.plugin import refuse_a_second

ROOT = Path(__file__).parents[2]
SERVER = """
import os
from pathlib import Path

import pytest

pytest_plugins = ["tests.scheduling_plugin"]

@pytest.fixture(scope="session")
def postgres():
    with Path("started").open("a") as started:
        started.write(os.environ["PYTEST_XDIST_WORKER"] + "\\n")

@pytest.fixture(autouse=True)
def note(request):
    with Path("ran").open("a") as ran:
        ran.write(os.environ["PYTEST_XDIST_WORKER"] + " " + request.path.stem + "\\n")
"""
BY_NAME = "def test_it(postgres): ...\ndef test_nothing(): ...\n"
BY_REQUEST = "def test_it(request): request.getfixturevalue('postgres')\n"
WITHOUT = "".join(f"def test_{number}(): ...\n" for number in range(3))


def run(folder: Path, *arguments: str) -> str:
    (folder / "conftest.py").write_text(SERVER)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


def test_one_worker_has_every_file_that_names_a_server(tmp_path: Path) -> None:
    for number in range(4):
        (tmp_path / f"test_a_{number}.py").write_text(WITHOUT)
        (tmp_path / f"test_b_{number}.py").write_text(BY_REQUEST if number % 2 else BY_NAME)

    said = run(tmp_path, "-n", "2", "--dist", "loadfile")

    assert "18 passed" in said
    [worker] = (tmp_path / "started").read_text().split()
    ran = [line.split() for line in (tmp_path / "ran").read_text().splitlines()]
    assert {by for by, file in ran if file.startswith("test_b")} == {worker}
    assert {by for by, _ in ran} == {"gw0", "gw1"}


def test_a_file_that_hides_what_it_needs_is_refused(
    tmp_path: Path, pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = tmp_path / "test_hidden.py"
    hidden.write_text("def test_it(request): request.getfixturevalue('post' + 'gres')\n")
    monkeypatch.setenv("PYTEST_CURRENT_TEST", f"{hidden}::test_it (setup)")

    with pytest.raises(pytest.fail.Exception, match="must name its fixture"):
        refuse_a_second(pytestconfig)
