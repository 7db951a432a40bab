"""What has still to be told to departments and to the applicant."""

from collections.abc import Iterator
from datetime import datetime

from rules.moves import OutsideMove, SendMessage, SendNotice
from rules.snapshot import ApplicationSnapshot


def outside(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[OutsideMove]:
    busy = set()
    for message in snapshot.messages:
        # One at a time per assignment and in order: a department must not hear of materials before the dispatch.
        # Another department heard on the item has an order of its own, and waits for nobody.
        receiver = (message.assignment, message.department)
        if receiver in busy or message.rejected or message.deferred:
            busy.add(receiver)
            continue
        busy.add(receiver)
        if message.retry_at is None or message.retry_at <= now:
            yield SendMessage(message.id, message.department, message.kind, message.item)
    for notice in snapshot.notices:
        yield SendNotice(notice.id, notice.kind)


def owed(snapshot: ApplicationSnapshot) -> bool:
    """Tell whether a department has still to be told something after the end."""
    return any(not message.rejected for message in snapshot.messages) or bool(snapshot.notices)


def timers(snapshot: ApplicationSnapshot) -> Iterator[datetime]:
    """Say when a message that could not be delivered is tried again."""
    for message in snapshot.messages:
        if message.retry_at is not None and not message.rejected:
            yield message.retry_at
