"""Secrets by reference: a setting names where a secret is, never what it is."""

import os
from pathlib import Path

from kit.signing import SecretError


def secret(reference: str) -> str:
    """Return the secret that ``env:NAME`` or ``file:/path`` refers to. Raises SecretError, which never tells it."""
    kind, _, place = reference.partition(":")
    if kind == "env":
        found = os.environ.get(place, "")
    else:
        try:
            found = Path(place).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SecretError(f"the secret {reference} cannot be read: {type(error).__name__}") from error
    if not found:
        raise SecretError(f"the secret {reference} is empty or not set")
    return found
