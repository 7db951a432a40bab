"""What managers look at and record from the command line."""

from datetime import date
from pathlib import Path
from uuid import UUID

import typer
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncSession

from casework import bans, queries, supervising
from deployments.cli.joining import caller, in_office
from deployments.cli.output import console, print_json
from kit import clock
from rules.daily import DailyFigure
from rules.reapplication import LAW, Ban, Misconduct
from rules.workdays import SHANGHAI, local_date


def filings(data_dir: Path, limit: int, before: str | None, *, as_json: bool) -> None:
    """List refusal filings, newest first."""

    async def look(session: AsyncSession) -> list[queries.Filing]:
        return await queries.filings(session, limit=limit, before=before)

    found = in_office(data_dir, look)
    if as_json:
        print_json({"filings": [queries.as_json(filing) for filing in found]})
        return
    if not found:
        console().print("没有否定备案 · no refusal filings")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("备案编号", "日期", "部门", "事项", "决定", "经办 / 审批", "理由", "法律依据"):
        table.add_column(heading, overflow="fold")
    for each in found:
        day = each.filed_at.astimezone(SHANGHAI).date().isoformat()
        people = f"{each.handler} / {each.approver}"
        table.add_row(
            each.number, day, each.department_name, each.item_name, each.kind.zh, people, each.reason, each.legal_basis
        )
    console().print(table)


def findings(data_dir: Path, days: int, *, as_json: bool) -> None:
    """List what the detectors find, newest first."""

    async def look(session: AsyncSession) -> list[queries.FindingLine]:
        return await queries.findings(session, days=days, now=clock.now())

    found = in_office(data_dir, look)
    if as_json:
        print_json({"findings": [queries.as_json(finding) for finding in found]})
        return
    if not found:
        console().print("没有线索 · no findings")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("日期", "代办件", "事项", "线索", "事实"):
        table.add_column(heading, overflow="fold")
    for each in found:
        facts = "；".join(f"{name}={value}" for name, value in each.evidence.items())
        day = each.at.astimezone(SHANGHAI).date().isoformat()
        table.add_row(day, each.number, each.item or "", each.kind.zh, facts)
    console().print(table)


def supervised(data_dir: Path, limit: int, *, as_json: bool) -> None:
    """List overdue assignments under supervision, the longest without movement first."""

    async def look(session: AsyncSession) -> list[queries.Supervised]:
        return await queries.supervised(session, limit=limit)

    found = in_office(data_dir, look)
    if as_json:
        print_json({"supervised": [queries.as_json(each) for each in found]})
        return
    if not found:
        console().print("没有督办事项 · nothing under supervision")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("代办件", "事项", "部门", "法定时限", "督办", "送达对象", "答复期限", "已答复", "部门任务"):
        # What is copied into the next command stays whole.
        table.add_column(heading, overflow="fold", no_wrap=heading in ("代办件", "部门任务"))
    for each in found:
        limit_, reply = (day.isoformat() if day else "" for day in (each.legal_due, each.reply_by))
        answered = "是" if each.answered else ""
        rung, to = each.rung.zh, each.addressee or ""
        table.add_row(each.number, each.item, each.department, limit_, rung, to, reply, answered, str(each.assignment))
    console().print(table)


def refer(data_dir: Path, assignment: UUID, to: str, document: str, reason: str, *, as_json: bool) -> None:
    """Record that a person has referred an overdue assignment."""

    async def act(session: AsyncSession) -> str:
        return await supervising.refer(
            session, assignment, to=to, document=document, reason=reason, actor=caller(), now=clock.now()
        )

    number = in_office(data_dir, act)
    if as_json:
        print_json({"number": number, "assignment": str(assignment), "to": to})
    else:
        console().print(f"已登记移送：{number}，{to}（{document}）")


def ban(
    data_dir: Path,
    credit_code: str,
    item: str,
    because: str,
    decided_on: date,
    document: str,
    reason: str,
    *,
    as_json: bool,
) -> None:
    """Record a bar and say until when it holds."""
    try:
        misconduct = Misconduct(because)
    except ValueError as error:
        raise typer.BadParameter(f"应为 {'、'.join(Misconduct)}", param_hint="--because") from error

    async def act(session: AsyncSession) -> Ban:
        return await bans.bar(
            session,
            credit_code,
            item,
            misconduct,
            decided_on=decided_on,
            document_number=document,
            reason=reason,
            actor=caller(),
            now=clock.now(),
        )

    made = in_office(data_dir, act)
    if as_json:
        print_json({"item": made.item, "misconduct": made.misconduct.value, "until": made.until.isoformat()})
    else:
        console().print(f"{made.item}：{made.until.isoformat()} 前不得再次申请（{LAW[misconduct]}）")


def daily(data_dir: Path, day: date | None, *, as_json: bool) -> None:
    """Print the daily report: what is not there is none."""

    async def look(session: AsyncSession) -> queries.DailyReport:
        return await queries.daily_report(session, day or local_date(clock.now()))

    report = in_office(data_dir, look)
    if as_json:
        print_json(queries.as_json(report))
        return
    if not report.total.figures:
        console().print(f"{report.day} 没有统计 · nothing was counted")
        return
    console().print(f"日报 {report.day}")
    departments = (DailyFigure.OPEN, *(figure for line in report.departments for figure in line.figures))
    shown = [figure for figure in DailyFigure if figure in departments]
    around = [figure for figure in DailyFigure if figure in report.total.figures and figure not in departments]
    console().print("  ".join(f"{figure.zh} {report.total[figure]}" for figure in around))
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("部门", *(figure.zh for figure in shown)):
        table.add_column(heading, overflow="fold")
    for line in report.departments:
        table.add_row(line.name, *(str(line[figure] or "") for figure in shown))
    table.add_row("全市", *(str(report.total[figure] or "") for figure in shown), style="bold")
    console().print(table)
