"""Links by which a department fetches a file: short-lived, made for one department and one assignment."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from kit.clock import wall_now
from kit.settings import settings
from kit.signing import keep_secret, key_of, new_secret, secrets_in

#: Keeps these signatures apart from whatever else might one day be computed with the same secret.
_PURPOSE: Final = b"daiban.file-link\n"


@dataclass(frozen=True, slots=True)
class FileLink:
    """What a link is good for."""

    sha256: str
    assignment: UUID
    department: str
    expires: int


def link(sha256: str, assignment: UUID, department: str) -> tuple[str, datetime]:
    """Make an address that answers with a file for the minutes configured; return it and when it ends."""
    ends = wall_now() + timedelta(minutes=settings().file_link_minutes)
    made = FileLink(sha256, assignment, department, int(ends.timestamp()))
    query = {
        "assignment": str(assignment),
        "department": department,
        "expires": made.expires,
        "signature": _signature(_secrets()[0], made),
    }
    url = f"{settings().portal_url.rstrip('/')}/api/v1/files/{sha256}?{urlencode(query)}"
    return url, datetime.fromtimestamp(made.expires, UTC)


def is_genuine(given: FileLink, signature: str) -> bool:
    """Tell in constant time whether we made a link, with a secret that is still accepted."""
    typed = signature.encode("utf-8", "replace")
    return any(hmac.compare_digest(typed, _signature(secret, given).encode()) for secret in _secrets())


def has_expired(given: FileLink) -> bool:
    """Tell whether a link has come to its end."""
    return given.expires < wall_now().timestamp()


def ensure_file_link_secret() -> None:
    """Make the secret where there is none. Safe to repeat: an existing one is never changed."""
    keep_secret(secret_path(), new_secret())


def secret_path() -> Path:
    """Return the file of the secrets: one a line, the first signs, all are accepted."""
    return settings().secrets_dir / "office" / "file-links"


def _secrets() -> tuple[str, ...]:
    return secrets_in(secret_path(), "there is no secret for the links to files")


def _signature(secret: str, made: FileLink) -> str:
    message = f"{made.sha256}\n{made.assignment}\n{made.department}\n{made.expires}"
    return hmac.digest(key_of(secret), _PURPOSE + message.encode(), hashlib.sha256).hex()
