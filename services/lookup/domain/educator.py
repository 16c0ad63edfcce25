"""An educator's public document and search keys."""

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

    It holds the public number, not a row id, so that a cursor works on every replica.
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
        """The document for the holder of these certificates, given in any order."""
        newest_first = sorted(
            certificates,
            key=lambda shown: (
                shown.newest_fact["issued_on"],
                shown.newest_fact["certificate_number"],
            ),
            reverse=True,
        )
        return cls(tuple(newest_first))

    @property
    def number(self) -> str:
        """The educator's public number."""
        number: str = self.certificates[0].newest_fact["educator_number"]
        return number

    @property
    def document(self) -> str:
        """The document as JSON; the name is the holder name on the newest certificate."""
        head = json_text(
            {
                "educator_number": self.number,
                "name": self.certificates[0].newest_fact["holder_name"],
                "former_last_names": self._former_last_names,
            }
        )
        documents = ",".join(shown.document for shown in self.certificates)
        return f'{head[:-1]},"certificates":[{documents}]}}'

    @property
    def names(self) -> set[NameKey]:
        """Every search key: each name on any of the certificates."""
        former = tuple(self._former_last_names)
        names = {
            (shown.newest_fact["holder_name"], shown.newest_fact["holder_last_name"])
            for shown in self.certificates
        }
        return {key for name, last_name in names for key in keys_of(name, last_name, former)}

    @property
    def good_through(self) -> date:
        """The last day on which the document stays as it is now."""
        return min(shown.good_through for shown in self.certificates)

    @property
    def _former_last_names(self) -> list[str]:
        return sorted(
            {name for shown in self.certificates for name in shown.newest_fact["former_last_names"]}
        )
