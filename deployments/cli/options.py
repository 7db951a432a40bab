"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

DataDir = Annotated[
    Path,
    typer.Option(
        "--data-dir",
        envvar="DAIBAN_DATA_DIR",
        help="本地系统的数据文件夹；设有 DAIBAN_DATABASE_URL 时不用 · folder of the local stack",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")]
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="代办件编号，如 DB-211282-20260302-00001-H")]

DATA_DIR = Path(".daiban")
