"""The version of the department protocol that a request speaks, and which versions are understood here."""

from typing import Final

#: Carried by every request and answer in both directions.
HEADER: Final = "daiban-protocol"
VERSION: Final = "1"
#: Every version still understood; a request without the header speaks the first there ever was.
SUPPORTED: Final = ("1",)
OLDEST: Final = "1"


def is_supported(asked: str | None) -> bool:
    """Tell whether a request in this version can be read; none named means the oldest."""
    return (OLDEST if asked is None else asked.strip()) in SUPPORTED
