"""The command that shows everything at once."""

from pathlib import Path
from typing import Annotated

import typer

from deployments.cli.options import AsJson


def demo(
    keep: Annotated[
        bool, typer.Option("--keep", help="结束后保留系统与数据 · keep running until Ctrl-C, keep data")
    ] = False,
    data_dir: Annotated[
        Path | None, typer.Option("--data-dir", help="数据文件夹，默认临时 · folder, by default a temporary one")
    ] = None,
    limit_seconds: Annotated[float, typer.Option(min=1, help="办理阶段最长秒数 · longest running time")] = 180.0,
    as_json: AsJson = False,
) -> None:
    """演示：十几个代办件在加速时钟下走完全程 · Watch a dozen applications run their course"""
    from deployments.demo import performance  # noqa: PLC0415 - heavy, and other commands do not need it

    performance.run(data_dir, keep=keep, limit_seconds=limit_seconds, as_json=as_json)
