"""The servers that tests stand on: found, private, killed and started again, gone afterwards."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pika
import pika.exceptions
import psycopg
import pytest
import requests
from pika.adapters.blocking_connection import BlockingChannel

from tests.servers import (
    NginxServer,
    PostgresServer,
    RabbitServer,
    ServerFailed,
    find_nginx,
    install,
    provide_postgres,
    provide_rabbitmq,
)
from tests.servers.folders import PrivateFolder
from tests.servers.plugin import get_server
from tests.servers.processes import ServerProcess, accepts, free_port

PROGRAMS = [each for each in vars(install).values() if isinstance(each, install.Program)]
ROOT = Path(__file__).parents[2]
DURABLE = pika.BasicProperties(delivery_mode=pika.DeliveryMode.Persistent)


def connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


@contextmanager
def channel(url: str) -> Iterator[BlockingChannel]:
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        opened = connection.channel()
        opened.confirm_delivery()
        yield opened


def declare(opened: BlockingChannel, queue: str, kind: str) -> None:
    opened.queue_declare(queue, durable=True, arguments={"x-queue-type": kind})


def wait_until(condition: Callable[[], bool], *, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"it did not come true within {seconds:g} seconds"
        time.sleep(0.03)


def test_a_new_database_can_be_written_and_read(postgres_url: str) -> None:
    with connect(postgres_url) as connection:
        connection.execute("CREATE TABLE certificate (number text)")
        connection.execute("INSERT INTO certificate VALUES ('201234567')")
        assert connection.execute("SELECT number FROM certificate").fetchall() == [("201234567",)]


def test_a_database_created_again_is_empty_though_somebody_is_connected(
    postgres: PostgresServer,
) -> None:
    url = postgres.create_database("test_again")
    with connect(url) as connection:
        connection.execute("CREATE TABLE certificate (number text)")
        postgres.create_database("test_again")
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    with connect(url) as connection:
        assert connection.execute("SELECT to_regclass('certificate')").fetchone() == (None,)
    postgres.drop_database("test_again")


def test_a_quorum_queue_gives_back_what_it_confirmed(broker_url: str) -> None:
    with channel(broker_url) as opened:
        declare(opened, "certification.events", "quorum")
        opened.basic_publish("", "certification.events", b"issued", DURABLE, mandatory=True)
        _, _, body = opened.basic_get("certification.events", auto_ack=True)
        assert body == b"issued"


def test_a_stream_is_read_from_its_beginning_again_and_again(broker_url: str) -> None:
    with channel(broker_url) as opened:
        declare(opened, "lookup.events", "stream")
        opened.basic_qos(prefetch_count=10)
        for body in (b"issued", b"revoked"):
            opened.basic_publish("", "lookup.events", body, DURABLE, mandatory=True)
        for _ in range(2):
            assert read_stream(opened, "lookup.events", messages=2) == [b"issued", b"revoked"]


def read_stream(opened: BlockingChannel, queue: str, *, messages: int) -> list[bytes]:
    bodies: list[bytes] = []
    following = opened.consume(queue, arguments={"x-stream-offset": "first"}, inactivity_timeout=10)
    for method, _, body in following:
        assert method is not None, "the stream gave nothing for ten seconds"
        bodies.append(body)
        opened.basic_ack(method.delivery_tag)
        if len(bodies) == messages:
            break
    opened.cancel()
    return bodies


def test_a_virtual_host_created_again_is_empty(rabbitmq: RabbitServer) -> None:
    url = rabbitmq.create_vhost("test again")
    with channel(url) as opened:
        declare(opened, "payments.events", "quorum")
    assert rabbitmq.create_vhost("test again") == url
    with (
        channel(url) as opened,
        pytest.raises(pika.exceptions.ChannelClosedByBroker, match="NOT_FOUND"),
    ):
        opened.queue_declare("payments.events", passive=True)
    rabbitmq.delete_vhost("test again")


@pytest.fixture
def durable_postgres(pytestconfig: pytest.Config) -> Iterator[PostgresServer]:
    server = get_server(partial(provide_postgres, durable=True, killable=True), pytestconfig)
    yield server
    server.stop()


@pytest.fixture
def killable_rabbitmq(pytestconfig: pytest.Config) -> Iterator[RabbitServer]:
    server = get_server(partial(provide_rabbitmq, killable=True), pytestconfig)
    yield server
    server.stop()


def test_a_committed_row_outlives_a_killed_postgres(durable_postgres: PostgresServer) -> None:
    url = durable_postgres.create_database("payments")
    with connect(url) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        connection.execute("CREATE TABLE payment (cents integer)")
        connection.execute("INSERT INTO payment VALUES (5000)")
        durable_postgres.kill()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    durable_postgres.start()
    with connect(url) as connection:
        assert connection.execute("SELECT cents FROM payment").fetchall() == [(5000,)]


def test_confirmed_messages_outlive_a_killed_rabbitmq(killable_rabbitmq: RabbitServer) -> None:
    url = killable_rabbitmq.create_vhost("legal")
    with channel(url) as opened:
        declare(opened, "legal.events", "quorum")
        wait_until(lambda: killable_rabbitmq.has_saved("legal", "legal.events"), seconds=60)
        confirmed = publish_confirmed(opened, "legal.events")
    killable_rabbitmq.kill()
    with pytest.raises(pika.exceptions.AMQPConnectionError):
        pika.BlockingConnection(pika.URLParameters(url))
    killable_rabbitmq.start()
    with channel(url) as opened:
        kept = [opened.basic_get("legal.events", auto_ack=True)[2] for _ in confirmed]
    assert kept == confirmed


def publish_confirmed(opened: BlockingChannel, queue: str) -> list[bytes]:
    confirmed = [b"order %d entered" % number for number in range(500)]
    for body in confirmed:
        opened.basic_publish("", queue, body, DURABLE, mandatory=True)
    return confirmed


def test_a_server_named_by_the_environment_is_used_and_left_running(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_POSTGRES_URL", postgres.admin_url.replace("+psycopg", ""))
    named = provide_postgres()
    assert named.admin_url == postgres.admin_url
    with pytest.raises(ServerFailed, match="not run by the tests"):
        named.kill()
    named.stop()
    with connect(postgres.admin_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_broker_without_management_lends_its_one_virtual_host(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("TEST_RABBITMQ_MANAGEMENT_URL", raising=False)
    monkeypatch.setenv("TEST_RABBITMQ_URL", "amqp://agency:secret@broker.example:5672/tests")
    named = provide_rabbitmq()
    assert named.create_vhost("another") == "amqp://agency:secret@broker.example:5672/tests"
    named.delete_vhost("another")
    named.stop()


ABANDONED_RUN = """
import signal, sys
from pathlib import Path
from tests.servers.processes import ServerProcess, accepts, free_port

