"""While people go on: more replicas, containers that are killed, and new versions of a service."""

import shutil
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from services.demonstration.journey.walker import Journey, day
from services.demonstration.visitor import Visitor
from tests.compose.deployed import OF_A_TEST, Deployed, Failed, image, inspect, run, wait_until
from tests.compose.traffic import Act, look_up, under_way

pytestmark = [pytest.mark.compose, pytest.mark.timeout(1800)]

VERSIONS = Path(__file__).parent / "versions"
MIGRATIONS = Path(__file__).parents[2] / "services/legal/migrations/versions"
EXPANDED, CONTRACTED, BROKEN = (f"{number}{OF_A_TEST}" for number in ("9.1.0", "9.2.0", "9.3.0"))


def scale_lookup(deployed: Deployed, replicas: int) -> None:
    deployed.deploy("scale", str(replicas))
    deployed.wait_until_healthy()


def test_lookup_grows_to_three_and_shrinks_with_no_request_failed_and_nobody_else_touched(
    deployed: Deployed, walked: Journey
) -> None:
    number, before = walked.facts["certificate_number"], deployed.starts()
    volumes = run(["docker", "volume", "ls", "--quiet"])
    people = [look_up(deployed.base_url, number) for _ in range(3)]

    with under_way(people) as traffic:
        scale_lookup(deployed, 3)
        replicas = deployed.containers("lookup")
        at_its_largest = deployed.starts()
        for replica in replicas:
            wait_until_it_answered(replica)
        scale_lookup(deployed, 1)

    assert traffic.failures == []
    assert len(replicas) == 3
    assert before.items() <= at_its_largest.items()
    untouched = {id_ for id_ in before if id_ not in replicas}
    after = deployed.starts()
    assert {id_: before[id_] for id_ in untouched}.items() <= after.items()
    assert len(deployed.containers("lookup")) == 1
    assert run(["docker", "volume", "ls", "--quiet"]) == volumes, "what a replica kept is gone"


def test_lookup_changes_its_version_with_no_request_failed(
    deployed: Deployed, walked: Journey
) -> None:
    run(["docker", "tag", image("lookup"), image("lookup", EXPANDED)])
    people = [look_up(deployed.base_url, walked.facts["certificate_number"]) for _ in range(3)]

    with under_way(people, pause=0.2) as traffic:
        deployed.deploy("upgrade", "lookup", EXPANDED)

    assert traffic.failures == []
    (replica,) = inspect(deployed.container("lookup"))
    assert replica["Config"]["Image"] == image("lookup", EXPANDED)


def wait_until_it_answered(replica: str) -> None:
    wait_until(lambda: "/lookup/api/verify/" in run(["docker", "logs", replica]), "it answers", 30)


@pytest.mark.parametrize(
    "killed",
    [["legal-web", "legal-worker", "lookup", "gateway"], ["rabbitmq"], ["postgres"]],
    ids=" ".join,
)
def test_killed_containers_come_back_and_journeys_go_on(
    deployed: Deployed, walked: Journey, killed: list[str]
) -> None:
    for service in killed:
        deployed.kill(deployed.container(service))
    deployed.wait_until_healthy()
    deployed.wait_until_listening()

    assert deployed.walk().facts["certificate_number"]


@pytest.fixture
def versions(deployed: Deployed, tmp_path: Path) -> tuple[str, str]:
    """Two further versions of legal: one expands its schema, the next contracts it."""
    newest = max(path.name[:4] for path in MIGRATIONS.glob("[0-9]*.py"))
    made: list[str] = []
    for migration, version in (("expand", EXPANDED), ("contract", CONTRACTED)):
        folder = tmp_path / version
        shutil.copytree(VERSIONS, folder)
        expand = folder / "expand_position_held.py"
        expand.write_text(expand.read_text().replace('"HEAD"', f'"{newest}"'))
        name = image("legal", version)
        before = image("legal") if not made else made[-1]
        run(["docker", "build", "--quiet", f"--tag={name}", f"--build-arg=BEFORE={before}",
             f"--build-arg=MIGRATION={migration}", str(folder)])  # fmt: skip
        made.append(name)
    return EXPANDED, CONTRACTED


