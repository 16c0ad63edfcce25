"""The settings of a service, typed, and the only place that reads the environment.

The settings that all services share are here; a service's own are in `services/<name>/settings.py`.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Generic, TypeVar

from chassis.clock import Clock, MovableClock, SystemClock
from chassis.kinds import (
    DAYS,
    FOLDER,
    NUMBER,
    PORT,
    STATES,
    TEXT,
    WEB_ADDRESS,
    Kind,
    beginning_with,
    one_of,
)

ROOT = Path(__file__).parents[1]
SERVICES = ROOT / "services"
DEVELOPMENT_VALUE = "for development only, never for production"

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Setting(Generic[T_co]):
    """One setting: its purpose, its allowed values, and its default.

    A secret may be stored in the file that NAME_FILE names, and is never shown.
    A `needed` setting must be set in production (if `with_` is given, only when that one is set);
    elsewhere a well-known value is used.
    `versions` are the settings that hold the oldest and newest number of NAME_1, NAME_2 ...
    `default_words` describes, for the documents, a default that depends on other settings.
    """

    name: str
    purpose: str
    kind: Kind[T_co]
    default: T_co
    secret: bool = False
    needed: bool = False
    with_: "Setting[str] | None" = None
    versions: "tuple[Setting[int], Setting[int]] | None" = None
    never_in_production: bool = False
    default_words: str = ""


class SettingsFault(SystemExit):
    """Settings are missing or wrong; ends the process with one sentence each and no traceback."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(dict.fromkeys(faults))
        super().__init__("\n".join(self.faults))


def service_names(folder: Path = SERVICES) -> tuple[str, ...]:
    """The services, by name: every folder in `folder` with an application."""
    return tuple(sorted(app.parent.name for app in folder.glob("*/app.py")))


ENVIRONMENT = Setting(
    "ENVIRONMENT",
    "production is where real people's records are at stake; "
    "elsewhere secrets need not be set, and anybody may read the mail",
    one_of("development", "test", "demonstration", "production"),
    "development",
)
JURISDICTION = Setting("JURISDICTION", "the state that is served", STATES, "kentucky")
PUBLIC_URL = Setting(
    "PUBLIC_URL",
    "the suite's address for browsers; used in every link that is mailed or printed",
    WEB_ADDRESS,
    "http://localhost:8080",
)
DAYS_AHEAD = Setting(
    "DAYS_AHEAD",
    "how many days the clock is ahead of the machine's; set the same for every process; "
    "never in production",
    DAYS,
    0,
    never_in_production=True,
)
VAR_DIR = Setting(
    "VAR_DIR", "where the service keeps files, and SQLite's databases", FOLDER, Path("var")
)
DATABASE_URL = Setting(
    "DATABASE_URL",
    "the service's own database",
    Kind(
        "an address that begins with sqlite:// or postgresql+psycopg://",
        beginning_with("sqlite://", "postgresql+psycopg://"),
    ),
    "",
    secret=True,
    default_words="a SQLite file of the service's name in `VAR_DIR`",
)
BROKER_URL = Setting(
    "BROKER_URL",
    "RabbitMQ; without it the bus runs in the process, as in `make up`",
    Kind("an address that begins with amqp:// or amqps://", beginning_with("amqp://", "amqps://")),
    None,
    secret=True,
)
LOG_FILE = Setting("LOG_FILE", "where the log is written instead of standard error", TEXT, "")
ASSETS_DIR = Setting(
    "ASSETS_DIR",
    "the folder of the built style sheets, scripts and pictures",
    TEXT,
    "",
    default_words="`var/assets`",
)
METRICS_PORT = Setting(
    "METRICS_PORT",
    "the port of a worker's `/metrics`, by convention 9000; without it there are no metrics",
    PORT,
    None,
)
METRICS_HOST = Setting(
    "METRICS_HOST",
    "the address on which a worker's `/metrics` listens; the default is all interfaces",
    TEXT,
    "0.0.0.0",  # noqa: S104  # as gunicorn does: within the suite's own network
)
PROMETHEUS_MULTIPROC_DIR = Setting(
    "PROMETHEUS_MULTIPROC_DIR",
    "the in-memory folder that a service's web processes share for their metrics",
    TEXT,
    "",
    default_words="created by gunicorn's configuration",
)
OTEL_EXPORTER_OTLP_ENDPOINT = Setting(
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "the collector of spans (OTLP over HTTP); without it no spans are built",
    WEB_ADDRESS,
    "",
)
SETTINGS: tuple[Setting[Any], ...] = (
    ENVIRONMENT,
    JURISDICTION,
    PUBLIC_URL,
    DAYS_AHEAD,
    VAR_DIR,
    DATABASE_URL,
    BROKER_URL,
    LOG_FILE,
    ASSETS_DIR,
    METRICS_PORT,
    METRICS_HOST,
    PROMETHEUS_MULTIPROC_DIR,
    OTEL_EXPORTER_OTLP_ENDPOINT,
)

WEB_PORT = Setting("PORT", "the port on which the web process listens", PORT, 8000)
WEB_CONCURRENCY = Setting("WEB_CONCURRENCY", "the number of web processes", NUMBER, 2)
WORKER_CLASS = Setting(
    "WORKER_CLASS",
    "how a process handles requests: with eight threads (gthread), with cooperative greenlets "
    "(gevent), or one at a time (sync)",
    one_of("gthread", "gevent", "sync"),
    "gthread",
)
WEB_SETTINGS: tuple[Setting[Any], ...] = (WEB_PORT, WEB_CONCURRENCY, WORKER_CLASS)


