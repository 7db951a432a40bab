"""The green channel (绿色通道): an application comes first in every queue, and nothing else about it changes.

No legal step, clock or prerequisite is left out for it. Where permits are few the order of acceptance decides, so it
moves nothing there (行政许可法 art. 57).
"""

from collections.abc import Iterator
from datetime import datetime

from rules.acts.applicant import require_open
from rules.acts.reminding import DEPARTMENTS_TURN
from rules.entries import Entry, GreenChannelSet, MessageQueued, Revised, Step
from rules.errors import NotAllowedNowError
from rules.priority import goes_first
from rules.snapshot import ApplicationSnapshot, AssignmentView, GreenChannel
from rules.vocabulary import MessageKind


def opened(snapshot: ApplicationSnapshot, channel: GreenChannel, now: datetime) -> tuple[Entry, ...]:
    """Let an application go first, by whose decision and why; departments at work are told.

    Raises ApplicationClosedError, and NotAllowedNowError where it goes first already.
    """
    require_open(snapshot)
    if snapshot.green is not None:
        raise NotAllowedNowError("该代办件已在绿色通道", authority=snapshot.green.authority)
    details = {"authority": channel.authority, "document": channel.document}
    reason = f"绿色通道（{channel.authority} {channel.document}）：{channel.reason}"
    return (
        GreenChannelSet(channel),
        *_reordered(snapshot, channel),
        *(
            MessageQueued(view.item, MessageKind.REMINDED, f"green/{now.isoformat()}", {"reason": reason})
            for view in snapshot.assignments.values()
            if view.status in DEPARTMENTS_TURN and goes_first(channel, snapshot.network.item(view.item).terms)
        ),
        Step("green_channel.opened", reason=channel.reason, details=details),
    )


def ended(snapshot: ApplicationSnapshot, reason: str) -> tuple[Entry, ...]:
    """Let an application go in its turn again. Raises NotAllowedNowError where it does."""
    if snapshot.green is None:
        raise NotAllowedNowError("该代办件不在绿色通道")
    details = {"authority": snapshot.green.authority, "document": snapshot.green.document}
    return (
        GreenChannelSet(None),
        *_reordered(snapshot, None),
        Step("green_channel.ended", reason=reason, details=details),
    )


def _reordered(snapshot: ApplicationSnapshot, channel: GreenChannel | None) -> Iterator[Entry]:
    for view in snapshot.assignments.values():
        if not view.status.final and (first := _first(snapshot, view, channel)) is not view.green:
            yield Revised(view.item, {"green": first})


def _first(snapshot: ApplicationSnapshot, view: AssignmentView, channel: GreenChannel | None) -> bool:
    return goes_first(channel, snapshot.network.item(view.item).terms)
