"""The overlays, rendered once for all tests of this folder."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.kubernetes.manifests import KUBERNETES, Manifests, render
from tests.servers.install import ServerUnavailable
from tests.servers.plugin import leave_out

Overlay = Callable[[str], Manifests]


def rendered_or_left_out(folder: Path) -> Manifests:
    """What a folder renders to; without kubectl the test is left out, or fails where CI asks."""
    try:
        return render(folder)
    except ServerUnavailable as unavailable:
        leave_out(unavailable)


@pytest.fixture(scope="session")
def overlay() -> Overlay:
    """What an overlay renders to, by its name; what it gives is not to be changed."""
    return cache(lambda name: rendered_or_left_out(KUBERNETES / "overlays" / name))
