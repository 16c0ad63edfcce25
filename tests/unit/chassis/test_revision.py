"""`make revision`: the next migration is written from what the models have and no migration has."""

import shutil
from pathlib import Path

import pytest

from chassis.operations import migrations
from chassis.settings import SERVICES
from chassis.testing import service_of
from tests.architecture.suite import create_app

# Identity reads its tables when it starts; certification has replicas.
WITH_MUCH_TO_WRITE = ("identity", "certification")


@pytest.mark.parametrize("name", WITH_MUCH_TO_WRITE)
def test_a_table_that_no_migration_has_is_written(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / name / "migrations"
    (folder / "versions").mkdir(parents=True)
    for file in ("env.py", "script.py.mako"):
        shutil.copy(SERVICES / name / "migrations" / file, folder)
    monkeypatch.setattr(migrations, "SERVICES", tmp_path)
    app = create_app(name, tmp_path)

    result = app.test_cli_runner().invoke(args=["revision", "everything"])

    assert result.exception is None
    (written,) = (folder / "versions").glob("0001*.py")
    assert "op.create_table(" in written.read_text()
    assert "info=" not in written.read_text()
    migrations.upgrade(service_of(app))
    assert migrations.differences(service_of(app)) == []
    service_of(app).database.close()
