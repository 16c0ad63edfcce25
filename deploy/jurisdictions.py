"""Writes each state's `kustomization.yaml`, which makes the folder a part of a Kubernetes overlay.

`make documents` runs it. kustomize reads no file outside the folder and knows no patterns, so the
files are listed.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from chassis.settings import JURISDICTIONS_DIR, Settings
from chassis.state_folder import states_in

KUSTOMIZATION = """\
# Written by `make documents`; an overlay that names this folder serves this state.
configMapGenerator:
  - name: jurisdiction
    literals: [JURISDICTION={state}]
  - name: jurisdiction-files
    files:
{files}
vars: # a part of the path at which the files are mounted
  - name: JURISDICTION
    objref: {{apiVersion: v1, kind: ConfigMap, name: jurisdiction}}
    fieldref: {{fieldpath: data.JURISDICTION}}
"""


def main() -> int:
    """Bring every state's list up to date, and print the files that were changed."""
    for path, text in outdated(Settings("deploy", os.environ)[JURISDICTIONS_DIR]):
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path}: its list of files was updated\n")
    return 0


def outdated(folder: Path) -> Iterator[tuple[Path, str]]:
    """Each state's file that is missing or out of date, with the text that it should have."""
    for state in states_in(folder):
        path = folder / state / "kustomization.yaml"
        text = kustomization_of(path.parent)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            yield path, text


def kustomization_of(state: Path) -> str:
    """What is to stand in a state's `kustomization.yaml`."""
    files = sorted(path.name for path in state.glob("*.toml"))
    return KUSTOMIZATION.format(
        state=state.name, files="\n".join(f"      - {name}" for name in files)
    )


if __name__ == "__main__":
    sys.exit(main())
