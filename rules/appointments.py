"""Appointments (预约): when somebody comes to a department, or a department to them. No clock changes by one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from rules.acts.applicant import require_open
from rules.catalog import DepartmentCode, ItemCode
from rules.clocks import ClockEventKind
from rules.entries import Entry, MessageQueued, Step
from rules.errors import InvalidAppointmentError, NotAllowedNowError
from rules.snapshot import ApplicationSnapshot
from rules.terms import Policies
from rules.vocabulary import MessageKind, Word
from rules.workdays import SHANGHAI, Calendar, local_date

#: Nobody plans further ahead than the calendar of the coming season.
_FARTHEST: Final = timedelta(days=90)


#: What an applicant may have asked for by themselves: not yet over of one application, and within a day.
_OWN_STANDING: Final = 3
_OWN_A_DAY: Final = 5


class Purpose(Word):
    """What an appointment is for."""

    CONSULTATION = "consultation", "咨询辅导"
    #: The applicant must come in person (行政许可法 art. 29(2)): the one visit that the office counts (最多跑一次).
    IN_PERSON = "in_person", "本人到场办理"
    DELIVERY = "delivery", "领取结果"
    #: The department comes to the project (上门服务).
    ON_SITE = "on_site", "上门服务"


class AppointmentStatus(Word):
    """Where an appointment stands."""

    REQUESTED = "requested", "待部门确认"
    CONFIRMED = "confirmed", "已确认"
    DECLINED = "declined", "部门改约"
    CANCELLED = "cancelled", "已取消"
    KEPT = "kept", "已到场"
    MISSED = "missed", "未到场"


#: From which status each answer may come.
_FROM: Final[Mapping[AppointmentStatus, frozenset[AppointmentStatus]]] = MappingProxyType(
    {
        AppointmentStatus.CONFIRMED: frozenset({AppointmentStatus.REQUESTED}),
        AppointmentStatus.DECLINED: frozenset({AppointmentStatus.REQUESTED, AppointmentStatus.CONFIRMED}),
        AppointmentStatus.CANCELLED: frozenset({AppointmentStatus.REQUESTED, AppointmentStatus.CONFIRMED}),
        AppointmentStatus.KEPT: frozenset({AppointmentStatus.CONFIRMED}),
        AppointmentStatus.MISSED: frozenset({AppointmentStatus.CONFIRMED}),
    }
)
#: These take up a place at the department.
STANDING: Final = frozenset({AppointmentStatus.REQUESTED, AppointmentStatus.CONFIRMED})
_AFTERWARDS: Final = frozenset({AppointmentStatus.KEPT, AppointmentStatus.MISSED})


@dataclass(frozen=True, slots=True)
class Appointment:
    """An appointment with a department."""

    serial: int
    department: DepartmentCode
    purpose: Purpose
    planned_at: datetime
    #: Who comes, or is visited.
    visitor: str
    item: ItemCode | None = None
    place: str = ""
    note: str = ""
    status: AppointmentStatus = AppointmentStatus.REQUESTED
    #: Outside the hours of the office (延时、错时服务); the department must want it, like any other.
    outside_hours: bool = False


def outside_hours(planned_at: datetime, policies: Policies, calendar: Calendar) -> bool:
    """Tell whether a time lies outside the office's hours. Windows without rest make no working days (无休窗口)."""
    local = planned_at.astimezone(SHANGHAI)
    opened = policies.opens_hour <= local.hour < policies.closes_hour
    return not opened or not calendar.is_working_day(local_date(planned_at))


def booked(
    snapshot: ApplicationSnapshot, wanted: Appointment, taken: Iterable[datetime], now: datetime
) -> tuple[Appointment, tuple[Entry, ...]]:
    """Enter a request for an appointment with a department of the plan; ``taken`` are its other standing times.

    Raises ApplicationClosedError for one that is closed, InvalidAppointmentError for a time that has passed or is too
    far ahead, a department that has nothing to do with it, and when all of the department's places are taken.
    """
    if wanted.purpose is not Purpose.DELIVERY:
        require_open(snapshot)
    _require_ahead(wanted.planned_at, now)
    department = _department(snapshot, wanted)
    policies = snapshot.network.policies
    apart = timedelta(minutes=policies.appointment_minutes)
    beside = sum(1 for each in taken if abs(each - wanted.planned_at) < apart)
    if beside >= policies.appointment_places:
        message = f"该时段已约满（每 {policies.appointment_minutes} 分钟 {policies.appointment_places} 个），请另选时间"
        raise InvalidAppointmentError(message, planned_at=wanted.planned_at.isoformat(), taken=beside)
    outside = outside_hours(wanted.planned_at, policies, snapshot.calendar)
    made = replace(wanted, department=department, outside_hours=outside)
    return made, (_step(made, "booked", None),)


