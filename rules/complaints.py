"""Complaints and consultations (投诉、咨询): their own clock, and no end without the complainant having been asked.

A ticket and the matter it is about are two things: answering "handled" neither ends the matter, nor may the matter be
closed while the ticket is open (被办结).
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from rules.errors import CallBackMissingError, NotAllowedNowError
from rules.terms import Policies
from rules.vocabulary import Word
from rules.workdays import Calendar, Deadline, local_date


class ComplaintKind(Word):
    """What somebody wants of the ticket; each has its own time."""

    CONSULTATION = "consultation", "咨询"
    COMPLAINT = "complaint", "投诉"
    #: What was rated badly is put right (好差评整改).
    RECTIFICATION = "rectification", "差评整改"


class ComplaintSubject(Word):
    """What is complained of, as it stands on the boards in the halls."""

    DRAGGING = "dragging", "拖而不办、久拖未决"
    FALSE_COMPLETION = "false_completion", "假办结"
    FORCED_COMPLETION = "forced_completion", "被办结"
    ATTITUDE = "attitude", "态度恶劣"
    FIRST_RESPONDER = "first_responder", "不执行首问负责"
    ONE_TIME_NOTICE = "one_time_notice", "不执行一次性告知"
    EXTORTION = "extortion", "吃拿卡要"
    DISCIPLINE = "discipline", "违反工作纪律"
    CANNOT_GET_DONE = "cannot_get_done", "办不成事"
    BAD_RATING = "bad_rating", "差评"
    OTHER = "other", "其他"


class ComplaintChannel(Word):
    """How it came to us."""

    HOTLINE = "hotline", "12345 热线"
    HALL = "hall", "大厅监督电话"
    PORTAL = "portal", "网上"
    MEETING = "meeting", "座谈会（问计于企）"
    WINDOW = "window", "“办不成事”反映窗口"


class ComplaintStatus(Word):
    """Where a ticket stands."""

    RECEIVED = "received", "已受理"
    ASSIGNED = "assigned", "已交办"
    ANSWERED = "answered", "已答复"
    CALLED_BACK = "called_back", "已回访"
    CLOSED = "closed", "已办结"
    #: The complainant was not satisfied, or spoke again.
    REOPENED = "reopened", "重新办理"


#: Somebody has to work on it.
_AT_WORK: Final = frozenset({ComplaintStatus.RECEIVED, ComplaintStatus.ASSIGNED, ComplaintStatus.REOPENED})


@dataclass(frozen=True, slots=True)
class Ticket:
    """A complaint or consultation; the time to answer begins anew when it is opened again."""

    kind: ComplaintKind
    status: ComplaintStatus
    received_at: datetime
    reopened_at: datetime | None = None
    responsible: str | None = None
    answered_by: str | None = None
    #: The complainant was asked, by whom and what they said.
    called_back_by: str | None = None


def due(ticket: Ticket, policies: Policies, calendar: Calendar) -> Deadline:
    """Return the last day to close a ticket: working days of its kind, the day it came not counted (12345 办理时限)."""
    days = {
        ComplaintKind.CONSULTATION: policies.consultation_days,
        ComplaintKind.COMPLAINT: policies.complaint_days,
        ComplaintKind.RECTIFICATION: policies.rectification_days,
    }[ticket.kind]
    return calendar.add_working_days(local_date(ticket.reopened_at or ticket.received_at), days)


def overdue(ticket: Ticket, policies: Policies, calendar: Calendar, now: datetime) -> bool:
    """Tell whether a ticket is open beyond its time; never on days that are not published yet."""
    last = due(ticket, policies, calendar)
    return ticket.status is not ComplaintStatus.CLOSED and not last.provisional and local_date(now) > last.on


def assigned(ticket: Ticket, to: str) -> Ticket:
    """Give it to somebody to look into. Raises NotAllowedNowError once it is answered."""
    _require(ticket, "交办", *_AT_WORK)
    return replace(ticket, status=ComplaintStatus.ASSIGNED, responsible=to)


def answered(ticket: Ticket, by: str) -> Ticket:
    """Answer the complainant. Raises NotAllowedNowError before it is given to somebody: nobody has looked into it."""
    _require(ticket, "答复", ComplaintStatus.ASSIGNED)
    return replace(ticket, status=ComplaintStatus.ANSWERED, answered_by=by, called_back_by=None)


def called_back(ticket: Ticket, by: str, at: datetime, *, satisfied: bool) -> Ticket:
    """Enter what the complainant says of the answer (回访); who is not satisfied has their ticket opened again.

    Raises NotAllowedNowError before an answer, and when the one who answered asks whether they answered well.
    """
    _require(ticket, "回访", ComplaintStatus.ANSWERED)
    if by == ticket.answered_by:
        raise NotAllowedNowError("回访人不得为答复人", person=by)
    if not satisfied:
        return reopened(ticket, at)
    return replace(ticket, status=ComplaintStatus.CALLED_BACK, called_back_by=by)


def closed(ticket: Ticket) -> Ticket:
    """Close it. Raises CallBackMissingError without the evidence of a call back, whatever was answered."""
    if ticket.status is ComplaintStatus.CLOSED:
        return ticket
    if ticket.status is not ComplaintStatus.CALLED_BACK or ticket.called_back_by is None:
        raise CallBackMissingError(f"{ticket.status.zh}，没有回访记录，不能办结", complaint_status=ticket.status)
    return replace(ticket, status=ComplaintStatus.CLOSED)


def reopened(ticket: Ticket, at: datetime) -> Ticket:
    """Open it again; its time runs anew, what was answered stays on record. Raises NotAllowedNowError while at work."""
    done = frozenset(ComplaintStatus) - _AT_WORK
    _require(ticket, "重新办理", *done)
    return replace(ticket, status=ComplaintStatus.REOPENED, reopened_at=at, answered_by=None, called_back_by=None)


def _require(ticket: Ticket, act: str, *statuses: ComplaintStatus) -> None:
    if ticket.status not in statuses:
        raise NotAllowedNowError(f"{ticket.status.zh}的投诉不能{act}", complaint_status=ticket.status)
