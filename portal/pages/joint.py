"""Joint reviews and joint inspections of an application: summoned once, recorded, called off."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ValidationError

from casework import joint_sessions, queries
from casework.signing_in import Visit
from models import Role
from portal.applications import Number
from portal.authentication import CENTER
from portal.dependencies import Now, Session
from portal.joint import Serial
from portal.joint_forms import SessionCancelled, SessionProceedings, SessionSummons
from portal.pages.administering import led_to
from portal.pages.agent_acts import in_office_time
from portal.pages.forms import filled_in, listed
from portal.pages.rendering import page
from portal.pages.visiting import PageRoute, SentForm, actor_of, visiting
from portal.problems import invalid
from rules.errors import NotFoundError
from rules.vocabulary import SessionKind

router = APIRouter(prefix="/applications/{number}/sessions", route_class=PageRoute)
_ACTING: Final = (Role.AGENT, Role.HANDLER)
Looking = Annotated[Visit, Depends(visiting(*CENTER, Role.SUPERVISOR, Role.HANDLER))]
Acting = Annotated[Visit, Depends(visiting(*_ACTING))]
#: Begin the names of the fields in which a department's officers and its conclusion stand.
_PRESENT, _CONCLUDED = "present.", "concluded."


@router.get("")
async def show_sessions(
    request: Request, seen: Looking, number: Number, session: Session, now: Now, done: str = ""
) -> Response:
    """Show the sessions of an application, and to those who may arrange them what can be done."""
    report = await queries.report(session, number, now=now)
    led = [stage for stage in report.stages if stage.lead]
    own = _department(seen)
    if own is not None:
        led = [stage for stage in led if stage.lead == own]
        if not led:
            raise NotFoundError(f"没有找到代办件 {number}", wanted=number)
    return page(
        request,
        "joint.html",
        seen,
        report=report,
        led=led,
        names={line.item: (line.name, line.name_en) for line in report.lines},
        departments={line.department: line.department_name for line in report.lines},
        at_work=[line for line in report.lines if line.assignment and line.status and not line.status.final],
        acting=not seen.caller.roles.isdisjoint(_ACTING) and not report.complete,
        kinds=list(SessionKind),
        done=bool(done),
    )


@router.post("")
async def summon(
    request: Request, seen: Acting, number: Number, session: Session, now: Now, sent: SentForm
) -> Response:
    """Summon the departments of some items to a review or an inspection; each is told once."""
    at = in_office_time("".join(sent.get("planned_at", [])))
    given = {**sent, **listed(sent, ("guests",)), "planned_at": [at]}
    summons = filled_in(SessionSummons, given, many=("items", "guests")).summons()
    by, actor = _department(seen), actor_of(request, seen)
    await joint_sessions.schedule(session, number, summons, by=by, actor=actor, now=now)
    return _to(number)


@router.post("/{serial}/hold")
async def hold(
    request: Request, seen: Acting, number: Number, serial: Serial, session: Session, now: Now, sent: SentForm
) -> Response:
    """Record who was there and what each department concluded; the clocks that the session stopped run again."""
    by, actor = _department(seen), actor_of(request, seen)
    await joint_sessions.hold(session, number, serial, _recorded(sent).proceedings(), by=by, actor=actor, now=now)
    return _to(number)


@router.post("/{serial}/cancel")
async def cancel(
    request: Request, seen: Acting, number: Number, serial: Serial, session: Session, now: Now, sent: SentForm
) -> Response:
    """Tell everybody summoned that the session does not take place."""
    reason, by = filled_in(SessionCancelled, sent).reason, _department(seen)
    await joint_sessions.cancel(session, number, serial, reason, by=by, actor=actor_of(request, seen), now=now)
    return _to(number)


def _recorded(sent: Mapping[str, Sequence[str]]) -> SessionProceedings:
    """Read the record of a session: two fields for each department. Raises InvalidRequestError."""
    lines = listed(sent, [name for name in sent if name.startswith(_PRESENT)])
    said = {name: "".join(text).strip() for name, text in sent.items() if name.startswith(_CONCLUDED)}
    content = {
        "held_at": in_office_time("".join(sent.get("held_at", []))),
        "minutes": "".join(sent.get("minutes", [])),
        "attendance": {name.removeprefix(_PRESENT): officers for name, officers in lines.items() if officers},
        "conclusions": {name.removeprefix(_CONCLUDED): text for name, text in said.items() if text},
    }
    try:
        return SessionProceedings.model_validate(content)
    except ValidationError as error:
        raise invalid(error.errors(include_url=False, include_input=False, include_context=False)) from error


def _department(seen: Visit) -> str | None:
    """Return the department that somebody acts for; None for the center, and for who looks at everything."""
    everywhere = {*CENTER, Role.SUPERVISOR}
    return None if seen.caller.roles & everywhere else seen.caller.department or ""


def _to(number: str) -> Response:
    return led_to(f"/applications/{number}/sessions?done=1")
