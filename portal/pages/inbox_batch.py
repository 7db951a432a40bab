"""One act on several assignments: each for itself, with its own outcome, so that one that fails stops no other."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID, uuid5

from fastapi import APIRouter, Depends, Request, Response

from casework import queries
from casework.casefile import Actor
from casework.department_events import receive
from casework.signing_in import Visit
from kit.database import transaction
from models import Role
from portal.dependencies import Now
from portal.errors import InvalidRequestError
from portal.pages.act_forms import ActForm
from portal.pages.acts import BATCH, event_from, form_of
from portal.pages.inbox_filters import asked_for, query_of
from portal.pages.rendering import page
from portal.pages.uploading import uploaded
from portal.pages.visiting import PageRoute, VisitingFirst, actor_of, department_of
from rules.errors import DaibanError, NotFoundError, RefusedOnRecordError

router = APIRouter(prefix="/inbox/batch", route_class=PageRoute)
# No connection of the visit is held while each assignment takes one of its own.
StaffFirst = Annotated[Visit, Depends(VisitingFirst((Role.HANDLER, Role.HEAD)))]
#: No more than stand on a page.
_MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one assignment: what it is now, or why nothing was done."""

    assignment: UUID
    line: queries.AssignmentLine | None
    why: DaibanError | None = None


@router.post("")
async def act_on_several(request: Request, seen: StaffFirst, now: Now) -> Response:
    """Do one thing with every assignment that was marked, and show what became of each; sent twice it is done once."""
    async with uploaded(request, seen) as sent:
        fields = sent.fields
    form, chosen, id_ = _read(fields, seen)
    department, actor = department_of(seen), actor_of(request, seen)
    outcomes = [
        await _act(form, each, fields, department, actor, uuid5(id_, f"{form.key} {each}").hex, now) for each in chosen
    ]
    asked = asked_for({name: values[0] for name, values in fields.items() if values}, seen.caller.account)
    return page(request, "inbox_batch.html", seen, form=form, outcomes=outcomes, query=query_of(asked))


def _read(fields: Mapping[str, list[str]], seen: Visit) -> tuple[ActForm, list[UUID], UUID]:
    key = "".join(fields.get("act", []))
    if key not in BATCH:
        raise NotFoundError(f"没有批量操作 {key}", wanted=key)
    try:
        chosen = list(dict.fromkeys(UUID(each) for each in fields.get("assignment", [])))
        id_ = UUID("".join(fields.get("event", [])))
    except ValueError:
        raise InvalidRequestError("表单不完整，请刷新页面后重试", errors=[]) from None
    if not 0 < len(chosen) <= _MOST:
        raise InvalidRequestError(f"请勾选 1 至 {_MOST} 项任务", errors=[])
    return form_of(key, seen.caller.roles), chosen, id_


async def _act(
    form: ActForm,
    assignment: UUID,
    fields: Mapping[str, list[str]],
    department: str,
    actor: Actor,
    id_: str,
    now: datetime,
) -> Outcome:
    event = event_from(form, fields, id_=id_, signed_by=actor.name, now=now)
    line = None
    try:
        async with transaction() as session:
            line, _ = await queries.assignment_of(session, department, assignment)
            try:
                await receive(session, assignment, department, event, actor=actor, now=now)
            except RefusedOnRecordError as refusal:
                # Not raised here: the transaction commits, and with it the record of the attempt.
                return Outcome(assignment, line, refusal)
            line, _ = await queries.assignment_of(session, department, assignment)
    except DaibanError as error:
        return Outcome(assignment, line, error)
    return Outcome(assignment, line)
