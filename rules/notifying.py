"""Who of the office is told of which step, besides those who look by themselves: nobody of what they did themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Final

from rules.vocabulary import Word
from rules.workdays import SHANGHAI, Calendar


class Topic(Word):
    """What somebody is told of."""

    ASSIGNMENT = "assignment", "新到部门任务"
    REMINDER = "reminder", "催办"
    MATERIAL = "material", "申请人已补正材料"
    WITHDRAWAL = "withdrawal", "申请人撤回"
    SIGNATURE = "signature", "否定决定待签批"
    RETURNED = "returned", "否定决定被退回"
    CORRECTION = "correction", "部门要求补正"
    DECISION = "decision", "部门作出决定"
    HOLD = "hold", "特别程序"
    OVERDUE = "overdue", "逾期"
    SLOW = "slow", "进展缓慢，请询问"
    UNDELIVERED = "undelivered", "消息未能送达部门"
    CONTRADICTION = "contradiction", "决定前后不一"
    CONCLUDED = "concluded", "全部事项办结"
    OBJECTION = "objection", "申请人提出异议"
    COMPLAINT = "complaint", "收到投诉"
    APPOINTMENT = "appointment", "预约"


class Audience(Word):
    """Who is told, by their part in the matter."""

    AGENTS = "agents", "代办员"
    STEWARD = "steward", "项目管家"
    HANDLERS = "handlers", "部门经办人"
    HEADS = "heads", "部门负责人"
    MANAGERS = "managers", "管理人员"


class Digest(Word):
    """How often somebody is written to; what is told stands in the portal at once either way."""

    AT_ONCE = "at_once", "随时"
    DAILY = "daily", "每日汇总"
    NEVER = "never", "不发送"


class ContactChannel(Word):
    """How somebody is written to outside the portal: people by the first two, applicants by mail or text message."""

    EMAIL = "email", "电子邮件"
    WEBHOOK = "webhook", "Webhook"
    SMS = "sms", "短信"


@dataclass(frozen=True, slots=True)
class Telling:
    """What a step is to those who are told of it."""

    topic: Topic
    audiences: frozenset[Audience]


def _told(topic: Topic, *audiences: Audience) -> Telling:
    return Telling(topic, frozenset(audiences))


_AGENTS, _HANDLERS, _HEADS = Audience.AGENTS, Audience.HANDLERS, Audience.HEADS
_STEWARD, _MANAGERS = Audience.STEWARD, Audience.MANAGERS

#: Steps that somebody is told of. Every other step shows on the application's page alone.
TELLINGS: Final[Mapping[str, Telling]] = MappingProxyType(
    {
        "assignment.received": _told(Topic.ASSIGNMENT, _HANDLERS),
        "assignment.transferred": _told(Topic.ASSIGNMENT, _AGENTS),
        "assignment.reopened": _told(Topic.MATERIAL, _HANDLERS),
        "correction.supplied": _told(Topic.MATERIAL, _HANDLERS),
        "material.replaced": _told(Topic.MATERIAL, _HANDLERS),
        "withdrawal.requested": _told(Topic.WITHDRAWAL, _HANDLERS),
        "refusal.proposed": _told(Topic.SIGNATURE, _HEADS),
        "refusal.returned": _told(Topic.RETURNED, _HANDLERS),
        "correction.noticed": _told(Topic.CORRECTION, _AGENTS),
        "decision.granted": _told(Topic.DECISION, _AGENTS),
        "decision.partly_granted": _told(Topic.DECISION, _AGENTS, _STEWARD),
        "decision.refused": _told(Topic.DECISION, _AGENTS, _STEWARD),
        "decision.not_required": _told(Topic.DECISION, _AGENTS),
        "decision.deemed": _told(Topic.DECISION, _AGENTS, _HEADS),
        "renewal.deemed": _told(Topic.DECISION, _AGENTS, _HEADS),
        "result.lapsed": _told(Topic.DECISION, _AGENTS, _STEWARD),
        "result.revoked": _told(Topic.DECISION, _AGENTS, _STEWARD),
        "result.struck_off": _told(Topic.DECISION, _AGENTS, _STEWARD),
        "hearing.requested": _told(Topic.REMINDER, _HANDLERS),
        "cancellation.requested": _told(Topic.REMINDER, _HANDLERS),
        "escalated.duty": _told(Topic.OVERDUE, _HEADS, _MANAGERS),
        "acceptance.refused": _told(Topic.DECISION, _AGENTS, _STEWARD),
        "acceptance.deemed": _told(Topic.OVERDUE, _HANDLERS, _HEADS),
        "acceptance.overdue": _told(Topic.OVERDUE, _HANDLERS, _HEADS),
        "special_procedure.opened": _told(Topic.HOLD, _AGENTS),
        "special_procedure.overrun": _told(Topic.OVERDUE, _AGENTS, _HEADS),
        "escalated.supervision": _told(Topic.OVERDUE, _HEADS, _MANAGERS),
        "escalated.delivery": _told(Topic.OVERDUE, _HEADS, _MANAGERS),
        "applicant.reminded": _told(Topic.REMINDER, _AGENTS),
        "milestone.reported_late": _told(Topic.SLOW, _MANAGERS),
        "steward.alerted": _told(Topic.SLOW, _STEWARD),
        "message.rejected": _told(Topic.UNDELIVERED, _MANAGERS),
        "message.parked": _told(Topic.UNDELIVERED, _MANAGERS),
        "decision.contradicted": _told(Topic.CONTRADICTION, _MANAGERS),
        "application.concluded": _told(Topic.CONCLUDED, _AGENTS, _STEWARD),
        "objection.raised": _told(Topic.OBJECTION, _AGENTS, _MANAGERS),
        "complaint.received": _told(Topic.COMPLAINT, _MANAGERS),
        "appointment.booked": _told(Topic.APPOINTMENT, _HANDLERS),
        "appointment.confirmed": _told(Topic.APPOINTMENT, _AGENTS),
        "appointment.declined": _told(Topic.APPOINTMENT, _AGENTS),
        "appointment.cancelled": _told(Topic.APPOINTMENT, _AGENTS, _HANDLERS),
    }
)
#: When a daily summary goes out, by the clock of the office's city.
_DAILY_AT: Final = time(8)


def report_of(now: datetime, calendar: Calendar) -> date | None:
    """Say of which day the daily report is to be sent by now, in the office's time: the working day before.

    None before the hour of daily summaries: the day is still being counted when the date changes.
    """
    local = now.astimezone(SHANGHAI)
    if local.time() < _DAILY_AT:
        return None
    day = local.date() - timedelta(days=1)
    while not calendar.is_working_day(day):
        day -= timedelta(days=1)
    return day


def due_at(digest: Digest, wall: datetime) -> datetime | None:
    """Say when somebody is written to of what happens now (real time); None: not at all."""
    if digest is Digest.NEVER:
        return None
    if digest is Digest.AT_ONCE:
        return wall
    local = wall.astimezone(SHANGHAI)
    today = local.replace(hour=_DAILY_AT.hour, minute=0, second=0, microsecond=0)
    return today if local < today else today + timedelta(days=1)
