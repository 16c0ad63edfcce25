"""the agency's queue as work that people have"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import chassis.storage.types

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

Instant = chassis.storage.types.Instant(timezone=True)


def upgrade() -> None:
    """Make the change; the service fills the queue at its start, and daily."""
    op.create_table(
        "colleague",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("display_name", sa.String(length=250), nullable=False),
        sa.Column("educator_id", sa.Uuid(), nullable=True),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_colleague")),
    )
    op.create_table(
        "work_item",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("queue", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("person_name", sa.String(length=250), nullable=False),
        sa.Column("sought", sa.String(length=400), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("waiting_for", sa.String(length=20), nullable=False),
        sa.Column("came_at", Instant, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=True),
        sa.Column("holder_name", sa.String(length=250), nullable=True),
        sa.Column("held_since", Instant, nullable=True),
        sa.Column("aside_until", sa.Date(), nullable=True),
        sa.Column("aside_why", sa.Text(), nullable=True),
        sa.Column("done_at", Instant, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_work_item")),
    )
    with op.batch_alter_table("work_item", schema=None) as batch_op:
        batch_op.create_index("ix_work_item_holder", ["holder_id", "done_at"], unique=False)
        batch_op.create_index(
            "ix_work_item_waiting", ["queue", "done_at", "due_on", "came_at"], unique=False
        )
    op.create_table(
        "work_note",
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("writer_id", sa.Uuid(), nullable=False),
        sa.Column("writer_name", sa.String(length=250), nullable=False),
        sa.Column("written_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["work_item.item_id"], name=op.f("fk_work_note_item_id_work_item")
        ),
        sa.PrimaryKeyConstraint("note_id", name=op.f("pk_work_note")),
    )
    with op.batch_alter_table("work_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_work_note_item_id"), ["item_id"], unique=False)
    op.create_table(
        "work_view",
        sa.Column("view_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("queue", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("query", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("view_id", name=op.f("pk_work_view")),
        sa.UniqueConstraint(
            "account_id", "queue", "name", name=op.f("uq_work_view_account_id_queue_name")
        ),
    )
    op.create_table(
        "work_bulk",
        sa.Column("bulk_id", sa.Uuid(), nullable=False),
        sa.Column("queue", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("done_at", Instant, nullable=False),
        sa.Column("undone_at", Instant, nullable=True),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("bulk_id", name=op.f("pk_work_bulk")),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("work_bulk")
    op.drop_table("work_view")
    op.drop_table("work_note")
    op.drop_table("work_item")
    op.drop_table("colleague")
