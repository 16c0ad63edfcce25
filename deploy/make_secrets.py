"""Creates the missing secrets of a suite in containers: `make_secrets.py FOLDER`.

Each is a file that only the container's user can read. An existing secret is never changed; only
the broker's accounts are rewritten each time, from the existing passwords.
Without this folder nobody can read a sealed Social Security number in a backup.
"""

import base64
import hashlib
import ipaddress
import json
import os
import secrets
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

#: services
#| SERVICES = ("SERVICES(", ")")
SERVICES = ("assignments", "certification", "identity", "legal", "lookup", "payments")
#: end

OWN = {
    "identity": (
        "captcha_secret",
        "signing_key_secret",
        "ssn_vault_index_secret",
        "ssn_vault_secret_1",
        "ticket_secret",
    ),
    "payments": ("processor_api_key", "processor_webhook_secret"),
}
# The topics that a service may publish: its own; lookup publishes nothing.
TOPICS = {service: rf"^{service}\." for service in SERVICES} | {"lookup": "^$"}
# What 0.2.0 of these recorded may still wait in their outboxes; this goes in the next release.
TOPICS |= {
    service: rf"^({service}\.|notices\.notice-due\.v1$)"
    for service in ("certification", "legal", "payments")
}
# The user who reads a file, by its number in the image.
READERS = {"postgres": 999, "rabbitmq": 100}
CREDENCE = 10001
CERTIFICATE_DAYS = 825


def make(folder: Path, public_url: str) -> None:
    """Create what is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    _keep(folder / "postgres_password", _new())
    for service in SERVICES:
        for name in OWN.get(service, ()):
            _keep(folder / f"{service}_{name}", _new())
        _keep(folder / f"{service}_broker_url", f"amqp://{service}:{_new()}@rabbitmq:5672/%2F")
        if service != "lookup":
            url = f"postgresql+psycopg://{service}:{_new()}@postgres:5432/{service}"
            _keep(folder / f"{service}_database_url", url)
    _keep(folder / "identity_smtp_password", _new())
    _keep(folder / "replayer_broker_url", f"amqp://replayer:{_new()}@rabbitmq:5672/%2F")
    if not (folder / "gateway_certificate.pem").exists():
        _make_certificate(folder, urlsplit(public_url).hostname or "localhost")
    _make_archive(folder.parent / "archive")
    _show(folder.parent / "certificate.pem", (folder / "gateway_certificate.pem").read_text())
    _write(folder / "postgres_roles", _roles(folder))
    _write(folder / "rabbitmq_definitions.json", json.dumps(_definitions(folder), indent=1))


def _make_archive(folder: Path) -> None:
    """The folder for PostgreSQL's log, which only it can read, for going back to any moment."""
    folder.mkdir(exist_ok=True)
    folder.chmod(0o700)
    if os.geteuid() == 0:
        os.chown(folder, READERS["postgres"], READERS["postgres"])


def _new() -> str:
    return secrets.token_urlsafe(32)


def _keep(path: Path, value: str) -> None:
    if not path.exists():
        _write(path, value)


def _write(path: Path, value: str) -> None:
    """Give it to its reader if we are root; otherwise only the folder keeps others out."""
    unfinished = path.with_name(f".{path.name}")
    unfinished.write_text(value)
    if os.geteuid() == 0:
        reader = READERS.get(path.name.partition("_")[0], CREDENCE)
        os.chown(unfinished, reader, reader)
        unfinished.chmod(0o600)
    else:
        unfinished.chmod(0o644)
    unfinished.replace(path)


def _show(path: Path, value: str) -> None:
    """A copy for those who must trust it and cannot read the secrets; complete at any moment."""
    unfinished = path.with_name(f".{path.name}")
    unfinished.write_text(value)
    unfinished.chmod(0o644)
    unfinished.replace(path)


def _password(folder: Path, name: str) -> str:
    return urlsplit((folder / name).read_text()).password or ""


def _roles(folder: Path) -> str:
    """One line per service with a database: its name and its password."""
    names = [service for service in SERVICES if service != "lookup"]
    return "".join(f"{name} {_password(folder, f'{name}_database_url')}\n" for name in names)


def _definitions(folder: Path) -> dict[str, Any]:
    """The broker's accounts: each service has its own queues, and publishes only its own topics.

    Each may declare the exchanges, bind and dead-letter its queues, and park what is its own. Only
    the operator's account `replayer` may put a message straight into a queue.
    """
    permissions = [
        _permission("replayer", configure="^$", write=r"^amq\.default$", read=r"\.parked$")
    ]
    for service in SERVICES:
        own = rf"^(events|events\.dlx|{service}\.(events|parked))$"
        permissions.append(_permission(service, configure=own, write=own, read=own))
    return {
        "vhosts": [{"name": "/"}],
        "users": [
            {
                "name": name,
                "password_hash": _hash_of(_password(folder, f"{name}_broker_url")),
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": "",
            }
            for name in (*SERVICES, "replayer")
        ],
        "permissions": permissions,
        "topic_permissions": [
            {"user": name, "vhost": "/", "exchange": exchange, "write": write, "read": read}
            for name, published in TOPICS.items()
            for exchange, write, read in (
                ("events", published, ".*"),
                ("events.dlx", f"^{name}$", f"^{name}$"),
            )
        ],
    }


def _permission(user: str, **what: str) -> dict[str, str]:
    return {"user": user, "vhost": "/", **what}


def _hash_of(password: str) -> str:
    """A salted hash in RabbitMQ's format."""
    salt = secrets.token_bytes(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def _make_certificate(folder: Path, host: str) -> None:
    """A self-signed certificate, which browsers warn of until the agency installs its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    names: list[x509.GeneralName] = [
        x509.DNSName(hostname) for hostname in sorted({host, "localhost"})
    ]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=CERTIFICATE_DAYS))
        .add_extension(
            x509.SubjectAlternativeName(
                [*names, x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    _write(folder / "gateway_key.pem", private.decode())
    public = certificate.public_bytes(serialization.Encoding.PEM)
    _write(folder / "gateway_certificate.pem", public.decode())


if __name__ == "__main__":
    make(Path(sys.argv[1]), os.environ.get("PUBLIC_URL") or "https://localhost:8443")
