"""The rules for containers on one server hold, and each of them finds what it is for."""

from copy import deepcopy
from typing import Any

import pytest

from tests.deploy import compose_rules as rules
from tests.deploy.compose_rules import FILES, RULES, Rule, rendered

GONE = object()
STATES = "${JURISDICTIONS_DIR:-../jurisdictions}"
# Where, by the way to the value; what is put there (`GONE` takes it away); what the rule then says.
DEFECTS: dict[Rule, list[tuple[str, Any, str]]] = {
    rules.containers_that_may_too_much: [
        ("services/postgres/user", GONE, "postgres runs as root"),
        ("services/legal-web/user", "0:0", "legal-web runs as root"),
        ("services/legal-web/image", "nginx:1.28", "legal-web runs as root"),
        ("services/lookup/read_only", False, "lookup can write to its own image"),
        ("services/gateway/cap_drop", ["NET_RAW"], "gateway keeps capabilities"),
        ("services/settle/cap_drop", GONE, "settle keeps capabilities"),
        ("services/rabbitmq/security_opt", GONE, "rabbitmq can become more"),
        ("services/legal-web/volumes", ["/var/run/docker.sock:/s"], "a folder of the machine"),
    ],
    rules.containers_without_limits: [
        ("services/legal-web/mem_limit", GONE, "legal-web has no mem_limit"),
        ("services/card-provider/pids_limit", GONE, "card-provider has no pids_limit"),
        ("services/mail-sink/cpus", GONE, "mail-sink has no cpus"),
        ("services/settle/logging", GONE, "settle may log until"),
        ("services/legal-worker/logging/options/max-file", GONE, "legal-worker may log until"),
    ],
    rules.containers_left_alone: [
        ("services/legal-worker/restart", GONE, "legal-worker is not started again"),
        ("services/legal-migrate/restart", "unless-stopped", "legal-migrate is started again"),
        ("services/legal-web/healthcheck", {"disable": True}, "legal-web is never asked"),
        ("services/postgres/healthcheck", GONE, "postgres is never asked"),
        ("services/lookup/init", GONE, "lookup is not told to end"),
    ],
    rules.published_containers: [
        ("services/postgres/ports", ["5432:5432"], "postgres is published: 5432"),
        ("services/card-provider/ports", ["8081:8081"], "card-provider is published"),
    ],
    rules.secrets_not_kept: [
        ("services/legal-web/environment/DATABASE_URL", "postgresql:", "in its environment"),
        ("services/postgres/environment/POSTGRES_PASSWORD", "x", "in its environment"),
        ("services/legal-web/secrets", ["identity_ssn_vault_secret_1"], "is told identity_ssn"),
        ("services/legal-web/secrets", ["legal_broker_url"], "publishes nothing"),
        ("services/legal-web/secrets", [], "DATABASE_URL_FILE, which it is not given"),
        ("secrets/legal_database_url", GONE, "which is nowhere"),
        ("secrets/postgres_password/file", "/etc/password", "no file of this suite"),
    ],
    rules.networks_outside_the_design: [
        ("services/legal-web/networks", ["pages", "database", "bus"], "legal-web is on bus"),
        ("services/lookup/networks", ["pages", "bus", "database"], "lookup is on bus, database"),
        ("services/postgres/networks", GONE, "postgres is on default"),
        ("services/gateway/networks", ["outside", "pages", "database"], "gateway is on"),
        ("services/stranger", {"networks": ["bus"]}, "stranger is on bus"),
        ("services/legal-worker", GONE, "legal-worker is not run"),
        ("networks/bus", None, "the network bus leads out"),
    ],
    rules.clocks_that_differ: [
        ("services/legal-web/environment/DAYS_AHEAD", GONE, "legal-web is not told DAYS_AHEAD"),
        ("services/settle/environment/DAYS_AHEAD", "200", "settle is not told DAYS_AHEAD"),
        ("services/card-provider/environment/SANDBOX_DAYS_AHEAD", GONE, "SANDBOX_DAYS_AHEAD"),
    ],
    rules.states_that_differ: [
        ("services/legal-web/volumes", ["legal-files:/var/lib/credence"], "legal-web does not"),
        ("services/legal-worker/volumes", [f"{STATES}:/app/jurisdictions"], "legal-worker does"),
        ("services/legal-migrate/volumes", GONE, "legal-migrate does not have"),
        ("services/lookup/volumes", [f"{STATES}:/jurisdictions:ro"], "lookup does not have"),
        ("services/lookup-migrate/volumes", GONE, "lookup-migrate does not have"),
        ("services/settle/volumes", ["../jurisdictions:/app/jurisdictions:ro"], "settle does not"),
        ("services/legal-web/environment/JURISDICTION", GONE, "legal-web is not told JURISDICTION"),
        ("services/settle/environment/JURISDICTION", GONE, "settle is not told JURISDICTION"),
        ("services/settle/environment/JURISDICTION", "${JURISDICTION:-ohio}", "settle is not told"),
        ("services/legal-web/environment/JURISDICTIONS_DIR", "/app", "legal-web looks for states"),
    ],
    rules.images_of_another_version: [
        ("services/lookup/image", "${IMAGE_PREFIX:-credence}/lookup:${VERSION:-0.0.9}", "0.0.9"),
        ("services/rabbitmq/image", "${RABBITMQ_IMAGE:-rabbitmq}", "rabbitmq runs"),
        ("services/legal-web/image", "credence/legal:latest", "legal-web runs"),
    ],
    rules.not_understood_by_both: [
        ("version", "3.9", "not both know version"),
        ("services/legal-web/deploy", {"replicas": 2}, "not both know deploy"),
        ("services/legal-web/develop", {}, "not both know develop"),
        ("services/legal-web/depends_on/legal-migrate/required", False, "a way that not both know"),
        ("services/legal-web/depends_on/nobody", {"condition": "service_started"}, "is not run"),
        ("services/gateway/ports", ["${PORT:-${OTHER}}:8443"], "not both replace"),
    ],
}
CASES = [(rule, *defect) for rule, defects in DEFECTS.items() for defect in defects]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("files", [FILES[:1], FILES], ids=["alone", "with the demonstration"])
def test_every_container_keeps_the_rules(files: tuple[str, ...], rule: Rule) -> None:
    assert list(rule(rendered(*files))) == []


@pytest.mark.parametrize(("rule", "way", "value", "said"), CASES)
def test_a_planted_defect_is_found(rule: Rule, way: str, value: Any, said: str) -> None:
    faults = list(rule(planted(rendered(*FILES), way, value)))
    assert any(said in fault for fault in faults), faults


def test_a_port_of_development_is_not_for_where_real_people_are() -> None:
    alone = planted(rendered(FILES[0]), "services/mail-sink/ports", ["127.0.0.1:8025:8025"])
    assert list(rules.published_containers(alone)) == [
        "mail-sink is published where real people are"
    ]


def test_every_rule_is_seen_to_fail() -> None:
    assert DEFECTS.keys() == set(RULES)


def planted(compose: dict[str, Any], way: str, value: Any) -> dict[str, Any]:
    changed = deepcopy(compose)
    *folders, last = way.split("/")
    place = changed
    for folder in folders:
        place = place[folder]
    if value is GONE:
        del place[last]
    else:
        place[last] = value
    return changed
