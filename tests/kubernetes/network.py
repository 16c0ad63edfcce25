"""Who reaches whom, as the NetworkPolicies have it, against the arrows of the design."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from services.names import SERVICES
from tests.kubernetes.manifests import Manifest, Manifests, of_kind, pods_of, selects

Arrow = tuple[str, str, int]

_OWN_NAMESPACE = "credence"


@dataclass(frozen=True)
class Place:
    """Something that may send or answer: pods, another namespace, or an address."""

    name: str
    labels: dict[str, str]
    ports: frozenset[int]
    namespace: str = _OWN_NAMESPACE
    namespace_labels: tuple[tuple[str, str], ...] = ()
    address: str = "10.1.2.3"

    @property
    def is_ours(self) -> bool:
        """Whether it is in our namespace, where our policies hold."""
        return self.namespace == _OWN_NAMESPACE


def _namespace(name: str, label: str, value: str, *ports: int) -> Place:
    return Place(name, {}, frozenset(ports), name, ((label, value),))


_NAME = "kubernetes.io/metadata.name"
_MADE_BY_OPERATORS = (
    Place(
        "broker", {"app.kubernetes.io/name": "broker"}, frozenset({4369, 5672, 15672, 15692, 25672})
    ),
    Place("database", {"cnpg.io/cluster": "database"}, frozenset({5432, 8000, 9187})),
)
_ELSEWHERE = (
    _namespace("names", _NAME, "kube-system", 53),
    _namespace("ingress", "credence/ingress", "true", 80, 443),
    _namespace("measuring", "credence/measuring", "true", 9090),
    _namespace("keda", _NAME, "keda", 443),
    _namespace("rabbitmq operator", _NAME, "rabbitmq-system", 443),
    _namespace("database operator", _NAME, "cnpg-system", 443),
    _namespace("some other namespace", _NAME, "default", 80),
    Place("private address", {}, frozenset({25, 80, 443, 587, 6443}), "", (), "10.9.9.9"),
    Place("internet", {}, frozenset({25, 80, 443, 587, 6443}), "", (), "8.8.8.8"),
)


def places_in(manifests: Manifests) -> list[Place]:
    """All who may send or answer."""
    ours = [
        Place(
            pods.name,
            pods.labels,
            frozenset(
                port["containerPort"]
                for container in pods.containers
                for port in container.get("ports", [])
            ),
        )
        for pods in pods_of(manifests)
    ]
    return [*ours, *_MADE_BY_OPERATORS, *_ELSEWHERE]


def arrows_in(manifests: Manifests, direction: str) -> set[Arrow]:
    """What one end allows, whatever the other does: `Egress` the sender's, `Ingress` the other."""
    policies = of_kind(manifests, "NetworkPolicy")
    places = places_in(manifests)
    pairs = [(a, b) for a in places for b in places]
    if direction == "Egress":
        allowed = [(a, b, p) for a, b in pairs for p in b.ports if _sends(policies, a, b, p)]
    else:
        allowed = [(a, b, p) for a, b in pairs for p in b.ports if _lets_in(policies, b, a, p)]
    return {(source.name, target.name, port) for source, target, port in allowed}


def arrows_of_the_design() -> set[Arrow]:
    """The arrows that there are to be, and no other."""
    arrows: set[Arrow] = {("ingress", "gateway", 8080), ("backup", "database", 5432)}
    for service in SERVICES:
        web = "lookup" if service == "lookup" else f"{service}-web"
        worker = "lookup" if service == "lookup" else f"{service}-worker"
        arrows |= {("gateway", web, 8000), ("measuring", web, 8000), ("measuring", worker, 9000)}
        arrows |= {(each, "broker", 5672) for each in (worker, f"{service}-migrate")}
        if service != "lookup":
            arrows |= {(each, "database", 5432) for each in (web, worker, f"{service}-migrate")}
    arrows |= {("lookup", "lookup", 8000), ("payments-web", "internet", 443)}
    arrows |= {("identity-worker", place, 587) for place in ("internet", "private address")}
    return arrows | _arrows_of_operators()


