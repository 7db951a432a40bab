"""The office's clock runs on real time, or on a configured start and rate shared by every process."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import clock
from kit.settings import settings

START = datetime(2026, 2, 9, 1, 0, tzinfo=UTC)


def accelerate(monkeypatch: pytest.MonkeyPatch, text: str, anchor: float | None) -> None:
    monkeypatch.setenv("DAIBAN_ENVIRONMENT", "local")
    monkeypatch.setenv("DAIBAN_CLOCK", text)
    if anchor is not None:
        monkeypatch.setenv("DAIBAN_CLOCK_ANCHOR", str(anchor))
    settings.cache_clear()


def test_without_configuration_the_office_runs_on_real_time() -> None:
    before = datetime.fromtimestamp(time.time(), UTC)
    shown = clock.now()
    assert before <= shown <= datetime.fromtimestamp(time.time(), UTC)
    assert shown.tzinfo is UTC
    assert clock.real_seconds(timedelta(hours=1)) == 3600


def test_an_accelerated_clock_shows_an_hour_later_after_one_real_second(monkeypatch: pytest.MonkeyPatch) -> None:
    accelerate(monkeypatch, "2026-02-09T09:00+08:00@3600", clock.wall_now().timestamp() - 1)
    assert START + timedelta(hours=1) <= clock.now() < START + timedelta(hours=2)
    assert clock.real_seconds(timedelta(days=1)) == 24


def test_a_clock_without_an_anchor_names_the_setting_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    accelerate(monkeypatch, "2026-02-09T09:00+08:00@3600", None)
    with pytest.raises(clock.ClockError, match="DAIBAN_CLOCK_ANCHOR"):
        clock.now()


def test_signatures_keep_real_time_under_an_accelerated_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    accelerate(monkeypatch, "2006-02-09T09:00+08:00@1", clock.wall_now().timestamp())
    assert clock.wall_now() - clock.now() > timedelta(days=365)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("2026-02-09T09:00+08:00", "no @RATE"),
        ("soon@60", "'soon' is not an ISO 8601 instant"),
        ("2026-02-09T09:00@60", r"no offset, write 2026-02-09T09:00\+08:00"),
        ("2026-02-09T09:00+08:00@fast", "'fast' is not a number above zero"),
        ("2026-02-09T09:00+08:00@0", "'0' is not a number above zero"),
        ("2026-02-09T09:00+08:00@-1", "'-1' is not a number above zero"),
        ("2026-02-09T09:00+08:00@nan", "'nan' is not a number above zero"),
    ],
)
def test_a_malformed_clock_is_refused_with_the_part_that_is_wrong(text: str, complaint: str) -> None:
    with pytest.raises(clock.ClockError, match=complaint):
        clock.parse_clock(text)


@given(
    start=st.datetimes(datetime(2004, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds are naive by contract
    rate=st.floats(0.001, 1e6).map(lambda rate: round(rate, 3)),
)
def test_a_clock_written_out_is_read_back(start: datetime, rate: float) -> None:
    assert clock.parse_clock(f"{start.isoformat()}@{rate:.3f}") == clock.ClockSpec(start, rate)
