"""A made-up state with real name frequencies: 1,000,000 educators with 3,000,000 certificates.

Each person is generated from the seed and their own number, so any part of the population can be
generated again, as facts for the bus or as rows of a lookup replica.
"""

import random
import sqlite3
import time
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import accumulate
from multiprocessing import Pool
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from chassis.clock import SystemClock
from chassis.operations import migrations
from chassis.service import Service
from chassis.settings import read_settings
from contracts.certification import Authorization, CertificateIssued, Restriction
from contracts.envelope import Message, encode
from contracts.legal import OrderAction
from services.lookup.app import create_app
from services.lookup.domain.certificate import json_text, show
from services.lookup.domain.educator import EducatorDocument
from services.lookup.domain.names import number_key
from services.lookup.jurisdiction import LookupRules, load_rules

ROOT = Path(__file__).parents[1]
NAMES = Path(__file__).parent / "data"
WORK = ROOT / "var/bench"
EDUCATORS = 1_000_000
SEED = 20261
CHUNK = 500
# Three certificates per person on average, so exactly three million.
HELD = (3, 1, 5, 2, 4)
FIRST_EDUCATOR = 200_000_000

KINDS = (
    ("PROF", "Professional Certificate for Teaching"),
    ("PROV", "Provisional Certificate for Teaching"),
    ("ADMIN", "Professional Certificate for Instructional Leadership"),
    ("EMERG", "Emergency Certificate for Full-Time Teaching"),
)
AREAS = (
    ("ELEM", "Elementary School", 0, 5),
    ("MID_MATH", "Middle School Mathematics", 5, 9),
    ("MID_SCI", "Middle School Science", 5, 9),
    ("SEC_MATH", "Secondary Mathematics", 8, 12),
    ("SEC_ENG", "Secondary English", 8, 12),
    ("SEC_BIO", "Secondary Biology", 8, 12),
    ("SEC_SOC", "Secondary Social Studies", 8, 12),
    ("ART", "Art", 0, 12),
    ("MUSIC", "Integrated Music", 0, 12),
    ("PE", "Physical Education", 0, 12),
    ("LBD", "Learning and Behavior Disorders", 0, 12),
    ("ESL", "English as a Second Language", 0, 12),
)
RANKS = ("I", "II", "III")


class Frequencies(NamedTuple):
    """Names, with the running total of people who have them."""

    names: list[str]
    running: list[float]

    def draw(self, chance: random.Random) -> str:
        """A random name, by frequency."""
        return self.names[bisect_left(self.running, chance.random() * self.running[-1])]


def _frequencies(pairs: Sequence[tuple[str, float]]) -> Frequencies:
    return Frequencies([name for name, _ in pairs], list(accumulate(count for _, count in pairs)))


def listed(name: str) -> list[tuple[str, float]]:
    """The names of a table, with their frequencies; its first line names the source."""
    lines = (NAMES / f"{name}.csv").read_text(encoding="utf-8").splitlines()[1:]
    return [(line.split(",")[0], float(line.split(",")[1])) for line in lines]


@cache
def last_names() -> Frequencies:
    """The most frequent last names of the 1990 census."""
    return _frequencies(listed("last_names"))


@cache
def first_names(year: int) -> Frequencies:
    """The most frequent first names of those born in a year."""
    return _frequencies(listed(f"first_names_{year}"))


def held_before(educator: int) -> int:
    """How many certificates all educators before this one hold."""
    rounds, rest = divmod(educator, len(HELD))
    return rounds * sum(HELD) + sum(HELD[:rest])


def facts_of(educator: int, seed: int = SEED) -> list[CertificateIssued]:
    """The certificates of the educator with this index, as certification would publish them."""
    chance = random.Random(f"{seed}/{educator}")
    last = last_names().draw(chance)
    names = first_names(1975 if chance.random() < 0.6 else 1990)
    name = f"{names.draw(chance)} {chance.choice('ABCDEFGHJKLMNPRSTW')}. {last}"
    former = (last_names().draw(chance),) if chance.random() < 0.1 else ()
    first_serial = held_before(educator) + 1
    return [
        _certificate(chance, serial, educator, name, last, former)
        for serial in range(first_serial, first_serial + HELD[educator % len(HELD)])
    ]


def _certificate(
    chance: random.Random,
    serial: int,
    educator: int,
    name: str,
    last: str,
    former: tuple[str, ...],
) -> CertificateIssued:
    kind, title = chance.choices(KINDS, (60, 25, 10, 5))[0]
    issued = date(2001, 1, 1) + timedelta(days=chance.randrange(9200))
    begins = date(issued.year, 7, 1)
    return CertificateIssued(
        version=1,
        certificate_id=UUID(int=(0x7000 << 64) | serial),
        certificate_number=f"KY-{issued.year}-{serial:07d}",
        educator_id=UUID(int=(0x7001 << 64) | educator),
        educator_number=str(FIRST_EDUCATOR + educator),
        holder_name=name,
        holder_last_name=last,
        former_last_names=former,
        certificate_type=kind,
        certificate_title=title,
        authorizations=tuple(
            Authorization(code=code, title=words, lowest_grade=lowest, highest_grade=highest)
            for code, words, lowest, highest in chance.sample(AREAS, chance.choice((1, 1, 2, 3)))
        ),
        rank=chance.choice(RANKS),
        issued_on=issued,
        effective_on=begins,
        expires_on=date(begins.year + 5, 6, 30),
        restrictions=_orders(chance, issued, serial),
    )


