"""Keep an installation in order: verify the records, migrate the tables, configure Prefect, show the settings."""

import asyncio
import os
from pathlib import Path

import typer
from rich.table import Table
from rich.text import Text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import auditing
from casework.vital_signs import vital_signs
from deployments.cli.joining import OfficeUnreachableError, in_office, join_office
from deployments.cli.output import console, print_json, progress
from kit.database import DatabaseNotConfiguredError, one_view
from kit.logs import configure_logs
from kit.settings import Settings, settings, settings_table
from models.migrate import outstanding
from models.migrate import upgrade as migrate

_MANY_FINDINGS = 50


def verify(data_dir: Path, *, as_json: bool) -> None:
    """Recompute every chain; exit 1 when one does not hold."""
    applications, steps, documents, findings = in_office(data_dir, _verify, within=one_view)
    if as_json:
        listed = [{"number": f.number, "serial": f.serial, "problem": f.problem} for f in findings]
        print_json(
            {
                "ok": not findings,
                "applications": applications,
                "steps": steps,
                "documents": documents,
                "findings": listed,
            }
        )
    else:
        for finding in findings[:_MANY_FINDINGS]:
            console().print(f"[red]✘[/] {finding.number} 第 {finding.serial} 步：{finding.problem}")
        if len(findings) > _MANY_FINDINGS:
            console().print(f"…… 共 {len(findings)} 处，全部见 --json")
        verdict = f"[red]✘ {len(findings)} 个代办件的记录被动过[/]" if findings else "[green]✔ 记录完整[/]"
        console().print(f"{verdict}：{applications} 个代办件，{steps} 个步骤，{documents} 份文书")
    if findings:
        raise typer.Exit(1)


def upgrade(data_dir: Path, *, as_json: bool) -> None:
    """Run the migrations that are outstanding."""
    join_office(data_dir)
    url = settings().database_url
    if url is None:
        raise DatabaseNotConfiguredError("DAIBAN_DATABASE_URL is not set: which database is to be migrated?")
    try:
        before = outstanding(url)
        migrate(url)
    except OSError as error:
        raise OfficeUnreachableError(f"数据库没有应答 · the database does not answer: {error}") from error
    if as_json:
        print_json({"upgraded": before is not None, "was": before})
    else:
        console().print(f"已升级 · upgraded：{before}" if before else "已是当前版本 · up to date", markup=False)


def deploy(data_dir: Path) -> None:
    """Configure the Prefect server that PREFECT_API_URL or the local stack names."""
    join_office(data_dir)
    from deployments import prefect_setup  # noqa: PLC0415 - Prefect reads its settings when first imported

    configure_logs("deploy")
    asyncio.run(prefect_setup.apply())
    console().print("Prefect 已配置 · configured")


def show_settings(*, as_json: bool, markdown: bool) -> None:
    """Show every setting with what it is now; passwords in addresses are never shown."""
    if markdown:
        console().print(settings_table(), markup=False, soft_wrap=True, end="")
        return
    rows = [(f"DAIBAN_{name.upper()}", name, field) for name, field in Settings.model_fields.items()]
    if as_json:
        print_json({variable: {"value": _value(name), "meaning": field.description} for variable, name, field in rows})
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("变量", no_wrap=True)
    table.add_column("现值", overflow="fold")
    table.add_column("含义", overflow="fold")
    for variable, name, field in rows:
        style = "bold" if os.environ.get(variable) else "dim"
        table.add_row(variable, Text(_value(name) or "–", style=style), Text(field.description or ""))
    console().print(table)


def _value(name: str) -> str | None:
    value = getattr(settings(), name)
    if value is None:
        return None
    # What pydantic keeps out of its repr holds passwords.
    return "（已设置，不显示）" if not Settings.model_fields[name].repr else str(value)


async def _verify(session: AsyncSession) -> tuple[int, int, int, list[auditing.Finding]]:
    total = (await vital_signs(session)).applications
    applications = steps = documents = 0
    findings = []
    with progress("核对 verifying", total) as bar:
        async for verified in auditing.verify(session):
            bar.advance(bar.task_ids[0])
            applications, steps = applications + 1, steps + verified.steps
            documents += verified.documents
            if verified.finding is not None:
                findings.append(verified.finding)
    return applications, steps, documents, findings
