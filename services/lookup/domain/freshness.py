"""How current a replica is, and the warning to show when it is out of date."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Mapped, mapped_column

from chassis.i18n.text import Translatable, translatable, translatable_count
from chassis.storage.types import Instant
from services.lookup.domain.base import Base

CURRENT = timedelta(seconds=60)


class Freshness(Base):
    """The moment through which this replica is complete: one row, once it has caught up."""

    __tablename__ = "freshness"

    freshness_id: Mapped[int] = mapped_column(primary_key=True)
    as_of: Mapped[datetime] = mapped_column(Instant)


def is_current(as_of: datetime | None, now: datetime) -> bool:
    """Whether the replica is complete up to a minute ago."""
    return as_of is not None and now - as_of <= CURRENT


def warning(as_of: datetime | None, now: datetime) -> Translatable | None:
    """The warning for readers when the replica is out of date, or None while it is current."""
    if as_of is None:
        return translatable(
            "This copy is still loading. A record missing here may still exist; try again shortly."
        )
    if is_current(as_of, now):
        return None
    return translatable(
        "This information is {age} old. Newer decisions are missing here.",
        age=age_in_words(now - as_of),
    )


def age_in_words(age: timedelta) -> Translatable:
    """An age in words, in the largest whole unit."""
    seconds = int(age.total_seconds())
    if days := seconds // 86400:
        return translatable_count("{count} day", "{count} days", days)
    if hours := seconds // 3600:
        return translatable_count("{count} hour", "{count} hours", hours)
    if minutes := seconds // 60:
        return translatable_count("{count} minute", "{count} minutes", minutes)
    return translatable("less than a minute")
