"""What an assignment counts for: promised and used working days, whatever its limit's unit and whatever stopped it."""

from datetime import datetime

import pytest

from rules.catalog import ClockStart, Limit, LimitUnit
from rules.clocks import ClockEvent, ClockEventKind
from rules.figures import Figures, figures
from rules.workdays import OFFICIAL
from tests.rules.receipts import at

K = ClockEventKind
TEN = Limit(10, LimitUnit.WORKING_DAY, ClockStart.ACCEPTANCE, extension=10)
FIVE = Limit(5, LimitUnit.WORKING_DAY, ClockStart.ACCEPTANCE, extension=3)
WEEK = Limit(7, LimitUnit.NATURAL_DAY, ClockStart.ACCEPTANCE)
MON = "2026-03-02T09:00"


def event(kind: ClockEventKind, when: str, days: int | None = None) -> ClockEvent:
    return ClockEvent(kind, at(when), days, "甲")


def counted(*clock: ClockEvent, promised: Limit = FIVE, ended: str = "2026-03-06T09:00") -> Figures:
    return figures(TEN, promised, clock, opened(), at(ended), OFFICIAL)


def opened() -> datetime:
    return at(MON)


RUN = (event(K.RECEIVED, MON), event(K.ACCEPTED, MON))
HOLD = (event(K.HOLD_STARTED, "2026-03-03T09:00", 5), event(K.HOLD_ENDED, "2026-03-06T09:00"))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (counted(*RUN), Figures(True, False, 5, 4, 0, 0, 0)),
        (counted(*RUN, ended="2026-03-09T09:00"), Figures(True, False, 5, 5, 0, 0, 0)),
        (counted(*RUN, ended="2026-03-10T09:00"), Figures(True, True, 5, 6, 0, 0, 0)),
        (counted(*RUN, *HOLD, ended="2026-03-12T09:00"), Figures(True, False, 5, 5, 0, 0, 3)),
        (
            counted(*RUN, event(K.EXTENDED, "2026-03-04T09:00", 3), ended="2026-03-12T09:00"),
            Figures(True, False, 8, 8, 0, 0, 0),
        ),
        (counted(*RUN, promised=WEEK), Figures(True, False, 5, 4, 0, 0, 0)),
        (
            counted(event(K.RECEIVED, "2026-03-04T09:00"), event(K.ACCEPTED, "2026-03-04T09:00")),
            Figures(True, False, 5, 2, 0, 2, 0),
        ),
        (counted(event(K.RECEIVED, MON)), Figures(False, False, 0, 4, 0, 0, 0)),
        (counted(), Figures(False, False, 0, 0, 0, 4, 0)),
    ],
    ids=[
        "in time",
        "on the last day",
        "a day late",
        "a special procedure is nobody's",
        "an extension prolongs the promise",
        "natural days are told in working days",
        "the center held it for two days",
        "received and never accepted: nothing was promised",
        "never handed out",
    ],
)
def test_the_course_of_an_assignment_in_working_days(found: Figures, expected: Figures) -> None:
    shown = Figures(
        found.timed, found.late, found.promised, found.department, found.applicant, found.center, found.stopped
    )
    assert shown == expected


def test_corrections_are_the_applicants_days() -> None:
    asked = (event(K.RECEIVED, MON), event(K.CORRECTION_STARTED, "2026-03-03T09:00"))
    brought = (event(K.CORRECTION_ENDED, "2026-03-05T09:00"), event(K.ACCEPTED, "2026-03-05T09:00"))
    found = counted(*asked, *brought, ended="2026-03-09T09:00")
    assert (found.department, found.applicant, found.promised) == (3, 2, 5)
