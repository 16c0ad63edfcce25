"""The overlays, rendered once for all tests of this folder."""

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from chassis.settings import JURISDICTIONS_DIR
from chassis.state_folder import states_in
from tests.kubernetes.manifests import KUBERNETES, Manifests, render
from tests.servers.install import ServerUnavailable
from tests.servers.plugin import leave_out

Overlay = Callable[[str], Manifests]
STATES = tuple(JURISDICTIONS_DIR.default / state for state in states_in(JURISDICTIONS_DIR.default))


def rendered_or_left_out(folder: Path) -> Manifests:
    """What a folder renders to; without kubectl the test is left out, or fails where CI asks."""
    try:
        return render(folder)
    except ServerUnavailable as unavailable:
        leave_out(unavailable)


def rendered_for(state: Path, name: str, folder: Path) -> Manifests:
    """What an overlay renders to for a state, from an agency's own overlay in `folder`."""
    bases = [os.path.relpath(each, folder) for each in (KUBERNETES / "overlays" / name, state)]
    text = f"namespace: credence\nbases: [{', '.join(bases)}]\n"
    (folder / "kustomization.yaml").write_text(text, encoding="utf-8")
    return rendered_or_left_out(folder)


@pytest.fixture(scope="session")
def overlay(tmp_path_factory: pytest.TempPathFactory) -> Overlay:
    """What an overlay renders to for a state, by its name; what it gives is not to be changed."""
    return cache(lambda name: rendered_for(STATES[0], name, tmp_path_factory.mktemp(name)))
