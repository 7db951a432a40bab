"""Commands that start and stop the local stack."""

from pathlib import Path
from typing import Annotated

import typer

from deployments.cli.options import DATA_DIR, DataDir

_PORT = "默认取常用端口，被占用则另选 · port on 127.0.0.1"


def up(
    data_dir: DataDir = DATA_DIR,
    clock: Annotated[
        str | None, typer.Option(metavar="START@RATE", help="加速时钟 2026-03-02T09:00+08:00@3600；START@hand 由人拨动")
    ] = None,
    behaviours: Annotated[
        Path | None, typer.Option(metavar="FILE", help="参考部门系统的行为 · how the reference departments behave")
    ] = None,
    port_portal: Annotated[int | None, typer.Option(min=0, max=65535, help=f"门户：{_PORT}")] = None,
    port_prefect: Annotated[int | None, typer.Option(min=0, max=65535, help=f"Prefect：{_PORT}")] = None,
    port_departments: Annotated[int | None, typer.Option(min=0, max=65535, help=f"部门系统：{_PORT}")] = None,
) -> None:
    """在本机启动整套系统，Ctrl-C 停止 · Run the whole office on this machine"""
    from deployments.cli import running  # noqa: PLC0415 - heavy, and other commands do not need it

    ports = {"portal": port_portal, "prefect": port_prefect, "departments": port_departments}
    asked = {name: port for name, port in ports.items() if port is not None}
    running.up(data_dir, clock=clock, behaviours=behaviours, ports=asked)


def down(data_dir: DataDir = DATA_DIR) -> None:
    """停止本机运行的系统 · Stop the local stack"""
    from deployments.cli import running  # noqa: PLC0415 - heavy, and other commands do not need it

    running.down(data_dir)


def clock(
    to: Annotated[
        str | None, typer.Option("--to", metavar="INSTANT", help="拨快到，如 2026-02-24T09:00+08:00 · put it forward")
    ] = None,
    data_dir: DataDir = DATA_DIR,
) -> None:
    """显示办公时间；由人拨动的时钟可拨快 · Show the time of the office, or put a clock of START@hand forward"""
    from deployments.cli import running  # noqa: PLC0415 - heavy, and other commands do not need it

    running.clock(data_dir, to)
