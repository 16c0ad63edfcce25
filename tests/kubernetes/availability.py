"""What keeps the suite up: several of each on several nodes, as many as the work asks for."""

from collections.abc import Iterator

from tests.kubernetes.manifests import Manifests, of_kind, pods_of, replicas, selects, title

_CLUSTERS = {"RabbitmqCluster": "replicas", "Cluster": "instances"}


def evicted_all_at_once(manifests: Manifests) -> Iterator[str]:
    """Deployments of several replicas that a node's maintenance may take away all at once."""
    for deployment in of_kind(manifests, "Deployment"):
        labels = deployment["spec"]["template"]["metadata"]["labels"]
        budgets = [
            budget["spec"]
            for budget in of_kind(manifests, "PodDisruptionBudget")
            if selects(budget["spec"]["selector"], labels)
        ]
        most = replicas(manifests, deployment)[1]
        if most > 1 and [budget.get("maxUnavailable") for budget in budgets] != [1]:
            yield f"{title(deployment)} has no budget that lets one replica go at a time"


def all_on_one_node(manifests: Manifests) -> Iterator[str]:
    """Replicas that nothing spreads over nodes and zones."""
    for pods in pods_of(manifests):
        if pods.kind == "Deployment":
            spread = {
                each["topologyKey"]
                for each in pods.spec.get("topologySpreadConstraints", [])
                if each["maxSkew"] == 1 and selects(each["labelSelector"], pods.labels)
            }
            if spread != {"kubernetes.io/hostname", "topology.kubernetes.io/zone"}:
                yield f"{pods} is not spread over nodes and zones"
    for cluster in of_kind(manifests, *_CLUSTERS):
        affinity = cluster["spec"]["affinity"]
        required = affinity.get("podAntiAffinityType") == "required" or (
            affinity.get("podAntiAffinity", {}).get(
                "requiredDuringSchedulingIgnoredDuringExecution"
            )
        )
        if not required:
            yield f"{title(cluster)} may have two of its nodes on one node"


def without_majority(manifests: Manifests) -> Iterator[str]:
    """Clusters of two or four: half of them can neither decide nor be spared."""
    for cluster in of_kind(manifests, *_CLUSTERS):
        nodes = cluster["spec"][_CLUSTERS[cluster["kind"]]]
        if nodes % 2 == 0:
            yield f"{title(cluster)} has {nodes} nodes"


def scaled_wrongly(manifests: Manifests) -> Iterator[str]:
    """Autoscalers on anything but lookup, and Deployments whose number two decide."""
    for scaler in of_kind(manifests, "HorizontalPodAutoscaler"):
        if scaler["spec"]["scaleTargetRef"]["name"] != "lookup":
            yield f"{title(scaler)} scales something else than lookup"
    scaled = [
        each["spec"]["scaleTargetRef"]["name"]
        for each in of_kind(manifests, "HorizontalPodAutoscaler", "ScaledObject")
    ]
    for deployment in of_kind(manifests, "Deployment"):
        name = deployment["metadata"]["name"]
        if scaled.count(name) + ("replicas" in deployment["spec"]) != 1:
            yield f"{title(deployment)} must be told by exactly one how many it is"


def volumes_that_replicas_fight_for(manifests: Manifests) -> Iterator[str]:
    """Volumes of one node, wanted by pods that may be on several."""
    claims = {
        each["metadata"]["name"]: each for each in of_kind(manifests, "PersistentVolumeClaim")
    }
    for deployment in of_kind(manifests, "Deployment"):
        for volume in deployment["spec"]["template"]["spec"].get("volumes", []):
            claim = claims.get(volume.get("persistentVolumeClaim", {}).get("claimName"))
            several = replicas(manifests, deployment)[1] > 1
            if claim and several and claim["spec"]["accessModes"] != ["ReadWriteMany"]:
                yield f"{title(deployment)} has several replicas, {title(claim)} one node"
