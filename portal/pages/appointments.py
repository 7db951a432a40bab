"""Appointments (预约) by their times: a department answers its own, the center speaks for applicants."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from casework import appointments, catalogs, queries
from casework.appointments import OF_DEPARTMENT
from casework.queries import AppointmentLine
from casework.signing_in import Visit
from models import Role
from portal.applications import Number
from portal.appointments import AppointmentAnswer, Attendance, Serial
from portal.dependencies import Now, Session
from portal.pages.administering import led_to, one
from portal.pages.forms import filled_in
from portal.pages.rendering import page
from portal.pages.visiting import PageRoute, SentForm, actor_of, department_of, visiting
from rules.appointments import AppointmentStatus, answers_to
from rules.catalog import ApprovalItem
from rules.numbers import check_number

router = APIRouter(prefix="/appointments", route_class=PageRoute)
_CENTER: Final = frozenset({Role.AGENT, Role.MANAGER})
Involved = Annotated[Visit, Depends(visiting(Role.AGENT, Role.MANAGER, Role.HANDLER, Role.HEAD))]
_PAGE: Final = 50
#: What was to be yesterday is still shown, to be recorded as kept or missed.
_BEFORE: Final = timedelta(days=14)
#: No reason is owed for these.
_PLAIN: Final = frozenset({AppointmentStatus.CONFIRMED, AppointmentStatus.KEPT})


@router.get("")
async def show_appointments(
    request: Request,
    seen: Involved,
    session: Session,
    now: Now,
    number: Annotated[str, Query(max_length=64)] = "",
    every: Annotated[bool, Query(alias="all")] = False,
    after: UUID | None = None,
    done: Annotated[str, Query(max_length=16)] = "",
) -> Response:
    """Those that stand, from the last fortnight on; of one application, and all of them, when asked for."""
    own = _department(seen)
    since = None if every or number else now - _BEFORE
    found = await queries.appointments(
        session,
        number=number or None,
        department=own,
        standing=not every,
        since=since,
        after=after,
        limit=_PAGE + 1,
    )
    shown = found[:_PAGE]
    kept = {"number": number, "all": "true" if every else ""}
    query = {name: value for name, value in kept.items() if value}
    following = urlencode({**query, "after": shown[-1].id}) if len(found) > _PAGE else None
    return page(
        request,
        "appointments.html",
        seen,
        lines=[(each, _answers(each, own, now)) for each in shown],
        number=number,
        every=every,
        own=own,
        come_for=await _come_for(session, own) if own else [],
        done=done,
        query=urlencode(query),
        following=following,
        plain=_PLAIN,
    )


@router.post("/attendances")
async def attend(request: Request, seen: Involved, session: Session, now: Now, sent: SentForm) -> Response:
    """Record that an applicant has come without an appointment, for an item that nobody may put forward for them."""
    number, said = one(sent, "number", required=True).upper(), filled_in(Attendance, sent)
    check_number(number)
    actor, by = actor_of(request, seen), _department(seen)
    await appointments.attend(session, number, said.item, said.visitor, by=by, actor=actor, now=now)
    return led_to("/appointments?done=attended")


@router.post("/{number}/{serial}")
async def answer(
    request: Request, seen: Involved, number: Number, serial: Serial, session: Session, now: Now, sent: SentForm
) -> Response:
    """The department confirms or moves it; either side calls it off, and records afterwards whether it was kept."""
    back = {name: "".join(sent.get(name, [])[:1])[:64] for name in ("shown", "all")}
    said = filled_in(AppointmentAnswer, sent)
    actor, by = actor_of(request, seen), _department(seen)
    after = AppointmentStatus(said.status)
    await appointments.answer(session, number, serial, after, said.reason, by=by, actor=actor, now=now)
    query = urlencode({name: value for name, value in (("number", back["shown"]), ("all", back["all"])) if value})
    return RedirectResponse(f"/appointments?{query}" if query else "/appointments", HTTPStatus.SEE_OTHER.value)


async def _come_for(session: Session, department: str) -> list[ApprovalItem]:
    """List the department's items that applicants must come for themselves."""
    _, catalog = await catalogs.newest(session)
    return [item for item in catalog.items.values() if item.department == department and item.terms.in_person]


def _department(seen: Visit) -> str | None:
    return None if not seen.caller.roles.isdisjoint(_CENTER) else department_of(seen)


def _answers(line: AppointmentLine, own: str | None, now: datetime) -> list[AppointmentStatus]:
    """List what the viewer may say of an appointment now."""
    fitting = answers_to(line.status, come=line.planned_at <= now)
    return [each for each in fitting if own is not None or each not in OF_DEPARTMENT]
