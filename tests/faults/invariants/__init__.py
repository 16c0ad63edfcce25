"""What must hold once the suite is quiet again, whatever was done to it (I1 to I8)."""

from collections.abc import Callable, Iterator

from tests.faults.evidence import Breach, Evidence
from tests.faults.invariants.agreed import (
    audit_trails_are_unbroken,
    everybody_agrees_on_each_certificate,
    money_is_what_the_provider_says,
)
from tests.faults.invariants.answered import what_was_answered_is_in_its_owners_database
from tests.faults.invariants.handled import every_reader_handled_every_event_once, nothing_is_parked
from tests.faults.invariants.told import the_outbox_equals_what_was_committed
from tests.faults.rebuild import projections_equal_a_rebuild

Check = Callable[[Evidence], Iterator[Breach]]

CHECKS: tuple[Check, ...] = (
    what_was_answered_is_in_its_owners_database,
    the_outbox_equals_what_was_committed,
    every_reader_handled_every_event_once,
    projections_equal_a_rebuild,
    nothing_is_parked,
    money_is_what_the_provider_says,
    everybody_agrees_on_each_certificate,
    audit_trails_are_unbroken,
)


def breaches(evidence: Evidence) -> list[Breach]:
    """Everything that does not hold."""
    return [breach for check in CHECKS for breach in check(evidence)]
