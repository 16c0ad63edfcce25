"""Contract: nobody knows the old name any more."""

from alembic import op

revision = "contracted"
down_revision = "expanded"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("drop trigger keep_position on complaint")
    op.execute("drop function keep_position")
    op.drop_column("complaint", "position")
    op.alter_column("complaint", "position_held", nullable=False)
