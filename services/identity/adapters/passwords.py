"""Password hashing and verification."""

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from services.identity.domain.password_rule import normalized

# 19 MiB and two passes (OWASP's minimum for Argon2id): the default's 64 MiB, times the threads of
# a worker, would let anybody who can post a sign-in form exhaust its memory.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


def hash_password(password: str) -> str:
    """The Argon2id hash to store, including its salt and parameters."""
    return _HASHER.hash(_encoded(password))


def check_password(hashed: str, password: str) -> bool:
    """Whether the password matches the hash.

    Costs 19 MiB and tens of milliseconds: limit the rate of attempts before calling it.
    Raises `argon2.exceptions.InvalidHashError` if the stored value is not a hash.
    """
    try:
        return _HASHER.verify(hashed, _encoded(password))
    except VerifyMismatchError:
        return False


def equalize_timing(password: str) -> None:
    """Spend the time of a check for an unknown user, so that timing reveals nothing."""
    _HASHER.hash(_encoded(password))


def needs_rehash(hashed: str) -> bool:
    """Whether the hash has outdated parameters; if so, rehash at the next sign-in."""
    return _HASHER.check_needs_rehash(hashed)


def _encoded(password: str) -> bytes:
    # JSON can carry half a surrogate pair, which strict UTF-8 encoding rejects.
    return normalized(password).encode("utf-8", "surrogatepass")
