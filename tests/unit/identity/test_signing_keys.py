"""Signing keys: made at the first start, sealed at rest, rotated without anybody noticing."""

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet as JwkSet
from sqlalchemy import text

from chassis.operations import cli
from chassis.testing import recorded
from contracts.identity import SigningKeysChanged
from services.identity.adapters.signing_keys import KeySealBroken, KeySealer
from services.identity.domain.signing_key import KeyRow
from services.identity.usecases import keys
from tests.unit.identity.office import Browser, Office


@pytest.fixture
def analyst(office: Office) -> Browser:
    office.hire("analyst")
    browser = office.browser()
    browser.sign_in("analyst")
    return browser


def rotate(office: Office) -> None:
    with office.transaction() as session:
        keys.rotate_keys(session, office.resources.sealer, office.clock.now())


def signed_by(token: str, office: Office) -> str:
    """The key that signed, checked against the published set."""
    answer = office.browser().get("/identity/.well-known/jwks.json").json
    assert answer is not None
    decoded = jwt.decode(token, JwkSet.import_key_set(answer), algorithms=["ES256"])
    return str(decoded.header["kid"])


def test_the_first_start_makes_one_key_and_the_next_ones_none(office: Office) -> None:
    cli.start(office.service)

    (told,) = recorded(office.app, SigningKeysChanged)
    assert (told.version, told.issuer, len(told.keys)) == (1, "credence-identity", 1)
    assert len(office.all(KeyRow)) == 1


def test_the_private_half_is_nowhere_in_the_clear(office: Office) -> None:
    (row,) = office.all(KeyRow)
    private = office.resources.sealer.open(row).private_jwk["d"]

    with office.reading() as session:
        for table in office.service.metadata.sorted_tables:
            rows = str(session.execute(text(f"select * from {table.name}")).all())
            assert private not in rows


def test_a_key_opens_with_its_own_secret_only(office: Office) -> None:
    (row,) = office.all(KeyRow)

    with pytest.raises(KeySealBroken):
        KeySealer("another secret").open(row)


def test_the_public_set_checks_a_token_and_holds_no_private_half(
    office: Office, analyst: Browser
) -> None:
    (row,) = office.all(KeyRow)

    assert signed_by(analyst.token(), office) == row.kid
    assert '"d"' not in office.browser().get("/identity/.well-known/jwks.json").text


def test_a_new_key_is_told_first_and_signs_a_minute_later(office: Office, analyst: Browser) -> None:
    first = signed_by(analyst.token(), office)

    rotate(office)

    told = recorded(office.app, SigningKeysChanged)[-1]
    assert (told.version, len(told.keys)) == (2, 2)
    second = told.keys[-1].kid
    office.clock.move(seconds=59)
    assert signed_by(analyst.token(), office) == first
    office.clock.move(seconds=1)
    assert signed_by(analyst.token(), office) == second


def test_a_token_of_the_old_key_is_good_until_it_expires(office: Office, analyst: Browser) -> None:
    old = analyst.token()
    rotate(office)
    office.hear_of_keys()
    office.clock.move(seconds=90)

    assert signed_by(old, office)
    assert analyst.principal() is not None


def test_an_old_key_is_retired_once_its_tokens_are_gone(office: Office) -> None:
    first = recorded(office.app, SigningKeysChanged)[0].keys[0].kid
    rotate(office)

    office.service.schedule.run(office.service.database, office.service.today(), office.clock.now())
    assert len(recorded(office.app, SigningKeysChanged)) == 2

    office.clock.move(days=1)
    office.service.schedule.run(office.service.database, office.service.today(), office.clock.now())

    told = recorded(office.app, SigningKeysChanged)[-1]
    assert told.version == 3
    assert [key.kid for key in told.keys] != [first]
    assert len(told.keys) == 1


def test_the_command_rotates(office: Office) -> None:
    answer = office.app.test_cli_runner().invoke(args=["rotate-keys"])

    assert answer.exit_code == 0
    assert "2 keys are published" in answer.output
