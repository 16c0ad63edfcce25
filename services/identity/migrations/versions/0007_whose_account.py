"""whose account it is, and its language"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import chassis.storage.types

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Make the change; whose the staff accounts are, administrators say from now on."""
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("said_educator_id", sa.Uuid(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "no_record_said_at", chassis.storage.types.Instant(timezone=True), nullable=True
            )
        )
        batch_op.add_column(
            sa.Column("language", sa.String(length=5), nullable=False, server_default="en")
        )
        batch_op.create_index(
            batch_op.f("ix_account_said_educator_id"), ["said_educator_id"], unique=False
        )


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_said_educator_id"))
        batch_op.drop_column("language")
        batch_op.drop_column("no_record_said_at")
        batch_op.drop_column("said_educator_id")
