"""Working days of the People's Republic of China: the State Council's yearly notices, local closures, civil dates."""

from array import array
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

import chinese_calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
ONE_DAY = timedelta(days=1)

#: Statutory days off with a fixed solar date (全国年节及纪念日放假办法, as of 2025): 元旦, 劳动节, 国庆节.
#: 春节, 清明, 端午 and 中秋 move; guessing them, or the days exchanged around them, would only look exact.
FIXED_FESTIVALS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})

_FIRST, _LAST = date(1990, 1, 1), date(2099, 12, 31)
_BASE = _FIRST.toordinal()
_END = _LAST.toordinal() - _BASE


def months_after(day: date, n: int) -> date:
    """Return the day of the same number n months later, or that month's last day (民法典 art. 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@lru_cache(maxsize=8192)  # one plan asks for the day of the same few instants hundreds of times
def local_date(instant: datetime) -> date:
    """Return the civil date of an instant in Asia/Shanghai; a naive instant raises ValueError."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(SHANGHAI).date()


@lru_cache(maxsize=8192)
def end_of_day(day: date) -> datetime:
    """Return the UTC instant at which a civil day is over: 24:00 in Asia/Shanghai (民法典 art. 203)."""
    return datetime.combine(day + ONE_DAY, time.min, SHANGHAI).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a period; provisional while it rests on days whose notice is not published."""

    on: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """One year's 国务院办公厅关于部分节假日安排的通知; it may also exchange days of the December before."""

    year: int
    days_off: frozenset[date]
    make_up_days: frozenset[date]
    source: str = ""  # document number


@dataclass(frozen=True, slots=True)
class CalendarDocument:
    """One document about working days; ``year`` for a notice of the State Council, None for a local decision."""

    number: str
    year: int | None
    #: Each day the document decides, whether it is worked, and why; days of rest first.
    days: tuple[tuple[date, bool, str], ...]


