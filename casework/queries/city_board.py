"""The city's board, or a department's own: what is open, what was done, and who used the time. Reads sums only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.catalogs import newest
from rules.workdays import local_date

#: Weeks shown, the current one included.
_WEEKS: Final = 12
_REFRESH: Final = text("SELECT at FROM board_refreshes WHERE id = 1")
_STANDINGS: Final = text("""
SELECT department, journey, open, due_today, yellow, red, black FROM board_standings
 WHERE CAST(:department AS text) IS NULL OR department = :department
""")
_SUMS: Final = """
SELECT {by} AS key, sum(ended) AS ended, sum(timed) AS timed, sum(late) AS late, sum(promised) AS promised,
       sum(used) AS used, sum(applicant) AS applicant, sum(center) AS center, sum(stopped) AS stopped
  FROM board_weeks WHERE week >= :first AND (CAST(:department AS text) IS NULL OR department = :department)
 GROUP BY {by} ORDER BY {by}"""
_BY_WEEK: Final = text(_SUMS.format(by="week"))
_BY_DEPARTMENT: Final = text(_SUMS.format(by="department"))
_NAMES: Final = text("SELECT code, name FROM departments")


@dataclass(frozen=True, slots=True)
class Standing:
    """What is open of a department or journey, or of all."""

    code: str
    name: str
    open: int = 0
    due_today: int = 0
    yellow: int = 0
    red: int = 0
    black: int = 0


@dataclass(frozen=True, slots=True)
class Performance:
    """What was done in a week or by a department, in sums of working days."""

    key: str
    name: str
    ended: int
    #: Those with a clock, whose days follow.
    timed: int
    late: int
    promised: int
    used: int
    applicant: int
    center: int
    stopped: int

    @property
    def promised_each(self) -> float | None:
        """Working days promised, on average."""
        return self.promised / self.timed if self.timed else None

    @property
    def used_each(self) -> float | None:
        """Working days that the department used, on average."""
        return self.used / self.timed if self.timed else None

    @property
    def punctual(self) -> float | None:
        """The share that ended in the time promised."""
        return 1 - self.late / self.timed if self.timed else None

    @property
    def shares(self) -> tuple[tuple[str, float], ...]:
        """Who used which share of the working days."""
        parts = {
            "department": self.used,
            "applicant": self.applicant,
            "center": self.center,
            "stopped": self.stopped,
        }
        total = sum(parts.values())
        return tuple((name, days / total) for name, days in parts.items()) if total else ()


@dataclass(frozen=True, slots=True)
class CityBoard:
    """Everything on the board; ``counted_at`` is None before anything was ever counted."""

    counted_at: datetime | None
    assignments: Standing
    #: None on a department's own board.
    applications: Standing | None
    departments: tuple[Standing, ...]
    journeys: tuple[Standing, ...]
    weeks: tuple[Performance, ...]
    performance: tuple[Performance, ...]
    total: Performance


async def city_board(session: AsyncSession, *, department: str | None = None, now: datetime) -> CityBoard:
    """Show the board of the city, or of one department alone."""
    scope = {"department": department}
    rows = [row._asdict() for row in await session.execute(_STANDINGS, scope)]
    names = {row.code: row.name for row in await session.execute(_NAMES)}
    _, catalog = await newest(session)
    journeys = {code: journey.name for code, journey in catalog.journeys.items()}
    monday = local_date(now) - timedelta(days=local_date(now).weekday())
    first = monday - timedelta(weeks=_WEEKS - 1)
    given = {**scope, "first": first}
    by_week = {row.key: row._asdict() for row in await session.execute(_BY_WEEK, given)}
    by_department = [row._asdict() for row in await session.execute(_BY_DEPARTMENT, given)]
    own = [row for row in rows if row["department"]]
    whole = [row for row in rows if not row["department"]]
    return CityBoard(
        counted_at=await session.scalar(_REFRESH),
        assignments=_sum("", "", own),
        applications=None if department else _sum("", "", whole),
        departments=_standings(own, "department", names),
        journeys=_standings(own if department else whole, "journey", journeys),
        weeks=tuple(_performance(week, by_week.get(week, {})) for week in _mondays(first)),
        performance=tuple(_performance(row["key"], row, names.get(row["key"], row["key"])) for row in by_department),
        total=_performance("", {key: sum(int(row[key]) for row in by_department) for key in _DAYS}),
    )


_COUNTS: Final = ("open", "due_today", "yellow", "red", "black")
_DAYS: Final = ("ended", "timed", "late", "promised", "used", "applicant", "center", "stopped")


def _mondays(first: date) -> list[date]:
    return [first + timedelta(weeks=n) for n in range(_WEEKS)]


def _standings(rows: Iterable[Mapping[str, Any]], by: str, names: Mapping[Any, str]) -> tuple[Standing, ...]:
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row[by], []).append(row)
    found = [_sum(code, names.get(code, code), group) for code, group in groups.items()]
    return tuple(sorted(found, key=lambda each: (-each.black, -each.red, -each.yellow, -each.open, each.code)))


def _sum(code: str, name: str, rows: Iterable[Mapping[str, Any]]) -> Standing:
    listed = list(rows)
    return Standing(code, name, *(sum(row[count] for row in listed) for count in _COUNTS))


def _performance(key: object, row: Mapping[str, Any], name: str = "") -> Performance:
    return Performance(str(key), name, *(int(row.get(each, 0)) for each in _DAYS))
