"""What is in a service's image, as its Dockerfile chooses it."""

import os
import re
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "deploy/Dockerfile").read_text(encoding="utf-8")
CODE = (
    "contracts/legal.py",
    "jurisdictions/new_york/demonstration/scene.toml",
    "jurisdictions/new_york/place.toml",
    "jurisdictions/utah/place.toml",
    "services/__init__.py",
    "services/legal/app.py",
    "services/lookup/app.py",
)


def kept(folder: Path, service: str) -> set[str]:
    """The files of `CODE` that a service's image keeps."""
    for name in CODE:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    stage = DOCKERFILE.partition(" AS code\n")[2].partition("\nFROM ")[0]
    [command] = re.findall(r"^RUN ((?:.*\\\n)*.*)$", stage, re.MULTILINE)
    environ = {"PATH": os.environ["PATH"], "SERVICE": service}
    subprocess.run(["sh", "-ec", command], cwd=folder, env=environ, check=True)
    return {name for name in CODE if (folder / name).exists()}


def test_a_service_has_its_own_code_and_every_state_without_made_up_people(tmp_path: Path) -> None:
    assert kept(tmp_path, "legal") == {
        "contracts/legal.py",
        "jurisdictions/new_york/place.toml",
        "jurisdictions/utah/place.toml",
        "services/__init__.py",
        "services/legal/app.py",
    }


def test_who_settles_made_up_people_in_has_everything(tmp_path: Path) -> None:
    assert kept(tmp_path, "demonstration") == set(CODE)


@pytest.mark.parametrize("source", re.findall(r"^COPY (?!--)(.+) \S+$", DOCKERFILE, re.MULTILINE))
def test_what_is_copied_is_sent_to_the_engine(source: str) -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    sent = [Path(line[1:]) for line in ignored if line.startswith("!")]
    for each in source.split():
        assert any(Path(each).is_relative_to(folder) for folder in sent), each


def test_an_image_reads_the_states_that_are_in_it() -> None:
    assert "COPY jurisdictions jurisdictions\n" in DOCKERFILE
    assert re.findall(r"JURISDICTIONS_DIR=(\S+)", DOCKERFILE) == ["/app/jurisdictions"]


class Probe(BaseHTTPRequestHandler):
    """Answers as a service whose database is there, or is not."""

    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(b'{"jurisdiction":"new_york 0123456789ab"}\n')

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_a_container_says_whether_it_is_ready_and_in_which_edition(status: int, code: int) -> None:
    probe = type("Answer", (Probe,), {"status": status})
    with HTTPServer(("127.0.0.1", 0), probe) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        asked = subprocess.run(
            [ROOT / "deploy/images/ready", str(server.server_port)],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
    assert asked.returncode == code
    assert asked.stdout == '{"jurisdiction":"new_york 0123456789ab"}\n'
