"""Run a simulation and show what came of it."""

from pathlib import Path

import typer
from rich.table import Table

from casework.catalog_file import read_catalog
from deployments.cli.output import console, print_json, progress
from deployments.simulation import BrokenPromiseError, Simulation, simulate
from deployments.simulation.tally import Tally, quantile
from kit.clock import monotonic
from rules.vocabulary import AssignmentStatus, Outcome

_QUANTILES = (0.5, 0.9, 0.99, 1.0)


def run(folder: Path, applications: int, seed: int, processes: int | None, *, as_json: bool) -> None:
    """Simulate and print the distribution of outcomes and times; exit 1 when a promise was broken."""
    simulation = Simulation(read_catalog(folder), applications, seed=seed)
    total, started = Tally(), monotonic()
    try:
        with progress("模拟 · simulating", applications) as bar:
            for tally in simulate(simulation, processes):
                total.merge(tally)
                bar.update(bar.task_ids[0], completed=sum(c.total() for c in total.outcomes.values()))
    except BrokenPromiseError as broken:
        console().print(f"[red]✘[/] {broken}", markup=True, soft_wrap=True)
        raise typer.Exit(1) from None
    seconds = monotonic() - started
    if as_json:
        print_json(_report(total, simulation, seconds))
    else:
        _show(total, simulation, seconds)


def _report(total: Tally, simulation: Simulation, seconds: float) -> dict[str, object]:
    return {
        "applications": simulation.applications,
        "seed": simulation.seed,
        "from": simulation.first.isoformat(),
        "to": simulation.last.isoformat(),
        "events": total.events,
        "seconds": round(seconds, 2),
        "journeys": {
            code: {
                "outcomes": dict(counted),
                "working_days": {f"p{round(share * 100)}": quantile(total.days[code], share) for share in _QUANTILES},
            }
            for code, counted in sorted(total.outcomes.items())
        },
        "assignments": {str(status): n for status, n in total.statuses.most_common()},
        "working_days_spent": dict(total.spent),
        "steps": dict(total.steps.most_common()),
    }


def _show(total: Tally, simulation: Simulation, seconds: float) -> None:
    screen = console()
    table = Table(
        title=f"{simulation.applications} 件，{simulation.first} 至 {simulation.last} 收件", title_style="bold"
    )
    table.add_column("情形")
    for outcome in Outcome:
        table.add_column(outcome.zh, justify="right")
    for share in _QUANTILES:
        table.add_column(f"{'最长' if share == 1 else f'p{round(share * 100)}'}", justify="right")
    for code, counted in sorted(total.outcomes.items()):
        days = (str(quantile(total.days[code], share)) for share in _QUANTILES)
        table.add_row(code, *(str(counted[outcome] or "") for outcome in Outcome), *days)
    screen.print(table)
    screen.print("时间列为自登记至送达的工作日 · working days from registration to delivery", style="dim")
    screen.print(_line("部门任务", {AssignmentStatus(k).zh: n for k, n in total.statuses.most_common()}))
    names = {"department": "部门", "applicant": "申请人", "stopped": "特别程序"}
    screen.print(_line("用时（工作日）", {names.get(k, k): n for k, n in total.spent.most_common()}))
    screen.print(_line("步骤", dict(total.steps.most_common(14))))
    rate = total.events / seconds if seconds else 0
    screen.print(f"[green]✔[/] {total.events} 个事件，逐一核对无违背；{seconds:.1f} 秒，每秒 {rate:.0f} 个")


def _line(title: str, counted: dict[str, int]) -> str:
    return f"{title}：" + "，".join(f"{name} {n}" for name, n in counted.items())
