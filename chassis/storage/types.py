"""Column types: an instant in UTC, and a text that can be said in any language later."""

import json
from datetime import UTC, datetime

from sqlalchemy import (
    DateTime,
    String,
    TypeDecorator,
)
from sqlalchemy.engine import Dialect

from chassis.i18n.text import Marked, from_json, marked, to_json


class Instant(TypeDecorator[datetime]):
    """A moment in UTC; SQLite keeps no zone, so it is given back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Words(TypeDecorator[Marked]):
    """A marked text, which can be said in any language later; one stored as a text is read so."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Marked | None, dialect: Dialect) -> str | None:
        """To the database."""
        return None if value is None else json.dumps(to_json(value), ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Marked | None:
        """From the database."""
        if value is None:
            return None
        return from_json(json.loads(value)) if value.startswith(_STORED) else marked(value)


_STORED = '{"forms": ['
