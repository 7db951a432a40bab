"""Which items come first in their departments' queues (绿色通道)."""

from rules.snapshot import GreenChannel
from rules.terms import Terms


def goes_first(channel: GreenChannel | None, terms: Terms) -> bool:
    """Tell whether an item comes first at its department: never where permits are few (行政许可法 art. 57)."""
    return channel is not None and not terms.quantity_limited
