"""Publish documents about working days, and show a year of them."""

from pathlib import Path

from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncSession

from casework import calendars, queries
from casework.catalog_file import read_calendar
from casework.queries import CalendarYear
from deployments.cli.joining import in_office
from deployments.cli.output import console, print_json
from kit import clock

_WEEKDAYS = "一二三四五六日"


def load(data_dir: Path, file: Path, by: str, approver: str, *, as_json: bool) -> None:
    """Publish every document of a file that is not published yet."""
    documents = read_calendar(file)

    async def act(session: AsyncSession) -> calendars.Loaded:
        return await calendars.load(session, documents, by=by, approver=approver, now=clock.now())

    loaded = in_office(data_dir, act)
    if as_json:
        print_json({"new": loaded.new, "known": loaded.known, "applications": loaded.applications})
        return
    for number in loaded.known:
        console().print(f"已有 {number}", markup=False)
    for number in loaded.new:
        console().print(f"已发布 {number}", markup=False)
    if loaded.new:
        console().print(f"{loaded.applications} 个在办件将重算期限（录入 {by}，复核 {approver}）", markup=False)
    else:
        console().print("没有新的文件，无需发布")


def show(data_dir: Path, year: int, *, as_json: bool) -> None:
    """Show a year: its working days by month, its exceptional days, its documents."""

    async def look(session: AsyncSession) -> CalendarYear:
        return await queries.calendar_year(session, year)

    found = in_office(data_dir, look)
    if as_json:
        print_json(queries.as_json(found))
        return
    out = console()
    mark = "（暂定：国务院办公厅尚未公布或尚未录入当年放假安排）" if found.provisional else ""
    out.print(f"{year} 年 {found.working_days} 个工作日{mark}", markup=False)
    months = Table(*(f"{month} 月" for month in range(1, 13)), box=None, pad_edge=False)
    months.add_row(*map(str, found.by_month))
    out.print(months)
    out.print()
    days = Table("日期", "星期", "", "事由", "依据", box=None, pad_edge=False, header_style="bold")
    for each in found.exceptions:
        kind = "上班" if each.works else "休息"
        days.add_row(f"{each.day}", _WEEKDAYS[each.day.weekday()], kind, each.reason, each.document_number)
    out.print(days)
    for document in found.documents:
        signed = f"录入 {document.loaded_by}，复核 {document.approved_by}"
        out.print(f"{document.document_number}：{signed}，{document.loaded_at:%Y-%m-%d}", markup=False)
