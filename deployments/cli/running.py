"""Start and stop the local stack from a terminal."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

from rich.table import Table
from rich.text import Text

from deployments.cli.joining import join_office
from deployments.cli.output import console
from deployments.reference_department.behaviours import load_behaviours
from deployments.stack import Stack, StackState, stop_running
from kit import clock as office_clock
from kit.logs import configure_logs
from kit.settings import settings
from rules.workdays import SHANGHAI


def up(data_dir: Path, *, clock: str | None, behaviours: Path | None, ports: Mapping[str, int]) -> None:
    """Run the whole office until Ctrl-C; its processes log into the data folder."""
    # A stack on one machine is no office: its clock may run fast, and its log is read by people.
    os.environ["DAIBAN_ENVIRONMENT"] = "local"
    settings.cache_clear()
    configure_logs("stack")
    if behaviours is not None:
        load_behaviours(behaviours)  # a mistake is told here, not in the log of a process that does not start
    folder = data_dir.expanduser().resolve()
    console().print(f"正在启动，数据在 {folder} · starting", markup=False, soft_wrap=True)
    stack = Stack(folder, ports=ports, clock=clock, behaviours=behaviours)
    asyncio.run(stack.serve(_announce))
    console().print("已全部停止 · stopped")


def down(data_dir: Path) -> None:
    """Stop the stack that runs on a folder; without one there is nothing to do."""
    pid = stop_running(data_dir)
    folder = data_dir.expanduser().resolve()
    said = f"已停止 {folder} 的系统（pid {pid}）· stopped" if pid else f"{folder} 没有正在运行的系统 · nothing runs"
    console().print(said, markup=False, soft_wrap=True)


def clock(data_dir: Path, to: str | None) -> None:
    """Show the time of the office, after putting its clock forward where that is asked. Raises ClockError."""
    join_office(data_dir)
    if to is not None:
        office_clock.move(office_clock.read_instant(to))
    console().print(f"{office_clock.now().astimezone(SHANGHAI):%Y-%m-%d %H:%M}", markup=False)


def addresses(state: StackState) -> Table:
    """List what a person opens or needs once the stack is up."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in (
        ("门户 Portal", state.portal_url),
        ("Prefect UI", state.prefect_url),
        ("部门系统 Departments", state.departments_url),
        ("代办员令牌 Token", str(state.secrets_dir / "api-token")),
        ("日志 Logs", str(state.data_dir / "logs")),
        ("时钟 Clock", state.clock or "实时 real time"),
    ):
        table.add_row(name, Text(value))
    return table


def _announce(state: StackState) -> None:
    out = console()
    out.print()
    out.print(addresses(state))
    out.print("\n就绪，按 Ctrl-C 停止 · ready, Ctrl-C stops it")
