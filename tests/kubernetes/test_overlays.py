"""Every object of every overlay is well-formed and keeps every rule."""

import os
import re
from pathlib import Path

import pytest

from tests.kubernetes import schema
from tests.kubernetes.conftest import Overlay, rendered_or_left_out
from tests.kubernetes.manifests import (
    KUBERNETES,
    OVERLAYS,
    Manifests,
    of_kind,
    pods_of,
    replicas,
)
from tests.kubernetes.rules import RULES, Rule


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("name", OVERLAYS)
def test_an_overlay_keeps_every_rule(overlay: Overlay, name: str, rule: Rule) -> None:
    assert list(rule(overlay(name))) == []


@pytest.mark.parametrize("name", OVERLAYS)
def test_an_overlay_is_well_formed_for_the_oldest_kubernetes_too(
    overlay: Overlay, name: str
) -> None:
    assert list(schema.malformed(overlay(name), schema.OLDEST)) == []


def test_a_pilot_fits_one_node(overlay: Overlay) -> None:
    pilot = overlay("pilot")
    assert {each["spec"]["replicas"] for each in of_kind(pilot, "RabbitmqCluster")} == {1}
    assert {each["spec"]["instances"] for each in of_kind(pilot, "Cluster")} == {1}
    assert _fewest(pilot) == {1}


@pytest.mark.parametrize("name", ["state", "nation"])
def test_a_state_and_a_nation_outlive_a_node(overlay: Overlay, name: str) -> None:
    manifests = overlay(name)
    assert {each["spec"]["replicas"] for each in of_kind(manifests, "RabbitmqCluster")} == {3}
    assert {each["spec"]["instances"] for each in of_kind(manifests, "Cluster")} == {3}
    assert min(_fewest(manifests)) >= 2


def test_a_nation_has_more_of_everything_than_a_state(overlay: Overlay) -> None:
    state, nation = overlay("state"), overlay("nation")
    assert min(_fewest(nation)) > max(_fewest(state))


def _fewest(manifests: Manifests) -> set[int]:
    return {replicas(manifests, each)[0] for each in of_kind(manifests, "Deployment")}


def test_an_agency_puts_its_own_on_top_as_the_readme_shows(tmp_path: Path) -> None:
    readme = (KUBERNETES / "README.md").read_text(encoding="utf-8")
    state = os.path.relpath(KUBERNETES / "overlays" / "state", tmp_path)
    for name, text in re.findall(r"```yaml\n# agency/(\S+)\n(.*?)```", readme, re.DOTALL):
        (tmp_path / name).write_text(text.replace("../deploy/kubernetes/overlays/state", state))
    manifests = rendered_or_left_out(tmp_path)
    faults = [fault for rule in RULES for fault in rule(manifests)]
    assert [fault for fault in faults if "credence/identity" not in fault] == []
    assert "registry.example.gov/credence/identity:0.2.0" in {
        container["image"] for pods in pods_of(manifests) for container in pods.containers
    }
