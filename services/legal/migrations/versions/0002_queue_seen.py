"""queue seen"""

from chassis.storage.migrations.queue_seen import downgrade, upgrade  # noqa: F401  # Alembic's

revision: str = "0002"
down_revision: str | None = "0001"
