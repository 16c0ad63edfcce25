"""The lists of services in manifests and scripts are those of today."""

from pathlib import Path

from deploy.lists import FOLDER, files_with_lists, filled, outdated
from services.names import SERVICES

EACH = """\
roles:
  #: services
  #| - {name: SERVICE, secret: SERVICE-database}
  - {name: library, secret: library-database}
  #: end
after: true
"""
ALL = """\
#: services with a database but lending
#| for service in SERVICES( ); do
#: end
"""


def test_no_list_is_out_of_date() -> None:
    assert [str(path) for path, _ in outdated(FOLDER)] == []
    assert len(list(files_with_lists(FOLDER))) >= 12


def test_a_service_more_is_written_into_a_list() -> None:
    written = filled(EACH, ["lending", "library"])

    assert written.splitlines()[2:6] == [
        "  #| - {name: SERVICE, secret: SERVICE-database}",
        "  - {name: lending, secret: lending-database}",
        "  - {name: library, secret: library-database}",
        "  #: end",
    ]
    assert filled(written, ["lending", "library"]) == written


def test_a_list_in_one_line_leaves_out_whom_it_names() -> None:
    written = filled(ALL, ["lookup"], ["lending", "library", "reminders"])
    assert "\nfor service in library reminders; do\n" in written


def test_a_list_that_is_out_of_date_is_named(tmp_path: Path) -> None:
    (tmp_path / "roles.yaml").write_text(EACH)

    [(path, text)] = outdated(tmp_path)

    assert path.name == "roles.yaml"
    assert all(f"name: {service}," in text for service in SERVICES)
