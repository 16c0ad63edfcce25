"""Test fixtures for services: a fixed clock, signed-in clients, and others' facts."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import ECKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.ids import new_id
from chassis.messaging.inbox import Delivery, Inbox, Outcome, Verdict
from chassis.operations import migrations
from chassis.security.tokens import ISSUER, TokenVerifier, when_signing_keys_changed
from chassis.service import Service
from chassis.settings import Settings, read_settings
from chassis.storage.tables import AUDIT, OUTBOX
from contracts.envelope import Message, decode, encode
from contracts.event import Event
from contracts.identity import (
    OrganizationChanged,
    OrganizationKind,
    PersonRecorded,
    PublicKey,
    Role,
    SigningKeysChanged,
)

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
_KEY = ECKey.generate_key("P-256", {"kid": "test-key"})


class FixedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self._now = now

    def now(self) -> datetime:
        """The moment it was set to."""
        return self._now

    def move(self, **by: float) -> None:
        """Go forward, as `timedelta(**by)`."""
        self._now += timedelta(**by)

    def set(self, now: datetime) -> None:
        """Stand still at this moment."""
        self._now = now


def test_settings(service: str, folder: Path, **environ: str) -> Settings:
    """Settings for a service that keeps everything in `folder`."""
    return read_settings(service, {"VAR_DIR": str(folder), **environ})


test_settings.__test__ = False  # type: ignore[attr-defined]  # not a test, despite its name


def service_of(app: Flask) -> Service:
    """The service behind an application."""
    service: Service = app.extensions["credence"]
    return service


def prepare(app: Flask) -> Service:
    """Create the service's schema, and store the tests' signing key in it."""
    service = service_of(app)
    migrations.upgrade(service)
    trust_test_key(service)
    return service


class Checkpoint:
    """An application's stored state at this point, from which any number of tests can start.

    The application is built once and stays. What a test changes in its folder, its clock or its
    cached keys is restored before the next; everything else in memory stays.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._service = service_of(app)
        self._service.database.close()
        self._folder = self._service.settings.var
        self._copy = self._folder.with_name(f"{self._folder.name}-checkpoint")
        self._moment = self._service.now()
        shutil.copytree(self._folder, self._copy)

    def restore(self) -> Flask:
        """The application, as it was."""
        self._service.database.close()
        shutil.rmtree(self._folder)
        shutil.copytree(self._copy, self._folder)
        clock_of(self._app).set(self._moment)
        self._app.extensions["verifier"] = TokenVerifier(
            self._service.database, self._app.name, self._service.grants
        )
        return self._app


@contextmanager
def checkpoint_of(
    app: Flask, settle: Callable[[Flask], None] | None = None
) -> Iterator[Checkpoint]:
    """A new application with its schema, once `settle` has brought in what its tests start from."""
    prepare(app)
    if settle is not None:
        settle(app)
    yield Checkpoint(app)
    service_of(app).database.close()


def clock_of(app: Flask) -> FixedClock:
    """An application's clock, for its tests to move."""
    clock = service_of(app).clock
    assert isinstance(clock, FixedClock)
    return clock


def trust_test_key(service: Service) -> None:
    """Have a service trust the tokens that `bearer` creates."""
    public = _KEY.as_dict(private=False)
    keys = SigningKeysChanged(
        version=1,
        issuer=ISSUER,
        keys=(PublicKey(kid="test-key", x=str(public["x"]), y=str(public["y"])),),
    )
    with service.database.transaction() as session:
        when_signing_keys_changed(session, keys, service.now())


def bearer(
    audience: str,
    roles: Mapping[Role, UUID | None],
    *,
    account_id: UUID | None = None,
    educator_id: UUID | None = None,
    other_ids: Iterable[UUID] = (),
    now: datetime = NOW,
    lifetime: timedelta = timedelta(days=365),
    name: str = "Test Person",
) -> str:
    """An Authorization header for somebody who holds these roles at these organizations."""
    claims: dict[str, Any] = {
        "iss": ISSUER,
        "aud": audience,
        "sub": str(account_id or new_id()),
        "exp": int((now + lifetime).timestamp()),
        "iat": int(now.timestamp()),
        "name": name,
        "sid": "test-session",
        "roles": [
            {"role": str(role), "organization_id": str(place) if place else None}
            for role, place in roles.items()
        ],
    }
    if educator_id:
        claims["educator_id"] = str(educator_id)
    if own := [str(each) for each in other_ids]:
        claims["other_ids"] = own
    header = {"alg": "ES256", "kid": "test-key", "typ": "at+jwt"}
    return f"Bearer {jwt.encode(header, claims, _KEY)}"


