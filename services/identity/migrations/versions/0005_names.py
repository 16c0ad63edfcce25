"""names: room for the longest one, and search keys in their plain form"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from chassis.names.keys import part_key, search_key

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

PERSON = sa.table(
    "person",
    *(sa.column(name) for name in ("educator_number", "first_name", "last_name", "name_key")),
)
ORGANIZATION = sa.table(
    "organization", *(sa.column(name) for name in ("state_number", "name", "name_key"))
)


def upgrade() -> None:
    """Make the change.

    Search keys are those of the code that runs the migration, because it searches by them: whoever
    changes the plain form of names adds a migration that files everybody again.
    """
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.alter_column(
            "display_name",
            existing_type=sa.String(length=200),
            type_=sa.String(length=250),
            existing_nullable=False,
        )
    # The keys of new rows, whose code asks for them in this form too.
    _file_again(
        PERSON,
        PERSON.c.educator_number,
        lambda row: f"{part_key(row.last_name)} {part_key(row.first_name)}",
    )
    _file_again(ORGANIZATION, ORGANIZATION.c.state_number, lambda row: search_key(row.name)[:200])


def _file_again(table, number, key_of) -> None:
    connection = op.get_bind()
    changed = [
        {"of_number": getattr(row, number.name), "new_key": key}
        for row in connection.execute(sa.select(table))
        if (key := key_of(row)) != row.name_key
    ]
    if changed:
        connection.execute(
            sa.update(table)
            .where(number == sa.bindparam("of_number"))
            .values(name_key=sa.bindparam("new_key")),
            changed,
        )


def downgrade() -> None:
    """Take the change back; the keys stay, which the code before searches too."""
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.alter_column(
            "display_name",
            existing_type=sa.String(length=250),
            type_=sa.String(length=200),
            existing_nullable=False,
        )
