"""Every rule that every overlay keeps; each yields what it finds wrong."""

from collections.abc import Callable, Iterator

from tests.kubernetes import availability, hardening, network, references, schema, suite
from tests.kubernetes.manifests import Manifests

Rule = Callable[[Manifests], Iterator[str]]

RULES: tuple[Rule, ...] = (
    schema.malformed,
    hardening.pods_that_may_too_much,
    hardening.containers_that_may_too_much,
    hardening.containers_of_unknown_appetite,
    hardening.images_not_pinned,
    hardening.containers_never_asked,
    availability.evicted_all_at_once,
    availability.all_on_one_node,
    availability.without_majority,
    availability.scaled_wrongly,
    availability.volumes_that_replicas_fight_for,
    network.other_arrows,
    network.pods_under_no_policy,
    references.references_to_nothing,
    references.secrets_never_asked_for,
    references.files_that_are_not_there,
    references.states_that_are_not_there,
    references.secrets_told,
    references.selectors_of_nothing,
    references.other_public_address,
    suite.services_not_run,
    suite.queues_that_nobody_scales,
    suite.databases_not_owned,
    suite.users_that_may_too_much,
)