def _orders(chance: random.Random, issued: date, serial: int) -> tuple[Restriction, ...]:
    if chance.random() > 0.004:
        return ()
    kind = chance.choice((OrderAction.REVOCATION, OrderAction.SUSPENSION))
    starts = issued + timedelta(days=chance.randrange(200, 1500))
    ends = starts + timedelta(days=365) if kind is OrderAction.SUSPENSION else None
    order = UUID(int=(0x7002 << 64) | serial)
    return (Restriction(kind=kind, order_id=order, starts_on=starts, ends_on=ends),)


def message_of(fact: CertificateIssued, now: datetime) -> bytes:
    """The fact's message."""
    source = "/credence/certification"
    return encode(Message(event=fact, source=source, time=now, correlation_id="bench"))


# The replica

INSERTS = {
    "certificate": "insert into certificate values (?, ?, ?, ?, ?, ?, ?)",
    "educator": "insert into educator values (?, ?, ?, ?, ?)",
    "name": "insert into name values (?, ?, ?)",
    "inbox": "insert into inbox values (?, ?, ?)",
}
Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Chunk:
    """A range of educators to turn into rows, as of a day."""

    first: int
    stop: int
    day: date
    rules: LookupRules


def rows_of(chunk: Chunk) -> Rows:
    """The rows that the follower would write for these educators, by lookup's own functions."""
    rows: Rows = {table: [] for table in INSERTS}
    handled = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}"
    for educator in range(chunk.first, chunk.stop):
        facts = facts_of(educator)
        shown = [show(fact, chunk.day, chunk.rules) for fact in facts]
        holder, number = facts[0].educator_id.hex, facts[0].educator_number
        page = EducatorDocument.of(shown)
        through = page.good_through.isoformat()
        rows["educator"].append((holder, number_key(number), number, page.document, through))
        rows["name"] += [(*key, number) for key in page.names]
        for fact, each in zip(facts, shown, strict=True):
            rows["certificate"].append(
                (
                    fact.certificate_id.hex,
                    number_key(fact.certificate_number),
                    holder,
                    fact.version,
                    json_text(each.newest_fact),
                    each.document,
                    each.good_through.isoformat(),
                )
            )
            rows["inbox"].append((fact.event_id.hex, fact.topic, handled))
    return rows


def replica_file(educators: int = EDUCATORS) -> Path:
    """The read model of the whole population, built if it does not exist."""
    path = WORK / f"lookup-{educators}.sqlite"
    if not path.exists():
        WORK.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        for suffix in ("", "-wal", "-shm"):
            path.with_name(unfinished.name + suffix).unlink(missing_ok=True)
        _build(unfinished, educators)
        unfinished.rename(path)
    return path


def service_at(path: Path) -> Service:
    """Lookup on this file."""
    settings = read_settings(
        "lookup", {"VAR_DIR": str(path.parent), "DATABASE_URL": f"sqlite:///{path}"}
    )
    service: Service = create_app(settings, SystemClock()).extensions["credence"]
    return service


def _build(path: Path, educators: int) -> None:
    began = time.monotonic()
    service = service_at(path)
    migrations.upgrade(service)
    service.database.close()
    day, now = service.today(), datetime.now(UTC)
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("pragma journal_mode=off")
        file.execute("pragma synchronous=off")
        file.execute("pragma cache_size=-400000")
        file.execute("begin")
        later: Rows = {"name": [], "inbox": []}
        for rows in _made(educators, day):
            for table, statement in INSERTS.items():
                if table in later:
                    later[table] += rows[table]
                else:
                    file.executemany(statement, rows[table])
        # Rows that do not come in the order of their key are sorted first.
        for table, held_back in later.items():
            file.executemany(INSERTS[table], sorted(held_back))
        stored = f"{now:%Y-%m-%d %H:%M:%S.%f}"
        file.execute("insert into freshness values (1, ?)", (stored,))
        file.execute("commit")
        file.execute("pragma journal_mode=wal")
    print(f"Made {educators:,} educators in {time.monotonic() - began:.0f} s")


def _made(educators: int, day: date) -> Iterator[Rows]:
    rules = load_rules(read_settings("lookup", {}).state)
    chunks = [
        Chunk(first, min(first + CHUNK, educators), day, rules)
        for first in range(0, educators, CHUNK)
    ]
    with Pool(2) as pool:
        yield from pool.imap(rows_of, chunks)


if __name__ == "__main__":
    print(replica_file())
