"""The moves of receipt and acceptance that time makes, and the papers that go with them (行政许可法 art. 32)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from rules.catalog import ItemCode
from rules.clocks import ClockEvent, ClockEventKind
from rules.commitments import letters
from rules.effects import entered
from rules.entries import (
    Clocked,
    Decided,
    Entry,
    MaterialsAsked,
    MessageQueued,
    MessagesVoided,
    NoticeQueued,
    Revised,
    Step,
)
from rules.identifiers import notice_id
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import AssignmentStatus, DecisionKind, MessageKind, NoticeKind
from rules.windows import answers_until, happened, window
from rules.workdays import local_date

ARTICLE: Final = "行政许可法第三十二条"


@dataclass(frozen=True, slots=True)
class DeemAccepted:
    """The window has passed in silence: accepted from the day of receipt."""

    assignment: UUID
    item: ItemCode


@dataclass(frozen=True, slots=True)
class EscalateSilence:
    """The window has passed in a silence that accepts nothing: the department is reminded, the file says so."""

    assignment: UUID
    item: ItemCode


@dataclass(frozen=True, slots=True)
class TellCorrections:
    """Tell the applicant in one notice what several departments, and the center in ``also``, ask for."""

    items: tuple[ItemCode, ...]
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RemindCorrection:
    """The applicant's time to correct is about to end."""

    assignment: UUID
    item: ItemCode


@dataclass(frozen=True, slots=True)
class ReturnPapers:
    """The applicant's time to correct has passed, and the item's law or notice says that papers then go back."""

    assignment: UUID
    item: ItemCode


def deemed(snapshot: ApplicationSnapshot, move: DeemAccepted, now: datetime) -> tuple[Entry, ...]:
    """Enter the acceptance that silence made, dated back to the receipt (自收到申请材料之日起即为受理)."""
    view = snapshot.assignments[move.item]
    received, last = happened(view, ClockEventKind.RECEIVED), window(snapshot, view)
    if received is None or last is None:
        raise ValueError(f"{move.item} was never received")
    after = AssignmentStatus.ACCEPTED
    source = snapshot.network.item(move.item).terms.correction.source
    accepted: tuple[Entry, ...] = (
        # What waited for its second person is no answer any more: it is decided on its merits.
        Revised(move.item, {"status": after, "deemed_accepted": True, **({"proposal": None} if view.proposal else {})}),
        Clocked(move.item, ClockEvent(ClockEventKind.ACCEPTED, received, reason="视为受理")),
    )
    told = {
        "deemed": "accepted",
        "accepted_on": local_date(received).isoformat(),
        "window_ended_on": last.on.isoformat(),
        "legal_basis": source,
    }
    return (
        *accepted,
        Step("acceptance.deemed", move.item, before=view.status, after=after, reason=source, details=told),
        MessageQueued(move.item, MessageKind.DEEMED, "acceptance", told),
        *acceptance_notice(entered(snapshot, *accepted), move.item, now),
    )


def acceptance_notice(snapshot: ApplicationSnapshot, item: ItemCode, now: datetime) -> tuple[Entry, ...]:
    """Queue the 受理通知书 of an assignment whose acceptance has been entered (行政许可法 art. 32, last paragraph)."""
    view = snapshot.assignments[item]
    accepted = happened(view, ClockEventKind.ACCEPTED)
    if accepted is None:
        raise ValueError(f"{item} was never accepted")
    clock, source = snapshot.read_clock(view, now), snapshot.network.item(item).terms.correction.source
    body: dict[str, Any] = {
        **_named(snapshot, view),
        "accepted_on": local_date(accepted).isoformat(),
        "legal_due": clock.legal_due.isoformat() if clock.legal_due else None,
        "promised_due": clock.promised_due.isoformat() if clock.promised_due else None,
        "deemed": view.deemed_accepted,
        "legal_basis": source,
    }
    title = "受理通知书"
    if view.deemed_accepted:
        title = "受理通知书（视为受理）"
        body["text"] = f"行政机关逾期未告知需要补正的内容，自收到申请材料之日起即为受理（{source}）"
    notice = notice_id(snapshot.number, NoticeKind.ACCEPTANCE, str(view.id))
    return (NoticeQueued(notice, NoticeKind.ACCEPTANCE, title, body, item),)


def receipt_notice(snapshot: ApplicationSnapshot, item: ItemCode, at: datetime) -> tuple[Entry, ...]:
    """Queue the 收件凭证 of an assignment just received; it bears the department's number, or one of our own."""
    view = snapshot.assignments[item]
    last = window(snapshot, view)
    body = {
        **_named(snapshot, view),
        "receipt_number": view.receipt_number or f"{snapshot.number}-{item}-{view.round}",
        "received_on": local_date(at).isoformat(),
        "asks_until": last.on.isoformat() if last else None,
    }
    notice = notice_id(snapshot.number, NoticeKind.RECEIPT, str(view.id))
    return (NoticeQueued(notice, NoticeKind.RECEIPT, "收件凭证", body, item),)


