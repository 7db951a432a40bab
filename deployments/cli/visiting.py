"""Priority and appointments from the command line, each act one transaction."""

from datetime import datetime
from pathlib import Path
from typing import Any

import typer
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncSession

from casework import appointments, priorities, queries
from deployments.cli.agency import act_on
from deployments.cli.joining import caller, in_office
from deployments.cli.output import console, print_json
from kit import clock
from rules.appointments import Appointment, AppointmentStatus, Purpose
from rules.catalog import DepartmentCode, ItemCode
from rules.errors import InvalidAppointmentError
from rules.workdays import SHANGHAI


def green(data_dir: Path, number: str, reason: str, authority: str, document: str, *, end: bool, as_json: bool) -> None:
    """Let an application go first, or in its turn again."""

    async def act(session: AsyncSession) -> None:
        if end:
            await priorities.end_green_channel(session, number, reason=reason, actor=caller(), now=clock.now())
        else:
            said = {"authority": authority, "document": document, "reason": reason}
            await priorities.open_green_channel(session, number, **said, actor=caller(), now=clock.now())

    act_on(data_dir, number, act, as_json=as_json)


def book(
    data_dir: Path, number: str, at: datetime, purpose: str, wanted: dict[str, str | None], *, as_json: bool
) -> None:
    """Ask for an appointment and print its number within the application."""
    if wanted["item"] is None and wanted["department"] is None:
        raise InvalidAppointmentError("请写明事项 --item 或部门 --department", missing=["item", "department"])
    request = Appointment(
        serial=0,
        department=DepartmentCode(wanted["department"] or ""),
        purpose=_word(Purpose, purpose, "--purpose"),
        planned_at=at.replace(tzinfo=SHANGHAI),
        visitor=wanted["visitor"] or "",
        item=ItemCode(wanted["item"]) if wanted["item"] else None,
        place=wanted["place"] or "",
        note=wanted["note"] or "",
    )

    async def act(session: AsyncSession) -> int:
        return await appointments.book(session, number, request, actor=caller(), now=clock.now())

    serial = in_office(data_dir, act)
    if as_json:
        print_json({"number": number, "appointment": serial})
    else:
        console().print(f"{number} 第 {serial} 次预约，待部门确认")


def answer(
    data_dir: Path, number: str, serial: int, status: str, by: str | None, reason: str | None, *, as_json: bool
) -> None:
    """Record what becomes of an appointment."""
    after = _word(AppointmentStatus, status, "STATUS")

    async def act(session: AsyncSession) -> None:
        await appointments.answer(session, number, serial, after, reason, by=by, actor=caller(), now=clock.now())

    in_office(data_dir, act)
    if as_json:
        print_json({"number": number, "appointment": serial, "status": after.value})
    else:
        console().print(f"{number} 第 {serial} 次预约：{after.zh}")


def attend(data_dir: Path, number: str, item: str, visitor: str, by: str, *, as_json: bool) -> None:
    """Record that the applicant came in person, without an appointment."""

    async def act(session: AsyncSession) -> None:
        await appointments.attend(session, number, item, visitor, by=by, actor=caller(), now=clock.now())

    act_on(data_dir, number, act, as_json=as_json)


def list_(
    data_dir: Path, number: str | None, department: str | None, limit: int, *, standing: bool, as_json: bool
) -> None:
    """List appointments by their times."""

    async def look(session: AsyncSession) -> list[queries.AppointmentLine]:
        wanted: dict[str, Any] = {"number": number, "department": department, "standing": standing, "limit": limit}
        return await queries.appointments(session, **wanted)

    found = in_office(data_dir, look)
    if as_json:
        print_json({"appointments": [queries.as_json(each) for each in found]})
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("时间", "代办件", "次", "部门", "事项", "用途", "谁", "状态"):
        table.add_column(heading, overflow="fold")
    for each in found:
        at = each.planned_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") + (
            "（延时）" if each.outside_hours else ""
        )
        what = (each.item_name or "", each.purpose.zh, each.visitor, each.status.zh)
        table.add_row(at, each.number, str(each.serial), each.department_name, *what)
    console().print(table)


def _word(kind: Any, written: str, hint: str) -> Any:
    try:
        return kind(written)
    except ValueError as error:
        raise typer.BadParameter(f"应为 {'、'.join(kind)}", param_hint=hint) from error
