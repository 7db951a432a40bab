"""Posts and absences (AB岗) on the terminal."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import typer
from rich.table import Table
from rich.text import Text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import posts, queries
from casework.posts import AbsenceLine, PostLine
from deployments.cli.joining import caller, in_office
from deployments.cli.output import console, print_json
from kit import clock
from rules.workdays import local_date


def day(text: str) -> date:
    """Read a civil date."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} 不是日期，应如 2026-03-09") from None


def away(
    data_dir: Path,
    account: str,
    period: tuple[date, date | None],
    items: Sequence[str],
    applications: Sequence[str],
    backup: str | None,
    reason: str | None,
    *,
    as_json: bool,
) -> None:
    """Record that a person is away."""

    async def act(session: AsyncSession) -> AbsenceLine:
        made = await posts.leave(
            session,
            account,
            *period,
            items=items,
            applications=applications,
            backup=backup,
            reason=reason,
            actor=caller(),
            now=clock.now(),
        )
        return next(line for line in await posts.absences(session, period[0]) if line.id == made)

    line = in_office(data_dir, act)
    if as_json:
        print_json(queries.as_json(line))
    else:
        console().print(f"{account} {_period(line)} 离岗，已登记")


def back(data_dir: Path, account: str, *, future: bool, as_json: bool) -> None:
    """Let a person act again from today."""

    async def act(session: AsyncSession) -> int:
        return await posts.come_back(session, account, local_date(clock.now()), future=future)

    ended = in_office(data_dir, act)
    if as_json:
        print_json({"account": account, "ended": ended})
    else:
        console().print(f"{account} 恢复履职，结束离岗 {ended} 条" if ended else f"{account} 没有离岗")


def absences(data_dir: Path, *, as_json: bool) -> None:
    """List who is away, now and later."""

    async def look(session: AsyncSession) -> list[AbsenceLine]:
        return await posts.absences(session, local_date(clock.now()))

    found = in_office(data_dir, look)
    if as_json:
        print_json({"absences": [queries.as_json(line) for line in found]})
        return
    table = Table("账号", "离岗期间", "范围", "B岗", "事由", box=None, pad_edge=False, header_style="bold")
    for line in found:
        scope = "、".join((*line.items, *line.applications)) or "全部"
        table.add_row(line.account, _period(line), scope, line.backup or "", Text(line.reason or ""))
    console().print(table if found else "没有人离岗 · nobody is away")


def fill(
    data_dir: Path, department: str, principal: str, backup: str | None, manager: str, item: str, *, as_json: bool
) -> None:
    """Say who is A and B of a post."""

    async def act(session: AsyncSession) -> list[PostLine]:
        await posts.fill(session, department, principal=principal, backup=backup, manager=manager, item=item)
        return await posts.posts(session, local_date(clock.now()))

    _show([line for line in in_office(data_dir, act) if line.department == department], as_json=as_json)


def posts_(data_dir: Path, *, as_json: bool) -> None:
    """List every post and who acts today."""

    async def look(session: AsyncSession) -> list[PostLine]:
        return await posts.posts(session, local_date(clock.now()))

    _show(in_office(data_dir, look), as_json=as_json)


def _show(found: list[PostLine], *, as_json: bool) -> None:
    if as_json:
        print_json({"posts": [queries.as_json(line) for line in found]})
        return
    table = Table("部门", "事项", "A岗", "B岗", "负责人", "今日履职", box=None, pad_edge=False, header_style="bold")
    for line in found:
        today = f"{line.acting}（代 {line.on_behalf_of}）" if line.on_behalf_of else line.acting
        table.add_row(line.department, line.item or "其余", line.principal, line.backup or "", line.manager, today)
    console().print(table if found else "没有岗位 · no posts")


def _period(line: AbsenceLine) -> str:
    return f"{line.first} 至 {line.last or '另行通知'}"
