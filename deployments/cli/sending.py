"""What managers do about sending from the command line, each act one transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import typer
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncSession

from casework import decision_conflicts, inboxes, stuck_messages
from casework.decision_conflicts import ConflictLine
from casework.endpoint_health import EndpointHealth, endpoint_health
from casework.queries import as_json as written
from casework.stuck_messages import StuckMessage
from deployments.cli.joining import caller, in_office
from deployments.cli.output import console, print_json
from kit import clock
from kit.settings import away_since
from rules.catalog import Channel
from rules.vocabulary import ConflictResolution
from rules.workdays import SHANGHAI

#: Messages of a department sent again by one command.
_AT_MOST = 1000


def list_stuck(data_dir: Path, department: str | None, limit: int, *, as_json: bool) -> None:
    """Show what did not get through."""

    async def look(session: AsyncSession) -> list[StuckMessage]:
        return await stuck_messages.stuck_messages(session, department=department, limit=limit)

    found = in_office(data_dir, look)
    _show(
        "messages",
        [written(each) for each in found],
        ("消息", "代办件", "部门", "事项", "内容", "状态", "次数", "下次", "最近错误"),
        [
            (
                str(each.id),
                each.application,
                each.department_name,
                each.item,
                each.kind.zh,
                each.state.zh,
                str(each.attempts),
                _time(each.retry_at),
                each.last_error or "",
            )
            for each in found
        ],
        "没有未送达的消息 · nothing is stuck",
        as_json=as_json,
    )


def retry(data_dir: Path, messages: Sequence[UUID], department: str | None, reason: str, *, as_json: bool) -> None:
    """Send messages again: those named, or all of a department."""
    if bool(messages) == (department is not None):
        raise typer.BadParameter("请给出消息编号，或 --department CODE")

    async def act(session: AsyncSession) -> list[UUID]:
        chosen = list(messages)
        if department is not None:
            found = await stuck_messages.stuck_messages(session, department=department, limit=_AT_MOST)
            chosen = [each.id for each in found]
        for message in chosen:
            await stuck_messages.retry(session, message, reason=reason, actor=caller(), now=clock.now())
        return chosen

    again = in_office(data_dir, act)
    if as_json:
        print_json({"retried": [str(each) for each in again]})
    else:
        console().print(f"{len(again)} 条消息将立即重新送达 · sent again")


def discard(data_dir: Path, message: UUID, reason: str, *, as_json: bool) -> None:
    """Give one message up."""

    async def act(session: AsyncSession) -> None:
        await stuck_messages.discard(session, message, reason=reason, actor=caller(), now=clock.now())

    in_office(data_dir, act)
    _done({"discarded": str(message)}, f"消息 {message} 已作废 · discarded", as_json=as_json)


def health(data_dir: Path, *, as_json: bool) -> None:
    """Show how the departments' endpoints are."""

    async def look(session: AsyncSession) -> list[EndpointHealth]:
        wall = clock.wall_now()
        return await endpoint_health(session, wall=wall, away_since=away_since(wall))

    found = in_office(data_dir, look)
    _show(
        "endpoints",
        [written(each) for each in found],
        ("部门", "渠道", "状态", "自", "积压", "停止重试", "拒收", "最早未送达", "最近错误"),
        [
            (
                f"{each.department} {each.name}",
                each.channel.value,
                each.state.zh + ("（已转收件箱）" if each.failed_over else ""),
                _time(each.opened_at),
                str(each.backlog),
                str(each.parked),
                str(each.rejected),
                _time(each.oldest),
                each.last_error or "",
            )
            for each in found
        ],
        "没有使用自己系统的部门 · no department has a system of its own",
        as_json=as_json,
    )


def choose_channel(data_dir: Path, assignment: UUID, to: str, reason: str, *, as_json: bool) -> None:
    """Let one assignment go another way."""
    if to not in ("inbox", "own"):
        raise typer.BadParameter("应为 inbox 或 own", param_hint="inbox|own")

    async def act(session: AsyncSession) -> None:
        channel = Channel.INBOX if to == "inbox" else None
        await inboxes.choose_channel(session, assignment, channel, reason=reason, actor=caller(), now=clock.now())

    in_office(data_dir, act)
    way = "收件箱" if to == "inbox" else "部门自己的渠道"
    _done({"assignment": str(assignment), "channel": to}, f"任务改由{way}办理 · changed", as_json=as_json)


def conflicts(data_dir: Path, limit: int, *, resolved: bool, as_json: bool) -> None:
    """Show decisions that contradict the recorded one."""

    async def look(session: AsyncSession) -> list[ConflictLine]:
        return await decision_conflicts.conflicts(session, unresolved=not resolved, limit=limit)

    found = in_office(data_dir, look)
    _show(
        "conflicts",
        [written(each) for each in found],
        ("编号", "代办件", "部门", "事项", "后到的决定", "已有的决定", "来源", "收到", "处理"),
        [
            (
                str(each.id),
                each.application,
                each.department_name,
                each.item,
                _decision(each.claimed),
                _decision(each.recorded),
                each.source,
                _time(each.recorded_at),
                each.resolution.zh if each.resolution else "",
            )
            for each in found
        ],
        "没有不一致的决定 · no contradicting decisions",
        as_json=as_json,
    )


def resolve(data_dir: Path, conflict: int, outcome: str, reason: str, *, as_json: bool) -> None:
    """Record what a person found about a contradiction."""
    try:
        resolution = ConflictResolution(outcome)
    except ValueError as error:
        raise typer.BadParameter(f"应为 {'、'.join(ConflictResolution)}", param_hint="--outcome") from error

    async def act(session: AsyncSession) -> None:
        await decision_conflicts.resolve(session, conflict, resolution, reason=reason, actor=caller(), now=clock.now())

    in_office(data_dir, act)
    _done({"id": conflict, "resolution": resolution.value}, f"{conflict}：{resolution.zh}", as_json=as_json)


def _show(
    name: str,
    documents: list[dict[str, Any]],
    headings: Iterable[str],
    rows: Iterable[Sequence[str]],
    nothing: str,
    *,
    as_json: bool,
) -> None:
    if as_json:
        print_json({name: documents})
        return
    if not documents:
        console().print(nothing)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*row)
    console().print(table, markup=False)


def _done(document: dict[str, Any], said: str, *, as_json: bool) -> None:
    if as_json:
        print_json(document)
    else:
        console().print(said, markup=False)


def _time(instant: datetime | None) -> str:
    return "" if instant is None else f"{instant.astimezone(SHANGHAI):%m-%d %H:%M}"


def _decision(of: dict[str, Any]) -> str:
    return " ".join(str(of[name]) for name in ("decision", "document_number") if of.get(name)) or "—"
