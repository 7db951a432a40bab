"""What a daily report says to people and to programs."""

from collections.abc import Iterator
from datetime import date

import pytest

from casework.queries import DailyLine, DailyReport
from kit.settings import settings
from rules.daily import DailyFigure as F
from tasks.report_letters import body, content, subject

TAX = DailyLine("TAX", "税务局", {F.OPEN: 4, F.RED: 1, F.BLACK: 2})
MSB = DailyLine("MSB", "市场监督管理局", {F.OPEN: 2, F.GRANTED: 5})
TOTAL = DailyLine("", "", {F.REGISTERED: 3, F.APPLICATIONS: 7, F.OPEN: 6, F.RED: 1, F.BLACK: 2, F.GRANTED: 5})
REPORT = DailyReport(date(2026, 3, 2), None, None, None, TOTAL, (TAX, MSB))


@pytest.fixture(autouse=True)
def _address(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("DAIBAN_PORTAL_URL", "https://daiban.example/")
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_it_says_what_is_late_first_and_where_to_read_more() -> None:
    assert subject(REPORT, "zh") == "代办日报 2026-03-02：红灯和超法定 3 件"
    assert subject(REPORT, "en") == "Daiban, daily report 2026-03-02: 3 late"
    lines = body(REPORT, "zh").splitlines()
    assert lines[0].startswith("新登记代办件 3，在办代办件 7，收件 0，准予 5")
    assert lines[1:] == [
        "税务局：红灯 1，超法定 2",
        "",
        "详情请登录：https://daiban.example/board/daily?day=2026-03-02",
    ]
    assert "granted 5" in body(REPORT, "en")


def test_a_departments_report_counts_no_applications() -> None:
    own = DailyReport(date(2026, 3, 2), None, None, None, DailyLine("", "", MSB.figures), (MSB,))
    assert body(own, "zh").splitlines()[0] == "收件 0，准予 5，不予 0，超期办结 0，在办 2，黄灯 0，红灯 0，超法定 0"


def test_programs_get_the_numbers() -> None:
    assert content(REPORT)["report"] == {
        "day": "2026-03-02",
        "total": {"registered": 3, "applications": 7, "open": 6, "red": 1, "black": 2, "granted": 5},
        "departments": {"TAX": {"open": 4, "red": 1, "black": 2}, "MSB": {"open": 2, "granted": 5}},
    }
