"""search keys in their plain form"""

import re
import unicodedata
from collections.abc import Sequence
from itertools import combinations_with_replacement

import sqlalchemy as sa
from alembic import op

from chassis.names.keys import part_key

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

STAFF = sa.table(
    "staff_member",
    *(sa.column(name) for name in ("given_name", "family_name", "name_key")),
    sa.column("staff_id", sa.Uuid()),
)
EDUCATOR = sa.table(
    "educator",
    *(sa.column(name) for name in ("full_name", "name_key")),
    sa.column("educator_id", sa.Uuid()),
)


def upgrade() -> None:
    """Make the change.

    Search keys are those of the code that runs the migration, because it searches by them: whoever
    changes the plain form of names adds a migration that files everybody again.
    """
    _file_again(STAFF, STAFF.c.staff_id, lambda row: _key(row.given_name, row.family_name))
    _file_again(EDUCATOR, EDUCATOR.c.educator_id, _key_of_educator)


def _file_again(table, row_id, key_of) -> None:
    connection = op.get_bind()
    changed = [
        {"of_row": getattr(row, row_id.name), "new_key": key}
        for row in connection.execute(sa.select(table))
        if (key := key_of(row)) != row.name_key
    ]
    if changed:
        connection.execute(
            sa.update(table)
            .where(row_id == sa.bindparam("of_row"))
            .values(name_key=sa.bindparam("new_key")),
            changed,
        )


def _key_of_educator(row) -> str:
    """The new key of the first and last name, which the old key tells from the rest of the name."""
    words = row.full_name.split()
    for first, begin, end in combinations_with_replacement(range(len(words) + 1), 3):
        given, last = " ".join(words[:first]), " ".join(words[begin:end])
        if last and _key_before(f"{given} {last}") == row.name_key:
            return _key(given, last)
    return row.name_key


def _key(first_name: str, last_name: str) -> str:
    return part_key(first_name) + part_key(last_name)


def _key_before(name: str) -> str:
    return re.sub(r"[^a-z]", "", unicodedata.normalize("NFKD", name).casefold())


def downgrade() -> None:
    """Take the change back: the keys stay, as most are the same in the form before."""
