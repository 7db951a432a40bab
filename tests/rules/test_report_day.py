"""Of which day the daily report is sent: the working day before, once the morning has begun."""

from datetime import UTC, date, datetime

import pytest

from rules.notifying import report_of
from rules.workdays import OFFICIAL, SHANGHAI


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 3, 3, 7, 59, 59, tzinfo=SHANGHAI), None),
        (datetime(2026, 3, 3, 8, tzinfo=SHANGHAI), date(2026, 3, 2)),
        (datetime(2026, 3, 3, 0, tzinfo=UTC), date(2026, 3, 2)),
        (datetime(2026, 3, 2, 9, tzinfo=SHANGHAI), date(2026, 2, 28)),  # a Saturday that was worked
        (datetime(2026, 3, 9, 9, tzinfo=SHANGHAI), date(2026, 3, 6)),
        (datetime(2026, 3, 8, 23, tzinfo=SHANGHAI), date(2026, 3, 6)),
        (datetime(2026, 2, 24, 9, tzinfo=SHANGHAI), date(2026, 2, 14)),  # after the Spring Festival
    ],
)
def test_it_is_of_the_working_day_before(now: datetime, day: date | None) -> None:
    assert report_of(now, OFFICIAL) == day