def require_room(standing: int, within_a_day: int) -> None:
    """Let an applicant ask for one more by themselves: departments have to answer each.

    ``standing`` and ``within_a_day`` are of the same application. Raises NotAllowedNowError.
    """
    if standing >= _OWN_STANDING:
        raise NotAllowedNowError(f"已有 {standing} 个预约尚未办结，请先取消其中一个", standing=standing)
    if within_a_day >= _OWN_A_DAY:
        raise NotAllowedNowError(f"一日内已申请 {within_a_day} 次预约，请明日再试", within_a_day=within_a_day)


def answered(
    appointment: Appointment, after: AppointmentStatus, reason: str | None, now: datetime
) -> tuple[Appointment, tuple[Entry, ...]]:
    """Enter what becomes of an appointment: confirmed, moved or called off before it; kept or missed after it.

    Raises NotAllowedNowError where that does not follow, InvalidAppointmentError without a reason where one is owed.
    """
    if appointment.status not in _FROM[after]:
        message = f"预约{appointment.status.zh}，不能再登记为{after.zh}"
        raise NotAllowedNowError(message, appointment_status=appointment.status)
    if after in _AFTERWARDS and now < appointment.planned_at:
        raise NotAllowedNowError("预约时间未到", planned_at=appointment.planned_at.isoformat())
    if after is not AppointmentStatus.CONFIRMED and after is not AppointmentStatus.KEPT and not reason:
        raise InvalidAppointmentError("请写明原因", missing=["reason"])
    changed = replace(appointment, status=after)
    return changed, (_step(changed, after, reason, before=appointment.status),)


def called_off(appointment: Appointment, reason: str, now: datetime) -> tuple[Appointment, tuple[Entry, ...]]:
    """Enter that the applicant will not come, or be visited.

    Raises NotAllowedNowError for one that is over, or whose time has come: whether they were there is on record then.
    """
    if not may_call_off(appointment.status, appointment.planned_at, now):
        message = f"预约{appointment.status.zh}，或时间已到，不能再取消"
        raise NotAllowedNowError(message, appointment_status=appointment.status)
    return answered(appointment, AppointmentStatus.CANCELLED, reason, now)


def may_call_off(status: AppointmentStatus, planned_at: datetime, now: datetime) -> bool:
    """Tell whether the applicant may still call an appointment off."""
    return status in STANDING and now < planned_at


def told(snapshot: ApplicationSnapshot, appointment: Appointment, reason: str | None = None) -> tuple[Entry, ...]:
    """Tell the department's own system of an appointment that others have made, called off or recorded.

    The message is about an assignment that the department has: that of the item, else its first. Where it has none yet,
    only its people are told.
    """
    views = [view for view in snapshot.assignments.values() if view.department == appointment.department]
    there = [view for view in views if view.occurred(ClockEventKind.RECEIVED)]
    view = next((view for view in there if appointment.item in (None, view.item)), None)
    if view is None:
        return ()
    body = {
        "appointment": appointment.serial,
        "status": appointment.status.value,
        "purpose": appointment.purpose.value,
        "planned_at": appointment.planned_at.isoformat(),
        "outside_hours": appointment.outside_hours,
        "visitor": appointment.visitor,
        **({"place": appointment.place} if appointment.place else {}),
        **({"note": appointment.note} if appointment.note else {}),
        **({"reason": reason} if reason else {}),
    }
    serial = f"{appointment.serial}/{appointment.status}"
    return (MessageQueued(view.item, MessageKind.APPOINTMENT, serial, body),)


def answers_to(appointment_status: AppointmentStatus, *, come: bool) -> tuple[AppointmentStatus, ...]:
    """List what may become of an appointment of this status; ``come`` tells whether its time has come."""
    fitting = (each for each in AppointmentStatus if appointment_status in _FROM.get(each, ()))
    return tuple(each for each in fitting if come or each not in _AFTERWARDS)


def _require_ahead(planned_at: datetime, now: datetime) -> None:
    if not now < planned_at <= now + _FARTHEST:
        message = f"预约时间应在现在以后、{_FARTHEST.days} 日以内"
        raise InvalidAppointmentError(message, planned_at=planned_at.isoformat())


def _department(snapshot: ApplicationSnapshot, wanted: Appointment) -> DepartmentCode:
    """Find whom it is with: who has the item, else a department of the plan."""
    if wanted.item is not None:
        item, view = snapshot.network.item(wanted.item), snapshot.assignments.get(wanted.item)
        return view.department if view else item.department
    known = {item.department for item in snapshot.network.items}
    known |= {view.department for view in snapshot.assignments.values()}
    if wanted.department not in known:
        message = f"{wanted.department} 与该代办件无关，请写明事项或有关部门"
        raise InvalidAppointmentError(message, department=wanted.department, departments=sorted(known))
    return wanted.department


def _step(appointment: Appointment, what: str, reason: str | None, *, before: AppointmentStatus | None = None) -> Step:
    details = {
        "appointment": appointment.serial,
        "department": appointment.department,
        "purpose": appointment.purpose.value,
        "planned_at": appointment.planned_at.isoformat(),
        "visitor": appointment.visitor,
        "outside_hours": appointment.outside_hours,
    }
    return Step(f"appointment.{what}", appointment.item, before, appointment.status, reason, details)
