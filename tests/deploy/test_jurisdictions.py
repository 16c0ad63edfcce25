"""Each state's folder lists its files for Kubernetes, and says which state it is."""

import shutil
from pathlib import Path

import yaml

from chassis.settings import JURISDICTIONS_DIR
from chassis.state_folder import states_in
from deploy.jurisdictions import kustomization_of, outdated

STATES = JURISDICTIONS_DIR.default


def test_no_list_is_out_of_date() -> None:
    assert [str(path) for path, _ in outdated(STATES)] == []


def test_a_list_names_the_state_and_its_files_alone(tmp_path: Path) -> None:
    state = tmp_path / "new_york"
    (state / "demonstration").mkdir(parents=True)
    for name in ("place.toml", "fees.toml", "notes.md", "demonstration/scene.toml"):
        (state / name).write_text("")

    named, files = yaml.safe_load(kustomization_of(state))["configMapGenerator"]

    assert named["literals"] == ["JURISDICTION=new_york"]
    assert files["files"] == ["fees.toml", "place.toml"]


def test_a_state_without_a_list_and_one_with_an_old_one_are_named(tmp_path: Path) -> None:
    first, *_ = states_in(STATES)
    for name in ("new_york", "ohio", "utah"):
        shutil.copytree(STATES / first, tmp_path / name)
        (tmp_path / name / "kustomization.yaml").write_text(kustomization_of(tmp_path / name))
    (tmp_path / "new_york" / "kustomization.yaml").unlink()
    (tmp_path / "ohio" / "words.fr.toml").write_text("")

    written = dict(outdated(tmp_path))

    assert [path.parent.name for path in written] == ["new_york", "ohio"]
    assert "      - words.fr.toml\n" in written[tmp_path / "ohio" / "kustomization.yaml"]
