"""What only Connecticut's whole list of endorsements shows."""

from pathlib import Path

import pytest

from tests.unit.certification.test_jurisdiction import ENDORSEMENTS

pytestmark = pytest.mark.samples


def test_our_codes_and_grades_of_connecticut_are_those_of_its_list(samples: Path) -> None:
    lines = (samples / "codelists/ct_endorsement_codes.csv").read_text().splitlines()[1:]
    listed = [f"{line[:3]},{line.rpartition(',')[2]}" for line in lines]
    assert ENDORSEMENTS.read_text().splitlines() == ["code,grades", *listed]
