"""One spelling of a document, so that equal content has an equal fingerprint."""

import json
from hashlib import sha256


def canonical_json(document: object) -> str:
    """Spell ``document`` as JSON with sorted keys, no blanks and Chinese as it is."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def fingerprint(document: object) -> str:
    """Return the SHA-256 of the canonical JSON, in hexadecimal."""
    return sha256(canonical_json(document).encode()).hexdigest()
