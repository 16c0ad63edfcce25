"""Settings: typed, from the environment or from files, a service's own before what all share."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chassis.clock import MovableClock
from chassis.settings import (
    DEVELOPMENT_VALUE,
    METRICS_PORT,
    Settings,
    SettingsFault,
    find_faults,
    read_settings,
)
from services.identity.settings import (
    CAPTCHA_COST,
    SMTP_HOST,
    SMTP_PASSWORD,
    SMTP_PORT,
    SMTP_STARTTLS,
    SSN_VAULT_SECRET,
)
from services.payments.settings import PROCESSOR_API_KEY, PROCESSOR_WEBHOOK_SECRET


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


@pytest.mark.parametrize("set_", ["PAYMENTS_DATABASE_URL", "DATABASE_URL"])
def test_a_fault_is_told_by_the_name_that_was_set(set_: str) -> None:
    (fault,) = find_faults("payments", {set_: "foo"})

    assert fault.startswith(f"{set_} ")


def test_a_file_that_is_missing_is_told_by_the_name_that_was_set(tmp_path: Path) -> None:
    nowhere = {"PAYMENTS_DATABASE_URL_FILE": str(tmp_path / "none")}

    (fault,) = find_faults("payments", nowhere)

    assert fault.startswith("PAYMENTS_DATABASE_URL_FILE ")


def test_urls_and_secrets_may_lie_in_files(tmp_path: Path) -> None:
    url, secret = tmp_path / "url", tmp_path / "secret"
    url.write_text("amqp://broker\n")
    secret.write_text("  from a file\n")

    settings = read_settings(
        "payments",
        {
            "ENVIRONMENT": "production",
            "BROKER_URL_FILE": str(url),
            "PAYMENTS_PROCESSOR_API_KEY_FILE": str(secret),
            "PROCESSOR_API_KEY": "from the environment",
            "PROCESSOR_WEBHOOK_SECRET": "from the environment",
        },
    )

    assert settings.broker_url == "amqp://broker"
    assert settings[PROCESSOR_API_KEY] == "from a file"


def test_a_setting_has_the_type_that_its_list_says() -> None:
    settings = read_settings(
        "identity",
        {"SMTP_PORT": "2525", "SMTP_STARTTLS": "no", "CAPTCHA_COST": "50", "METRICS_PORT": "9000"},
    )

    assert (settings[SMTP_PORT], settings[CAPTCHA_COST], settings[METRICS_PORT]) == (2525, 50, 9000)
    assert settings[SMTP_STARTTLS] is False


def test_what_is_empty_is_not_given() -> None:
    settings = read_settings(
        "identity", {"SMTP_PORT": "", "SMTP_STARTTLS": "", "METRICS_PORT": "", "SMTP_HOST": ""}
    )

    assert (settings[SMTP_PORT], settings[SMTP_STARTTLS]) == (587, True)
    assert (settings[METRICS_PORT], settings[SMTP_HOST]) == (None, "")


@pytest.mark.parametrize("empty", [{}, {"PROCESSOR_API_KEY": ""}])
def test_production_refuses_to_go_without_a_secret(empty: dict[str, str]) -> None:
    with pytest.raises(SettingsFault) as told:
        read_settings("payments", {"ENVIRONMENT": "production", **empty})

    assert told.value.faults == tuple(
        f"{name} is missing: set {name}, or {name}_FILE to the path of a file that holds it."
        for name in ("PROCESSOR_API_KEY", "PROCESSOR_WEBHOOK_SECRET")
    )
    assert str(told.value) == "\n".join(told.value.faults)


def test_a_secret_that_production_lacks_is_refused_where_it_is_read_too() -> None:
    with pytest.raises(SettingsFault, match="PROCESSOR_API_KEY is missing"):
        Settings("payments", {"ENVIRONMENT": "production"})[PROCESSOR_API_KEY]


def test_elsewhere_a_well_known_value_serves_and_says_so() -> None:
    settings = read_settings("payments", {})

    assert settings[PROCESSOR_API_KEY].startswith(DEVELOPMENT_VALUE)
    assert settings[PROCESSOR_API_KEY] != settings[PROCESSOR_WEBHOOK_SECRET]


def test_a_password_is_needed_only_by_who_signs_in() -> None:
    production = {"ENVIRONMENT": "production"}

    without = Settings("identity", production)
    assert list(without.faults_in([SMTP_PASSWORD])) == []
    with_user = Settings("identity", production | {"SMTP_USERNAME": "credence"})
    (fault,) = with_user.faults_in([SMTP_PASSWORD])
    assert fault.startswith("SMTP_PASSWORD is missing")


def test_a_secret_has_a_version_for_each_number_in_use() -> None:
    environ = {"SSN_VAULT_OLDEST_VERSION": "2", "SSN_VAULT_VERSION": "3"}
    secrets = {number: f"the vault's secret, long enough: {number}" for number in (2, 3)}
    given = environ | {f"SSN_VAULT_SECRET_{number}": text for number, text in secrets.items()}

    assert read_settings("identity", given).versions_of(SSN_VAULT_SECRET) == secrets
    missing = Settings("identity", {"ENVIRONMENT": "production", **environ})
    (fault,) = missing.faults_in([SSN_VAULT_SECRET])
    assert fault.startswith("SSN_VAULT_SECRET_2 is missing")


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("SMTP_PORT", "smtp", "a port, 1 to 65535"),
        ("SMTP_PORT", "70000", "a port, 1 to 65535"),
        ("CAPTCHA_COST", "-1", "a whole number, 1 or more"),
        ("SMTP_STARTTLS", "true", "yes or no"),
        ("PUBLIC_URL", "credence.example", "an address that begins with http:// or https://"),
        ("ENVIRONMENT", "prod", "one of: development, test, demonstration, production"),
        ("JURISDICTION", "ohio", "one of: connecticut, kentucky"),
    ],
)
def test_a_wrong_value_is_one_sentence_with_what_was_given_and_what_it_must_be(
    name: str, given: str, expected: str
) -> None:
    assert find_faults("identity", {name: given}) == [
        f'{name} is "{given}"; it must be {expected}.'
    ]


def test_all_faults_are_told_at_once_and_each_once() -> None:
    environ = {
        "SMTP_PORT": "smtp",
        "METRICS_PORT": "none",
        "SSN_VAULT_VERSION": "first",
        "DATABASE_URL": "mysql://user:hunter2@host",
        "SSN_VAULT_INDEX_SECRET_FILE": "/nowhere/index",
    }

    with pytest.raises(SettingsFault) as told:
        read_settings("identity", environ)

    assert [fault.split()[0] for fault in told.value.faults] == [
        "DATABASE_URL",
        "METRICS_PORT",
        "SSN_VAULT_VERSION",
        "SSN_VAULT_INDEX_SECRET_FILE",
        "SMTP_PORT",
    ]
    assert "hunter2" not in str(told.value)


def test_a_wrong_secret_is_told_without_what_was_given() -> None:
    (fault,) = find_faults("identity", {"SSN_VAULT_SECRET_1": "hunter2"})

    assert fault == "SSN_VAULT_SECRET_1 is wrong; it must be text of 32 characters or more."


def test_settings_are_shown_without_the_environment() -> None:
    settings = read_settings("payments", {"PROCESSOR_API_KEY": "hunter2"})

    assert "hunter2" not in repr(settings)


def test_a_public_address_has_no_slash_at_its_end() -> None:
    settings = read_settings("payments", {"PUBLIC_URL": "https://credence.example/"})

    assert settings.public_url == "https://credence.example"


@pytest.mark.parametrize("days", [212, -30])
def test_the_day_can_be_set_and_the_clock_runs_on_from_there(days: int) -> None:
    clock = read_settings("legal", {"DAYS_AHEAD": str(days)}).clock()

    ahead = clock.now() - datetime.now(UTC)
    assert abs(ahead - timedelta(days=days)) < timedelta(minutes=1)


def test_a_shifted_clock_is_refused_in_production() -> None:
    settings = Settings("legal", {"DAYS_AHEAD": "212", "ENVIRONMENT": "production"})

    with pytest.raises(SettingsFault, match="DAYS_AHEAD must not be set in production"):
        settings.clock()


def test_a_movable_clock_goes_on_from_the_moment_it_was_set_to() -> None:
    clock, moment = MovableClock(), datetime(2027, 7, 1, 4, 0, tzinfo=UTC)

    clock.set(moment)

    assert moment <= clock.now() < moment + timedelta(minutes=1)