@dataclass(frozen=True)
class Settings:
    """The settings of one service, read by setting: `settings[CAPTCHA_COST]`.

    `own` are the names that were set for this service alone, as NAME in PAYMENTS_NAME.
    Without a broker the service is part of the embedded suite, whose bus runs in the process.
    """

    service: str
    environ: Mapping[str, str] = field(repr=False)
    own: frozenset[str] = frozenset()

    def __getitem__(self, setting: Setting[T]) -> T:
        """The value of a setting; raises `SettingsFault`."""
        try:
            text = self._text_of(setting)
            if not text and self._is_needed(setting):
                raise SettingsFault([self._missing(setting)])
            if text and setting.never_in_production and self.is_production:
                name = self._variable(setting.name)
                raise SettingsFault([f"{name} must not be set in production."])
            if text:
                return setting.kind.read(text)
            if setting.needed:
                return setting.kind.read(f"{DEVELOPMENT_VALUE}: {setting.name}")
        except (ValueError, KeyError):
            shown = "" if setting.secret else f' is "{text}"'
            name = self._variable(setting.name)
            sentence = f"{name}{shown or ' is wrong'}; it must be {setting.kind.words}."
            raise SettingsFault([sentence]) from None
        return setting.default

    def versions_of(self, setting: Setting[T]) -> dict[int, T]:
        """The values of NAME_1, NAME_2 ... that are in use; raises `SettingsFault`."""
        return {
            version: self[replace(setting, name=f"{setting.name}_{version}")]
            for version in self._versions(setting)
        }

    def faults_in(self, listed: Iterable[Setting[Any]]) -> Iterator[str]:
        """One sentence for each of these settings that is missing or wrong."""
        for setting in listed:
            try:
                self.versions_of(setting) if setting.versions else self[setting]
            except SettingsFault as fault:
                yield from fault.faults

    def _text_of(self, setting: Setting[Any]) -> str:
        """The setting's text; raises `SettingsFault` for a file that cannot be read."""
        file = f"{setting.name}_FILE"
        path = self.environ.get(file) if setting.secret else None
        if not path:
            return self.environ.get(setting.name, "")
        try:
            return Path(path).read_text().strip()
        except (OSError, UnicodeDecodeError):
            name = self._variable(file)
            sentence = f'{name} is "{path}"; it must be the path of a file to read.'
            raise SettingsFault([sentence]) from None

    def _variable(self, name: str) -> str:
        """The name of the variable as it was set."""
        return f"{self.service.upper()}_{name}" if self.own & {name, f"{name}_FILE"} else name

    def _versions(self, setting: Setting[Any]) -> range:
        assert setting.versions is not None
        oldest, newest = setting.versions
        return range(self[oldest], self[newest] + 1)

    def _is_needed(self, setting: Setting[Any]) -> bool:
        is_used = setting.with_ is None or bool(self[setting.with_])
        return setting.needed and self.is_production and is_used

    def _missing(self, setting: Setting[Any]) -> str:
        file = f", or {setting.name}_FILE to the path of a file that holds it"
        return f"{setting.name} is missing: set {setting.name}{file if setting.secret else ''}."

    @property
    def is_production(self) -> bool:
        """Whether real people's records are at stake."""
        return self[ENVIRONMENT] == "production"

    @property
    def jurisdiction(self) -> str:
        """The state that is served."""
        return self[JURISDICTION]

    @property
    def public_url(self) -> str:
        """The suite's address for browsers, without a slash at the end."""
        return self[PUBLIC_URL]

    def clock(self) -> Clock:
        """The clock of a process: the machine's, or one shifted to the day that is set."""
        return MovableClock(self[DAYS_AHEAD]) if self[DAYS_AHEAD] else SystemClock()

    @property
    def var(self) -> Path:
        """The folder for files."""
        return self[VAR_DIR].resolve()

    @property
    def database_url(self) -> str:
        """The address of the service's own database."""
        return self[DATABASE_URL] or f"sqlite:///{self.var}/{self.service}.sqlite"

    @property
    def broker_url(self) -> str | None:
        """The broker's address, if there is a broker."""
        return self[BROKER_URL]


def own_settings(service: str) -> tuple[Setting[Any], ...]:
    """The settings in a service's own `settings.py`."""
    module = f"services.{service}.settings"
    if find_spec(f"services.{service}") is None or find_spec(module) is None:
        return ()
    own: tuple[Setting[Any], ...] = import_module(module).SETTINGS
    return own


def find_faults(service: str, environ: Mapping[str, str]) -> list[str]:
    """One sentence for each setting of a service that is missing or wrong."""
    settings = _for_service(service, environ)
    faults = settings.faults_in((*SETTINGS, *own_settings(service)))
    return list(dict.fromkeys(faults))  # each secret repeats the fault of a wrong ENVIRONMENT


def read_settings(service: str, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of `service`; `PAYMENTS_DATABASE_URL` overrides `DATABASE_URL`.

    Raises `SettingsFault`, which lists everything that is wrong.
    """
    environ = os.environ if environ is None else environ
    if faults := find_faults(service, environ):
        raise SettingsFault(faults)
    return _for_service(service, environ)


def _for_service(service: str, environ: Mapping[str, str]) -> Settings:
    """The settings as one service sees them."""
    own = {
        name.removeprefix(f"{service.upper()}_"): value
        for name, value in environ.items()
        if name.startswith(f"{service.upper()}_")
    }
    # The service's own NAME also overrides the NAME_FILE that all services share.
    shadowed = {f"{name}_FILE" for name in own}
    shared = {name: value for name, value in environ.items() if name not in shadowed}
    return Settings(service, shared | own, frozenset(own))
