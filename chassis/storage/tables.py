"""The chassis's tables in every service's database, next to the service's own."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    Uuid,
)

from chassis.storage.types import Instant

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


CHASSIS = MetaData(naming_convention=NAMING)
_Position = BigInteger().with_variant(Integer, "sqlite")

OUTBOX = Table(
    "outbox",
    CHASSIS,
    Column("position", _Position, primary_key=True, autoincrement=True),
    Column("event_id", Uuid, nullable=False, unique=True),
    Column("topic", String(100), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("published_at", Instant),
)
Index(
    "ix_outbox_waiting",
    OUTBOX.c.position,
    postgresql_where=OUTBOX.c.published_at.is_(None),
    sqlite_where=OUTBOX.c.published_at.is_(None),
)

INBOX = Table(
    "inbox",
    CHASSIS,
    Column("event_id", Uuid, primary_key=True),
    Column("topic", String(100), nullable=False),
    Column("handled_at", Instant, nullable=False),
)

INBOX_FAILURE = Table(
    "inbox_failure",
    CHASSIS,
    Column("event_id", Uuid, primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("error", Text, nullable=False),
)

PARKED = Table(
    "parked",
    CHASSIS,
    Column("parked_id", Uuid, primary_key=True),
    Column("topic", String(100), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("reason", Text, nullable=False),
    Column("parked_at", Instant, nullable=False),
)

STREAM_OFFSET = Table(
    "stream_offset",
    CHASSIS,
    Column("stream", String(100), primary_key=True),
    Column("position", _Position, nullable=False),
    Column("event_at", Instant, nullable=False),
)

QUEUE_SEEN = Table(
    "queue_seen",
    CHASSIS,
    Column("queue", String(100), primary_key=True),
    Column("waiting", Integer, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

SCHEDULE_RUN = Table(
    "schedule_run",
    CHASSIS,
    Column("job", String(100), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("ran_at", Instant, nullable=False),
)

AUDIT = Table(
    "audit",
    CHASSIS,
    Column("position", _Position, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("actor", String(200), nullable=False),
    Column("address", String(64)),
    Column("action", String(100), nullable=False),
    Column("subject", String(200), nullable=False, index=True),
    Column("before", JSON),
    Column("after", JSON),
    Column("correlation_id", String(64), nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

IDEMPOTENCY = Table(
    "idempotency",
    CHASSIS,
    Column("client", String(200), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("response", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
)

SIGNING_KEY = Table(
    "signing_key",
    CHASSIS,
    Column("kid", String(64), primary_key=True),
    Column("issuer", String(100), nullable=False),
    Column("version", Integer, nullable=False),
    Column("public_jwk", JSON, nullable=False),
)

NUMBER_SERIES = Table(
    "number_series",
    CHASSIS,
    Column("series", String(100), primary_key=True),
    Column("last", _Position, nullable=False),
)


def service_metadata(*pieces: MetaData) -> MetaData:
    """New metadata for one service, with the chassis's tables in it, and those of these pieces."""
    metadata = MetaData(naming_convention=NAMING)
    for piece in (CHASSIS, *pieces):
        for table in piece.sorted_tables:
            table.to_metadata(metadata).info.update(table.info)
    return metadata
