"""Each rule finds what it is for: one defect at a time is planted into a state's manifests."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from tests.kubernetes.conftest import Overlay
from tests.kubernetes.manifests import Manifest, Manifests, title
from tests.kubernetes.planted import DEFECTS, GONE, Defect
from tests.kubernetes.rules import RULES, Rule

CASES = [(rule, defect) for rule, defects in DEFECTS.items() for defect in defects]


@pytest.mark.parametrize(
    ("rule", "defect"),
    CASES,
    ids=[f"{rule.__name__}, {each[0]}, {each[1]}" for rule, each in CASES],
)
def test_a_planted_defect_is_found(overlay: Overlay, rule: Rule, defect: Defect) -> None:
    faults = list(rule(list(_planted(overlay("state"), defect))))
    assert any(defect[3] in fault for fault in faults), faults


def test_every_rule_is_seen_to_fail() -> None:
    assert DEFECTS.keys() == set(RULES)


def _planted(manifests: Manifests, defect: Defect) -> Iterator[Manifest]:
    where, path, value, _ = defect
    found = False
    for manifest in manifests:
        # What kustomize generates has a hash of its content behind its name.
        is_meant = title(manifest) == where or (
            manifest["kind"] == "ConfigMap" and title(manifest).rpartition("-")[0] == where
        )
        found |= is_meant
        if not is_meant:
            yield manifest
        elif path:
            changed = deepcopy(manifest)
            _put(changed, path, value)
            yield changed
    assert found, f"there is no {where}"


def _put(manifest: Manifest, path: str, value: object) -> None:
    *way, last = [step.replace("~", "/") for step in path.split("/")]
    at: Any = manifest
    for step in way:
        at = at[int(step)] if isinstance(at, list) else at[step]
    key = int(last) if isinstance(at, list) else last
    if value is GONE:
        del at[key]
    else:
        at[key] = value
