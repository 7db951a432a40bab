"""Signed messages between us and departments (Standard Webhooks), and the secrets they are signed with."""

import base64
import binascii
import os
import re
import secrets as randomness
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from standardwebhooks import Webhook, WebhookVerificationError

from kit.clock import wall_now
from kit.settings import settings

_ID, _TIMESTAMP, _SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
_CODE = re.compile(r"[A-Z]{2,8}")
_PREFIX = "whsec_"
_VARIABLE = "DAIBAN_DEPARTMENT_SECRET_"
_LEAST_KEY_BYTES = 24  # the lower bound the Standard Webhooks specification sets
_TOLERANCE = timedelta(minutes=5)


class SignatureReason(StrEnum):
    """Why a signature was refused; safe to tell the sender."""

    MISSING_HEADER = "missing-header"
    MALFORMED = "malformed"
    STALE_TIMESTAMP = "stale-timestamp"
    MISMATCH = "mismatch"


class SignatureError(Exception):
    """A message does not prove that it comes from the holder of the secret."""

    def __init__(self, reason: SignatureReason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class SecretError(Exception):
    """A secret that is needed is missing or unusable; the message names the file, never the secret."""


def new_secret() -> str:
    """Make a random Standard Webhooks secret of 32 bytes."""
    return _PREFIX + base64.b64encode(randomness.token_bytes(32)).decode("ascii")


def sign(secret: str | Sequence[str], message_id: str, body: bytes) -> dict[str, str]:
    """Sign a UTF-8 body at the real time; repeat with the same ``message_id`` so that the receiver sees a duplicate.

    Several secrets give several signatures, so that a receiver may have changed its own already, or not yet.
    """
    instant = wall_now()
    active = (secret,) if isinstance(secret, str) else secret
    signature = " ".join(Webhook(each).sign(message_id, instant, body.decode()) for each in active)
    return {_ID: message_id, _TIMESTAMP: str(int(instant.timestamp())), _SIGNATURE: signature}


def verify(secrets: Sequence[str], headers: Mapping[str, str], body: bytes) -> str:
    """Check a message against every secret still accepted and return its ``webhook-id``.

    Raises SignatureError when a header is missing or malformed, the timestamp is more than five minutes from ours, or
    no secret fits.
    """
    given = {name.lower(): value for name, value in headers.items()}
    for name in (_ID, _TIMESTAMP, _SIGNATURE):
        if not given.get(name):
            raise SignatureError(SignatureReason.MISSING_HEADER, f"header {name} is missing")
    _check_age(given[_TIMESTAMP])
    for secret in secrets:
        try:
            Webhook(secret).verify(body, given, json_parse=False)
        except WebhookVerificationError:
            continue
        except ValueError as error:  # not UTF-8, not base64, no comma: the library lets these through
            raise SignatureError(SignatureReason.MALFORMED, f"header {_SIGNATURE} or the body is malformed") from error
        return given[_ID]
    raise SignatureError(SignatureReason.MISMATCH, "the signature fits none of the secrets accepted")


def _check_age(timestamp: str) -> None:
    if re.fullmatch(r"\d{1,11}", timestamp) is None:
        raise SignatureError(SignatureReason.MALFORMED, f"header {_TIMESTAMP} is not a number of unix seconds")
    age = wall_now() - datetime.fromtimestamp(int(timestamp), UTC)
    if abs(age) > _TOLERANCE:
        seconds = round(age.total_seconds())
        raise SignatureError(
            SignatureReason.STALE_TIMESTAMP, f"header {_TIMESTAMP} is {seconds} s older than our clock, 300 s allowed"
        )


def department_secrets(code: str) -> tuple[str, ...]:
    """Read every secret agreed with a department, the current one first; a changed file is read again.

    The environment variable ``DAIBAN_DEPARTMENT_SECRET_<CODE>`` comes before the file; secrets in it are separated by
    blanks. Raises SecretError when the department has neither, or a word of it is no Standard Webhooks secret.
    """
    path, variable = _secret_path(code), f"{_VARIABLE}{code}"
    if given := os.environ.get(variable):
        return _usable(given.split(), variable)
    return secrets_in(path, f"department {code} has no signing secret")


def department_secret(code: str) -> str:
    """Read the secret a department's messages are signed with; raises SecretError as ``department_secrets`` does."""
    return department_secrets(code)[0]


def secrets_in(path: Path, without: str) -> tuple[str, ...]:
    """Read every secret of a file, one a line, the current one first; a changed file is read again.

    Raises SecretError, which begins with ``without`` when there is no file.
    """
    try:
        modified = path.stat().st_mtime_ns
    except FileNotFoundError as error:
        message = f"{without}: write one into {path}, `whsec_` followed by 24 to 64 random bytes in base64"
        raise SecretError(message) from error
    return _read_secrets(path, modified)


def key_of(secret: str) -> bytes:
    """Return the random bytes that a secret spells."""
    text = secret.removeprefix(_PREFIX)
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)  # padding is optional in the wild


def ensure_department_secrets(codes: Iterable[str]) -> None:
    """Give each department without a secret a new one. Safe to repeat: an existing secret is never changed."""
    for code in codes:
        keep_secret(_secret_path(code), new_secret())


def keep_secret(path: Path, secret: str) -> bool:
    """Write a secret that only its owner may read, unless the file exists; tell whether it was written."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.chmod(0o700)  # mkdir's mode is narrowed by the umask only, an existing folder may be open
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{secret}\n")
    return True


def _secret_path(code: str) -> Path:
    if _CODE.fullmatch(code) is None:
        raise SecretError(f"{code!r} is no department code: two to eight capital letters")
    return settings().secrets_dir / "departments" / code


@lru_cache(maxsize=256)
def _read_secrets(path: Path, _modified: int) -> tuple[str, ...]:
    return _usable(path.read_text(encoding="ascii", errors="replace").split(), str(path))


def _usable(words: Sequence[str], place: str) -> tuple[str, ...]:
    if not words:
        raise SecretError(f"{place} is empty, expected a secret {_PREFIX}…")
    for number, word in enumerate(words, start=1):
        if not is_usable(word):
            raise SecretError(
                f"{place} line {number} is no Standard Webhooks secret: {_PREFIX} and at least {_LEAST_KEY_BYTES} "
                "bytes in base64"
            )
    return tuple(words)


def is_usable(secret: str) -> bool:
    """Tell whether a text is a Standard Webhooks secret of enough bytes."""
    try:
        key = key_of(secret)
    except binascii.Error:
        return False
    return secret.startswith(_PREFIX) and len(key) >= _LEAST_KEY_BYTES


@dataclass(frozen=True, slots=True)
class SecretState:
    """How the secrets of a department stand, and nothing of what they are."""

    #: Secrets accepted now; more than one while they are being changed.
    accepted: int
    #: From the environment, which comes before the file.
    in_environment: bool
    #: When the file was last written (real time); None for the environment.
    changed_at: datetime | None
    trouble: str | None


def secret_state(code: str) -> SecretState:
    """Tell how a department's secrets stand."""
    given = f"{_VARIABLE}{code}" in os.environ
    try:
        accepted = len(department_secrets(code))
        changed = None if given else datetime.fromtimestamp(_secret_path(code).stat().st_mtime, UTC)
    except (SecretError, OSError) as error:
        return SecretState(0, given, None, type(error).__name__)
    return SecretState(accepted, given, changed, None)
