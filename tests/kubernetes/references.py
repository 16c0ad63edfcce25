"""What objects say of each other: every name leads somewhere, and no secret is told."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from services.names import SERVICES, WITH_DATABASE
from tests.kubernetes.manifests import Manifest, Manifests, of_kind, pods_of, selects, title

# Made outside: by `secrets.sh`, by the agency, and by the topology operator for its users.
SECRETS_FROM_OUTSIDE: dict[str, set[str]] = {
    **{f"{service}-broker": {"username", "password", "BROKER_URL"} for service in SERVICES},
    **{
        f"{service}-database": {"username", "password", "DATABASE_URL"} for service in WITH_DATABASE
    },
    "backup-database": {"username", "password"},
    "identity": {
        "CAPTCHA_SECRET",
        "SIGNING_KEY_SECRET",
        "SMTP_PASSWORD",
        "SSN_VAULT_INDEX_SECRET",
        "SSN_VAULT_SECRET_1",
        "TICKET_SECRET",
    },
    "payments": {"PROCESSOR_API_KEY", "PROCESSOR_WEBHOOK_SECRET"},
    "archive": {"ACCESS_KEY_ID", "ACCESS_SECRET_KEY"},
    "gateway-tls": {"tls.crt", "tls.key"},
    "scaler-user-credentials": {"username", "password"},
}

# What the text at the end of such a path is the name of.
_NAMED_BY = {
    "authenticationRef/name": "TriggerAuthentication",
    "barmanObjectName": "ObjectStore",
    "claimName": "PersistentVolumeClaim",
    "cluster/name": "Cluster",
    "configMap/name": "ConfigMap",
    "configMapRef/name": "ConfigMap",
    "accessKeyId/name": "Secret",
    "importCredentialsSecret/name": "Secret",
    "passwordSecret/name": "Secret",
    "rabbitmqClusterReference/name": "RabbitmqCluster",
    "scaleTargetRef/name": "Deployment",
    "secret/name": "Secret",
    "secretAccessKey/name": "Secret",
    "secretName": "Secret",
    "secretTargetRef/name": "Secret",
    "service/name": "Service",
    "serviceAccountName": "ServiceAccount",
    "userReference/name": "User",
}
_SECRET_NAME = re.compile(r"(PASSWORD|SECRET|KEY|TOKEN)(_\d+)?$", re.IGNORECASE)
_FOLDER = "/run/secrets/credence/"


def references_to_nothing(manifests: Manifests) -> Iterator[str]:
    """Names of things that neither the overlay makes nor anybody outside."""
    made = {(manifest["kind"], manifest["metadata"]["name"]) for manifest in manifests}
    made |= {("Secret", name) for name in SECRETS_FROM_OUTSIDE}
    for manifest in manifests:
        for kind, name in _references(manifest):
            if (kind, name) not in made:
                yield f"{title(manifest)} refers to {kind} {name}, which nobody makes"


def secrets_never_asked_for(manifests: Manifests) -> Iterator[str]:
    """Keys of secrets that are asked for and are not there, or are there for nobody."""
    asked: dict[str, set[str]] = defaultdict(set)
    for manifest in manifests:
        for name, key in _secret_keys(manifest):
            asked[name].add(key)
    for name, keys in asked.items():
        for key in sorted(keys - SECRETS_FROM_OUTSIDE.get(name, set())):
            yield f"no secret {name} has {key}"


def files_that_are_not_there(manifests: Manifests) -> Iterator[str]:
    """Settings that name the file of a secret which the pod does not have."""
    maps = _maps(manifests)
    for pods in pods_of(manifests):
        there = set(_secret_files(pods.spec))
        for container in pods.containers:
            mounted = any(each["mountPath"] + "/" == _FOLDER for each in container["volumeMounts"])
            for name, value in _told(container, maps).items():
                is_there = mounted and value.removeprefix(_FOLDER) in there
                if name.endswith("_FILE") and value.startswith(_FOLDER) and not is_there:
                    yield f"{pods}, {container['name']}, does not have {value}"


def states_that_are_not_there(manifests: Manifests) -> Iterator[str]:
    """Containers of services that lack the folder of the state which they are told to serve."""
    maps = _maps(manifests)
    for pods in pods_of(manifests):
        mapped = {
            each["name"]: maps.get(each["configMap"]["name"], {})
            for each in pods.spec.get("volumes", [])
            if "configMap" in each
        }
        for container in pods.containers if pods.service in SERVICES else ():
            who, told = f"{pods}, {container['name']},", _told(container, maps)
            folder = f"{told.get('JURISDICTIONS_DIR')}/{told.get('JURISDICTION')}"
            mounts = {each["mountPath"]: each for each in container["volumeMounts"]}
            if folder not in mounts:
                yield f"{who} does not have {folder}"
            elif "place.toml" not in mapped.get(mounts[folder]["name"], {}):
                yield f"{who} has something else than a state at {folder}"
            elif mounts[folder].get("readOnly") is not True:
                yield f"{who} may write to {folder}"


def secrets_told(manifests: Manifests) -> Iterator[str]:
    """Values of secrets in a manifest: passwords stand in files that others make."""
    for secret in of_kind(manifests, "Secret"):
        yield f"{title(secret)} is a secret in a manifest"
    for manifest in manifests:
        for name, value in _settings(manifest):
            if _SECRET_NAME.search(name) or urlsplit(value).password:
                yield f"{title(manifest)} tells {name}"


def selectors_of_nothing(manifests: Manifests) -> Iterator[str]:
    """Selectors that select no pods, and workloads that do not select their own."""
    templates = list(pods_of(manifests))
    for manifest in of_kind(manifests, "Service", "PodDisruptionBudget", "Deployment"):
        selector = manifest["spec"]["selector"]
        wanted = {"matchLabels": selector} if manifest["kind"] == "Service" else selector
        found = [pods for pods in templates if selects(wanted, pods.labels)]
        if len(found) != 1:
            yield f"{title(manifest)} selects the pods of {len(found)} workloads"
        elif manifest["kind"] == "Deployment" and found[0].name != manifest["metadata"]["name"]:
            yield f"{title(manifest)} selects the pods of another"
        if manifest["kind"] == "Service" and found:
            ports = {p["name"] for c in found[0].containers for p in c.get("ports", [])}
            for port in manifest["spec"]["ports"]:
                if port["targetPort"] not in ports:
                    yield f"{title(manifest)} leads to a port that nobody has"


def other_public_address(manifests: Manifests) -> Iterator[str]:
    """An Ingress for another host than the one by which the services call themselves."""
    suite = next(each for each in of_kind(manifests, "ConfigMap") if "PUBLIC_URL" in each["data"])
    host = urlsplit(suite["data"]["PUBLIC_URL"]).hostname
    for ingress in of_kind(manifests, "Ingress"):
        rules = {rule["host"] for rule in ingress["spec"]["rules"]}
        named = {each for tls in ingress["spec"]["tls"] for each in tls["hosts"]}
        if not rules == named == {host}:
            yield f"{title(ingress)} is not for {host}, which PUBLIC_URL names"


def _maps(manifests: Manifests) -> dict[str, dict[str, str]]:
    return {each["metadata"]["name"]: each["data"] for each in of_kind(manifests, "ConfigMap")}


def _told(container: Manifest, maps: dict[str, dict[str, str]]) -> dict[str, str]:
    """The settings that a container is given."""
    told: dict[str, str] = {}
    for source in container.get("envFrom", []):
        told |= maps.get(source["configMapRef"]["name"], {})
    return told | {each["name"]: each["value"] for each in container.get("env", [])}


def _references(manifest: Manifest) -> Iterator[tuple[str, str]]:
    for path, name in _strings(manifest.get("spec", {})):
        kind = _NAMED_BY.get(path[-1]) or _NAMED_BY.get("/".join(path[-2:]))
        if kind:
            yield kind, name


def _strings(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[list[str], str]]:
    """Every text in an object, with the names that lead to it; places in lists have none."""
    if isinstance(value, str):
        yield list(path), value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _strings(inner, (*path, str(name)))
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner, path)


def _secret_keys(value: Any) -> Iterator[tuple[str, str]]:
    """Each secret and key that an object names."""
    if isinstance(value, dict):
        if {"name", "key"} <= value.keys():
            yield value["name"], value["key"]
        if isinstance(secret := value.get("secret"), dict):
            for item in secret.get("items", []):
                yield secret["name"], item["key"]
        for inner in value.values():
            yield from _secret_keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _secret_keys(inner)


def _secret_files(spec: Manifest) -> Iterator[str]:
    for volume in spec.get("volumes", []):
        for source in volume.get("projected", {}).get("sources", []):
            secret = source["secret"]
            items = [item["path"] for item in secret.get("items", [])]
            yield from items or SECRETS_FROM_OUTSIDE.get(secret["name"], set())


def _settings(manifest: Manifest) -> Iterator[tuple[str, str]]:
    if manifest["kind"] == "ConfigMap":
        yield from manifest["data"].items()
    for pods in pods_of([manifest]) if "spec" in manifest else ():
        for container in pods.containers:
            for each in container.get("env", []):
                yield each["name"], each.get("value", "")
