"""What holds for every container of `deploy/compose.yaml`, alone and with the demonstration's."""

import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from services.names import WITH_DATABASE

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
FILES = ("compose.yaml", "compose.demonstration.yaml")

Compose = dict[str, Any]
Rule = Callable[[Compose], Iterator[str]]

_ONCE = re.compile(r".*-migrate|settle")
_SECRET_NAMES = re.compile(r"PASSWORD|SECRET|_KEY|DATABASE_URL|BROKER_URL")
_OWN_IMAGE = re.compile(r"\$\{IMAGE_PREFIX:-credence\}/([a-z-]+):\$\{VERSION:-([\d.]+)\}")
# Both docker compose v2 and docker-compose 1.29 know these.
_KNOWN_TO_BOTH = {
    "cap_drop", "command", "cpus", "depends_on", "environment", "healthcheck", "hostname", "image",
    "init", "logging", "mem_limit", "networks", "pids_limit", "ports", "read_only", "restart",
    "secrets", "security_opt", "shm_size", "stop_grace_period", "tmpfs", "user", "volumes",
}  # fmt: skip
_CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}
_BOTH_INTERPOLATE = re.compile(r"\$\{[A-Z_]+(:-[^${}]*)?\}")

# Who is where: two that share no network cannot reach each other, and only `outside` leads out.
NETWORKS: dict[str, set[str]] = {
    "gateway": {"outside", "pages"},
    **{f"{each}-web": {"pages", "database"} for each in WITH_DATABASE},
    **{f"{each}-worker": {"database", "bus"} for each in WITH_DATABASE},
    **{f"{each}-migrate": {"database", "bus"} for each in WITH_DATABASE},
    "payments-web": {"pages", "database", "outside"},
    "identity-worker": {"database", "bus", "mail", "outside"},
    "lookup": {"pages", "bus"},
    "lookup-migrate": {"bus"},
    "postgres": {"database"},
    "rabbitmq": {"bus"},
    "mail-sink": {"mail"},
}
NETWORKS_OF_THE_DEMONSTRATION = {
    "mail-sink": {"mail", "outside"},
    "card-provider": {"outside", "pages"},
    "settle": {"database"},
}


def rendered(*files: str) -> Compose:
    """The compose files, laid one over the other as both programs do."""
    merged: Compose = {}
    for file in files:
        merged = _laid_over(merged, yaml.safe_load((DEPLOY / file).read_text(encoding="utf-8")))
    return {key: value for key, value in merged.items() if not key.startswith("x-")}


def _laid_over(below: Any, above: Any) -> Any:
    if isinstance(below, dict) and isinstance(above, dict):
        return {
            key: _laid_over(below[key], above[key])
            if key in below and key in above
            else above.get(key, below.get(key))
            for key in [*below, *(key for key in above if key not in below)]
        }
    return above


def containers_that_may_too_much(compose: Compose) -> Iterator[str]:
    """Containers that run as root, can change themselves, or become more than they are."""
    for name, container in compose["services"].items():
        if _user_of(container) in ("", "0", "root"):
            yield f"{name} runs as root"
        if container.get("read_only") is not True:
            yield f"{name} can write to its own image"
        if container.get("cap_drop") != ["ALL"]:
            yield f"{name} keeps capabilities"
        if container.get("security_opt") != ["no-new-privileges:true"]:
            yield f"{name} can become more than it is"
        for volume in container.get("volumes", []):
            if re.match(r"[./$~].*:", volume) and not re.search(r":ro$|\$\{ARCHIVE", volume):
                yield f"{name} writes to a folder of the machine: {volume}"


def _user_of(container: dict[str, Any]) -> str:
    """Whom a container runs as: what it says itself, or the last word of its own Dockerfile."""
    if user := container.get("user"):
        return str(user).partition(":")[0]
    if not (own := _OWN_IMAGE.fullmatch(container["image"])):
        return ""
    folder = DEPLOY / "images" / own[1]
    dockerfile = (folder if folder.is_dir() else DEPLOY) / "Dockerfile"
    users: list[str] = re.findall(r"^USER (\S+)$", dockerfile.read_text("utf-8"), re.MULTILINE)
    return users[-1] if users else ""


def containers_without_limits(compose: Compose) -> Iterator[str]:
    """Containers that could take all memory, processes, processors or disk of the machine."""
    for name, container in compose["services"].items():
        for limit in ("mem_limit", "pids_limit", "cpus"):
            if not container.get(limit):
                yield f"{name} has no {limit}"
        options = container.get("logging", {}).get("options", {})
        if not {"max-size", "max-file"} <= options.keys():
            yield f"{name} may log until the disk is full"


def containers_left_alone(compose: Compose) -> Iterator[str]:
    """Containers that nobody starts again, or asks how they are."""
    for name, container in compose["services"].items():
        once = _ONCE.fullmatch(name) is not None
        if container.get("restart") != ("no" if once else "unless-stopped"):
            yield f"{name} is {'started again' if once else 'not started again'} when it ends"
        if container.get("init") is not True:
            yield f"{name} is not told to end"
        health = container.get("healthcheck", {})
        asked = health.get("test") or (not health and _has_health_check_of_its_own(container))
        if not once and not asked:
            yield f"{name} is never asked how it is"


def _has_health_check_of_its_own(container: dict[str, Any]) -> bool:
    own = _OWN_IMAGE.fullmatch(container["image"])
    dockerfile = DEPLOY / "images" / (own[1] if own else "") / "Dockerfile"
    return dockerfile.is_file() and "HEALTHCHECK" in dockerfile.read_text(encoding="utf-8")


