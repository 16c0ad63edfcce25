"""room for the longest names"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

COLUMNS = (
    ("application", "applicant_name"),
    ("certificate", "holder_name"),
    ("educator", "full_name"),
)


def upgrade() -> None:
    """Make the change."""
    _resize(from_length=200, to_length=250)


def downgrade() -> None:
    """Take the change back."""
    _resize(from_length=250, to_length=200)


def _resize(from_length: int, to_length: int) -> None:
    for table, column in COLUMNS:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(
                column,
                existing_type=sa.String(length=from_length),
                type_=sa.String(length=to_length),
                existing_nullable=False,
            )
