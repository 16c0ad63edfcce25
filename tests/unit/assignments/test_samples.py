"""What only exports of a vendor's program show: two districts, one of them large."""

import zipfile
from pathlib import Path

import pytest
from flask import Flask

from services.assignments.formats.oneroster import read_oneroster
from tests.unit.assignments.exports import Export
from tests.unit.assignments.test_oneroster import counts
from tests.unit.assignments.world import row_counts, send

pytestmark = pytest.mark.samples


@pytest.mark.parametrize(
    ("name", "expected"),
    [("district-large", (21, 195, 91, 1_470)), ("district-small", (4, 16, 91, 119))],
)
def test_a_sample_district_is_read_without_loss_from_folder_and_zip(
    name: str, expected: tuple[int, int, int, int], tmp_path: Path, samples: Path
) -> None:
    folder = samples / "oneroster" / name
    report = read_oneroster(folder)
    assert counts(report) == expected
    for number, inside in enumerate(["", "export/2026/"]):
        packed = tmp_path / f"{number}.zip"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
            for path in folder.glob("*.csv"):
                made.write(path, inside + path.name)
        assert read_oneroster(packed) == report


def test_the_students_of_the_large_district_are_counted(samples: Path) -> None:
    report = read_oneroster(samples / "oneroster/district-large")
    assert sum(one.student_count for one in report.assignments) == 31_045 - 1_470


def test_the_large_district_is_taken_whole_through_the_page(app: Flask, samples: Path) -> None:
    export = Export()
    folder = samples / "oneroster/district-large"
    export.files = {path.name: path.read_bytes() for path in folder.glob("*.csv")}

    assert send(app, export.zipped()).status_code == 303

    counted = row_counts(app)
    assert (counted["school"], counted["staff_member"], counted["course"]) == (21, 195, 91)
    assert counted["assignment"] == 1_470
    assert counted["finding"] == 1_470  # nobody is known as an educator yet
