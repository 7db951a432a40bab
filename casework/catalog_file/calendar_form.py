"""A city's calendar file: newly published years and local decisions, each with the document it rests on."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from casework.catalog_file.fields import Form, Text
from casework.catalog_file.inspection import Inspection
from casework.catalog_file.references import Declared
from casework.catalog_file.source import Problem, SourceFile, read_source
from rules.errors import CatalogError
from rules.workdays import FIXED_FESTIVALS, CalendarDocument

_WEEKDAYS = "一二三四五六日"


class YearForm(Form):
    year: Annotated[int, Field(ge=2004, le=2098)]
    document: Text
    days_off: Annotated[list[date], Field(min_length=1)]
    make_up_days: list[date] = []

    @field_validator("days_off", "make_up_days")
    @classmethod
    def _of_that_year(cls, days: list[date], info: ValidationInfo) -> list[date]:
        year = info.data.get("year")
        for day, times in Counter(days).items():
            if times > 1:
                raise PydanticCustomError("duplicate-date", "{day} 写了 {times} 次", {"day": str(day), "times": times})
            # 元旦 may be exchanged with days of the December before.
            if year is not None and day.year != year and (day.year, day.month) != (year - 1, 12):
                raise PydanticCustomError(
                    "wrong-date", "{day} 不属于 {year} 年（上年 12 月除外）", {"day": str(day), "year": year}
                )
        return days

    @field_validator("days_off")
    @classmethod
    def _with_the_statutory_days(cls, days: list[date], info: ValidationInfo) -> list[date]:
        year = info.data.get("year")
        lacking = sorted((m, d) for m, d in FIXED_FESTIVALS if year is not None and date(year, m, d) not in days)
        if lacking:
            shown = "、".join(f"{month} 月 {day} 日" for month, day in lacking)
            raise PydanticCustomError(
                "missing-date", "缺少法定节假日 {days}（全国年节及纪念日放假办法）", {"days": shown}
            )
        return days

    @field_validator("make_up_days")
    @classmethod
    def _on_weekends(cls, days: list[date], info: ValidationInfo) -> list[date]:
        for day in days:
            if day in info.data.get("days_off", ()):
                raise PydanticCustomError("wrong-date", "{day} 既放假又上班", {"day": str(day)})
            if day.weekday() < 5:
                raise PydanticCustomError(
                    "wrong-date",
                    "{day} 是星期{weekday}，本来就上班；调休上班的应是周末",
                    {"day": str(day), "weekday": _WEEKDAYS[day.weekday()]},
                )
        return days

    def published(self) -> CalendarDocument:
        off = ((day, False, f"{self.year} 年放假") for day in sorted(self.days_off))
        worked = ((day, True, f"{self.year} 年调休上班") for day in sorted(self.make_up_days))
        return CalendarDocument(self.document, self.year, (*off, *worked))


class OverrideForm(Form):
    date: date
    works: bool
    reason: Text
    document: Text


class CalendarForm(Form):
    years: list[YearForm] = []
    overrides: list[OverrideForm] = []

    @model_validator(mode="after")
    def _each_document_and_day_once(self) -> "CalendarForm":
        numbers = [year.document for year in self.years]
        numbers += sorted({override.document for override in self.overrides})
        for number, times in Counter(numbers).items():
            if times > 1:
                raise PydanticCustomError("duplicate-document", "文号 {number} 用于多个文件", {"number": number})
        for day, times in Counter(override.date for override in self.overrides).items():
            if times > 1:
                raise PydanticCustomError("duplicate-date", "{day} 写了 {times} 次", {"day": str(day), "times": times})
        return self

    def published(self) -> tuple[CalendarDocument, ...]:
        local: dict[str, list[tuple[date, bool, str]]] = {}
        for each in self.overrides:
            local.setdefault(each.document, []).append((each.date, each.works, each.reason))
        decisions = (
            CalendarDocument(number, None, tuple(sorted(days, key=_rest_first))) for number, days in local.items()
        )
        return (*(year.published() for year in sorted(self.years, key=lambda form: form.year)), *decisions)


def _rest_first(decided: tuple[date, bool, str]) -> tuple[bool, date]:
    return decided[1], decided[0]


def inspected(source: SourceFile, inspection: Inspection) -> tuple[CalendarDocument, ...]:
    """Check a parsed calendar file; its problems are the inspection's."""
    form = inspection.entry(CalendarForm, source, (), source.content)
    return form.published() if form else ()


def read_calendar(path: Path) -> tuple[CalendarDocument, ...]:
    """Read a calendar file by itself. Raises CatalogError naming every problem, as ``read_catalog`` does."""
    problems: list[Problem] = []
    documents: tuple[CalendarDocument, ...] = ()
    if not path.is_file():
        problems.append(Problem(path.as_posix(), 1, "", "missing-file", "没有这个文件"))
    else:
        source, problems = read_source(path.parent, path)
        if source is not None and not isinstance(source.content, dict):
            problems.append(source.problem((), "wrong-type", "应为“键: 值”的表"))
        elif source is not None:
            inspection = Inspection(Declared())
            documents = inspected(source, inspection)
            problems += inspection.problems
    if problems:
        raise CatalogError("\n".join(map(str, problems)), problems=[problem.as_dict() for problem in problems])
    return documents
