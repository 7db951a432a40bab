"""The green channel (绿色通道) of an application, and appointments (预约) with departments."""

from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import ConfigDict, Field

from casework import appointments, priorities, queries
from models import Role
from portal import examples
from portal.applications import ROOT, Number
from portal.authentication import InCharge, SignedIn, having
from portal.dependencies import Now, Session
from portal.documentation import OF_AN_APPLICATION, answers, problems
from portal.fields import Body, Name, Prose
from portal.joint_forms import Instant
from portal.rendering import json_answer
from rules import errors
from rules.appointments import Appointment, AppointmentStatus, Purpose
from rules.catalog import DepartmentCode, ItemCode

router = APIRouter(
    tags=["appointments"],
    responses=problems(*OF_AN_APPLICATION),
)
Serial = Annotated[int, Path(ge=1, le=9999, description="Number of the appointment within the application")]
#: Agents, and the people of the department that an appointment is with.
Involved = Annotated[SignedIn, Depends(having(Role.AGENT, Role.MANAGER, Role.HANDLER, Role.HEAD))]
_ACTED: Final = {
    **answers(examples.REPORT, queries.ApplicationReport),
    **problems(errors.NotAuthorisedError, errors.NotAllowedNowError, errors.ApplicationClosedError),
}
_BOOKED: Final = {"number": examples.NUMBER, "appointment": 1}
_LINE: Final = {
    "id": str(examples.ASSIGNMENT),
    "serial": 1,
    "number": examples.NUMBER,
    "project": "清河路餐饮店",
    "department": "FRB",
    "department_name": "消防救援大队",
    "item": "E12",
    "item_name": "公众聚集场所投入使用、营业前消防安全检查",
    "purpose": "on_site",
    "status": "requested",
    "planned_at": "2026-03-04T02:00:00Z",
    "outside_hours": False,
    "visitor": "刘晓",
    "place": "清河路12号",
    "note": "请上门指导",
    "requested_at": "2026-03-02T01:00:00Z",
    "requested_by": "li01",
    "answered_at": None,
    "answered_by": None,
    "reason": None,
}


class GreenChannelRequest(Body):
    """Who has decided that the application goes first, by which document, and why."""

    authority: Name
    document: Name
    reason: Prose

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"authority": "开原市人民政府", "document": "开政函〔2026〕3号", "reason": "省重点项目"}]
        }
    )


class Why(Body):
    """Why it is so."""

    reason: Prose

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "重点项目已竣工"}]})


class AppointmentRequest(Body):
    """When who comes for what: with the department that has the ``item``, or with a ``department`` of the plan."""

    planned_at: Instant
    purpose: Purpose
    visitor: Name
    item: Name | None = None
    department: Name | None = None
    place: Prose | None = None
    note: Prose | None = None

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"planned_at": "2026-03-04T10:00:00+08:00", "purpose": "on_site", "visitor": "刘晓", "item": "E12"}
            ]
        }
    )

    def wanted(self) -> Appointment:
        """Turn the form into what casework books. Raises InvalidAppointmentError without item and department."""
        if self.item is None and self.department is None:
            raise errors.InvalidAppointmentError("请写明事项或部门", missing=["item", "department"])
        return Appointment(
            serial=0,
            department=DepartmentCode(self.department or ""),
            purpose=self.purpose,
            planned_at=self.planned_at,
            visitor=self.visitor,
            item=ItemCode(self.item) if self.item else None,
            place=self.place or "",
            note=self.note or "",
        )


class VisitRequest(Body):
    """What applicants ask for by themselves: a time with the department that has the item."""

    planned_at: Instant
    purpose: Purpose
    visitor: Name
    item: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{0,15}$")]
    place: Annotated[Name, Field(max_length=200)] | None = None
    note: Annotated[Prose, Field(max_length=500)] | None = None

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"planned_at": "2026-03-04T10:00:00+08:00", "purpose": "delivery", "visitor": "刘晓", "item": "E12"}
            ]
        }
    )

    def wanted(self) -> Appointment:
        """Turn the form into what casework books."""
        return Appointment(
            serial=0,
            department=DepartmentCode(""),
            purpose=self.purpose,
            planned_at=self.planned_at,
            visitor=self.visitor,
            item=ItemCode(self.item),
            place=self.place or "",
            note=self.note or "",
        )


class Attendance(Body):
    """Who came in person, for which item."""

    item: Name
    visitor: Name

    model_config = ConfigDict(json_schema_extra={"examples": [{"item": "E20", "visitor": "刘晓"}]})


class AppointmentAnswer(Body):
    """What becomes of an appointment; all but a confirmation and a visit kept say why."""

    status: Literal["confirmed", "declined", "cancelled", "kept", "missed"]
    reason: Prose | None = None

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "confirmed"}]})