port = free_port()
command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
server = ServerProcess("server", command, folder=Path(sys.argv[1]))
server.start(lambda: accepts(port))
print(port, flush=True)
signal.pause()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends processes with their parent")
def test_a_killed_run_leaves_no_server_running(tmp_path: Path) -> None:
    run = subprocess.Popen(
        [sys.executable, "-c", ABANDONED_RUN, tmp_path], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    with run:
        assert run.stdout is not None
        port = int(run.stdout.readline())
        assert accepts(port)
        run.kill()
    wait_until(lambda: not accepts(port))


ABANDONED_FOLDER = """
import os
from tests.servers.folders import PrivateFolder

print(PrivateFolder("killed").path, flush=True)
os._exit(0)
"""


def test_the_folder_of_a_killed_run_is_removed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    killed = subprocess.run(
        [sys.executable, "-c", ABANDONED_FOLDER],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    abandoned = Path(killed.stdout.strip())
    in_use = PrivateFolder("running")
    assert abandoned.exists()
    for folder in (abandoned, in_use.path):
        os.utime(folder, (0, 0))
    PrivateFolder("next").remove()
    assert not abandoned.exists()
    assert in_use.path.exists()
    in_use.remove()


def test_a_server_that_ends_while_starting_shows_the_end_of_its_log(tmp_path: Path) -> None:
    command = ["sh", "-c", "echo the disk is full; exit 1"]
    server = ServerProcess("Broken", command, folder=tmp_path)
    with pytest.raises(
        ServerFailed, match=r"Broken ended while it was starting(.|\n)*disk is full"
    ):
        server.start(lambda: False)


def test_a_server_that_does_not_answer_is_ended(tmp_path: Path) -> None:
    server = ServerProcess("Silent", ["sleep", "600"], folder=tmp_path)
    with pytest.raises(ServerFailed, match=r"Silent did not answer within 0\.1 seconds"):
        server.start(lambda: False, seconds=0.1)
    assert not server.running


@pytest.fixture
def nginx_folder(pytestconfig: pytest.Config) -> Iterator[Path]:
    get_server(find_nginx, pytestconfig)
    folder = PrivateFolder("nginx")
    yield folder.path
    folder.remove()


def write_configuration(folder: Path, port: int, answer: str) -> Path:
    configuration = folder / "nginx.conf"
    configuration.write_text(f"""
        {"user root;" if os.geteuid() == 0 else ""}
        pid nginx.pid;
        error_log error.log;
        events {{}}
        http {{
            access_log off;
            {temporary_paths()}
            server {{
                listen 127.0.0.1:{port};
                location / {{ root pages; }}
                location /answer {{ return 200 "{answer}"; }}
            }}
        }}
    """)
    return configuration


def temporary_paths() -> str:
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    return " ".join(f"{kind}_temp_path {kind};" for kind in kinds)


def test_nginx_serves_a_file_and_takes_up_a_changed_configuration(nginx_folder: Path) -> None:
    port = free_port()
    (nginx_folder / "pages").mkdir()
    (nginx_folder / "pages" / "index.html").write_text("Find an educator")
    configuration = write_configuration(nginx_folder, port, "before")
    nginx = NginxServer(configuration, nginx_folder, port=port)
    nginx.start()
    assert requests.get(f"http://127.0.0.1:{port}/", timeout=5).text == "Find an educator"
    assert requests.get(f"http://127.0.0.1:{port}/answer", timeout=5).text == "before"

    write_configuration(nginx_folder, port, "after")
    nginx.reload()
    assert requests.get(f"http://127.0.0.1:{port}/answer", timeout=5).text == "after"

    nginx.stop()
    assert not accepts(port)


def test_nginx_says_what_is_wrong_with_its_configuration(nginx_folder: Path) -> None:
    configuration = nginx_folder / "nginx.conf"
    configuration.write_text("pid nginx.pid; events {} htp {}")
    with pytest.raises(ServerFailed, match='unknown directive "htp"'):
        NginxServer(configuration, nginx_folder, port=free_port()).start()


NOTHING_INSTALLED = """
from tests.servers import processes

pytest_plugins = ["tests.servers.plugin"]
processes.PROGRAM_FOLDERS = ()
"""

NEEDS_SERVERS = """
def test_payments(postgres_url): ...
def test_refunds(postgres_url): ...
def test_events(broker_url): ...
def test_arithmetic(): ...
"""


NEEDS_PROGRAMS = """
from functools import partial

import pytest

from tests.servers import install
from tests.servers.plugin import get_server

PROGRAMS = [each for each in vars(install).values() if isinstance(each, install.Program)]

@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_runs(program, pytestconfig):
    get_server(partial(install.get_program, program), pytestconfig)
"""


def run_where_nothing_is_installed(
    folder: Path, tests: str = NEEDS_SERVERS, **environment: str
) -> str:
    (folder / "conftest.py").write_text(NOTHING_INSTALLED)
    (folder / "test_services.py").write_text(tests)
    nowhere = {"PATH": "", "HOME": str(folder), "DOCKER_HOST": f"unix://{folder}/docker.sock"}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "test_services.py"],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), **nowhere, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return f"{run.stdout}\nexit status {run.returncode}"


