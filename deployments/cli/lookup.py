"""Look at applications from the command line."""

from contextlib import suppress
from datetime import datetime
from pathlib import Path

import typer
from rich.table import Table
from rich.text import Text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import queries
from casework.queries import ApplicationReport, Step, Summary
from deployments.cli.application_view import header, items_table
from deployments.cli.joining import in_office
from deployments.cli.output import LIGHT_STYLES, OUTCOME_STYLES, console, print_json
from deployments.cli.timeline import LEGEND, stops_of, timeline
from kit import clock
from rules.clocks import Light
from rules.vocabulary import ApplicationStatus, AssignmentStatus, Outcome
from rules.workdays import SHANGHAI, local_date

_EVERY_STEP = 100_000


def list_(data_dir: Path, status_: str | None, waiting_on: str | None, limit: int, *, as_json: bool) -> None:
    """List applications, newest first."""
    wanted = None if status_ is None else _status(status_)

    async def look(session: AsyncSession) -> list[Summary]:
        return await queries.applications(session, status=wanted, waiting_on=waiting_on, limit=limit)

    found = in_office(data_dir, look)
    if as_json:
        print_json({"applications": [queries.as_json(summary) for summary in found]})
    elif found:
        console().print(_listing(found))
    else:
        console().print("没有代办件 · no applications")


def status(data_dir: Path, number: str, *, as_json: bool) -> None:
    """Show one application: header, items by stage, timeline, what is awaited."""

    async def look(session: AsyncSession) -> tuple[ApplicationReport, list[Step], datetime]:
        now = clock.now()
        report = await queries.report(session, number, now=now)
        return report, [] if as_json else await queries.steps(session, number, limit=_EVERY_STEP), now

    report, recorded, now = in_office(data_dir, look)
    if as_json:
        print_json(queries.as_json(report))
        return
    out = console()
    out.print(header(report, now), soft_wrap=False)
    out.print()
    out.print(items_table(report, out.width))
    out.print()
    for row in timeline(report, stops_of(recorded), local_date(now), out.width):
        out.print(row, no_wrap=True, overflow="crop")
    out.print(Text(LEGEND, style="dim"))


def steps(data_dir: Path, number: str, *, as_json: bool) -> None:
    """Show every recorded step of an application."""

    async def look(session: AsyncSession) -> list[Step]:
        return await queries.steps(session, number, limit=_EVERY_STEP)

    recorded = in_office(data_dir, look)
    if as_json:
        print_json({"number": number, "steps": [queries.as_json(step) for step in recorded]})
        return
    table = Table("序", "时间", "步骤", "谁", "事项", "结果与理由", box=None, pad_edge=False, header_style="bold")
    for step in recorded:
        change = " → ".join(_word(part) for part in (step.before, step.after) if part)
        why = "；".join(part for part in (change, step.reason) if part)
        at = f"{step.at.astimezone(SHANGHAI):%m-%d %H:%M:%S}"
        table.add_row(str(step.serial), at, step.kind, Text(_who(step)), step.item or "", Text(why))
    console().print(table)


def _who(step: Step) -> str:
    """Name who did a step and, where they stood in for another, for whom (AB岗)."""
    principal = step.details.get("on_behalf_of")
    return f"{step.actor}（代 {principal}）" if principal else step.actor


def _word(code: str) -> str:
    """Put a status, an outcome or a light into Chinese."""
    for words in (AssignmentStatus, ApplicationStatus, Outcome, Light):
        with suppress(ValueError):
            return words(code).zh
    return code


def _listing(found: list[Summary]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("编号", no_wrap=True)
    table.add_column("项目", no_wrap=True, overflow="ellipsis", ratio=1)
    table.add_column("情形", no_wrap=True)
    table.add_column("状态", no_wrap=True)
    table.add_column("事项", no_wrap=True, justify="right")
    table.add_column("登记", no_wrap=True)
    for summary in found:
        ended = sum(summary.items_by_status.get(word, 0) for word in ("granted", "refused"))
        table.add_row(
            summary.number,
            Text(summary.project),
            summary.journey,
            _standing(summary),
            f"{ended}/{summary.items}",
            f"{summary.registered_at.astimezone(SHANGHAI):%m-%d}",
        )
    return table


def _standing(summary: Summary) -> Text:
    if summary.outcome is not None:
        return Text(summary.outcome.zh, OUTCOME_STYLES[summary.outcome])
    lamp = Text("● ", LIGHT_STYLES[summary.light]) if summary.light else Text("")
    return lamp.append(summary.status.zh, style="default")


def _status(text: str) -> ApplicationStatus:
    try:
        return ApplicationStatus(text)
    except ValueError:
        raise typer.BadParameter(f"没有状态 {text!r}，可选：{'、'.join(ApplicationStatus)}") from None
