"""The hash that chains a step record to the one before it."""

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any


def chained(previous_hash: str, record: Mapping[str, Any]) -> str:
    """Hash a record together with its predecessor's hash (SHA-256, hex).

    ``record`` holds JSON values only. Changing, removing or reordering any record of an application changes every
    later hash.
    """
    canonical = json.dumps(_spelled(record), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous_hash}\n{canonical}".encode()).hexdigest()


def _spelled(value: Any) -> Any:
    """Spell equal numbers alike: a database gives back 10000000000000000 for 1e16, and 0.0 for -0.0."""
    match value:
        case float() if value.is_integer():
            return int(Decimal(repr(value)))
        case Mapping():
            return {key: _spelled(each) for key, each in value.items()}
        case list() | tuple():
            return [_spelled(each) for each in value]
        case _:
            return value