@dataclass(frozen=True)
class Calendar:
    """Working days by published notices, then local overrides (``True`` works), then the provisional rule.

    Counting is limited to 1990 to 2099 and raises OverflowError outside, as date arithmetic does at its own ends.
    """

    notices: tuple[Notice, ...] = field(repr=False)
    overrides: Mapping[date, bool] = field(default_factory=dict, hash=False)
    #: Numbers of the documents loaded beyond what is built in, oldest first; their count names the edition.
    documents: tuple[str, ...] = ()

    def with_notice(self, notice: Notice) -> "Calendar":
        """Return a calendar that also knows a newly published year, or its corrected notice."""
        return replace(self, notices=(*(n for n in self.notices if n.year != notice.year), notice))

    def with_overrides(self, overrides: Mapping[date, bool]) -> "Calendar":
        """Return a calendar with further local decisions (snow, epidemic), each backed by a document."""
        return replace(self, overrides={**self.overrides, **overrides})

    def with_document(self, document: CalendarDocument) -> "Calendar":
        """Return a calendar that knows a document more: a year's notice, or a local decision."""
        kinds = {day: works for day, works, _ in document.days}
        if document.year is None:
            changed = self.with_overrides(kinds)
        else:
            off = frozenset(day for day, works in kinds.items() if not works)
            changed = self.with_notice(Notice(document.year, off, frozenset(kinds) - off, document.number))
        return replace(changed, documents=(*self.documents, document.number))

    @property
    def edition(self) -> int:
        """How many documents have been loaded: it grows with every change of the calendar."""
        return len(self.documents)

    def is_covered(self, day: date) -> bool:
        """Tell whether a day's kind is official: its year is published, or a notice or override names it."""
        return day.year in self._years or day in self._decided

    def is_working_day(self, day: date) -> bool:
        """Tell a working day from a day of rest (行政许可法 art. 82, 国务院 notices).

        Beyond the published years: Monday to Friday except ``FIXED_FESTIVALS``, which ``is_covered`` reports.
        """
        if isinstance(day, datetime):  # a subclass of date that equals no date: every lookup would miss
            raise TypeError("a civil date is needed: use local_date(instant)")
        decided = self._decided.get(day)
        if decided is not None:
            return decided
        festival = day.year not in self._years and (day.month, day.day) in FIXED_FESTIVALS
        return day.weekday() < 5 and not festival

    def covers(self, after: date, until: date) -> bool:
        """Tell whether every day d with after < d <= until is official."""
        return until <= after or self._uncovered[self._position(until)] == self._uncovered[self._position(after)]

    def count_working_days(self, after: date, until: date) -> int:
        """Count the working days d with after < d <= until; none when ``until`` is not later."""
        if until <= after:
            return 0
        return self._worked[self._position(until)] - self._worked[self._position(after)]

    def add_working_days(self, day: date, n: int) -> Deadline:
        """Return the n-th working day after ``day``, which itself is not counted (民法典 art. 201); 0 is ``day``."""
        if n < 0:
            raise ValueError("a period has no negative length")
        position = self._position(day)
        if n == 0:
            return Deadline(day, False)
        rank = self._worked[position] + n
        if rank > len(self._working_days):
            raise OverflowError(f"the period leaves the calendar ({_FIRST} to {_LAST})")
        on, uncovered = self._working_days[rank - 1], self._uncovered
        return Deadline(date.fromordinal(on), uncovered[on - _BASE] != uncovered[position])

    def add_natural_days(self, day: date, n: int) -> Deadline:
        """Return the n-th natural day after ``day``, rolled to a working day if it is one of rest."""
        if n < 0:
            raise ValueError("a period has no negative length")
        return self.roll_forward(day + timedelta(days=n))

    def roll_forward(self, day: date) -> Deadline:
        """Return ``day``, or the next working day when it is a day of rest (民法典 art. 203)."""
        on = self.add_working_days(day - ONE_DAY, 1).on
        return Deadline(on, not self.covers(day - ONE_DAY, on))

    def working_day_before(self, day: date, n: int) -> date:
        """Return the latest working day with exactly n working days after it, up to and including ``day``."""
        return self._working_day(self._worked[self._position(day)] - n)

    def _position(self, day: date) -> int:
        if isinstance(day, datetime):
            raise TypeError("a civil date is needed: use local_date(instant)")
        position = day.toordinal() - _BASE
        if not 0 <= position <= _END:
            raise OverflowError(f"{day} is outside the calendar ({_FIRST} to {_LAST})")
        return position

    def _working_day(self, rank: int) -> date:
        if not 1 <= rank <= len(self._working_days):
            raise OverflowError(f"the period leaves the calendar ({_FIRST} to {_LAST})")
        return date.fromordinal(self._working_days[rank - 1])

    @cached_property
    def _years(self) -> frozenset[int]:
        return frozenset(notice.year for notice in self.notices)

    @cached_property
    def _decided(self) -> dict[date, bool]:
        decided: dict[date, bool] = {}
        for notice in sorted(self.notices, key=lambda notice: notice.year):
            decided |= dict.fromkeys(notice.days_off, False) | dict.fromkeys(notice.make_up_days, True)
        return decided | dict(self.overrides)

    @cached_property
    def _working_days(self) -> "array[int]":
        """Ordinals of all working days, ascending."""
        days = map(date.fromordinal, range(_BASE, _LAST.toordinal() + 1))
        return array("i", (day.toordinal() for day in days if self.is_working_day(day)))

    @cached_property
    def _worked(self) -> "array[int]":
        """Number of working days from the first day of the calendar up to and including each day."""
        kinds = bytearray(_LAST.toordinal() - _BASE + 1)
        for ordinal in self._working_days:
            kinds[ordinal - _BASE] = 1
        return _running_total(kinds)

    @cached_property
    def _uncovered(self) -> "array[int]":
        days = map(date.fromordinal, range(_BASE, _LAST.toordinal() + 1))
        return _running_total(bytearray(not self.is_covered(day) for day in days))


def _running_total(flags: bytearray) -> "array[int]":
    totals, total = array("i"), 0
    for flag in flags:
        total += flag
        totals.append(total)
    return totals


def _published() -> tuple[Notice, ...]:
    """Read the years that ``chinese_calendar`` carries."""
    off, made_up = frozenset(chinese_calendar.holidays), frozenset(chinese_calendar.workdays)
    return tuple(
        Notice(
            year,
            days_off=frozenset(day for day in off if day.year == year),
            make_up_days=frozenset(day for day in made_up if day.year == year),
            source=f"chinesecalendar {chinese_calendar.__version__}",
        )
        for year in range(min(off).year, max(off).year + 1)
    )


#: The published years without local overrides; its tables are built on first use.
OFFICIAL = Calendar(_published())
