"""The vault for Social Security numbers: what it accepts, hides, opens and refuses to open."""

import traceback
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity.adapters.vault import SealBroken, Vault, VaultMisconfigured, parse_ssn
from services.identity.domain.ssn import InvalidSsn, SealedSsn, SocialSecurityNumber

DANIEL = UUID("0190a1b2-0000-7000-8000-000000000001")
REBECCA = UUID("0190a1b2-0000-7000-8000-000000000002")
FIRST_SECRET = "first key-encryption secret of a test"
SECOND_SECRET = "second key-encryption secret of a test"
INDEX_SECRET = "blind index secret, for tests only...."
SSN = parse_ssn("123-45-6789")


@pytest.fixture
def vault() -> Vault:
    return Vault.from_secret({1: FIRST_SECRET}, current=1, index_secret=INDEX_SECRET)


@pytest.fixture
def rotated() -> Vault:
    secrets = {1: FIRST_SECRET, 2: SECOND_SECRET}
    return Vault.from_secret(secrets, current=2, index_secret=INDEX_SECRET)


def with_a_flipped_bit(content: bytes, position: int) -> bytes:
    altered = bytearray(content)
    altered[position % len(content)] ^= 1
    return bytes(altered)


@pytest.mark.parametrize("text", ["123-45-6789", "123456789", "  123-45-6789 "])
def test_a_number_is_read_with_and_without_hyphens(text: str) -> None:
    assert parse_ssn(text).digits == "123456789"


@pytest.mark.parametrize(
    "text",
    [
        "000-45-6789",
        "666-45-6789",
        "900-45-6789",
        "999-45-6789",
        "123-00-6789",
        "123-45-0000",
        "123-456789",
        "12345-6789",
        "12345678",
        "1234567890",
        "123 45 6789",
        "١٢٣٤٥٦٧٨٩",
        "",
    ],
)
def test_an_impossible_number_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(InvalidSsn) as refusal:
        parse_ssn(text)
    assert not text or text not in str(refusal.value)


@pytest.mark.parametrize("text", ["665-45-6789", "667-45-6789", "899-99-9999", "001-01-0001"])
def test_the_neighbors_of_impossible_numbers_are_accepted(text: str) -> None:
    assert parse_ssn(text).written == text


def test_a_number_is_shown_masked_wherever_it_is_printed() -> None:
    assert str(SSN) == "***-**-6789"
    assert f"{SSN} {SSN!r} {[SSN]}".count("12345") == 0
    assert "***-**-6789" in repr(SSN)


def test_a_sealed_number_opens_for_its_person(vault: Vault) -> None:
    assert vault.open(vault.seal(SSN, DANIEL), DANIEL) == "123-45-6789"


@given(st.from_regex(r"[1-5][0-9]{2}[1-9][0-9][1-9][0-9]{3}", fullmatch=True))
def test_every_number_opens_as_it_was_sealed(digits: str) -> None:
    vault = Vault({7: bytes(32)}, current=7, index_key=bytes(range(32)))
    ssn = SocialSecurityNumber(digits)
    assert vault.open(vault.seal(ssn, REBECCA), REBECCA) == ssn.written


def test_a_row_copied_to_another_person_does_not_open(vault: Vault) -> None:
    with pytest.raises(SealBroken):
        vault.open(vault.seal(SSN, DANIEL), REBECCA)


@pytest.mark.parametrize("column", ["wrapped_key", "nonce", "ciphertext", "blind_index"])
@pytest.mark.parametrize("position", [0, 5, -1])
def test_a_row_with_one_altered_byte_does_not_open(
    vault: Vault, column: str, position: int
) -> None:
    sealed = vault.seal(SSN, DANIEL)
    flipped = with_a_flipped_bit(getattr(sealed, column), position)
    altered: SealedSsn = replace(sealed, **{column: flipped})  # type: ignore[arg-type]
    with pytest.raises(SealBroken):
        vault.open(altered, DANIEL)


@pytest.mark.parametrize("column", ["wrapped_key", "nonce", "ciphertext", "blind_index"])
def test_a_row_with_a_truncated_column_does_not_open(vault: Vault, column: str) -> None:
    sealed = vault.seal(SSN, DANIEL)
    altered = replace(sealed, **{column: getattr(sealed, column)[:5]})
    with pytest.raises(SealBroken):
        vault.open(altered, DANIEL)


def test_a_row_whose_last_four_were_altered_does_not_open(vault: Vault) -> None:
    with pytest.raises(SealBroken):
        vault.open(replace(vault.seal(SSN, DANIEL), last_four="6780"), DANIEL)


def test_a_row_with_parts_of_another_row_does_not_open(vault: Vault) -> None:
    daniels, rebeccas = vault.seal(SSN, DANIEL), vault.seal(parse_ssn("223456789"), REBECCA)
    mixed = replace(daniels, nonce=rebeccas.nonce, ciphertext=rebeccas.ciphertext)
    with pytest.raises(SealBroken):
        vault.open(mixed, DANIEL)


