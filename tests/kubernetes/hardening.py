"""What holds for every pod that we make: no privilege, no surprise, and a known appetite."""

import re
from collections.abc import Iterator

from tests.kubernetes.manifests import Manifest, Manifests, Pods, of_kind, pods_of, title

_PINNED = re.compile(r"[\w./-]+:\d+(\.\d+)+[\w.-]*(@sha256:[0-9a-f]{64})?")


def pods_that_may_too_much(manifests: Manifests) -> Iterator[str]:
    """Pods that are not tied to one unprivileged user on a node of which they see nothing."""
    for pods in pods_of(manifests):
        spec, security = pods.spec, pods.spec.get("securityContext", {})
        if security.get("runAsNonRoot") is not True or not security.get("runAsUser"):
            yield f"{pods} does not run as a fixed user other than root"
        if security.get("seccompProfile", {}).get("type") != "RuntimeDefault":
            yield f"{pods} may make any system call"
        if spec.get("automountServiceAccountToken") is not False:
            yield f"{pods} is given a token for Kubernetes' API"
        if spec.get("enableServiceLinks") is not False:
            yield f"{pods} is given variables that could be taken for settings"
        for shared in ("hostNetwork", "hostPID", "hostIPC"):
            if spec.get(shared):
                yield f"{pods} shares the node: {shared}"
        if any("hostPath" in volume for volume in spec.get("volumes", [])):
            yield f"{pods} sees a folder of the node"
    for account in of_kind(manifests, "ServiceAccount"):
        if account.get("automountServiceAccountToken") is not False:
            yield f"{title(account)} gives its token away"


def containers_that_may_too_much(manifests: Manifests) -> Iterator[str]:
    """Containers that can change themselves or become more than they are."""
    for pods, container in _containers(manifests):
        who, security = f"{pods}, {container['name']},", container.get("securityContext", {})
        if security.get("readOnlyRootFilesystem") is not True:
            yield f"{who} can write to its own image"
        if security.get("allowPrivilegeEscalation") is not False or security.get("privileged"):
            yield f"{who} can become more than it is"
        if security.get("capabilities") != {"drop": ["ALL"]}:
            yield f"{who} keeps capabilities"
        if {"runAsUser", "runAsNonRoot", "seccompProfile"} & security.keys():
            yield f"{who} differs from its pod"
        if any("hostPort" in port for port in container.get("ports", [])):
            yield f"{who} takes a port of the node"


def containers_of_unknown_appetite(manifests: Manifests) -> Iterator[str]:
    """Containers that do not say what they need, or how much memory they may take."""
    for pods, container in _containers(manifests):
        resources = container.get("resources", {})
        if not {"cpu", "memory"} <= resources.get("requests", {}).keys():
            yield f"{pods}, {container['name']}, does not say what it needs"
        if "memory" not in resources.get("limits", {}):
            yield f"{pods}, {container['name']}, may take all memory"


def images_not_pinned(manifests: Manifests) -> Iterator[str]:
    """Images whose name may stand for another image tomorrow."""
    images = {container["image"] for _, container in _containers(manifests)}
    images |= {each["spec"]["image"] for each in of_kind(manifests, "RabbitmqCluster")}
    images |= {each["spec"]["imageName"] for each in of_kind(manifests, "Cluster")}
    for image in sorted(images):
        if not _PINNED.fullmatch(image):
            yield f"image {image} is not pinned to a version"


def containers_never_asked(manifests: Manifests) -> Iterator[str]:
    """Long-running containers of which nobody asks whether they live and are of use."""
    for pods in pods_of(manifests):
        for container in pods.long_running:
            named = {port["name"] for port in container.get("ports", [])}
            for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
                asked = container.get(probe, {})
                how = asked.get("httpGet") or asked.get("tcpSocket")
                if how is None or how["port"] not in named:
                    yield f"{pods}, {container['name']}, has no {probe} on a port of its own"


def _containers(manifests: Manifests) -> Iterator[tuple[Pods, Manifest]]:
    for pods in pods_of(manifests):
        for container in pods.containers:
            yield pods, container
