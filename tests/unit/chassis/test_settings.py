"""Settings: from the environment or from files, a service's own before what all share."""

from pathlib import Path

import pytest

from chassis.settings import DEVELOPMENT_VALUE, SettingMissing, read_settings


def test_a_newcomer_needs_to_set_nothing(tmp_path: Path) -> None:
    settings = read_settings("payments", {"VAR_DIR": str(tmp_path)})

    assert settings.jurisdiction == "kentucky"
    assert settings.database_url == f"sqlite:///{tmp_path}/payments.sqlite"
    assert settings.broker_url is None
    assert not settings.is_production


def test_a_services_own_setting_goes_before_the_shared_one() -> None:
    environ = {
        "DATABASE_URL": "postgresql+psycopg://shared",
        "PAYMENTS_DATABASE_URL": "postgresql+psycopg://own",
    }

    assert read_settings("payments", environ).database_url == "postgresql+psycopg://own"
    assert read_settings("legal", environ).database_url == "postgresql+psycopg://shared"


def test_a_services_own_setting_goes_before_the_shared_file(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.write_text("postgresql+psycopg://shared\n")
    environ = {
        "DATABASE_URL_FILE": str(shared),
        "PAYMENTS_DATABASE_URL": "postgresql+psycopg://own",
    }

    assert read_settings("payments", environ).database_url == "postgresql+psycopg://own"
    assert read_settings("legal", environ).database_url == "postgresql+psycopg://shared"


def test_urls_and_secrets_may_lie_in_files(tmp_path: Path) -> None:
    url, secret = tmp_path / "url", tmp_path / "secret"
    url.write_text("amqp://broker\n")
    secret.write_text("  from a file\n")

    settings = read_settings(
        "payments",
        {
            "ENVIRONMENT": "production",
            "BROKER_URL_FILE": str(url),
            "PAYMENTS_WEBHOOK_SECRET_FILE": str(secret),
            "WEBHOOK_SECRET": "from the environment",
        },
    )

    assert settings.broker_url == "amqp://broker"
    assert settings.secret("WEBHOOK_SECRET") == "from a file"


def test_production_refuses_to_go_without_a_secret() -> None:
    settings = read_settings("payments", {"ENVIRONMENT": "production"})

    with pytest.raises(SettingMissing, match="set WEBHOOK_SECRET, or WEBHOOK_SECRET_FILE"):
        settings.secret("WEBHOOK_SECRET")


def test_an_empty_secret_is_no_secret() -> None:
    settings = read_settings("payments", {"ENVIRONMENT": "production", "WEBHOOK_SECRET": ""})

    with pytest.raises(SettingMissing):
        settings.secret("WEBHOOK_SECRET")


def test_elsewhere_a_well_known_value_serves_and_says_so() -> None:
    secret = read_settings("payments", {}).secret("WEBHOOK_SECRET")

    assert secret.startswith(DEVELOPMENT_VALUE)
    assert secret != read_settings("payments", {}).secret("ANOTHER_SECRET")


def test_settings_are_shown_without_the_environment() -> None:
    settings = read_settings("payments", {"WEBHOOK_SECRET": "hunter2"})

    assert "hunter2" not in repr(settings)


def test_a_public_address_has_no_slash_at_its_end() -> None:
    settings = read_settings("payments", {"PUBLIC_URL": "https://credence.example/"})

    assert settings.public_url == "https://credence.example"
