"""The states that there are, found by looking, and copies of a state with something changed."""

import shutil
from pathlib import Path

from chassis.settings import JURISDICTIONS_DIR, ROOT
from chassis.state_folder import StateFolder, states_in

FOLDERS = (JURISDICTIONS_DIR.default, ROOT / "tests/data/jurisdictions")
"""Where the real states are, and the made-up one."""
FOLDER_OF = {code: folder for folder in FOLDERS for code in states_in(folder)}
STATES = tuple(FOLDER_OF)


def state_folder(code: str) -> StateFolder:
    """A state's folder."""
    return StateFolder(FOLDER_OF[code] / code)


def settings_of(code: str) -> dict[str, str]:
    """The settings by which a service serves a state."""
    return {"JURISDICTION": code, "JURISDICTIONS_DIR": str(FOLDER_OF[code])}


def changed(state: StateFolder, folder: Path, file: str, good: str, bad: str) -> StateFolder:
    """A copy of a state in `folder`, in one of whose files `bad` stands instead of `good`."""
    copy = folder / state.code
    shutil.copytree(state.path, copy)
    path = copy / f"{file}.toml"
    text = path.read_text(encoding="utf-8")
    assert good in text
    path.write_text(text.replace(good, bad, 1), encoding="utf-8")
    return StateFolder(copy)
