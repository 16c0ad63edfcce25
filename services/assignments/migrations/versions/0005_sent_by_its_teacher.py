"""who sent a file is known by all their ids; a finding may wait for another sender"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.add_column(sa.Column("own_ids", sa.JSON(), nullable=True))
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "awaits_another_sender", sa.Boolean(), nullable=False, server_default=sa.false()
            )
        )


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.drop_column("awaits_another_sender")
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_column("own_ids")
