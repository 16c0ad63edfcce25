"""The one list of services: every folder beside this file that puts an application together.

Whatever else lists them derives it from here: Python by import, manifests and scripts by
`deploy.lists`.
"""

from pathlib import Path

SERVICES = tuple(sorted(app.parent.name for app in Path(__file__).parent.glob("*/app.py")))
WITHOUT_DATABASE = frozenset({"lookup"})
"""A replica of lookup keeps what it knows in a file of its own, records nothing and needs no
session.
"""
WITH_DATABASE = tuple(name for name in SERVICES if name not in WITHOUT_DATABASE)
