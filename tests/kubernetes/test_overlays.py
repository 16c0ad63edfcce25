"""Every object of every overlay is well-formed and keeps every rule."""

import os
import re
import shutil
from pathlib import Path

import pytest

from chassis.state_folder import StateFolder
from deploy.jurisdictions import kustomization_of
from tests.kubernetes import references, schema
from tests.kubernetes.conftest import STATES, Overlay, rendered_for, rendered_or_left_out
from tests.kubernetes.manifests import (
    KUBERNETES,
    OVERLAYS,
    Manifest,
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


def map_of(manifests: Manifests, name: str) -> Manifest:
    [found] = [
        each["data"]
        for each in of_kind(manifests, "ConfigMap")
        if each["metadata"]["name"].rpartition("-")[0] == name
    ]
    return dict(found)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_pods_have_the_edition_of_the_state_that_an_agency_names(
    tmp_path: Path, state: Path
) -> None:
    agency, mounted = tmp_path / "agency", tmp_path / state.name
    agency.mkdir()
    mounted.mkdir()
    manifests = rendered_for(state, "pilot", agency)
    for name, text in map_of(manifests, "jurisdiction-files").items():
        (mounted / name).write_text(text, encoding="utf-8")
    assert StateFolder(mounted).digest == StateFolder(state).digest
    assert map_of(manifests, "jurisdiction") == {"JURISDICTION": state.name}
    assert list(references.states_that_are_not_there(manifests)) == []


def test_a_size_names_no_state() -> None:
    manifests = rendered_or_left_out(KUBERNETES / "overlays" / "pilot")
    assert list(references.states_that_are_not_there(manifests)) != []


@pytest.fixture
def own_state(tmp_path: Path) -> Path:
    """The folder of a state that an agency has written, beside a checkout."""
    folder = tmp_path / "jurisdictions" / "new_york"
    shutil.copytree(STATES[-1], folder)
    (folder / "words.fr.toml").write_text("[terms]\n", encoding="utf-8")
    (folder / "kustomization.yaml").write_text(kustomization_of(folder), encoding="utf-8")
    return folder


def test_an_agency_puts_its_own_on_top_as_the_readme_shows(own_state: Path, tmp_path: Path) -> None:
    readme = (KUBERNETES / "README.md").read_text(encoding="utf-8")
    agency = tmp_path / "agency"
    agency.mkdir()
    state = os.path.relpath(KUBERNETES / "overlays" / "state", agency)
    for name, text in re.findall(r"```yaml\n# agency/(\S+)\n(.*?)```", readme, re.DOTALL):
        (agency / name).write_text(text.replace("../deploy/kubernetes/overlays/state", state))
    manifests = rendered_or_left_out(agency)
    faults = [fault for rule in RULES for fault in rule(manifests)]
    assert [fault for fault in faults if "credence/identity" not in fault] == []
    assert "registry.example.gov/credence/identity:0.2.0" in {
        container["image"] for pods in pods_of(manifests) for container in pods.containers
    }
    assert map_of(manifests, "jurisdiction") == {"JURISDICTION": own_state.name}
    assert "words.fr.toml" in map_of(manifests, "jurisdiction-files")
