"""The office's clock runs on real time, or on a configured start and rate shared by every process."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

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


def moved_by_hand(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    accelerate(monkeypatch, "2026-02-09T09:00+08:00@hand", clock.wall_now().timestamp())
    monkeypatch.setenv("DAIBAN_DATA_DIR", str(folder))
    settings.cache_clear()


def test_a_clock_moved_by_hand_runs_on_real_time_until_it_is_moved(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    moved_by_hand(monkeypatch, tmp_path)
    assert START <= clock.now() < START + timedelta(minutes=1)
    assert clock.real_seconds(timedelta(hours=1)) == 3600

    clock.move(START + timedelta(days=15))

    assert START + timedelta(days=15) <= clock.now() < START + timedelta(days=15, minutes=1)
    assert clock.is_moved_by_hand()


def test_a_clock_is_not_moved_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    moved_by_hand(monkeypatch, tmp_path)
    clock.move(START + timedelta(days=2))
    with pytest.raises(clock.ClockError, match="not put back"):
        clock.move(START + timedelta(days=1))


@pytest.mark.parametrize("text", ["2026-02-09T09:00+08:00@60", None])
def test_only_a_clock_moved_by_hand_is_moved(monkeypatch: pytest.MonkeyPatch, text: str | None) -> None:
    if text is not None:
        accelerate(monkeypatch, text, clock.wall_now().timestamp())
    with pytest.raises(clock.ClockError, match="START@hand"):
        clock.move(START + timedelta(days=1))
    assert not clock.is_moved_by_hand()


def test_instants_around_a_move_map_to_the_real_time_at_which_they_were_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    moved_by_hand(monkeypatch, tmp_path)
    anchor = settings().clock_anchor or 0.0
    left, reached = START + timedelta(minutes=1), START + timedelta(days=15)
    (tmp_path / "clock-moves").write_text(f"{left.isoformat()}/{reached.isoformat()}\n2026-")

    shown = [clock.wall_time(each).timestamp() - anchor for each in (left, START + timedelta(days=9), reached)]
    assert shown == pytest.approx([60, 60, 60])
    assert clock.wall_time(reached + timedelta(seconds=5)).timestamp() - anchor == pytest.approx(65)
    assert clock.wall_time(START).timestamp() == pytest.approx(anchor)


@given(
    start=st.datetimes(datetime(2004, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds are naive by contract
    rate=st.floats(0.001, 1e6).map(lambda rate: round(rate, 3)),
)
def test_a_clock_written_out_is_read_back(start: datetime, rate: float) -> None:
    assert clock.parse_clock(f"{start.isoformat()}@{rate:.3f}") == clock.ClockSpec(start, rate)
