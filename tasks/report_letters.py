"""Send the daily report to those who watch over the office and want it."""

from collections.abc import Sequence
from typing import Any, Final

from casework import queries, report_letters
from casework.queries import DailyLine, DailyReport
from casework.report_letters import ReportLetter
from kit import clock
from kit.database import transaction
from kit.mail import send_mail
from kit.settings import settings
from kit.webhooks import post
from rules.daily import DailyFigure
from rules.notifying import ContactChannel

_F = DailyFigure
#: What a reader wants to know before they open the page.
_OF_CITY: Final = (_F.REGISTERED, _F.CONCLUDED, _F.DELIVERED, _F.APPLICATIONS)
_OF_DEPARTMENTS: Final = (_F.RECEIVED, _F.GRANTED, _F.REFUSED, _F.LATE, _F.OPEN, _F.YELLOW, _F.RED, _F.BLACK)
_LATE: Final = (_F.RED, _F.BLACK)


async def enter_reports() -> None:
    """Enter who is owed the report of the day before."""
    async with transaction() as session:
        await report_letters.owe(session, now=clock.now(), wall=clock.wall_now())


async def send_report(address: str, letter: ReportLetter) -> None:
    """Send a report to who watches over the office; no connection is held meanwhile."""
    async with transaction() as session:
        report = await queries.daily_report(session, letter.day, department=letter.department)
    title, words = subject(report, letter.language), body(report, letter.language)
    if letter.channel is ContactChannel.EMAIL:
        await send_mail(address, title, words)
    else:
        await post(address, {"title": title, "text": words, **content(report)})


def subject(report: DailyReport, language: str) -> str:
    """Say in one line which day it is about, and how much of it is late."""
    late = sum(report.total[figure] for figure in _LATE)
    if language == "zh":
        return f"代办日报 {report.day}：红灯和超法定 {late} 件"
    return f"Daiban, daily report {report.day}: {late} late"


def body(report: DailyReport, language: str) -> str:
    """Write the numbers of the day, and of each department that has something late, with the address of the page."""
    chinese = language == "zh"
    figures = [each for each in (*_OF_CITY, *_OF_DEPARTMENTS) if each not in _OF_CITY or each in report.total.figures]
    lines = [_numbers(report.total, figures, chinese)]
    lines += [
        f"{line.name}{'：' if chinese else ': '}{_numbers(line, _LATE, chinese)}"
        for line in report.departments
        if any(line[figure] for figure in _LATE)
    ]
    where = f"{settings().portal_url.rstrip('/')}/board/daily?day={report.day}"
    return "\n".join([*lines, "", f"详情请登录：{where}" if chinese else f"Sign in for more: {where}", ""])


def content(report: DailyReport) -> dict[str, Any]:
    """Return the numbers for programs: of all, and by department."""
    return {
        "report": {
            "day": report.day.isoformat(),
            "total": _plain(report.total),
            "departments": {line.code: _plain(line) for line in report.departments},
        }
    }


def _numbers(line: DailyLine, figures: Sequence[DailyFigure], chinese: bool) -> str:
    named = (f"{each.zh if chinese else each.value.replace('_', ' ')} {line[each]}" for each in figures)
    return ("，" if chinese else ", ").join(named)


def _plain(line: DailyLine) -> dict[str, int]:
    return {figure.value: number for figure, number in line.figures.items()}