def test_legal_changes_its_version_forth_and_back_with_no_request_failed(
    deployed: Deployed, walked: Journey, versions: tuple[str, str]
) -> None:
    expanded, contracted = versions
    number = walked.facts["educator_number"]
    superintendent, legal = deployed.staff("superintendent"), deployed.staff("legal")
    filed = count(deployed)
    untouched = others_than_legal(deployed)

    with under_way(
        [complain(superintendent, number), read_cases(legal), read(deployed)]
    ) as traffic:
        deployed.deploy("upgrade", "legal", expanded)
        assert versions_of(deployed) == {image("legal", expanded)}
        deployed.deploy("upgrade", "--back", "legal", "0.2.0")
        assert versions_of(deployed) == {image("legal")}
        deployed.deploy("upgrade", "legal", expanded)
        deployed.deploy("upgrade", "legal", contracted)
        assert versions_of(deployed) == {image("legal", contracted)}

    assert traffic.failures == []
    assert count(deployed) > filed
    assert others_than_legal(deployed) == untouched
    columns = deployed.ask(
        "legal", "select column_name from information_schema.columns where table_name = 'complaint'"
    )
    assert "position_held" in columns
    assert "position" not in columns
    assert deployed.ask("legal", "select distinct position_held from complaint") == [
        "Mathematics teacher"
    ]


def versions_of(deployed: Deployed) -> set[str]:
    running = [*deployed.containers("legal-web"), *deployed.containers("legal-worker")]
    assert len(running) == 2
    return {each["Config"]["Image"] for each in inspect(*running)}


def others_than_legal(deployed: Deployed) -> dict[str, str]:
    changed = {*deployed.containers("legal-web"), *deployed.containers("legal-worker")}
    return {id_: at for id_, at in deployed.starts().items() if id_ not in changed}


def count(deployed: Deployed) -> int:
    return int(deployed.ask("legal", "select count(*) from complaint")[0])


def complain(superintendent: Visitor, educator_number: str) -> Act:
    """A complaint is filed: every column of it is written by whichever version answers."""
    turn = threading.Lock()

    def file() -> None:
        with turn:
            superintendent.open("/legal/complaints/new")
            superintendent.send({"educator_number": educator_number}, action="new")
            superintendent.open(superintendent.link_to("/legal/complaints/new/"))
            today = datetime.now(UTC).date()
            superintendent.send(
                {
                    "position": "Mathematics teacher",
                    "facts": "Left a class alone.",
                    **day("occurred_on", today - timedelta(days=9)),
                    **day("learned_on", today - timedelta(days=7)),
                    "is_true": "true",
                    "signature": "Sylvia Overstreet",
                },
                action="/legal/complaints/new/",
                expect="Received",
            )

    return file


def read_cases(legal: Visitor) -> Act:
    """Legal looks at all its work, complaints that either version wrote."""

    def look() -> None:
        legal.open("/legal/cases")

    return look


def read(deployed: Deployed) -> Act:
    """A program asks what legal's API is."""

    def look() -> None:
        answer = requests.get(f"{deployed.base_url}/legal/api/openapi.json", timeout=20)
        assert answer.status_code == 200, answer.status_code

    return look


def test_a_version_that_does_not_start_changes_nothing(deployed: Deployed, walked: Journey) -> None:
    broken = image("payments", BROKEN)
    run(["docker", "build", "--quiet", f"--tag={broken}", f"--build-arg=BEFORE={image('payments')}",
         str(VERSIONS / "broken")])  # fmt: skip
    before = deployed.starts()

    with pytest.raises(Failed, match="did not become ready"):
        deployed.deploy("upgrade", "payments", BROKEN, PATIENCE="15")

    assert deployed.starts() == before
    assert (
        requests.get(f"{deployed.base_url}/payments/api/openapi.json", timeout=20).status_code
        == 200
    )