def escalated(snapshot: ApplicationSnapshot, move: EscalateSilence, now: datetime) -> tuple[Entry, ...]:
    """Enter that a department lets its window pass where no law says that silence accepts; it is reminded."""
    view, last = snapshot.assignments[move.item], window(snapshot, snapshot.assignments[move.item])
    until = {"due_on": last.on.isoformat()} if last else {}
    details = {**until, "legal_basis": snapshot.network.item(move.item).terms.correction.source}
    serial = f"receipt/{now.isoformat()}"
    return (
        Clocked(move.item, ClockEvent(ClockEventKind.WINDOW_PASSED, now)),
        MessageQueued(move.item, MessageKind.REMINDED, serial, {"light": view.light, **until, "reason": "逾期未受理"}),
        Step("acceptance.overdue", move.item, reason="逾期未受理也未告知补正", details=details),
    )


def told(snapshot: ApplicationSnapshot, move: TellCorrections, now: datetime) -> tuple[Entry, ...]:
    """Queue the one-time notice (一次性补正告知书): every material once, with the items that ask for it.

    For the law the department's request counts as its notice: the center has it in the department's time and tells in
    that time (``windows.tells_at``). The applicant's own time counts from this notice, never from the request.
    """
    views = [snapshot.assignments[item] for item in move.items]
    by_material: dict[str, list[str]] = {name: [] for view in views for name in view.asked}
    for view in views:
        for name in view.asked:
            by_material[name].append(view.item)
    materials = list(dict.fromkeys([*by_material, *move.also]))
    body: dict[str, Any] = {
        "materials": materials,
        "items_by_material": {name: by_material.get(name, []) for name in materials},
        "requests": [_request(snapshot, view, now) for view in views],
    }
    if replaceable := letters.offers(snapshot, move.also):
        body["commitments"] = replaceable
    item = move.items[0] if len(move.items) == 1 else None
    serial = "/".join(sorted(str(view.id) for view in views))
    notice = notice_id(snapshot.number, NoticeKind.CORRECTION, serial)
    return (
        *((MaterialsAsked(move.also),) if move.also else ()),
        *(Clocked(view.item, ClockEvent(ClockEventKind.CORRECTION_TOLD, now)) for view in views),
        NoticeQueued(notice, NoticeKind.CORRECTION, "一次性补正告知书", body, item),
        Step(f"notice.{NoticeKind.CORRECTION}", item, details=body),
    )


def _request(snapshot: ApplicationSnapshot, view: AssignmentView, now: datetime) -> dict[str, Any]:
    correction = snapshot.network.item(view.item).terms.correction
    until = answers_until(correction, local_date(now), snapshot.calendar)
    started = next(event for event in view.clock if event.kind is ClockEventKind.CORRECTION_STARTED)
    return {
        **_named(snapshot, view),
        "materials": list(view.asked),
        "reason": started.reason,
        "requested_at": started.at.isoformat(),
        "answer_by": until.on.isoformat() if until else None,
        "legal_basis": correction.source,
    }


def reminded(snapshot: ApplicationSnapshot, move: RemindCorrection, now: datetime) -> tuple[Entry, ...]:
    """Queue the reminder that the time to correct is about to end."""
    view = snapshot.assignments[move.item]
    lacking = [name for name in view.asked if name not in snapshot.materials_provided]
    body = {**_request(snapshot, view, _told_at(view)), "materials": lacking}
    notice = notice_id(snapshot.number, NoticeKind.CORRECTION_REMINDER, str(view.id))
    return (
        Clocked(move.item, ClockEvent(ClockEventKind.CORRECTION_REMINDED, now)),
        NoticeQueued(notice, NoticeKind.CORRECTION_REMINDER, "补正期限将届满", body, move.item),
        Step(f"notice.{NoticeKind.CORRECTION_REMINDER}", move.item, details=body),
    )


def returned(snapshot: ApplicationSnapshot, move: ReturnPapers, now: datetime) -> tuple[Entry, ...]:
    """Close an assignment whose applicant has not corrected in time: papers go back (退件), nothing is refused."""
    view, after = snapshot.assignments[move.item], AssignmentStatus.RETURNED
    body = _request(snapshot, view, _told_at(view))
    reason, source = f"申请人未在 {body['answer_by']} 前补正", body["legal_basis"]
    notice = notice_id(snapshot.number, NoticeKind.RETURNED, str(view.id))
    return (
        Decided(move.item, DecisionKind.RETURN, now, reason=reason, legal_basis=source),
        Revised(move.item, {"status": after, "awaits": ()}),
        Clocked(move.item, ClockEvent(ClockEventKind.STOPPED, now, reason="退件")),
        MessagesVoided(move.item),
        MessageQueued(move.item, MessageKind.CANCELLED, body={"reason": reason}),
        NoticeQueued(
            notice, NoticeKind.RETURNED, "退件通知", {**body, "text": f"{reason}，材料退回，可重新申请"}, move.item
        ),
        Step("assignment.returned", move.item, before=view.status, after=after, reason=reason, details=body),
    )


def _told_at(view: AssignmentView) -> datetime:
    return next(event.at for event in view.clock if event.kind is ClockEventKind.CORRECTION_TOLD)


def _named(snapshot: ApplicationSnapshot, view: AssignmentView) -> dict[str, Any]:
    item = snapshot.network.item(view.item)
    return {"item": item.code, "item_name": item.name, "department": item.department_name}
