"""The daily report (日报): what came in and went out on a day, how it stood, and who had to act. Reads counts only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from rules.daily import DailyFigure

_FIGURES: Final = text("""
SELECT b.department, coalesce(d.name, '') AS name, b.figure, b.number
  FROM board_days b LEFT JOIN departments d ON d.code = b.department
 WHERE b.day = :day AND (CAST(:department AS text) IS NULL OR b.department = :department)
 ORDER BY b.department
""")
_KNOWN: Final = text("""
SELECT (SELECT min(day) FROM board_days) AS first, (SELECT max(day) FROM board_days) AS last,
       (SELECT at FROM board_refreshes WHERE id = 1) AS at
""")


@dataclass(frozen=True, slots=True)
class DailyLine:
    """The numbers of a department, or of all of them; what is not there is none."""

    code: str
    name: str
    figures: Mapping[DailyFigure, int]

    def __getitem__(self, figure: DailyFigure) -> int:
        return self.figures.get(figure, 0)


@dataclass(frozen=True, slots=True)
class DailyReport:
    """A day's numbers, the departments with the most that is late first."""

    day: date
    #: Between these days there are reports; None before anything was ever counted.
    first: date | None
    last: date | None
    #: When the last of them was counted.
    counted_at: datetime | None
    #: Of applications, and of all departments together.
    total: DailyLine
    departments: tuple[DailyLine, ...]


async def daily_report(session: AsyncSession, day: date, *, department: str | None = None) -> DailyReport:
    """Show a day of the city, or of one department alone."""
    known = (await session.execute(_KNOWN)).one()
    lines: dict[str, dict[DailyFigure, int]] = {}
    names: dict[str, str] = {}
    total: dict[DailyFigure, int] = {}
    for row in await session.execute(_FIGURES, {"day": day, "department": department}):
        figure = DailyFigure(row.figure)
        total[figure] = total.get(figure, 0) + row.number
        if row.department:
            lines.setdefault(row.department, {})[figure] = row.number
            names[row.department] = row.name or row.department
    found = [DailyLine(code, names[code], figures) for code, figures in lines.items()]
    late = (DailyFigure.BLACK, DailyFigure.RED, DailyFigure.YELLOW, DailyFigure.OPEN)
    ordered = sorted(found, key=lambda line: (*(-line[figure] for figure in late), line.code))
    return DailyReport(day, known.first, known.last, known.at, DailyLine("", "", total), tuple(ordered))
