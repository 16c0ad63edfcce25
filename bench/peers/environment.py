"""A separate Python environment for the peers."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]


def installed(name: str, packages: Sequence[str]) -> Path:
    """The `bin` folder of the environment `name`, with these packages installed."""
    folder = ROOT / "var" / f"bench-venv-{name}"
    uv = Path(sys.executable).with_name("uv")
    if not folder.exists():
        subprocess.run([uv, "venv", "-q", "--python", sys.executable, folder], check=True)
    python = folder / "bin" / "python"
    subprocess.run([uv, "pip", "install", "-q", "--python", python, *packages], check=True)
    return folder / "bin"
