"""The whole examination, from the machine outwards, and how it is shown."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

import typer
from rich.table import Table
from rich.text import Text

from casework.vital_signs import Reach
from deployments.cli.joining import join_office
from deployments.cli.output import console, print_json, progress
from deployments.doctor import machine, neighbours, records
from deployments.doctor.findings import Finding, Grade

_MARKS = {Grade.OK: ("✔", "green"), Grade.WARN: ("!", "yellow"), Grade.FAIL: ("✘", "bold red")}


def run(data_dir: Path, *, as_json: bool) -> None:
    """Examine everything and show it; exit 1 when a check failed, whatever the warnings."""
    findings = examine(data_dir)
    failed = sum(finding.grade is Grade.FAIL for finding in findings)
    warned = sum(finding.grade is Grade.WARN for finding in findings)
    if as_json:
        listed = [{"name": f.name, "grade": f.grade, "seen": f.seen, "mend": f.mend} for f in findings]
        print_json({"ok": not failed, "failed": failed, "warned": warned, "checks": listed})
    else:
        console().print(_table(findings))
        verdict = f"[bold red]✘ {failed} 项不通过[/]" if failed else "[green]✔ 可以工作[/]"
        console().print(f"\n{verdict}，{warned} 项提醒，共 {len(findings)} 项")
    if failed:
        raise typer.Exit(1)


def examine(data_dir: Path) -> list[Finding]:
    """Carry out every check that makes sense after those before it."""
    join_office(data_dir)
    with progress("体检 examining", 4) as bar:

        def step(findings: Iterable[Finding]) -> list[Finding]:
            done = list(findings)
            bar.advance(bar.task_ids[0])
            return done

        found = step(machine.examine(data_dir))
        if any(finding.name == machine.SETTINGS and finding.grade is Grade.FAIL for finding in found):
            return found  # nothing else can be asked without settings
        kept, reached = records.examine()
        found += step(kept)
        found += step(_execution())
        found += step(_neighbours(records.pushed(reached)))
    return found


def _execution() -> list[Finding]:
    # Prefect reads its settings when first imported, which must be after the stack has been joined.
    from deployments.doctor import execution  # noqa: PLC0415

    return asyncio.run(execution.examine())


def _neighbours(departments: list[Reach]) -> list[Finding]:
    async def ask() -> list[Finding]:
        asked = (neighbours.portal(), neighbours.provider(), neighbours.departments(departments))
        return list(await asyncio.gather(*asked))

    portal, provider, reachable = asyncio.run(ask())
    return [portal, provider, neighbours.secrets(departments), neighbours.check_codes(), reachable]


def _table(findings: list[Finding]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for finding in findings:
        mark, style = _MARKS[finding.grade]
        seen = Text(finding.seen)
        if finding.mend:
            seen.append(f"\n→ {finding.mend}", style="cyan")
        table.add_row(Text(mark, style=style), finding.name, seen)
    return table
