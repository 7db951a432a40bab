"""Check codes: short, typed by hand from a paper, and made only by who holds the secret."""

import hashlib
import hmac
from pathlib import Path
from typing import Final

from kit.settings import settings
from kit.signing import keep_secret, key_of, new_secret, secrets_in

#: Crockford's base 32: no I, L, O or U.
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})
_SYMBOLS, _BITS, _GROUP = 16, 5, 4
#: Keeps these codes apart from whatever else might one day be computed with the same secret.
_PURPOSE: Final = b"daiban.check-code\n"


def check_code(message: str) -> str:
    """Make the code of a message: 80 bits of its HMAC-SHA256, as ``7K3M-9QXD-0TRW-4HZE``. Raises SecretError."""
    return _code(_secrets()[0], message)


def is_ours(code: str, message: str) -> bool:
    """Tell whether a code was made for a message with a secret that is still accepted. Raises SecretError."""
    return any(same(code, _code(secret, message)) for secret in _secrets())


def same(given: str, code: str) -> bool:
    """Compare a code as somebody typed it, in either case, O for 0 and I for 1, with ours; in constant time."""
    typed = given.upper().translate(_READ_AS).encode("utf-8", "replace")
    return hmac.compare_digest(typed, code.translate(_READ_AS).encode())


def ensure_check_code_secret() -> None:
    """Make the secret where there is none. Safe to repeat: an existing one is never changed."""
    keep_secret(secret_path(), new_secret())


def secret_path() -> Path:
    """Return the file of the secrets: one a line, the first makes codes, all are accepted."""
    return settings().secrets_dir / "office" / "check-codes"


def _secrets() -> tuple[str, ...]:
    return secrets_in(secret_path(), "there is no secret for the check codes on documents")


def _code(secret: str, message: str) -> str:
    digest = hmac.digest(key_of(secret), _PURPOSE + message.encode(), hashlib.sha256)
    number = int.from_bytes(digest) >> (len(digest) * 8 - _SYMBOLS * _BITS)
    symbols = "".join(ALPHABET[number >> _BITS * place & 31] for place in reversed(range(_SYMBOLS)))
    return "-".join(symbols[start : start + _GROUP] for start in range(0, _SYMBOLS, _GROUP))
