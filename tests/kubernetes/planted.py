"""Defects of which each must be found: a value in the place of another in a state's manifests.

Of each: the object, the way to the value (`~` stands for a slash), what is put there (`GONE` takes
it away, and without a way the object itself), and what the rule then says.
"""

from tests.kubernetes import availability, hardening, network, references, schema, suite
from tests.kubernetes.rules import Rule

Defect = tuple[str, str, object, str]

GONE = object()

WEB = "Deployment payments-web"
WORKER = "Deployment payments-worker"
POD = "spec/template/spec"
FIRST = f"{POD}/containers/0"
NIGHTLY = "spec/jobTemplate/spec/template/spec"

DEFECTS: dict[Rule, list[Defect]] = {
    schema.malformed: [
        (WEB, f"{FIRST}/readinesProbe", {}, "'readinesProbe' was unexpected"),
        (WEB, "spec/replicas", "two", "is not of type"),
        (WEB, "apiVersion", "apps/v0", "no schema knows apps/v0"),
        ("User legal", "spec/tag", [], "'tag' was unexpected"),
        ("Cluster database", "spec/instances", 0, "is less than the minimum"),
        ("ObjectStore archive", "spec/configuration/wal/compression", "rar", "rar"),
        (
            "ScaledObject legal-worker",
            "spec/triggers/0/metadata/value",
            200,
            "is not of type 'string'",
        ),
    ],
    hardening.pods_that_may_too_much: [
        (WEB, f"{POD}/securityContext/runAsNonRoot", GONE, "a fixed user"),
        (WEB, f"{POD}/securityContext/runAsUser", 0, "a fixed user"),
        ("CronJob backup", f"{NIGHTLY}/securityContext/seccompProfile", GONE, "any system call"),
        ("Job payments-migrate", f"{POD}/automountServiceAccountToken", True, "a token"),
        ("ServiceAccount legal", "automountServiceAccountToken", GONE, "gives its token"),
        (WEB, f"{POD}/enableServiceLinks", GONE, "variables"),
        (WEB, f"{POD}/hostNetwork", True, "hostNetwork"),
        (
            WEB,
            f"{POD}/volumes/0",
            {"name": "node", "hostPath": {"path": "/"}},
            "a folder of the node",
        ),
    ],
    hardening.containers_that_may_too_much: [
        (WEB, f"{FIRST}/securityContext/readOnlyRootFilesystem", False, "its own image"),
        (
            "Deployment lookup",
            f"{POD}/initContainers/0/securityContext/allowPrivilegeEscalation",
            GONE,
            "become more",
        ),
        (WEB, f"{FIRST}/securityContext/capabilities/add", ["NET_ADMIN"], "keeps capabilities"),
        (WEB, f"{FIRST}/securityContext/runAsUser", 0, "differs from its pod"),
        (WEB, f"{FIRST}/ports/0/hostPort", 80, "of the node"),
    ],
    hardening.containers_of_unknown_appetite: [
        (WEB, f"{FIRST}/resources/requests/cpu", GONE, "not say what it needs"),
        (WORKER, f"{FIRST}/resources/limits", GONE, "may take all memory"),
    ],
    hardening.images_not_pinned: [
        (WEB, f"{FIRST}/image", "credence/payments", "credence/payments"),
        ("RabbitmqCluster broker", "spec/image", "rabbitmq:latest", "rabbitmq:latest"),
        ("Cluster database", "spec/imageName", "postgres:17", "postgres"),
    ],
    hardening.containers_never_asked: [
        (WEB, f"{FIRST}/readinessProbe", GONE, "no readinessProbe"),
        ("Deployment lookup", f"{POD}/containers/1/livenessProbe", GONE, "no livenessProbe"),
        (WORKER, f"{FIRST}/startupProbe/tcpSocket/port", "http", "no startupProbe"),
    ],
    availability.evicted_all_at_once: [
        ("PodDisruptionBudget payments-web", "", GONE, "payments-web has no budget"),
        (
            "PodDisruptionBudget payments-worker",
            "spec/maxUnavailable",
            "100%",
            "payments-worker has no",
        ),
    ],
    availability.all_on_one_node: [
        (WEB, f"{POD}/topologySpreadConstraints/0", GONE, "is not spread"),
        (
            WEB,
            f"{POD}/topologySpreadConstraints/0/labelSelector/matchLabels",
            {"app.kubernetes.io/name": "legal"},
            "is not spread",
        ),
        ("Cluster database", "spec/affinity/podAntiAffinityType", "preferred", "two of its nodes"),
    ],
    availability.without_majority: [
        ("RabbitmqCluster broker", "spec/replicas", 2, "has 2 nodes"),
    ],
    availability.scaled_wrongly: [
        (
            "HorizontalPodAutoscaler lookup",
            "spec/scaleTargetRef/name",
            "payments-web",
            "than lookup",
        ),
        (WORKER, "spec/replicas", 3, "by exactly one"),
    ],
    availability.volumes_that_replicas_fight_for: [
        (
            "PersistentVolumeClaim legal-files",
            "spec/accessModes",
            ["ReadWriteOnce"],
            "legal-web has several",
        ),
    ],
    network.other_arrows: [
        (
            "NetworkPolicy payments-web",
            "spec/egress/0/ports",
            GONE,
            "payments-web may reach database on 8000",
        ),
        (
            "NetworkPolicy identity-web",
            "spec/ingress/0/from",
            [{"podSelector": {}}],
            "legal-web may reach identity-web on 8000",
        ),
        (
            "NetworkPolicy gateway",
            "spec/ingress/0/from/0/namespaceSelector",
            {},
            "some other namespace may reach gateway on 8080",
        ),
        (
            "NetworkPolicy broker",
            "spec/ingress/0/from/0/podSelector",
            {},
            "gateway may reach broker on 5672",
        ),
        (
            "NetworkPolicy legal-worker",
            "spec/egress/1",
            GONE,
            "legal-worker cannot reach broker on 5672",
        ),
        (
            "NetworkPolicy payments-web",
            "spec/egress/1/to/0/ipBlock/except",
            GONE,
            "payments-web may reach private address on 443",
        ),
        ("NetworkPolicy nothing-but-names", "spec/egress", GONE, "backup cannot reach names on 53"),
    ],
    network.pods_under_no_policy: [
        ("NetworkPolicy nothing-but-names", "", GONE, "no policy holds for every pod"),
        (
            "NetworkPolicy payments-web",
            "spec/podSelector/matchLabels/app.kubernetes.io~name",
            "payment",
            "is under no policy",
        ),
    ],
    references.references_to_nothing: [
        (WEB, f"{FIRST}/envFrom/0/configMapRef/name", "sweet", "ConfigMap sweet"),
        (WEB, f"{POD}/serviceAccountName", "root", "ServiceAccount"),
        (
            "User payments",
            "spec/importCredentialsSecret/name",
            "nobody-broker",
            "Secret nobody-broker",
        ),
        ("PersistentVolumeClaim legal-files", "", GONE, "PersistentVolumeClaim legal-files"),
    ],
    references.secrets_never_asked_for: [
        (
            WEB,
            f"{POD}/volumes/0/projected/sources/0/secret/items/0/key",
            "URL",
            "no secret payments-database has URL",
        ),
    ],
    references.files_that_are_not_there: [
        (
            WEB,
            f"{FIRST}/env/0",
            {"name": "BROKER_URL_FILE", "value": "/run/secrets/credence/BROKER_URL"},
            "does not have /run/secrets/credence/BROKER_URL",
        ),
        (
            WORKER,
            f"{POD}/volumes/0/projected/sources/1",
            GONE,
            "does not have /run/secrets/credence/DATABASE_URL",
        ),
    ],
    references.states_that_are_not_there: [
        (WEB, f"{FIRST}/volumeMounts/3", GONE, "payments-web, web, does not have /etc/credence"),
        (WORKER, f"{FIRST}/volumeMounts/3", GONE, "payments-worker, worker, does not have"),
        ("Job legal-migrate", f"{FIRST}/volumeMounts/3", GONE, "migrate, does not have"),
        (
            "Deployment lookup",
            f"{POD}/initContainers/0/volumeMounts/3",
            GONE,
            "Deployment lookup, migrate, does not have",
        ),
        ("Deployment lookup", f"{POD}/containers/1/volumeMounts/3", GONE, "worker, does not have"),
        (WEB, f"{FIRST}/volumeMounts/3/mountPath", "/etc/credence/jurisdictions", "does not have"),
        (WEB, f"{FIRST}/env/0", {"name": "JURISDICTION", "value": "ohio"}, "jurisdictions/ohio"),
        (WEB, f"{FIRST}/volumeMounts/3/name", "tmp", "something else than a state"),
        (WEB, f"{FIRST}/volumeMounts/3/readOnly", GONE, "payments-web, web, may write to"),
        ("ConfigMap jurisdiction-files", "data/place.toml", GONE, "something else than a state"),
        ("ConfigMap jurisdiction", "", GONE, "does not have /etc/credence/jurisdictions/None"),
        ("ConfigMap suite", "data/JURISDICTIONS_DIR", "/app/jurisdictions", "have /app/juris"),
    ],
    references.secrets_told: [
        (
            WEB,
            f"{FIRST}/env/0",
            {"name": "PROCESSOR_API_KEY", "value": "x"},
            "tells PROCESSOR_API_KEY",
        ),
        (
            WEB,
            f"{FIRST}/env/0",
            {"name": "DATABASE_URL", "value": "postgresql://a:b@c/d"},
            "tells DATABASE_URL",
        ),
        ("ConfigMap suite", "kind", "Secret", "a secret in a manifest"),
    ],
    references.selectors_of_nothing: [
        (
            "Service payments-web",
            "spec/selector/app.kubernetes.io~name",
            "payment",
            "Service payments-web selects the pods of 0 workloads",
        ),
        (
            WEB,
            "spec/template/metadata/labels/app.kubernetes.io~component",
            "page",
            "Deployment payments-web selects the pods of 0 workloads",
        ),
        (
            "Service payments-web",
            "spec/ports/0/targetPort",
            "metrics",
            "leads to a port that nobody has",
        ),
    ],
    references.other_public_address: [
        (
            "Ingress gateway",
            "spec/rules/0/host",
            "www.example.gov",
            "is not for credence.example.gov",
        ),
    ],
    suite.services_not_run: [
        (WORKER, "", GONE, "as payments's worker"),
        (WORKER, f"{FIRST}/args/0", "web", "as payments's worker"),
        (WEB, f"{FIRST}/image", "credence/legal:0.2.0", "credence/legal:0.2.0"),
        (WEB, "spec/template/metadata/labels/app.kubernetes.io~name", "library", "web of library"),
        ("Service legal-web", "", GONE, "look for legal at legal-web"),
    ],
    suite.queues_that_nobody_scales: [
        ("ScaledObject legal-worker", "", GONE, "legal.events does not scale"),
        (
            "ScaledObject legal-worker",
            "spec/triggers/0/metadata/queueName",
            "lookup.events",
            "no service declares lookup.events",
        ),
        ("ScaledObject legal-worker", "spec/minReplicaCount", 0, "may be scaled to none"),
    ],
    suite.databases_not_owned: [
        ("Database legal", "spec/owner", "payments", "for each service"),
        (
            "Cluster database",
            "spec/postgresql/pg_hba/0",
            "hostssl all all all scram-sha-256",
            "into the database of another",
        ),
        (
            "Cluster database",
            "spec/managed/roles/0/inRoles",
            ["pg_read_all_data"],
            "more than its database",
        ),
    ],
    suite.users_that_may_too_much: [
        (
            "Permission payments",
            "spec/permissions/read",
            ".*",
            "payments may read other things than its own",
        ),
        (
            "Permission payments",
            "spec/permissions/write",
            "^events$",
            "payments may write other things than its own",
        ),
        (
            "Permission payments",
            "spec/userReference/name",
            "legal",
            "payments may configure other",
        ),
        ("TopicPermission payments", "", GONE, "payments may publish other facts"),
        (
            "TopicPermission lookup",
            "spec/permissions/read",
            ".*",
            "lookup may hear assignments.finding-opened.v1",
        ),
        ("TopicPermission legal", "spec/permissions/read", "^legal", "legal may not hear"),
        ("TopicPermission legal-parked", "", GONE, "legal may write parked messages of"),
        (
            "TopicPermission lookup-parked",
            "spec/permissions/read",
            ".*",
            "lookup may read parked messages of",
        ),
    ],
}
