"""An educator's page: everything that the public may see of them, and how they are found."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Date, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.lookup.domain.base import Base
from services.lookup.domain.certificate import Shown, json_text
from services.lookup.domain.names import NameKey, keys_of


class Educator(Base):
    """An educator's finished document, with all their certificates."""

    __tablename__ = "educator"

    educator_id: Mapped[UUID] = mapped_column(primary_key=True)
    number_key: Mapped[str] = mapped_column(String(40), unique=True)
    educator_number: Mapped[str] = mapped_column(String(40), unique=True)
    document: Mapped[str] = mapped_column(Text)
    good_through: Mapped[date] = mapped_column(Date, index=True)


class Name(Base):
    """One key under which an educator is found; the table is its own index.

    The public number, and not a row's, so that a cursor means the same on every replica.
    """

    __tablename__ = "name"
    __table_args__ = ({"sqlite_with_rowid": False},)

    last: Mapped[str] = mapped_column(String(200), primary_key=True)
    first: Mapped[str] = mapped_column(String(200), primary_key=True)
    educator_number: Mapped[str] = mapped_column(String(40), primary_key=True, index=True)


@dataclass(frozen=True)
class EducatorDocument:
    """An educator with all their certificates, at least one, the newest first."""

    certificates: tuple[Shown, ...]

    @classmethod
    def of(cls, certificates: Iterable[Shown]) -> "EducatorDocument":
        """The document of whoever holds these certificates, in whatever order they come."""
        newest_first = sorted(
            certificates,
            key=lambda shown: (shown.told["issued_on"], shown.told["certificate_number"]),
            reverse=True,
        )
        return cls(tuple(newest_first))

    @property
    def number(self) -> str:
        """The educator's public number."""
        number: str = self.certificates[0].told["educator_number"]
        return number

    @property
    def document(self) -> str:
        """The document as JSON text; the newest certificate's holder is the educator's name now."""
        head = json_text(
            {
                "educator_number": self.number,
                "name": self.certificates[0].told["holder_name"],
                "former_last_names": self._former_last_names,
            }
        )
        documents = ",".join(shown.document for shown in self.certificates)
        return f'{head[:-1]},"certificates":[{documents}]}}'

    @property
    def names(self) -> set[NameKey]:
        """Every key under which the educator is found: each name on any of the certificates."""
        former = tuple(self._former_last_names)
        names = {
            (shown.told["holder_name"], shown.told["holder_last_name"])
            for shown in self.certificates
        }
        return {key for name, last_name in names for key in keys_of(name, last_name, former)}

    @property
    def good_through(self) -> date:
        """The last day on which the document says what it says now."""
        return min(shown.good_through for shown in self.certificates)

    @property
    def _former_last_names(self) -> list[str]:
        return sorted(
            {name for shown in self.certificates for name in shown.told["former_last_names"]}
        )
