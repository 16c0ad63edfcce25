"""Column types: an instant in UTC, and a text that can be translated later."""

import json
from datetime import UTC, datetime

from sqlalchemy import (
    DateTime,
    String,
    TypeDecorator,
)
from sqlalchemy.engine import Dialect

from chassis.i18n.text import Translatable, from_json, to_json, translatable


class Instant(TypeDecorator[datetime]):
    """A moment in UTC; SQLite stores no zone, so it is added on reading."""

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


class TranslatableText(TypeDecorator[Translatable]):
    """A translatable text with its values, stored as JSON; also reads plain strings."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Translatable | None, dialect: Dialect) -> str | None:
        """To the database."""
        return None if value is None else json.dumps(to_json(value), ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Translatable | None:
        """From the database."""
        if value is None:
            return None
        return from_json(json.loads(value)) if value.startswith(_STORED) else translatable(value)


_STORED = '{"forms": ['
