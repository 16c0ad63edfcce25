"""A process with faulty settings ends at once, with a sentence for each and no traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from chassis.kinds import WEB_ADDRESS
from tests.servers.processes import free_port

ROOT = Path(__file__).parents[2]
GUNICORN = ("gunicorn", "--config", "deploy/gunicorn.conf.py", "services.payments.app:create_app()")
MIGRATE = ("flask", "--app", "services.payments.app", "migrate")


def run(folder: Path, *command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(folder), **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "command", [GUNICORN, MIGRATE, ("services", "up"), ("services", "topology")]
)
def test_every_role_tells_all_faults_and_no_traceback(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    ended = run(tmp_path, *command, METRICS_PORT="none", PROCESSOR_URL="card-provider:8081")

    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert [line for line in ended.stderr.splitlines() if "must be" in line] == [
        'METRICS_PORT is "none"; it must be a port, 1 to 65535.',
        f'PROCESSOR_URL is "card-provider:8081"; it must be {WEB_ADDRESS.words}.',
    ]
    assert list(tmp_path.iterdir()) == []


def test_the_web_refuses_faulty_settings_of_its_own(tmp_path: Path) -> None:
    ended = run(tmp_path, *GUNICORN, WEB_CONCURRENCY="0", WORKER_CLASS="eventlet")

    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [
        'WEB_CONCURRENCY is "0"; it must be a whole number, 1 or more.',
        'WORKER_CLASS is "eventlet"; it must be one of: gthread, gevent, sync.',
    ]


def test_the_demonstration_refuses_a_port_that_is_none(tmp_path: Path) -> None:
    ended = run(tmp_path, "services", "demo", PORT="eighty")

    assert ended.returncode == 1
    assert ended.stderr == 'PORT is "eighty"; it must be a port, 1 to 65534.\n'


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "65535"),  # the card processor needs the next
        ("DAYS_AHEAD", "99999999"),
        ("DAYS_AHEAD", "-99999999"),
        ("MAIL_URL", "zz"),
        ("HOST", "no-such-host.invalid"),
        ("HOST", "a..b"),
        ("VAR_DIR", "/dev/null/var"),
        ("DATABASE_URL", "postgresql+psycopg://localhost/credence"),
        ("LOOKUP_DATABASE_URL", "postgresql+psycopg://localhost/lookup"),
        ("PAYMENTS_DATABASE_URL", "foo"),
    ],
)
def test_what_make_up_cannot_use_is_one_sentence_that_names_the_setting(
    tmp_path: Path, name: str, value: str
) -> None:
    ended = run(tmp_path, "services", "up", **{"PORT": str(free_port()), name: value})

    assert ended.returncode == 1
    (sentence,) = ended.stderr.splitlines()
    assert name in sentence.split()[0] or f"set {name} " in sentence or f"unset {name}" in sentence
