"""search keys in their plain form"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from chassis.names.keys import part_key

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

EDUCATOR = sa.table(
    "educator",
    sa.column("educator_number"),
    sa.column("first_name_key"),
    sa.column("last_name_key"),
)


def upgrade() -> None:
    """Make the change.

    Search keys are those of the code that runs the migration, because it searches by them: whoever
    changes the plain form of names adds a migration that files everybody again.
    """
    connection = op.get_bind()
    changed = [
        {"of_number": row.educator_number, "first": first, "last": last}
        for row in connection.execute(sa.select(EDUCATOR))
        # The keys were names without capitals and accents, so they can be read as names.
        if (keys := (part_key(row.first_name_key), part_key(row.last_name_key)))
        != (row.first_name_key, row.last_name_key)
        for first, last in (keys,)
    ]
    if changed:
        connection.execute(
            sa.update(EDUCATOR)
            .where(EDUCATOR.c.educator_number == sa.bindparam("of_number"))
            .values(first_name_key=sa.bindparam("first"), last_name_key=sa.bindparam("last")),
            changed,
        )


def downgrade() -> None:
    """Take the change back: the keys stay, as most are the same in the form before."""
