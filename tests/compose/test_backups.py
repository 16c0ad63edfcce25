"""Backed up, destroyed and restored: nothing is lost, and everybody goes on."""

from pathlib import Path
from typing import Any

import pytest
import requests

from services.demonstration.journey.walker import Journey
from tests.compose.deployed import Deployed, run, wait_until

pytestmark = [pytest.mark.compose, pytest.mark.timeout(1800)]


def back_up(deployed: Deployed, *services: str) -> Path:
    return Path(deployed.deploy("backup", *services).split()[-1])


def looked_up(deployed: Deployed, journey: Journey) -> list[Any]:
    """What lookup answers about a journey's educator, but for how fresh it says it is."""
    number = journey.facts["certificate_number"]
    told = requests.get(f"{deployed.base_url}/lookup/api/verify/{number}", timeout=20).json()
    found = requests.get(
        f"{deployed.base_url}/lookup/api/educators", params={"q": journey.last_name}, timeout=20
    ).json()
    return [told["valid"], told["reason"], told["certificate"], found.get("educators")]


def destroy(deployed: Deployed) -> None:
    """The machine is gone; what was archived is not."""
    wait_until_archived(deployed)
    containers = run(
        [
            "docker",
            "ps",
            "--all",
            "--quiet",
            f"--filter=label=com.docker.compose.project={deployed.project}",
        ]
    ).split()
    run(["docker", "rm", "--force", "--volumes", *containers])
    volumes = run(
        [
            "docker",
            "volume",
            "ls",
            "--quiet",
            f"--filter=label=com.docker.compose.project={deployed.project}",
        ]
    ).split()
    run(["docker", "volume", "rm", *volumes])


def wait_until_archived(deployed: Deployed) -> None:
    """As after a minute without a change: PostgreSQL hands on what it has begun."""
    (piece,) = deployed.ask("postgres", "select pg_walfile_name(pg_switch_wal())")
    last = "select last_archived_wal from pg_stat_archiver"
    wait_until(lambda: deployed.ask("postgres", last)[0] >= piece, "the log is archived", 60)


def lost(before: dict[str, set[str]], after: dict[str, set[str]]) -> dict[str, set[str]]:
    return {table: rows - after[table] for table, rows in before.items() if rows - after[table]}


def test_the_whole_suite_comes_back_as_it_was_and_goes_back_to_a_moment(
    deployed: Deployed, walked: Journey
) -> None:
    made = back_up(deployed)
    assert {each.name for each in made.iterdir()} >= {"databases.tar.gz", "identity.dump"}
    late = deployed.walk()  # after the backup: only the archive tells of it
    deployed.wait_until_quiet()
    before = deployed.rows()
    answers = looked_up(deployed, walked), looked_up(deployed, late)

    destroy(deployed)
    deployed.deploy("restore", str(made))
    deployed.wait_until_healthy()
    deployed.wait_until_quiet()

    assert lost(before, deployed.rows()) == {}
    assert (looked_up(deployed, walked), looked_up(deployed, late)) == answers
    for service in ("certification", "legal", "payments"):
        assert "unbroken" in deployed.inside(f"{service}-worker", "/app/role", "verify-audit")

    (moment,) = deployed.ask("postgres", "select now()")
    regretted = deployed.walk()
    wait_until_archived(deployed)
    deployed.deploy("restore", str(made), "--to", moment, REPLACE="yes")
    deployed.wait_until_healthy()
    deployed.wait_until_quiet()

    gone = lost(before, deployed.rows())
    assert {table for table in gone if not table.endswith(".number_series")} == set()
    assert looked_up(deployed, late) == answers[1]
    person = f"select 1 from person where last_name = '{regretted.last_name}'"
    assert deployed.ask("identity", person) == []
    assert looked_up(deployed, regretted)[2] is None
    following = deployed.walk()
    assert following.facts["certificate_number"] > regretted.facts["certificate_number"]


def test_one_service_comes_back_and_learns_what_it_forgot(
    deployed: Deployed, walked: Journey
) -> None:
    deployed.wait_until_quiet()
    made = back_up(deployed, "legal")
    before = deployed.rows()
    later = deployed.walk()
    deployed.wait_until_quiet()
    numbers = set(deployed.ask("legal", "select complaint_number from complaint"))

    deployed.deploy("restore", str(made), "legal")
    deployed.wait_until_healthy()
    deployed.wait_until_quiet()

    after = deployed.rows()
    versions = {"legal.complaint", "legal.case_file", "legal.final_order", "legal.hold"}
    raised = {table for table in lost(before, after) if table.startswith("legal.")}
    assert raised <= versions | {"legal.number_series"}, "only versions and numbers went on"
    assert {table: len(rows) for table, rows in before.items() if table in versions} == {
        table: len(rows) for table, rows in after.items() if table in versions
    }, "what came after the backup is forgotten"
    known = f"select 1 from educator where full_name like '%{later.last_name}'"
    assert deployed.ask("legal", known) == ["1"], "but others told of their own again"
    following = deployed.walk()
    assert following.facts["seconds to lookup"] < 5
    given = set(deployed.ask("legal", "select complaint_number from complaint"))
    assert len(given - numbers) == 1, "a number that was given is not given again"
