"""The manifests against the code: which services there are, and what each may do on the broker."""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from chassis.messaging.participant import Participant
from chassis.messaging.rabbitmq.topology import (
    DEAD_LETTERS,
    EVENTS,
    parked_name,
    queue_name,
    queues_of,
)
from contracts.event import event_classes
from services.__main__ import create_apps
from services.names import SERVICES
from tests.kubernetes.manifests import Manifest, Manifests, of_kind, pods_of, title

_DEFAULT_EXCHANGE = "amq.default"


@cache
def participants() -> Mapping[str, Participant]:
    """What each service takes part in on the bus, as its code has it."""
    apps = create_apps({})
    return {name: app.extensions["credence"].participant for name, app in apps.items()}


def services_not_run(manifests: Manifests) -> Iterator[str]:
    """Services whose roles no container plays, and containers of services that there are not."""
    roles = {
        (pods.service, container["image"], container["args"][0], container["name"])
        for pods in pods_of(manifests)
        for container in pods.containers
        if "args" in container
    }
    expected = {
        (service, f"credence/{service}:0.2.0", role, role)
        for service in SERVICES
        for role in ("web", "worker", "migrate")
    }
    for service, image, role, _ in sorted(expected - roles):
        yield f"nothing runs {image} as {service}'s {role}"
    for service, image, role, name in sorted(roles - expected):
        yield f"{name} of {service} runs {image} as {role}, which the suite does not have"
    reached = {each["metadata"]["name"] for each in of_kind(manifests, "Service")}
    for service in SERVICES:
        if f"{service}-web" not in reached:
            yield f"the gateway would look for {service} at {service}-web, which is not there"


def queues_that_nobody_scales(manifests: Manifests) -> Iterator[str]:
    """Workers whose queue does not make them more, and queues that the code does not declare."""
    declared = {
        queue.name: service
        for service, participant in participants().items()
        for queue in queues_of(participant)
        if queue.name == queue_name(service) and queue.arguments["x-queue-type"] == "quorum"
    }
    scaled = {
        trigger["metadata"]["queueName"]: each["spec"]
        for each in of_kind(manifests, "ScaledObject")
        for trigger in each["spec"]["triggers"]
    }
    for queue, service in declared.items():
        spec = scaled.get(queue)
        if spec is None or spec["scaleTargetRef"]["name"] != f"{service}-worker":
            yield f"the length of {queue} does not scale {service}-worker"
        elif spec["minReplicaCount"] < 1:
            yield f"{service}-worker may be scaled to none, who publishes then?"
    for queue in sorted(scaled.keys() - declared.keys()):
        yield f"no service declares {queue}"


def databases_not_owned(manifests: Manifests) -> Iterator[str]:
    """Services without a database and role of their own, and the rules that keep others out."""
    for cluster in of_kind(manifests, "Cluster"):
        roles = {each["name"]: each for each in cluster["spec"]["managed"]["roles"]}
        owners = {
            each["spec"]["name"]: each["spec"]["owner"] for each in of_kind(manifests, "Database")
        }
        expected = {service: service for service in SERVICES if service != "lookup"}
        if owners != expected or roles.keys() != {*expected, "backup"}:
            yield f"{title(cluster)} does not have one database and one role for each service"
        rules = cluster["spec"]["postgresql"]["pg_hba"]
        if (
            rules[0] != "hostssl sameuser all all scram-sha-256"
            or rules[-1] != "host all all all reject"
        ):
            yield f"{title(cluster)} lets a role into the database of another"
        if any(each.get("inRoles") for name, each in roles.items() if name != "backup"):
            yield f"{title(cluster)} gives a service's role more than its database"


def users_that_may_too_much(manifests: Manifests) -> Iterator[str]:
    """Users of the broker who may do more, or less, than their service's code does."""
    grants = {title(each): each["spec"] for each in of_kind(manifests, "Permission")}
    things = {EVENTS, DEAD_LETTERS, _DEFAULT_EXCHANGE}
    things |= {queue.name for each in participants().values() for queue in queues_of(each)}
    for service in SERVICES:
        own = {EVENTS, DEAD_LETTERS, queue_name(service), parked_name(service)}
        permissions = _permissions(grants, f"Permission {service}")
        for action in ("configure", "write", "read"):
            allowed = _matching(permissions.get(action, "^$"), things)
            if allowed != own:
                odd = ", ".join(sorted(allowed ^ own))
                yield f"{service} may {action} other things than its own: {odd}"
    yield from _topics_of_others(manifests)


def _topics_of_others(manifests: Manifests) -> Iterator[str]:
    grants = {title(each): each["spec"] for each in of_kind(manifests, "TopicPermission")}
    facts = event_classes()
    topics = {fact.topic for fact in facts}
    for service, participant in participants().items():
        # A topic exchange on which a user has no such permission is open to the user.
        permissions = _permissions(grants, f"TopicPermission {service}", otherwise=".*")
        own = {fact.topic for fact in facts if service in fact.senders()}
        if odd := _matching(permissions["write"], topics) ^ own:
            yield f"{service} may publish other facts than its own: {', '.join(sorted(odd))}"
        readable = _matching(permissions["read"], topics)
        if unread := set(participant.reactions.topics) - readable:
            yield f"{service} may not hear {', '.join(sorted(unread))}"
        secret = {fact.topic for fact in facts if not fact.is_wholly_public()}
        if service == "lookup" and readable & secret:
            yield f"lookup may hear {', '.join(sorted(readable & secret))}"
        parking = _permissions(grants, f"TopicPermission {service}-parked", otherwise=".*")
        for action in ("write", "read"):
            if odd := _matching(parking[action], set(SERVICES)) ^ {service}:
                yield f"{service} may {action} parked messages of {', '.join(sorted(odd))}"


def _permissions(
    grants: Mapping[str, Manifest], name: str, otherwise: str = "^$"
) -> dict[str, str]:
    nothing = {"exchange": EVENTS, "write": otherwise, "read": otherwise}
    spec = grants.get(name, {"permissions": nothing})
    user = spec.get("userReference", {}).get("name")
    mine = user is None or user == name.split()[1].removesuffix("-parked")
    permissions: dict[str, str] = spec["permissions"] if mine else nothing
    return permissions


def _matching(pattern: str, names: set[str]) -> set[str]:
    return {name for name in names if re.search(pattern, name)}
