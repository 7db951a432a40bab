"""Look at documents from the command line."""

from pathlib import Path

import typer
from rich.table import Table
from rich.text import Text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import documents, queries
from casework.documents import Verified
from casework.queries import DocumentLine
from deployments.cli.joining import in_office
from deployments.cli.output import console, print_json
from rules.documents import check_document_number


def list_(data_dir: Path, number: str, *, as_json: bool) -> None:
    """List an application's documents in the order of their issue."""

    async def look(session: AsyncSession) -> list[DocumentLine]:
        return await queries.issued_documents(session, number)

    found = in_office(data_dir, look)
    if as_json:
        print_json({"number": number, "documents": [queries.as_json(document) for document in found]})
    elif found:
        console().print(_listing(found))
    else:
        console().print("没有文书 · no documents")


def verify(data_dir: Path, number: str, code: str, *, as_json: bool) -> None:
    """Say what a document is; exit 1 when its stored content is not what was issued."""
    check_document_number(number)

    async def look(session: AsyncSession) -> Verified:
        return await documents.verify(session, number, code)

    found = in_office(data_dir, look)
    if as_json:
        print_json(queries.as_json(found))
    else:
        _show(found)
    if not found.valid:
        raise typer.Exit(1)


def save(data_dir: Path, number: str, code: str, output: Path | None) -> None:
    """Write a document's PDF into a file."""
    check_document_number(number)
    path = output or Path(f"{number}.pdf")

    async def fetch(session: AsyncSession) -> bytes:
        return await documents.load_pdf(session, number, code)

    pdf = in_office(data_dir, fetch)
    try:
        path.write_bytes(pdf)
    except OSError as error:
        raise typer.BadParameter(f"无法写入 {path}：{error.strerror}") from None
    console().print(f"[green]✔[/] {path}", soft_wrap=True)


def _listing(found: list[DocumentLine]) -> Table:
    table = Table("日期", "文书", "事项", "编号", "校验码", box=None, pad_edge=False, header_style="bold")
    for document in found:
        table.add_row(
            f"{document.dated:%m-%d}",
            Text(document.title),
            document.item or "—",
            Text(document.number, no_wrap=True),
            Text(document.check_code, no_wrap=True),
        )
    return table


def _show(found: Verified) -> None:
    table = Table(box=None, pad_edge=False, show_header=False)
    for name, value in (
        ("文书", found.title),
        ("编号", found.number),
        ("发文机关", found.issuer),
        ("送达对象", found.addressee or "—"),
        ("日期", found.dated.isoformat()),
        ("SHA-256", found.sha256),
    ):
        table.add_row(name, Text(value, overflow="fold"))
    out = console()
    out.print(table)
    out.print("[green]✔ 文书真实，内容未改动[/]" if found.valid else "[bold red]✘ 存档内容与签发时不一致[/]")
