"""search keys in their plain form"""

import json
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from services.lookup.domain.names import keys_of

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

CERTIFICATES = sa.text(
    "select educator.educator_number, certificate.told from certificate"
    " join educator on educator.educator_id = certificate.educator_id"
)
INSERT = sa.text(
    "insert or ignore into name (last, first, educator_number) values (:last, :first, :number)"
)
AT_ONCE = 10_000


def upgrade() -> None:
    """Make the change: file every educator again, from what is stored of their certificates.

    Search keys are those of the code that runs the migration, because it searches by them: whoever
    changes the plain form of names adds a migration that files everybody again.
    """
    connection = op.get_bind()
    connection.execute(sa.text("delete from name"))
    certificates = connection.execute(CERTIFICATES)
    while rows := certificates.fetchmany(AT_ONCE):
        filed = [
            {"last": key.last, "first": key.first, "number": number}
            for number, told in rows
            for fact in [json.loads(told)]
            for key in keys_of(
                fact["holder_name"], fact["holder_last_name"], tuple(fact["former_last_names"])
            )
        ]
        if filed:
            connection.execute(INSERT, filed)


def downgrade() -> None:
    """Take the change back: the keys stay, as most are the same in the form before."""
