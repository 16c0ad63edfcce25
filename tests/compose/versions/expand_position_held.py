"""Expand: a complaint's position gets another name; both names are kept alike meanwhile."""

import sqlalchemy as sa
from alembic import op

revision = "expanded"
down_revision = "HEAD"  # the test puts legal's newest revision here
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("complaint", sa.Column("position_held", sa.String(200), nullable=True))
    op.alter_column("complaint", "position", nullable=True)
    op.execute("update complaint set position_held = position")
    op.execute("""
        create function keep_position() returns trigger language plpgsql as $$
        begin
            new.position := coalesce(new.position, new.position_held);
            new.position_held := coalesce(new.position_held, new.position);
            return new;
        end $$
    """)
    op.execute("""
        create trigger keep_position before insert or update on complaint
        for each row execute function keep_position()
    """)
