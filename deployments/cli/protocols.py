"""Commands about the department protocol."""

from pathlib import Path
from typing import Annotated

import typer


def docs(folder: Annotated[Path, typer.Argument(help="文件夹 · folder")] = Path("docs")) -> None:
    """由代码写出两个方向的 OpenAPI、错误类型与访问权限表 · Write OpenAPI, problem types and access"""
    from deployments import protocol_document  # noqa: PLC0415 - heavy, and other commands do not need it
    from deployments.cli.output import console  # noqa: PLC0415

    for path in protocol_document.write(folder):
        console().print(str(path), markup=False)
