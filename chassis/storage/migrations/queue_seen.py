"""The table `queue_seen`, where a worker records the depth of its queue."""

import sqlalchemy as sa
from alembic import op

from chassis.storage.types import Instant


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "queue_seen",
        sa.Column("queue", sa.String(length=100), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("seen_at", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("queue", name=op.f("pk_queue_seen")),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("queue_seen")
