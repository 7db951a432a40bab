"""Commands about the city's working days (工作日历)."""

from pathlib import Path
from typing import Annotated

import typer

from deployments.cli.options import DATA_DIR, AsJson, DataDir


def load(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="日历文件，如 catalog/kaiyuan/calendar.yaml")],
    by: Annotated[str, typer.Option("--by", metavar="ACCOUNT", help="录入人账号 · who loads it")],
    approved_by: Annotated[
        str, typer.Option("--approved-by", metavar="ACCOUNT", help="复核人账号，须是另一人 · a second person")
    ],
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """发布放假安排与本地日历决定；在办件重算期限 · Publish documents about working days"""
    from deployments.cli import working_days  # noqa: PLC0415 - heavy, and other commands do not need it

    working_days.load(data_dir, file, by, approved_by, as_json=as_json)


def show(
    year: Annotated[int, typer.Argument(metavar="YEAR", help="年份，如 2027", min=2004, max=2098)],
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """显示一年的工作日与依据 · Show a year's working days and what they rest on"""
    from deployments.cli import working_days  # noqa: PLC0415 - heavy, and other commands do not need it

    working_days.show(data_dir, year, as_json=as_json)
