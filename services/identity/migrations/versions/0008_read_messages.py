"""when a message was read on the site"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import chassis.storage.types

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Make the change; what was written before counts as read."""
    with op.batch_alter_table("outgoing_mail", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("read_at", chassis.storage.types.Instant(timezone=True), nullable=True)
        )
    op.execute("UPDATE outgoing_mail SET read_at = written_at")


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("outgoing_mail", schema=None) as batch_op:
        batch_op.drop_column("read_at")
