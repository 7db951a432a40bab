"""Passwords: Argon2id with the parameters of RFC 9106 for servers with little memory to spare."""

from functools import cache
from typing import Final

from anyio import CapacityLimiter, to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

#: Each takes 64 MiB and a core for some 50 ms: a crowd that signs in at once waits instead of filling the memory.
_AT_ONCE: Final = 2


class WeakPasswordError(ValueError):
    """The password is shorter or longer than what is taken, or is the account's own name."""


SHORTEST: Final = 10
LONGEST: Final = 200


async def hash_password(password: str, account: str) -> str:
    """Return what is stored of a password. Raises WeakPasswordError (NIST SP 800-63B: length, not composition)."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPasswordError(f"密码应为 {SHORTEST} 至 {LONGEST} 个字符")
    if account.lower() in password.lower():
        raise WeakPasswordError("密码不得包含账号")
    return await to_thread.run_sync(_hasher().hash, password, limiter=_limiter())


async def fits(password: str, stored: str | None) -> bool:
    """Tell whether a password is the one stored; takes as long where nothing is stored."""
    known = stored if stored is not None else _nobodys()
    right = await to_thread.run_sync(_verified, known, password[: LONGEST + 1], limiter=_limiter())
    return right and stored is not None


def _verified(stored: str, password: str) -> bool:
    try:
        return _hasher().verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


@cache
def _nobodys() -> str:
    return _hasher().hash("nobody has this password")


@cache
def _limiter() -> CapacityLimiter:
    return CapacityLimiter(_AT_ONCE)