def test_sealing_twice_gives_different_ciphertexts(vault: Vault) -> None:
    first, second = vault.seal(SSN, DANIEL), vault.seal(SSN, DANIEL)
    assert first.ciphertext != second.ciphertext
    assert first.wrapped_key != second.wrapped_key


def test_an_old_key_version_still_opens(vault: Vault, rotated: Vault) -> None:
    assert rotated.open(vault.seal(SSN, DANIEL), DANIEL) == "123-45-6789"


def test_new_rows_are_sealed_under_the_current_version(rotated: Vault) -> None:
    assert rotated.seal(SSN, DANIEL).key_version == rotated.current == 2


def test_rewrapping_moves_a_row_to_the_current_version_and_leaves_its_ciphertext(
    vault: Vault, rotated: Vault
) -> None:
    old = vault.seal(SSN, DANIEL)
    new = rotated.rewrap(old, DANIEL)
    assert new.key_version == 2
    assert (new.nonce, new.ciphertext) == (old.nonce, old.ciphertext)
    without_the_old_key = Vault.from_secret({2: SECOND_SECRET}, 2, INDEX_SECRET)
    assert without_the_old_key.open(new, DANIEL) == "123-45-6789"


def test_a_broken_row_is_not_rewrapped(vault: Vault, rotated: Vault) -> None:
    sealed = vault.seal(SSN, DANIEL)
    with pytest.raises(SealBroken):
        rotated.rewrap(sealed, REBECCA)
    altered = replace(sealed, ciphertext=with_a_flipped_bit(sealed.ciphertext, 0))
    with pytest.raises(SealBroken):
        rotated.rewrap(altered, DANIEL)


def test_an_unknown_key_version_is_named(vault: Vault, rotated: Vault) -> None:
    with pytest.raises(SealBroken, match="key version 2"):
        vault.open(rotated.seal(SSN, DANIEL), DANIEL)


def test_a_row_relabelled_with_another_known_version_does_not_open(rotated: Vault) -> None:
    with pytest.raises(SealBroken):
        rotated.open(replace(rotated.seal(SSN, DANIEL), key_version=1), DANIEL)


def test_the_blind_index_finds_equal_numbers_across_people_and_key_versions(
    vault: Vault, rotated: Vault
) -> None:
    index = vault.seal(SSN, DANIEL).blind_index
    assert index == rotated.seal(SSN, REBECCA).blind_index == vault.blind_index(SSN)
    assert index != vault.blind_index(parse_ssn("123-45-6788"))
    assert len(index) == 32


def test_the_blind_index_depends_on_its_own_secret(vault: Vault) -> None:
    other = Vault.from_secret({1: FIRST_SECRET}, 1, "another blind index secret, for tests")
    assert other.blind_index(SSN) != vault.blind_index(SSN)


def test_one_secret_given_for_two_versions_makes_two_keys() -> None:
    first = Vault.from_secret({1: FIRST_SECRET}, 1, INDEX_SECRET)
    second = Vault.from_secret({2: FIRST_SECRET}, 2, INDEX_SECRET)
    relabelled = replace(first.seal(SSN, DANIEL), key_version=2)
    with pytest.raises(SealBroken):
        second.open(relabelled, DANIEL)


def test_nothing_printed_gives_a_number_or_a_secret_away(vault: Vault) -> None:
    sealed = vault.seal(SSN, DANIEL)
    printed = f"{vault!r} {sealed!r}"
    try:
        vault.open(sealed, REBECCA)
    except SealBroken as error:
        printed += "".join(traceback.format_exception(error))
    for secret in ("123456789", "123-45", "6789", FIRST_SECRET, INDEX_SECRET, repr(sealed.nonce)):
        assert secret not in printed
    assert str(REBECCA) in printed


@pytest.mark.parametrize("secrets", [{1: "short"}, {1: ""}, {1: FIRST_SECRET, 2: "short"}])
def test_a_short_secret_is_refused_without_being_repeated(secrets: dict[int, str]) -> None:
    with pytest.raises(VaultMisconfigured, match="32 characters") as refusal:
        Vault.from_secret(secrets, current=1, index_secret=INDEX_SECRET)
    assert FIRST_SECRET not in str(refusal.value)


def test_a_short_index_secret_is_refused() -> None:
    with pytest.raises(VaultMisconfigured, match="blind index"):
        Vault.from_secret({1: FIRST_SECRET}, current=1, index_secret="short")


def test_a_vault_without_its_current_key_is_refused() -> None:
    with pytest.raises(VaultMisconfigured, match="current version, 3"):
        Vault.from_secret({1: FIRST_SECRET}, current=3, index_secret=INDEX_SECRET)


def test_a_key_of_the_wrong_size_is_refused() -> None:
    with pytest.raises(VaultMisconfigured, match="32 bytes"):
        Vault({1: bytes(16)}, current=1, index_key=bytes(32))
    with pytest.raises(VaultMisconfigured, match="32 bytes"):
        Vault({1: bytes(32)}, current=1, index_key=bytes(16))
