"""Commands about documents (文书): list an application's, verify one, save it as PDF."""

from pathlib import Path
from typing import Annotated

import typer

from deployments.cli.options import DATA_DIR, AsJson, DataDir, Number

DocumentNumber = Annotated[str, typer.Argument(metavar="NUMBER", help="文书编号，如 BZ-211282-20260302-00001-E04-01-9")]
Code = Annotated[str, typer.Argument(metavar="CODE", help="文书页脚的校验码 · the check code printed on it")]


def list_(number: Number, data_dir: DataDir = DATA_DIR, as_json: AsJson = False) -> None:
    """列出代办件的全部文书及校验码 · List an application's documents"""
    from deployments.cli import papers  # noqa: PLC0415 - heavy, and other commands do not need it

    papers.list_(data_dir, number, as_json=as_json)


def verify(number: DocumentNumber, code: Code, data_dir: DataDir = DATA_DIR, as_json: AsJson = False) -> None:
    """核验文书：编号、校验码、存档内容 · Verify a document"""
    from deployments.cli import papers  # noqa: PLC0415 - heavy, and other commands do not need it

    papers.verify(data_dir, number, code, as_json=as_json)


def save(
    number: DocumentNumber,
    code: Code,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="默认为当前文件夹的 编号.pdf")
    ] = None,
    data_dir: DataDir = DATA_DIR,
) -> None:
    """把文书存为 PDF，每次内容相同 · Save a document as PDF"""
    from deployments.cli import papers  # noqa: PLC0415 - heavy, and other commands do not need it

    papers.save(data_dir, number, code, output)
