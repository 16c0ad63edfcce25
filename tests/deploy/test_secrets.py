"""The secrets of a deployment are made once; what others read of them is whole at any moment."""

import json
import re
import threading
from pathlib import Path

from chassis.messaging.rabbitmq.topology import DEAD_LETTERS, EVENTS
from contracts import event_classes
from deploy.make_secrets import make
from services.names import SERVICES

URL = "https://credentials.example.gov"


def test_who_must_trust_the_gateway_never_meets_half_a_certificate(tmp_path: Path) -> None:
    """Each change of a version makes what is missing, while others go on reading."""
    make(tmp_path / "secrets", URL)
    shown, whole = tmp_path / "certificate.pem", set[str]()
    is_over = threading.Event()

    def read() -> None:
        while not is_over.is_set():
            whole.add(shown.read_text())

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(100):
        make(tmp_path / "secrets", URL)
    is_over.set()
    reader.join()

    assert whole == {(tmp_path / "secrets/gateway_certificate.pem").read_text()}
    assert shown.stat().st_mode & 0o777 == 0o644


def test_a_secret_that_is_there_is_kept(tmp_path: Path) -> None:
    make(tmp_path / "secrets", URL)
    before = {each.name: each.read_text() for each in (tmp_path / "secrets").glob("*_secret*")}

    make(tmp_path / "secrets", URL)

    assert before
    assert all((tmp_path / "secrets" / name).read_text() == kept for name, kept in before.items())


def test_a_service_may_publish_only_what_it_sends_or_once_sent(tmp_path: Path) -> None:
    make(tmp_path / "secrets", URL)

    definitions = json.loads((tmp_path / "secrets/rabbitmq_definitions.json").read_text())
    grants = definitions["topic_permissions"]
    granted = {each["user"]: each["write"] for each in grants if each["exchange"] == EVENTS}
    facts = event_classes()
    assert granted.keys() == set(SERVICES)
    for service, pattern in granted.items():
        allowed = {fact.topic for fact in facts if re.search(pattern, fact.topic)}
        assert allowed == {fact.topic for fact in facts if service in fact.senders()}, service
        assert not re.search(pattern, "notices.notice-due.v2")


def test_a_service_may_park_only_its_own_messages(tmp_path: Path) -> None:
    make(tmp_path / "secrets", URL)

    definitions = json.loads((tmp_path / "secrets/rabbitmq_definitions.json").read_text())
    grants = [each for each in definitions["topic_permissions"] if each["exchange"] == DEAD_LETTERS]
    assert {each["user"] for each in grants} == set(SERVICES)
    for grant in grants:
        for action in ("write", "read"):
            may = [service for service in SERVICES if re.search(grant[action], service)]
            assert may == [grant["user"]]