def _arrows_of_operators() -> set[Arrow]:
    arrows = {("broker", "broker", 4369), ("broker", "broker", 25672)}
    arrows |= {("database", "database", 5432), ("database", "database", 8000)}
    arrows |= {("keda", "broker", 15672), ("rabbitmq operator", "broker", 15672)}
    arrows |= {("database operator", "database", port) for port in (5432, 8000)}
    arrows |= {("measuring", "broker", 15692), ("measuring", "database", 9187)}
    # Kubernetes' API may be at any address, and the archive of the database's log too.
    for cluster in ("broker", "database"):
        for place in ("internet", "private address"):
            arrows |= {(cluster, place, 443), (cluster, place, 6443)}
        others = ("ingress", "keda", "rabbitmq operator", "database operator")
        arrows |= {(cluster, other, 443) for other in others}
    return arrows


def other_arrows(manifests: Manifests) -> Iterator[str]:
    """Connections that either end allows though the design has none, and those that are cut."""
    ours = {place.name for place in places_in(manifests) if place.is_ours}
    designed = arrows_of_the_design() | {(each, "names", 53) for each in ours}
    for direction, end in (("Egress", 0), ("Ingress", 1)):
        allowed = arrows_in(manifests, direction)
        wanted = {arrow for arrow in designed if arrow[end] in ours}
        for source, target, port in sorted(allowed - wanted):
            yield f"{source} may reach {target} on {port}, as far as its {direction} goes"
        for source, target, port in sorted(wanted - allowed):
            yield f"{source} cannot reach {target} on {port}, for want of {direction}"


def pods_under_no_policy(manifests: Manifests) -> Iterator[str]:
    """Pods for which no policy of their own says who may reach them and whom they may reach."""
    policies = [each["spec"] for each in of_kind(manifests, "NetworkPolicy")]
    if not any(spec["podSelector"] == {} and "ingress" not in spec for spec in policies):
        yield "no policy holds for every pod"
    for pods in pods_of(manifests):
        own = [spec for spec in policies if spec["podSelector"] and _holds_for(spec, pods.labels)]
        if {kind for spec in own for kind in spec["policyTypes"]} != {"Ingress", "Egress"}:
            yield f"{pods} is under no policy of its own"


def _holds_for(spec: Manifest, labels: dict[str, str]) -> bool:
    return selects(spec["podSelector"], labels)


def _sends(policies: Sequence[Manifest], source: Place, target: Place, port: int) -> bool:
    return source.is_ours and _allows(policies, "Egress", "to", source, target, port)


def _lets_in(policies: Sequence[Manifest], target: Place, source: Place, port: int) -> bool:
    return target.is_ours and _allows(policies, "Ingress", "from", target, source, port)


def _allows(
    policies: Sequence[Manifest], direction: str, ends: str, place: Place, other: Place, port: int
) -> bool:
    binding = [
        policy["spec"]
        for policy in policies
        if direction in policy["spec"]["policyTypes"] and _holds_for(policy["spec"], place.labels)
    ]
    rules = [rule for spec in binding for rule in spec.get(direction.lower(), [])]
    return not binding or any(
        (ends not in rule or any(_is(peer, other) for peer in rule[ends]))
        and ("ports" not in rule or any(each["port"] == port for each in rule["ports"]))
        for rule in rules
    )


def _is(peer: Manifest, place: Place) -> bool:
    if block := peer.get("ipBlock"):
        address = ip_address(place.address)
        within = address in ip_network(block["cidr"])
        return within and not any(address in ip_network(each) for each in block.get("except", []))
    if "namespaceSelector" in peer:
        right_namespace = selects(peer["namespaceSelector"], dict(place.namespace_labels))
    else:
        right_namespace = place.is_ours
    return right_namespace and selects(peer.get("podSelector", {}), place.labels)