def client_of(
    app: Flask,
    roles: Mapping[Role, UUID | None] | None = None,
    *,
    account_id: UUID | None = None,
    educator_id: UUID | None = None,
    other_ids: Iterable[UUID] = (),
) -> FlaskClient:
    """A client of the application; with roles it is signed in, as by the gateway."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT"] = "text/html"
    if roles is not None:
        client.environ_base["HTTP_AUTHORIZATION"] = bearer(
            app.name,
            roles,
            account_id=account_id,
            educator_id=educator_id,
            other_ids=other_ids,
            now=service_of(app).now(),
        )
    return client


@contextmanager
def working(app: Flask) -> Iterator[tuple[Session, Service]]:
    """A transaction of the service, as its edges open it."""
    service = service_of(app)
    with app.app_context(), service.database.transaction() as session:
        yield session, service


def moment(service: Service) -> dict[str, Any]:
    """The present, as use cases take it."""
    return {"now": service.now(), "today": service.today()}


def person(
    educator_id: UUID, educator_number: str, *, version: int = 1, **parts: Any
) -> PersonRecorded:
    """The fact that a person is on file: Wilhelmina Testworthy, unless `parts` name another."""
    names = {"first_name": "Wilhelmina", "last_name": "Testworthy", **parts}
    return PersonRecorded(
        version=version, educator_id=educator_id, educator_number=educator_number, **names
    )


def organization(
    organization_id: UUID,
    name: str,
    state_number: str,
    *,
    kind: OrganizationKind = OrganizationKind.DISTRICT,
    version: int = 1,
) -> OrganizationChanged:
    """The fact that an organization, a district unless `kind` says otherwise, is on file."""
    return OrganizationChanged(
        version=version,
        organization_id=organization_id,
        kind=kind,
        name=name,
        state_number=state_number,
    )


def learn(app: Flask, *events: Event) -> None:
    """Deliver events; raises `AssertionError` unless the service handles each."""
    outcomes = deliver(app, *events)
    assert {outcome.verdict for outcome in outcomes} == {Verdict.HANDLED}, outcomes


def deliver(app: Flask, *events: Event, at: datetime | None = None) -> list[Outcome]:
    """Deliver events to the service as a bus would; returns the outcome of each."""
    service = service_of(app)
    messages = [
        Message(
            event=event,
            source=event.sources()[0],
            time=at or service.now(),
            correlation_id="test",
        )
        for event in events
    ]
    inbox = Inbox(service.participant)
    return inbox.handle([Delivery(encode(message)) for message in messages])


def recorded(app: Flask, *facts: type[Event]) -> list[Any]:
    """The events in the service's outbox, oldest first; all of them unless `facts` are given."""
    with service_of(app).database.reading() as session:
        bodies: Iterable[bytes] = session.scalars(
            select(OUTBOX.c.body).order_by(OUTBOX.c.position)
        ).all()
    events = [decode(body).event for body in bodies]
    return [event for event in events if not facts or isinstance(event, facts)]


def audited(app: Flask, *actions: str) -> list[Any]:
    """The audit trail's entries, of these actions or of any, oldest first."""
    with service_of(app).database.reading() as session:
        entries = session.execute(select(AUDIT).order_by(AUDIT.c.position)).all()
    return [entry for entry in entries if not actions or entry.action in actions]


__all__ = [
    "NOW",
    "Checkpoint",
    "FixedClock",
    "audited",
    "bearer",
    "checkpoint_of",
    "client_of",
    "clock_of",
    "deliver",
    "learn",
    "moment",
    "organization",
    "person",
    "prepare",
    "recorded",
    "service_of",
    "test_settings",
    "trust_test_key",
    "working",
]
