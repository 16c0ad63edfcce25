"""Every file of a state's folder, with the dataclass that it is read as."""

from importlib import import_module

from chassis import jurisdiction
from chassis.i18n.language import LANGUAGES
from chassis.state_folder import Files, JurisdictionFault, StateFolder, StateWords
from services.demonstration import scene
from services.names import SERVICES

OPTIONAL: Files = {
    **{f"words.{language}": StateWords for language in LANGUAGES},
    **scene.FILES,
}
"""What a state may lack: words of its own, and a demonstration."""

BESIDE = frozenset(
    {"kustomization.yaml", f"{scene.FOLDER}/persons.csv", f"{scene.FOLDER}/organizations.csv"}
)
"""What a folder has besides its TOML files."""


def needed_files() -> Files:
    """What every state has: the files that every service may read, and those of one service."""
    files = dict(jurisdiction.FILES)
    for service in SERVICES:
        files |= import_module(f"services.{service}.jurisdiction").FILES
    return files


def faults_of_files(state: StateFolder) -> list[str]:
    """What is wrong with each file by itself, and which file nobody reads."""
    faults: list[str] = []
    present = {
        path.relative_to(state.path).as_posix().removesuffix(".toml")
        for path in state.path.rglob("*.toml")
    }
    needed = needed_files()
    for name, shape in {**needed, **OPTIONAL}.items():
        if name in needed or name in present:
            try:
                state.read(name, shape)
            except JurisdictionFault as fault:
                faults += fault.faults
    read = {f"{name}.toml" for name in (*needed, *OPTIONAL)} | BESIDE
    for path in sorted(state.path.rglob("*")):
        name = path.relative_to(state.path).as_posix()
        if not path.is_dir() and name not in read and not path.name.startswith("."):
            faults.append(f"{state.code}/{name} is a file that no code reads.")
    return faults
