"""What joint handling does from the command line, each act one transaction."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import orjson
from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from casework import joint_sessions, revising
from deployments.cli.agency import act_on
from deployments.cli.joining import caller, in_office
from deployments.cli.output import console, print_json
from deployments.cli.reading import UnreadableFileError, read_mapping
from kit import clock
from portal.joint_forms import PlanRevision, SessionProceedings, SessionSummons, SiblingsAnswer
from rules.workdays import SHANGHAI

_Form = TypeVar("_Form", bound=BaseModel)


def revise(data_dir: Path, number: str, given: Mapping[str, Any], *, as_json: bool) -> None:
    """Add an item to the plan, or drop one."""
    form = _read(PlanRevision, given)
    why = revising.Why(form.reason, form.asked_by)

    async def act(session: AsyncSession) -> None:
        if form.action == "add":
            await revising.add_item(session, number, form.addition(), why, actor=caller(), now=clock.now())
        else:
            await revising.drop_item(session, number, form.item, why, actor=caller(), now=clock.now())

    act_on(data_dir, number, act, as_json=as_json)


def apply_again(data_dir: Path, number: str, item: str, reason: str, *, as_json: bool) -> None:
    """Apply again for an item that was refused."""

    async def act(session: AsyncSession) -> None:
        await revising.apply_again(session, number, item, reason=reason, actor=caller(), now=clock.now())

    act_on(data_dir, number, act, as_json=as_json)


def decide(data_dir: Path, number: str, given: Mapping[str, Any], *, as_json: bool) -> None:
    """Say what becomes of those still at work."""
    form = _read(SiblingsAnswer, given)

    async def act(session: AsyncSession) -> None:
        await revising.decide_siblings(
            session, number, form.decision, reason=form.reason, actor=caller(), now=clock.now()
        )

    act_on(data_dir, number, act, as_json=as_json)


def schedule(data_dir: Path, number: str, given: Mapping[str, Any], at: datetime, *, as_json: bool) -> None:
    """Summon departments and print the number of the session; ``at`` is the time of the wall clock in the city."""
    planned = at.replace(tzinfo=at.tzinfo or SHANGHAI)
    form = _read(SessionSummons, {**given, "planned_at": planned.isoformat()})

    async def act(session: AsyncSession) -> int:
        return await joint_sessions.schedule(session, number, form.summons(), actor=caller(), now=clock.now())

    serial = in_office(data_dir, act)
    if as_json:
        print_json({"number": number, "session": serial})
    else:
        console().print(f"{number} 第 {serial} 次{form.kind.zh}已通知 · summoned")


def hold(data_dir: Path, number: str, serial: int, file: Path, *, as_json: bool) -> None:
    """Record what came of a session, read from a file."""
    form = _read(SessionProceedings, read_mapping(file))

    async def act(session: AsyncSession) -> None:
        await joint_sessions.hold(session, number, serial, form.proceedings(), actor=caller(), now=clock.now())

    act_on(data_dir, number, act, as_json=as_json)


def cancel(data_dir: Path, number: str, serial: int, reason: str, *, as_json: bool) -> None:
    """Call a session off."""

    async def act(session: AsyncSession) -> None:
        await joint_sessions.cancel(session, number, serial, reason, actor=caller(), now=clock.now())

    act_on(data_dir, number, act, as_json=as_json)


def _read(form: type[_Form], given: Mapping[str, Any]) -> _Form:
    """Check what was given as the API would. Raises UnreadableFileError naming everything that is wrong."""
    try:
        # Through JSON, because the forms are as strict about times as the API is.
        return form.model_validate_json(orjson.dumps(given))
    except ValidationError as error:
        findings = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_url=False)]
    raise UnreadableFileError("；".join(findings))
