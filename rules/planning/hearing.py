"""Which departments are to be heard on an item, and what their silence leads to."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from rules.clocks import ClockEventKind
from rules.frozen import while_same
from rules.joint_moves import AskOpinions, CloseOpinion, LapseOpinion, WarnOfSilence
from rules.opinions import asked, basis, due, over, overdue, told, unasked
from rules.snapshot import ApplicationSnapshot, OpinionView
from rules.workdays import ONE_DAY, end_of_day, local_date

#: Working days before the last at which a department is told that its silence will mean consent.
_WARNED_BEFORE: Final = 1

HearingMove = AskOpinions | WarnOfSilence | LapseOpinion | CloseOpinion


def hearings(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[HearingMove]:
    """Ask on acceptance, when the papers are complete (行政许可法 art. 26(2), 32(5)); warn, lapse and close in time."""
    yield from while_same(snapshot, _askings, snapshot.assignments, snapshot.opinions, snapshot.network)
    yield from closings(snapshot)
    for opinion in snapshot.opinions:
        if not over(snapshot, opinion) and asked(opinion) and (move := _of_silence(snapshot, opinion, now)) is not None:
            yield move


def _askings(snapshot: ApplicationSnapshot) -> tuple[AskOpinions, ...]:
    open_ = (view for view in snapshot.assignments.values() if not view.status.final)
    heard = (view for view in open_ if snapshot.network.item(view.item).terms.cooperation is not None)
    accepted = (view for view in heard if view.occurred(ClockEventKind.ACCEPTED))
    return tuple(AskOpinions(view.item) for view in accepted if any(unasked(snapshot, view)))


def closings(snapshot: ApplicationSnapshot) -> Iterator[HearingMove]:
    """Ask nothing any more about items that have ended."""
    for opinion in snapshot.opinions:
        if over(snapshot, opinion) and asked(opinion):
            yield CloseOpinion(opinion.id)


def _of_silence(snapshot: ApplicationSnapshot, opinion: OpinionView, now: datetime) -> HearingMove | None:
    today = local_date(now)
    speaks = bool(basis(snapshot, opinion))
    if speaks and not opinion.warned:
        at = _warning(snapshot, opinion)
        return WarnOfSilence(opinion.id) if at is not None and at <= now else None
    if not overdue(opinion, today, snapshot.calendar) or (speaks and not told(snapshot, opinion)):
        return None
    return LapseOpinion(opinion.id)


def _warning(snapshot: ApplicationSnapshot, opinion: OpinionView) -> datetime | None:
    last = due(opinion, snapshot.calendar)
    if last is None or last.provisional:
        return None
    return end_of_day(snapshot.calendar.working_day_before(last.on, _WARNED_BEFORE) - ONE_DAY)


def timers(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[datetime]:
    """Say when silence next has a consequence, if nothing else happens."""
    for opinion in snapshot.opinions:
        if not asked(opinion) or over(snapshot, opinion):
            continue
        last = due(opinion, snapshot.calendar)
        if last is None or last.provisional:
            continue
        if basis(snapshot, opinion) and not opinion.warned and (at := _warning(snapshot, opinion)) is not None:
            yield at
        elif end_of_day(last.on) > now:
            yield end_of_day(last.on)
