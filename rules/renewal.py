"""Renewal of a permit (延续): asked for in time, and renewed by silence alone (行政许可法 art. 50).

The one general provision by which silence counts as consent: it needs neither a local document nor a warning.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from rules.catalog import ItemCode
from rules.clocks import ClockEvent, ClockEventKind
from rules.entries import Clocked, Decided, Entry, MessageQueued, MessagesVoided, NoticeQueued, Revised, Step
from rules.errors import InvalidIntakeError
from rules.identifiers import notice_id
from rules.network import Network
from rules.snapshot import ApplicationSnapshot, AssignmentView, RenewalView
from rules.terms import Renewal
from rules.vocabulary import AssignmentStatus, DecisionKind, MessageKind, NoticeKind
from rules.workdays import Calendar, end_of_day

#: Beyond this the last day of a permit is a slip of the pen.
_LONGEST: Final = timedelta(days=70 * 365)
LAW: Final = "行政许可法第五十条第二款"
#: Whoever is waited for in these is not the department: the applicant has something to bring.
_APPLICANTS_TURN: Final = frozenset({AssignmentStatus.CORRECTION_REQUIRED, AssignmentStatus.PENDING_CURE})


@dataclass(frozen=True, slots=True)
class Renewing:
    """What an applicant says of the permit that is to be renewed."""

    item: str
    document_number: str
    expires_on: date


@dataclass(frozen=True, slots=True)
class DeemRenewed:
    """The permit has expired and its renewal has not been decided: it is renewed (视为准予延续)."""

    assignment: UUID
    item: ItemCode
    expired_on: date


def apply_by(terms: Renewal, expires_on: date, calendar: Calendar) -> date:
    """Return the last day to ask for a renewal: so many days before the permit expires.

    The thirty days bind the applicant and are natural ones (art. 82 counts in working days what binds an authority);
    other laws have other days (排污许可管理条例 art. 14: sixty).
    """
    if terms.unit == "WD":
        return calendar.working_day_before(expires_on, terms.days)
    return expires_on - timedelta(days=terms.days)


def renewals(
    network: Network, asked: tuple[Renewing, ...], today: date, calendar: Calendar
) -> Mapping[ItemCode, RenewalView]:
    """Take in what is to be renewed. One asked for late is dealt with like any other, but silence does not renew it.

    Raises InvalidIntakeError for an item that leaves no result, is named twice, or a permit that has expired already.
    """
    found: dict[ItemCode, RenewalView] = {}
    for each in asked:
        item = network.item(ItemCode(each.item))
        if not item.result or item.code in found:
            raise InvalidIntakeError(f"{item.name}没有可以延续的许可，或者重复填写", item=item.code)
        if each.expires_on < today:
            message = f"{item.name}（{each.document_number}）已于 {each.expires_on.isoformat()} 届满，应重新申请"
            raise InvalidIntakeError(message, item=item.code, expires_on=each.expires_on.isoformat())
        if each.expires_on > today + _LONGEST:
            raise InvalidIntakeError("有效期填写有误", item=item.code, expires_on=each.expires_on.isoformat())
        in_time = today <= apply_by(item.terms.renewal, each.expires_on, calendar)
        found[item.code] = RenewalView(each.document_number, each.expires_on, in_time)
    return found


def moves(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[DeemRenewed]:
    """Let a permit be renewed when it has expired while a department still had the decision (art. 50(2)).

    Neither a special procedure nor a prerequisite of ours puts that day off; what the applicant must still bring does.
    """
    for view, renewal in _pending(snapshot):
        if view.status not in _APPLICANTS_TURN and end_of_day(renewal.expires_on) <= now:
            yield DeemRenewed(view.id, view.item, renewal.expires_on)


def timers(snapshot: ApplicationSnapshot, now: datetime) -> Iterator[datetime]:
    """Say when a permit expires that is being renewed."""
    for _, renewal in _pending(snapshot):
        if (at := end_of_day(renewal.expires_on)) > now:
            yield at


def _pending(snapshot: ApplicationSnapshot) -> Iterator[tuple[AssignmentView, RenewalView]]:
    for item, renewal in snapshot.renewals.items():
        view = snapshot.assignments.get(item)
        if renewal.in_time and view is not None and not view.status.final:
            yield view, renewal


def told(snapshot: ApplicationSnapshot, item: ItemCode) -> dict[str, Any]:
    """Say what a department is told of the permit that it is to renew; nothing where a new one is asked for."""
    renews = snapshot.renewals.get(item)
    if renews is None:
        return {}
    known = {"document_number": renews.document_number, "expires_on": renews.expires_on.isoformat()}
    return {"renews": {**known, "in_time": renews.in_time}}


def deemed(snapshot: ApplicationSnapshot, move: DeemRenewed, _now: datetime) -> tuple[Entry, ...]:
    """Enter the renewal by silence: an outcome of its own, for which the silent department answers; never a grant."""
    view, item, after = (
        snapshot.assignments[move.item],
        snapshot.network.item(move.item),
        AssignmentStatus.DEEMED_APPROVED,
    )
    renewal, at = snapshot.renewals[move.item], end_of_day(move.expired_on)
    why = f"{renewal.document_number} 有效期于 {move.expired_on.isoformat()} 届满，此前未作是否准予延续的决定"
    body = {"item": item.code, "due_on": move.expired_on.isoformat(), "basis": LAW, "reason": why}
    body["renews"] = renewal.document_number
    notice = notice_id(snapshot.number, NoticeKind.DEEMED, str(view.id))
    details = {**body, "answers": view.department}
    return (
        Clocked(item.code, ClockEvent(ClockEventKind.STOPPED, at, reason="silence")),
        Decided(item.code, DecisionKind.DEEMED, at, renewal.document_number, reason=why, legal_basis=LAW),
        Revised(item.code, {"status": after, "proposal": None, "awaits": ()}),
        MessagesVoided(item.code),
        MessageQueued(item.code, MessageKind.DEEMED, body={**body, "deemed": "approved", "legal_basis": LAW}),
        NoticeQueued(notice, NoticeKind.DEEMED, f"{item.name}：视为准予延续", body, item.code),
        Step("renewal.deemed", item.code, before=view.status, after=after, reason=why, details=details),
    )
