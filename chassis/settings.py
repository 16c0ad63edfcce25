"""The settings of a service, and the only place that reads the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
SERVICES = ROOT / "services"
DEVELOPMENT_VALUE = "for development only, never for production"


class SettingMissing(Exception):
    """A setting that production needs was not given."""

    def __init__(self, name: str) -> None:
        super().__init__(f"set {name}, or {name}_FILE to the path of a file that holds it")


@dataclass(frozen=True)
class Settings:
    """What a service needs to know about the place it runs in.

    Without a broker the service takes part in the embedded suite, whose bus is in the process.
    """

    service: str
    environment: str
    jurisdiction: str
    public_url: str
    var: Path
    database_url: str
    broker_url: str | None
    environ: Mapping[str, str] = field(repr=False, default_factory=dict)

    @property
    def is_production(self) -> bool:
        """Whether real people's records are at stake."""
        return self.environment == "production"

    def value(self, name: str, default: str = "") -> str:
        """A setting of this service's own."""
        return self.environ.get(name, default)

    def secret(self, name: str) -> str:
        """A secret, from NAME or from the file at NAME_FILE.

        Raises `SettingMissing` in production; elsewhere a well-known value serves.
        """
        if path := self.environ.get(f"{name}_FILE"):
            return Path(path).read_text().strip()
        if given := self.environ.get(name):
            return given
        if self.is_production:
            raise SettingMissing(name)
        return f"{DEVELOPMENT_VALUE}: {name}"


def read_settings(service: str, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of `service`; `PAYMENTS_DATABASE_URL` goes before `DATABASE_URL`."""
    environ = os.environ if environ is None else environ
    var = Path(environ.get("VAR_DIR", "var")).resolve()
    own = {
        name.removeprefix(f"{service.upper()}_"): value
        for name, value in environ.items()
        if name.startswith(f"{service.upper()}_")
    }
    # The service's own NAME also goes before the NAME_FILE that all services share.
    shadowed = {f"{name}_FILE" for name in own}
    merged = {name: value for name, value in environ.items() if name not in shadowed} | own
    settings = Settings(
        service=service,
        environment=merged.get("ENVIRONMENT", "development"),
        jurisdiction=merged.get("JURISDICTION", "kentucky"),
        public_url=merged.get("PUBLIC_URL", "http://localhost:8080").rstrip("/"),
        var=var,
        database_url="",
        broker_url=None,
        environ=merged,
    )
    return Settings(
        **{
            **settings.__dict__,
            "database_url": _url(merged, "DATABASE_URL") or f"sqlite:///{var}/{service}.sqlite",
            "broker_url": _url(merged, "BROKER_URL"),
        }
    )


def _url(environ: Mapping[str, str], name: str) -> str | None:
    """A URL that may hold a password, and so may come from a file."""
    if path := environ.get(f"{name}_FILE"):
        return Path(path).read_text().strip()
    return environ.get(name)
