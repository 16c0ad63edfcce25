"""What `kubectl kustomize` makes of an overlay, as the rules look at it."""

import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.servers.install import KUBECTL, get_program

KUBERNETES = Path(__file__).parents[2] / "deploy" / "kubernetes"
OVERLAYS = ("pilot", "state", "nation")

Manifest = dict[str, Any]
Manifests = Sequence[Manifest]


class NotRendered(RuntimeError):
    """An overlay is not what kustomize can read; the message is kustomize's."""


def render(folder: Path) -> list[Manifest]:
    """Every object of an overlay; raises `NotRendered`, and `ServerUnavailable` without kubectl."""
    command = [str(get_program(KUBECTL)), "kustomize", str(folder)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise NotRendered(run.stderr)
    # The loader in C: the other one takes seconds.
    return [each for each in yaml.load_all(run.stdout, yaml.CSafeLoader) if each]


@dataclass(frozen=True)
class Pods:
    """The pods that one workload makes."""

    kind: str
    name: str
    labels: dict[str, str]
    spec: Manifest

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"

    @property
    def service(self) -> str:
        """The service, or the other part of the suite, that they belong to."""
        return self.labels.get("app.kubernetes.io/name", "")

    @property
    def long_running(self) -> list[Manifest]:
        """The containers that are to run until they are told to stop."""
        return list(self.spec["containers"]) if self.kind == "Deployment" else []

    @property
    def containers(self) -> list[Manifest]:
        """All containers, those that run before the others too."""
        return [*self.spec.get("initContainers", []), *self.spec["containers"]]


def title(manifest: Manifest) -> str:
    """How a fault names an object."""
    return f"{manifest['kind']} {manifest['metadata']['name']}"


def of_kind(manifests: Manifests, *kinds: str) -> list[Manifest]:
    """The objects of these kinds."""
    return [manifest for manifest in manifests if manifest["kind"] in kinds]


def pods_of(manifests: Manifests) -> Iterator[Pods]:
    """The pods of every Deployment, Job and CronJob."""
    for workload in of_kind(manifests, "Deployment", "Job", "CronJob"):
        spec = workload["spec"]
        template = (spec["jobTemplate"]["spec"] if "jobTemplate" in spec else spec)["template"]
        name, labels = workload["metadata"]["name"], template["metadata"]["labels"]
        yield Pods(workload["kind"], name, labels, template["spec"])


def selects(selector: Manifest, labels: dict[str, str]) -> bool:
    """Whether a label selector matches, as Kubernetes has it; the empty one matches everything."""
    wanted = selector.get("matchLabels", {}).items() <= labels.items()
    return wanted and all(_holds(each, labels) for each in selector.get("matchExpressions", []))


def _holds(expression: Manifest, labels: dict[str, str]) -> bool:
    is_among = labels.get(expression["key"]) in expression["values"]
    return is_among if expression["operator"] == "In" else not is_among


def replicas(manifests: Manifests, deployment: Manifest) -> tuple[int, int]:
    """The fewest and the most pods that a Deployment has, whoever decides how many."""
    name, spec = deployment["metadata"]["name"], deployment["spec"]
    for each in of_kind(manifests, "ScaledObject", "HorizontalPodAutoscaler"):
        scaling = each["spec"]
        if scaling["scaleTargetRef"]["name"] == name:
            fewest = scaling.get("minReplicaCount", scaling.get("minReplicas", 1))
            return fewest, scaling.get("maxReplicaCount", scaling.get("maxReplicas", 100))
    return spec.get("replicas", 1), spec.get("replicas", 1)
