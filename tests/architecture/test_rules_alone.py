"""A state's rules can be read without the web: pure code stands on them."""

import subprocess
import sys

import pytest

from tests.architecture.suite import ROOT, service_names

THE_WEB = {"flask", "werkzeug", "chassis.service"}


def loaded_by(module: str) -> set[str]:
    """What importing a module brings into a process of its own."""
    script = f"import sys, {module}; print(*sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return set(answer.stdout.split())


@pytest.mark.parametrize("service", service_names())
def test_the_rules_of_a_service_are_read_without_the_web(service: str) -> None:
    module = f"services.{service}.jurisdiction"
    loaded = loaded_by(module)
    assert module in loaded
    assert loaded & THE_WEB == set()


def test_a_module_that_needs_the_web_is_found() -> None:
    assert loaded_by("services.payments.pages") >= THE_WEB
