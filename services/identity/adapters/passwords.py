"""Passwords: how they are hashed and checked."""

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from services.identity.domain.password_rule import normalized

# 19 MiB and two passes (OWASP's minimum for Argon2id): the default's 64 MiB, times the threads of
# a worker, would let anybody who can post a sign-in form exhaust its memory.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


def hash_password(password: str) -> str:
    """The Argon2id hash to store, with its own salt and settings in it."""
    return _HASHER.hash(_encoded(password))


def check_password(hashed: str, password: str) -> bool:
    """Whether this is the password behind the hash.

    Costs 19 MiB and tens of milliseconds: limit the rate of attempts before calling it.
    Raises `argon2.exceptions.InvalidHashError` when what is stored is no hash.
    """
    try:
        return _HASHER.verify(hashed, _encoded(password))
    except VerifyMismatchError:
        return False


def equalize_timing(password: str) -> None:
    """Spends the time of a check where there is no such user, so that the delay tells nothing."""
    _HASHER.hash(_encoded(password))


def needs_rehash(hashed: str) -> bool:
    """Whether the hash was made with other settings; if so hash again at the next sign-in."""
    return _HASHER.check_needs_rehash(hashed)


def _encoded(password: str) -> bytes:
    # JSON can carry half a surrogate pair, which strict UTF-8 refuses with an error of its own.
    return normalized(password).encode("utf-8", "surrogatepass")