def published_containers(compose: Compose) -> Iterator[str]:
    """Whoever is reached from outside, other than the gateway and, on this machine, development."""
    for name, container in compose["services"].items():
        for port in container.get("ports", []):
            if name != "gateway" and not port.startswith("127.0.0.1:"):
                yield f"{name} is published: {port}"
            if name != "gateway" and "settle" not in compose["services"]:
                yield f"{name} is published where real people are"


def secrets_not_kept(compose: Compose) -> Iterator[str]:
    """Secrets that are in the environment, unknown, or given to one whom they do not concern."""
    known = compose.get("secrets", {})
    for name, secret in known.items():
        if secret.get("file") != f"${{SECRETS:-../var/deploy/secrets}}/{name}":
            yield f"the secret {name} is no file of this suite"
    for name, container in compose["services"].items():
        given = set(container.get("secrets", []))
        owners = {name.partition("-")[0]} if name != "settle" else set(WITH_DATABASE)
        if name == "card-provider":
            owners = {"payments"}
        for secret in given:
            if secret not in known:
                yield f"{name} asks for {secret}, which is nowhere"
            if secret.partition("_")[0] not in owners:
                yield f"{name} is told {secret}"
            if name.endswith("-web") and secret.endswith("_broker_url"):
                yield f"{name} is told {secret}, and publishes nothing"
        for variable, value in container.get("environment", {}).items():
            if not _SECRET_NAMES.search(variable):
                continue
            if not variable.endswith("_FILE"):
                yield f"{name} has {variable} in its environment"
            elif str(value).removeprefix("/run/secrets/") not in given:
                yield f"{name} looks for {variable}, which it is not given"


def networks_outside_the_design(compose: Compose) -> Iterator[str]:
    """Arrows between containers that the design does not have."""
    for name, network in compose["networks"].items():
        if name != "outside" and (network or {}).get("internal") is not True:
            yield f"the network {name} leads out"
    meant = NETWORKS
    if "settle" in compose["services"]:
        meant = NETWORKS | NETWORKS_OF_THE_DEMONSTRATION
    for name, container in compose["services"].items():
        networks = set(container.get("networks", ["default"]))
        if networks != meant.get(name):
            yield f"{name} is on {', '.join(sorted(networks))}"
    for name in meant.keys() - compose["services"].keys():
        yield f"{name} is not run"


def clocks_that_differ(compose: Compose) -> Iterator[str]:
    """Containers of the suite, or its card provider, that are not told which day it is."""
    for name, container in compose["services"].items():
        environment = container.get("environment", {})
        variable = "SANDBOX_DAYS_AHEAD" if "SANDBOX_HOST" in environment else "DAYS_AHEAD"
        if "ENVIRONMENT" in environment and environment.get(variable) != "${DAYS_AHEAD:-}":
            yield f"{name} is not told {variable}"


def states_that_differ(compose: Compose) -> Iterator[str]:
    """Containers of the suite that lack the states' folders, may write to them, or choose a state.

    The image says where they look; if the operator names no state, the code's default holds.
    """
    where = re.search(r"JURISDICTIONS_DIR=(\S+)", (DEPLOY / "Dockerfile").read_text("utf-8"))
    mount = f"${{JURISDICTIONS_DIR:-../jurisdictions}}:{where and where[1]}:ro"
    for name, container in compose["services"].items():
        environment, volumes = container.get("environment", {}), container.get("volumes", [])
        if "ENVIRONMENT" not in environment or "SANDBOX_HOST" in environment:
            continue
        if environment.get("JURISDICTION") != "${JURISDICTION:-}":
            yield f"{name} is not told JURISDICTION"
        if "JURISDICTIONS_DIR" in environment:
            yield f"{name} looks for states elsewhere than its image says"
        if mount not in volumes:
            yield f"{name} does not have {mount}"


def images_of_another_version(compose: Compose) -> Iterator[str]:
    """Images of ours that are not of this version, and others' that cannot be replaced."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for name, container in compose["services"].items():
        if own := _OWN_IMAGE.fullmatch(container["image"]):
            if own[2] != project["project"]["version"]:
                yield f"{name} is of version {own[2]}"
        elif not re.fullmatch(r"\$\{[A-Z]+_IMAGE:-[\w./-]+:[\d.]+[\w.-]*\}", container["image"]):
            yield f"{name} runs {container['image']}"


def not_understood_by_both(compose: Compose) -> Iterator[str]:
    """What docker compose v2 or docker-compose 1.29 would refuse, or read in another way."""
    for key in compose.keys() - {"services", "networks", "volumes", "secrets"}:
        yield f"not both know {key}"
    for name, container in compose["services"].items():
        for key in container.keys() - _KNOWN_TO_BOTH:
            yield f"{name}: not both know {key}"
        for other, condition in container.get("depends_on", {}).items():
            if other not in compose["services"]:
                yield f"{name} waits for {other}, which is not run"
            if condition.keys() != {"condition"} or condition["condition"] not in _CONDITIONS:
                yield f"{name} waits for {other} in a way that not both know"
        for text in _texts(container):
            if "$" in _BOTH_INTERPOLATE.sub("", text):
                yield f"{name}: not both replace {text}"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


RULES: tuple[Rule, ...] = (
    containers_that_may_too_much,
    containers_without_limits,
    containers_left_alone,
    published_containers,
    secrets_not_kept,
    networks_outside_the_design,
    clocks_that_differ,
    states_that_differ,
    images_of_another_version,
    not_understood_by_both,
)
