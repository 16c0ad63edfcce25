"""The list of services: every folder next to this file that has an `app.py`.

Everything else derives its list from here: Python by import, manifests and scripts through
`deploy.lists`.
"""

from chassis.settings import service_names

SERVICES = service_names()
WITHOUT_DATABASE = frozenset({"lookup"})
"""A lookup replica has its own file, publishes nothing and needs no session.
"""
WITH_DATABASE = tuple(name for name in SERVICES if name not in WITHOUT_DATABASE)
