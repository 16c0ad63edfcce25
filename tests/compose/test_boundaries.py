"""What cannot be reached, read or forged in the containers, and who asks too often."""

import json
import ssl
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPSConnection
from urllib.parse import urlsplit

import pytest
import requests

from services.demonstration.journey.walker import Journey
from tests.compose.deployed import Deployed, Failed, inspect, run, wait_until
from tests.integration.test_gateway import NOBODYS

pytestmark = [pytest.mark.compose, pytest.mark.timeout(1800)]


def status_of(deployed: Deployed, path: str) -> int:
    """What the gateway answers to a path, which is sent as it is written."""
    trusting = ssl.create_default_context(cafile=str(deployed.certificate))
    address = urlsplit(deployed.base_url)
    connection = HTTPSConnection(str(address.hostname), address.port, timeout=20, context=trusting)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


def test_the_journey_goes_through_the_published_port(walked: Journey) -> None:
    assert walked.facts["certificate_number"]
    assert walked.facts["seconds to lookup"] < 5
    assert walked.facts["seconds to findings"] < 5


def test_no_container_reports_an_error(deployed: Deployed, walked: Journey) -> None:
    for container in deployed.starts():
        said = run(["docker", "logs", container])
        assert '"level": "error"' not in said, said[-2000:]
        assert "Traceback" not in said, said[-2000:]


@pytest.mark.parametrize("path", [*NOBODYS, "/internal/snapshot", "/lookup/%2e%2e/metrics"])
def test_what_is_internal_is_not_found_through_the_gateway(deployed: Deployed, path: str) -> None:
    assert status_of(deployed, path) in (400, 404)


@pytest.mark.parametrize("path", ["/docs/", "/docs/events/", "/docs/asyncapi.json", "/docs/legal/"])
def test_the_gateways_image_brings_the_pages_for_integrators(deployed: Deployed, path: str) -> None:
    assert status_of(deployed, path) == 200


_TOKEN = """
import sys, urllib.request
asked = urllib.request.Request("http://identity-web:8000/internal/token?audience=certification")
asked.add_header("Cookie", sys.argv[1])
token = urllib.request.urlopen(asked, timeout=10).headers["X-Token"]
queue = urllib.request.Request("http://certification-web:8000/certification/queue")
queue.add_header("Authorization", f"Bearer {token}")
assert urllib.request.urlopen(queue, timeout=10).status == 200
print(token)
"""


def test_a_token_from_outside_is_worth_nothing_even_a_true_one(
    deployed: Deployed, walked: Journey
) -> None:
    cookies = deployed.staff("analyst")._browser.cookies
    session = "; ".join(f"{each.name}={each.value}" for each in cookies)
    token = deployed.python("certification-web", _TOKEN, session).strip()
    queue = f"{deployed.base_url}/certification/queue"

    for forged in ("Bearer forged", f"Bearer {token}"):
        headers = {"Authorization": forged, "X-Token": token, "Accept": "application/json"}
        assert requests.get(queue, headers=headers, timeout=20).status_code == 401
    assert requests.get(queue, headers={"Cookie": session}, timeout=20).status_code == 200


def test_nobody_chooses_the_address_that_the_audit_trail_names(
    deployed: Deployed, walked: Journey
) -> None:
    forged = dict.fromkeys(("X-Real-IP", "X-Forwarded-For", "Forwarded"), "192.0.2.77")
    requests.post(
        f"{deployed.base_url}/identity/sign-in",
        data={"username": "legal", "password": "not this one"},
        headers=forged,
        timeout=20,
    )

    addresses = deployed.ask("identity", "select distinct address from audit")

    assert any(addresses)
    assert "192.0.2.77" not in addresses


_READ = """
import os, pathlib, sys, pika
url = pathlib.Path(os.environ["BROKER_URL_FILE"]).read_text()
channel = pika.BlockingConnection(pika.URLParameters(url)).channel()
channel.basic_get(sys.argv[1])
print("read")
"""
_PUBLISH = """
import os, pathlib, sys, uuid, pika
url = pathlib.Path(os.environ["BROKER_URL_FILE"]).read_text()
channel = pika.BlockingConnection(pika.URLParameters(url)).channel()
channel.confirm_delivery()
properties = pika.BasicProperties(message_id=str(uuid.uuid4()), delivery_mode=2)
channel.basic_publish("events", sys.argv[1], b"{}", properties)
print("published")
"""


def test_a_service_reads_its_own_queue_and_no_other(deployed: Deployed) -> None:
    assert deployed.python("legal-worker", _READ, "legal.parked") == "read\n"
    for queue in ("payments.events", "identity.events", "payments.parked"):
        with pytest.raises(Failed, match="ACCESS_REFUSED"):
            deployed.python("legal-worker", _READ, queue)


def test_a_service_publishes_nothing_in_anothers_name(deployed: Deployed) -> None:
    with pytest.raises(Failed, match="ACCESS_REFUSED"):
        deployed.python("legal-worker", _PUBLISH, "payments.payment-settled.v1")
    with pytest.raises(Failed, match="ACCESS_REFUSED"):
        deployed.python("lookup", _PUBLISH, "legal.order-entered.v1")


