"""The files beside the manifests: how they are applied, secrets, the backup, the gateway's port."""

import os
import subprocess
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from tests.kubernetes.conftest import Overlay
from tests.kubernetes.manifests import KUBERNETES, OVERLAYS, Manifest, pods_of, title
from tests.kubernetes.references import SECRETS_FROM_OUTSIDE
from tests.servers import PostgresServer, find_nginx
from tests.servers.install import PG_DUMP, get_program
from tests.servers.plugin import get_server

COMPONENT = "app.kubernetes.io/component"
ISSUED = {"SMTP_PASSWORD": "it's", "PROCESSOR_API_KEY": "b", "PROCESSOR_WEBHOOK_SECRET": "c"}
BY_OTHERS = {"archive", "gateway-tls", "scaler-user-credentials"}

# The selectors of apply.sh, as it gives them to kubectl.
STEPS: dict[str, Callable[[Mapping[str, str]], bool]] = {
    f"!{COMPONENT}": lambda labels: COMPONENT not in labels,
    f"{COMPONENT}=migrate": lambda labels: labels.get(COMPONENT) == "migrate",
    f"{COMPONENT},{COMPONENT}!=migrate": lambda labels: (
        labels.get(COMPONENT, "migrate") != "migrate"
    ),
}


def run(script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(KUBERNETES / script), *arguments],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_suite_is_applied_in_three_steps(tmp_path: Path) -> None:
    said = tmp_path / "said"
    kubectl = tmp_path / "kubectl"
    kubectl.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$*\" >> {said}\n")
    kubectl.chmod(0o755)
    applied = run("apply.sh", "overlays/state", PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert applied.returncode == 0, applied.stderr
    lines = said.read_text().splitlines()
    applying = [line for line in lines if line.startswith("apply")]
    assert applying == [f"apply -k overlays/state -l {step}" for step in STEPS]
    finished = next(i for i, line in enumerate(lines) if "--for=condition=Complete" in line)
    assert lines.index(applying[1]) < finished < lines.index(applying[2])


@pytest.mark.parametrize("name", OVERLAYS)
def test_what_publishes_comes_after_the_queues_are_made(overlay: Overlay, name: str) -> None:
    manifests = overlay(name)
    steps = [
        [manifest for manifest in manifests if chosen(manifest["metadata"].get("labels", {}))]
        for chosen in STEPS.values()
    ]
    assert sum(map(len, steps)) == len(manifests)
    assert {pods.kind for pods in pods_of(steps[0])} == {"CronJob"}
    assert {pods.name.partition("-")[2] for pods in pods_of(steps[1])} == {"migrate"}
    assert {manifest["kind"] for manifest in steps[1]} == {"Job"}
    assert {pods.kind for pods in pods_of(steps[2])} == {"Deployment"}


def test_the_secrets_made_are_those_that_the_manifests_ask_for() -> None:
    made = run("secrets.sh", **ISSUED)
    assert made.returncode == 0, made.stderr
    secrets = {each["metadata"]["name"]: each for each in yaml.safe_load_all(made.stdout) if each}
    expected = {name: keys for name, keys in SECRETS_FROM_OUTSIDE.items() if name not in BY_OTHERS}
    assert {name: set(each["stringData"]) for name, each in secrets.items()} == expected
    assert secrets["identity"]["stringData"]["SMTP_PASSWORD"] == ISSUED["SMTP_PASSWORD"]
    for name, secret in secrets.items():
        for key, value in secret["stringData"].items():
            if key.endswith("_URL"):
                assert_leads_to_own(name, value, secret)


def assert_leads_to_own(name: str, url: str, secret: Manifest) -> None:
    parts, known = urlsplit(url), secret["stringData"]
    service, _, server = name.partition("-")
    assert (parts.username, parts.password) == (known["username"], known["password"])
    assert known["username"] == service
    assert (parts.hostname, parts.path) == {
        "database": ("database-rw", f"/{service}"),
        "broker": ("broker", "/%2F"),
    }[server], title(secret)


def test_no_two_secrets_made_are_the_same() -> None:
    made = run("secrets.sh", **ISSUED)
    values = [
        value
        for each in yaml.safe_load_all(made.stdout)
        for key, value in each["stringData"].items()
        if key != "username"
    ]
    assert len(set(values)) == len(values)
    assert run("secrets.sh", **ISSUED).stdout != made.stdout


def test_secrets_are_not_made_without_those_that_others_issue() -> None:
    refused = run("secrets.sh", SMTP_PASSWORD="a")
    assert refused.returncode != 0
    assert "PROCESSOR_API_KEY" in refused.stderr
    assert refused.stdout == ""


@pytest.fixture
def backup(
    postgres: PostgresServer, pytestconfig: pytest.Config, tmp_path: Path
) -> Callable[..., str]:
    """Back databases up into `tmp_path`, with the files that lie in it; gives what was said."""
    pg_dump = get_server(partial(get_program, PG_DUMP), pytestconfig)

    def back_up(*urls: str) -> str:
        server = urlsplit(urls[0])
        (tmp_path / "password").write_text(server.password or "")
        done = run(
            "base/backup.sh",
            *[urlsplit(url).path[1:] for url in urls],
            PATH=f"{pg_dump.parent}:{os.environ['PATH']}",
            PGHOST=server.hostname or "",
            PGPORT=str(server.port),
            PGUSER=server.username or "",
            PASSWORD_FILE=str(tmp_path / "password"),
            FILES=str(tmp_path / "files"),
            BACKUPS=str(tmp_path / "backups"),
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    (tmp_path / "files").mkdir()
    return back_up


def test_a_backup_holds_every_database_and_every_whole_file(
    backup: Callable[..., str], postgres_url: str, tmp_path: Path
) -> None:
    kept = tmp_path / "files" / "legal" / "0a1b"
    kept.parent.mkdir()
    kept.write_text("a document")
    (kept.parent / "tmpx2q").write_text("half of it")
    said = backup(postgres_url)
    name = urlsplit(postgres_url).path[1:]
    assert f"dumped {name}" in said
    dumps = list((tmp_path / "backups").glob("20*/*"))
    assert [dump.name for dump in dumps] == [f"{name}.dump"]
    assert dumps[0].read_bytes().startswith(b"PGDMP")
    copied = [p for p in (tmp_path / "backups" / "files").rglob("*") if p.is_file()]
    assert [each.name for each in copied] == ["0a1b"]
    assert copied[0].read_text() == "a document"


def test_a_backup_is_kept_for_its_days_and_made_again_the_same_day(
    backup: Callable[..., str], postgres_url: str, tmp_path: Path
) -> None:
    old = tmp_path / "backups" / "2020-01-01"
    old.mkdir(parents=True)
    os.utime(old, (0, 0))
    backup(postgres_url)
    backup(postgres_url)
    assert not old.exists()
    assert len(list((tmp_path / "backups").glob("20*"))) == 1


def test_nginx_takes_what_the_gateway_is_told_of_its_port(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    nginx = get_server(find_nginx, pytestconfig)
    listen = KUBERNETES / "base" / "listen.conf"
    conf = tmp_path / "nginx.conf"
    conf.write_text(f"pid {tmp_path}/pid; events {{}} http {{ server {{ include {listen}; }} }}")
    try_it = [str(nginx), "-t", "-e", "stderr", "-p", str(tmp_path), "-c", str(conf)]
    tried = subprocess.run(try_it, capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
