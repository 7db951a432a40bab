"""Who comes first at a department: the green channel (绿色通道), and where permits are few the order of acceptance.

行政许可法 art. 57: of several applicants who all qualify, whoever was accepted first is granted a limited permit first.
"""

from rules.errors import NotAllowedNowError
from rules.snapshot import GreenChannel
from rules.terms import Terms


def goes_first(channel: GreenChannel | None, terms: Terms) -> bool:
    """Tell whether an item comes first at its department: never where permits are few (行政许可法 art. 57)."""
    return channel is not None and not terms.quantity_limited


def require_in_turn(terms: Terms, ahead: int, reason: str | None) -> None:
    """Let a grant pass that ``ahead`` others, accepted before it, still wait for; out of turn with its reason alone.

    The law ranks those who qualify, which the department alone knows: it says why those ahead do not stand in the way,
    and the decision's step keeps how many there were. Raises NotAllowedNowError.
    """
    if terms.quantity_limited and ahead and not reason:
        message = f"该许可有数量限制，另有 {ahead} 件受理在先尚未决定；先行准予须说明理由（行政许可法第五十七条）"
        raise NotAllowedNowError(message, ahead=ahead)
