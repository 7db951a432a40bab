"""Command that plays simulated years against the rules."""

from pathlib import Path
from typing import Annotated

import typer

from deployments.cli.options import AsJson

_FOLDER = Path("catalog/kaiyuan")


def simulate(
    applications: Annotated[int, typer.Option(min=1, help="件数 · how many applications")] = 10_000,
    seed: Annotated[int, typer.Option(help="随机种子：相同则结果相同 · same seed, same result")] = 0,
    folder: Annotated[Path, typer.Option("--catalog", metavar="DIR", help="清单文件夹 · a catalog's folder")] = _FOLDER,
    processes: Annotated[int | None, typer.Option(min=1, help="进程数，默认全部处理器 · default: all")] = None,
    as_json: AsJson = False,
) -> None:
    """模拟两年的随机代办件，逐事件核对规则不变量 · Play random applications against the rules alone"""
    from deployments.cli import simulating  # noqa: PLC0415 - heavy, and other commands do not need it

    simulating.run(folder, applications, seed, processes, as_json=as_json)