@router.post(f"{ROOT}/{{number}}/green-channel", summary="进入绿色通道 · Let an application go first", responses=_ACTED)
async def open_green_channel(
    agent: InCharge, number: Number, request: GreenChannelRequest, session: Session, now: Now
) -> Response:
    """Put it first in its departments' queues. No legal step, clock or prerequisite changes, nor anything where permits
    are few (行政许可法 art. 57)."""
    said = {"authority": request.authority, "document": request.document, "reason": request.reason}
    await priorities.open_green_channel(session, number, **said, actor=agent.actor, now=now)
    return await _shown(session, number, now)


@router.post(
    f"{ROOT}/{{number}}/green-channel/end", summary="退出绿色通道 · Let it go in its turn again", responses=_ACTED
)
async def end_green_channel(agent: InCharge, number: Number, why: Why, session: Session, now: Now) -> Response:
    """Take the application out of the green channel."""
    await priorities.end_green_channel(session, number, reason=why.reason, actor=agent.actor, now=now)
    return await _shown(session, number, now)


@router.post(
    f"{ROOT}/{{number}}/appointments",
    status_code=201,
    summary="预约 · Ask for an appointment",
    responses={
        **answers(_BOOKED, status=201),
        **problems(errors.InvalidAppointmentError, errors.NotAuthorisedError, errors.ApplicationClosedError),
    },
)
async def book(agent: InCharge, number: Number, form: AppointmentRequest, session: Session, now: Now) -> Response:
    """Ask a department for a time, also outside its hours; it confirms it or asks for another. No clock changes."""
    serial = await appointments.book(session, number, form.wanted(), actor=agent.actor, now=now)
    return json_answer({"number": number, "appointment": serial}, 201)


@router.post(
    f"{ROOT}/{{number}}/appointments/{{serial}}",
    summary="答复或登记预约 · Say what becomes of an appointment",
    responses={
        **answers({**_BOOKED, "status": "confirmed"}),
        **problems(
            errors.InvalidAppointmentError,
            errors.NotAllowedNowError,
            errors.NotAuthorisedError,
            errors.InPersonRequiredError,
        ),
    },
)
async def answer(
    caller: Involved, number: Number, serial: Serial, said: AppointmentAnswer, session: Session, now: Now
) -> Response:
    """The department confirms or declines with a reason; either side cancels before, or records afterwards whether the
    visitor came."""
    after = AppointmentStatus(said.status)
    by = _department(caller)
    await appointments.answer(session, number, serial, after, said.reason, by=by, actor=caller.actor, now=now)
    return json_answer({"number": number, "appointment": serial, "status": after.value})


@router.post(
    f"{ROOT}/{{number}}/attendances",
    summary="登记申请人本人到场 · Record that the applicant came in person",
    responses={
        **answers({"number": examples.NUMBER, "item": "E20"}),
        **problems(errors.NotAllowedNowError, errors.ApplicationClosedError),
    },
)
async def attend(caller: Involved, number: Number, visit: Attendance, session: Session, now: Now) -> Response:
    """The department says that the applicant was there, without an appointment, for an item that no agent may put
    forward (行政许可法第二十九条). A kept appointment for it says the same."""
    by = _department(caller)
    await appointments.attend(session, number, visit.item, visit.visitor, by=by, actor=caller.actor, now=now)
    return json_answer({"number": number, "item": visit.item})


@router.get(
    "/api/v1/appointments",
    summary="预约清单 · Appointments by their times",
    responses=answers(_LINE, queries.AppointmentLine, page="appointments"),
)
async def list_appointments(
    caller: Involved,
    session: Session,
    number: Annotated[str | None, Query(description="Of one application")] = None,
    department: Annotated[str | None, Query(pattern=r"^[A-Z]{2,8}$", description="Code of a department")] = None,
    standing: Annotated[bool, Query(description="Only those requested or confirmed")] = False,
    since: Annotated[Instant | None, Query(description="From this time on")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[UUID | None, Query(description="Id of the last appointment of the page before")] = None,
) -> Response:
    """Those of the caller's own department; people of the center see all."""
    own = _department(caller)
    wanted: dict[str, Any] = {"number": number, "department": own or department, "standing": standing, "since": since}
    found = await queries.appointments(session, **wanted, after=after, limit=limit + 1)
    page = found[:limit]
    following = None
    if len(found) > limit:
        given = {"number": number, "department": department, "since": since and since.isoformat().replace("+", "%2B")}
        told = "".join(f"&{name}={value}" for name, value in given.items() if value) + ("&standing=true" * standing)
        following = f"/api/v1/appointments?limit={limit}&after={page[-1].id}{told}"
    return json_answer({"appointments": [queries.as_json(each) for each in page], "next": following})


def _department(signed_in: SignedIn) -> str | None:
    """Return the department that a handler or head speaks for; people of the center speak for the applicant's side."""
    caller = signed_in.caller
    return None if not caller.roles.isdisjoint({Role.AGENT, Role.MANAGER}) else caller.department or ""


async def _shown(session: Session, number: str, now: Now) -> Response:
    return json_answer(queries.as_json(await queries.report(session, number, now=now)))
