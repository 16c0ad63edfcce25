"""Token signing keys: published before they sign and until their last token expires."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Self

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.storage.database import Versioned
from chassis.storage.types import Instant
from contracts.identity import PublicKey, SigningKeysChanged
from services.identity.domain.base import Base

ACTIVATION = timedelta(seconds=60)
"""How long a new key is published before it signs, so that every service has received it."""
RETIREMENT_DELAY = timedelta(hours=1)
"""How long a key stays published after it signed its last token."""


class KeySet(Versioned, Base):
    """The published keys, versioned as one set."""

    __tablename__ = "key_set"

    issuer: Mapped[str] = mapped_column(String(100), primary_key=True)
    keys: Mapped[list["KeyRow"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="KeyRow.signs_from"
    )

    @classmethod
    def begin(cls, issuer: str, first: "KeyRow") -> Self:
        """A set with its first key, which signs at once."""
        return cls(issuer=issuer, version=1, keys=[first])

    def rotate(self, following: "KeyRow", now: datetime) -> SigningKeysChanged:
        """Publish the key that signs from `following.signs_from`, and drop retired ones."""
        self._drop_retired(now)
        self.keys.append(following)
        self.version += 1
        return self.state()

    def retire(self, now: datetime) -> SigningKeysChanged | None:
        """Drop the keys whose tokens have expired; returns None if there are none."""
        if not self._drop_retired(now):
            return None
        self.version += 1
        return self.state()

    def _drop_retired(self, now: datetime) -> bool:
        in_order = sorted(self.keys, key=lambda key: key.signs_from)
        retired = [
            key
            for key, successor in pairwise(in_order)
            if successor.signs_from + RETIREMENT_DELAY <= now
        ]
        for key in retired:
            self.keys.remove(key)
        return bool(retired)

    def state(self) -> SigningKeysChanged:
        """The event with the published keys."""
        return SigningKeysChanged(
            version=self.version,
            issuer=self.issuer,
            keys=tuple(PublicKey(kid=key.kid, x=key.x, y=key.y) for key in self.keys),
        )


class KeyRow(Base):
    """A signing key with its private half sealed."""

    __tablename__ = "sealed_signing_key"

    kid: Mapped[str] = mapped_column(String(64), primary_key=True)
    issuer: Mapped[str] = mapped_column(ForeignKey("key_set.issuer"), index=True)
    x: Mapped[str] = mapped_column(String(64))
    y: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(Instant)
    signs_from: Mapped[datetime] = mapped_column(Instant)