def test_tests_without_a_server_are_skipped_and_named_with_the_command_that_helps(
    tmp_path: Path,
) -> None:
    said = run_where_nothing_is_installed(tmp_path)
    assert "1 passed, 3 skipped" in said
    assert "exit status 0" in said
    assert "PostgreSQL is not available: TEST_POSTGRES_URL is not set, no program postgres" in said
    assert "export TEST_POSTGRES_URL=postgresql://" in said
    assert "export TEST_RABBITMQ_URL=amqp://" in said
    for test in ("test_payments", "test_refunds", "test_events"):
        assert f"  test_services.py::{test}\n" in said


def test_with_ci_tests_without_a_server_fail(tmp_path: Path) -> None:
    said = run_where_nothing_is_installed(tmp_path, CI="true")
    assert "1 passed, 3 errors" in said
    assert "exit status 1" in said
    assert "export TEST_POSTGRES_URL=postgresql://" in said


def test_a_program_that_is_not_there_is_named_with_the_way_to_get_it(tmp_path: Path) -> None:
    said = run_where_nothing_is_installed(tmp_path, NEEDS_PROGRAMS)
    assert "exit status 0" in said
    for program in PROGRAMS:
        assert f"{program.title} is not available: no program {program.name} is installed" in said
        assert f"Provide it with: {program.elsewhere}\n  test_services.py::" in said


def test_with_ci_a_test_without_its_program_fails(tmp_path: Path) -> None:
    said = run_where_nothing_is_installed(tmp_path, NEEDS_PROGRAMS, CI="true")
    assert f"{len(PROGRAMS)} failed" in said
    assert "exit status 1" in said


def test_a_program_that_is_found_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    promtool = tmp_path / "promtool"
    promtool.write_text("#!/bin/sh\n")
    promtool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert install.get_program(install.PROMTOOL) == promtool.resolve()


def test_a_program_that_is_not_found_is_installed_once_on_a_disposable_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root installs")
    program = install.Program("credence-example", "Example", "example-one example-two", "nowhere")
    apt_get = tmp_path / "apt-get"
    apt_get.write_text(
        f"""#!/bin/sh
echo "$*" >> {tmp_path}/asked
case "$*" in
*example-two) printf '#!/bin/sh' > {tmp_path}/credence-example; chmod +x {tmp_path}/credence-example
esac
"""
    )
    apt_get.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(install, "_SERVICE_POLICY", tmp_path / "policy-rc.d")

    for _ in range(2):
        assert install.get_program(program) == (tmp_path / program.name).resolve()

    update, done = (tmp_path / "asked").read_text().splitlines()
    assert update.endswith("update")
    assert done.endswith("install -y --no-install-recommends example-one example-two")