def test_an_operator_replays_and_discards_what_was_parked(
    deployed: Deployed, walked: Journey
) -> None:
    def parked(service: str, *command: str, **environment: str) -> str:
        variables = [f"--env={name}={value}" for name, value in environment.items()]
        container = deployed.container(f"{service}-worker")
        return run(["docker", "exec", *variables, container, "/app/role", "parked", *command])

    def the_one_parked(service: str) -> str:
        told = f"Parked for {service}: 1."
        wait_until(lambda: told in parked(service, "list"), "one is parked", 60)
        return parked(service, "list").split("\n\n")[1].split()[0]

    deployed.python("identity-worker", _PUBLISH, "identity.person-recorded.v1")
    letter = the_one_parked("legal")
    assert "not accepted" in parked("legal", "show", letter)
    with pytest.raises(Failed, match="refuse"):
        parked("legal", "replay", letter)
    replayer = (deployed.state / "secrets/replayer_broker_url").read_text()
    assert "Replayed" in parked("legal", "replay", letter, LEGAL_BROKER_URL=replayer)

    for service in ("legal", "certification", "assignments"):
        letter = the_one_parked(service)
        assert "Discarded" in parked(service, "discard", letter, "--because", "a test sent it")
        assert parked(service, "list") == f"Nothing is parked for {service}.\n"


_CONNECT = """
import os, pathlib, sys, psycopg
url = pathlib.Path(os.environ["DATABASE_URL_FILE"]).read_text().replace("+psycopg", "")
own, _, _ = url.rpartition("/")
print(psycopg.connect(f"{own}/{sys.argv[1]}").execute("select 1").fetchone())
"""


def test_a_service_connects_to_its_own_database_and_no_other(deployed: Deployed) -> None:
    assert deployed.python("legal-web", _CONNECT, "legal") == "(1,)\n"
    for database in ("identity", "payments", "postgres", "template1"):
        with pytest.raises(Failed, match="permission denied for database"):
            deployed.python("legal-web", _CONNECT, database)


_REACH = """
import socket, sys
from concurrent.futures import ThreadPoolExecutor
def reach(server):
    name, port = server.split(":")
    try:
        socket.create_connection((name, int(port)), timeout=3).close()
        return [name]
    except OSError:
        return []
with ThreadPoolExecutor() as pool:
    print(*sum(pool.map(reach, sys.argv[1:]), []))
"""
REACHED = {
    "legal-web": "postgres",
    "legal-worker": "postgres rabbitmq",
    "lookup": "rabbitmq",
    "identity-worker": "postgres rabbitmq mail-sink",
}


def test_a_container_reaches_only_the_servers_it_needs(deployed: Deployed) -> None:
    servers = ("postgres:5432", "rabbitmq:5672", "mail-sink:1025")
    with ThreadPoolExecutor() as pool:
        told = pool.map(lambda service: deployed.python(service, _REACH, *servers), REACHED)
    assert dict(zip(REACHED, map(str.strip, told), strict=True)) == REACHED


def test_only_the_gateway_is_published_besides_what_is_for_development(deployed: Deployed) -> None:
    published = {
        each["Config"]["Labels"]["com.docker.compose.service"]
        for each in inspect(*deployed.starts())
        if any(each["NetworkSettings"]["Ports"].values())
    }
    assert published == {"gateway", "card-provider", "mail-sink"}


_HURRY = """
import json, ssl, sys
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPSConnection
method, path, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
unverified = ssl._create_unverified_context()
def ask(count):
    connection, answers = HTTPSConnection("gateway", 8443, context=unverified), []
    for _ in range(count):
        connection.request(method, path, headers={"Accept": "text/html"})
        answer = connection.getresponse()
        told = [answer.headers[name] for name in ("Content-Type", "Retry-After")]
        answers.append([answer.status, *told, answer.read().decode()])
    return answers
with ThreadPoolExecutor(8) as pool:
    told = [each for some in pool.map(ask, [times // 8] * 8) for each in some]
refused = [each for each in told if each[0] == 429]
print(json.dumps([*refused[:1], sorted({each[0] for each in told})]))
"""


# Asked from a container: an address of its own, so that nobody else is made to wait.
@pytest.mark.parametrize(
    ("method", "path", "times", "kind"),
    [
        ("GET", "/lookup/api/verify/1", 800, "application/problem+json"),
        ("GET", "/lookup/educators?q=Combs", 800, "text/html"),
        ("POST", "/identity/sign-in", 80, "text/html"),
    ],
)
def test_who_asks_too_often_is_told_to_wait(
    deployed: Deployed, method: str, path: str, times: int, kind: str
) -> None:
    told = json.loads(deployed.python("payments-web", _HURRY, method, path, str(times)))

    (refused, statuses) = told
    assert len(statuses) > 1, "some were answered"
    status, content_type, retry_after, body = refused
    assert status == 429
    assert content_type.startswith(kind)
    assert int(retry_after) > 0
    if kind == "text/html":
        assert "<h1>Too many requests</h1>" in body
        assert "Wait a minute, then try again." in body
    else:
        problem = json.loads(body)
        assert (problem["status"], problem["title"]) == (429, "Too many requests")
        assert problem["type"] == "urn:credence:problem:too-many-requests"
