"""The accelerated clock of a local stack stands while it is down and is never put back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deployments.stack_clock import HEARTBEAT_SECONDS, continue_clock
from deployments.stack_state import StackError, StackState
from kit.clock import parse_clock, wall_now

CLOCK = "2026-02-09T09:00+08:00@3600"
HOUR = 3600.0


def stack(clock: str | None, anchor: float | None, folder: Path = Path("/nowhere")) -> StackState:
    return StackState(
        pid=1,
        created=0,
        data_dir=folder,
        secrets_dir=Path("/nowhere/secrets"),
        portal_port=1,
        prefect_port=2,
        departments_port=3,
        clock=clock,
        clock_anchor=anchor,
        database_url="",
        prefect_database_url="",
    )


def shown(clock: str | None, anchor: float | None, at: float) -> datetime:
    assert clock is not None
    assert anchor is not None
    spec = parse_clock(clock)
    return spec.start + timedelta(seconds=(at - anchor) * spec.rate)


def test_a_new_stack_starts_its_clock_now() -> None:
    before = wall_now().timestamp()
    clock, anchor = continue_clock(None, CLOCK, None)
    assert clock == CLOCK
    assert anchor is not None
    assert before <= anchor <= wall_now().timestamp()


def test_a_stack_without_a_clock_stays_on_real_time() -> None:
    assert continue_clock(None, None, None) == (None, None)
    assert continue_clock(stack(None, None), None, wall_now().timestamp()) == (None, None)


@pytest.mark.parametrize("asked", [None, CLOCK])
def test_a_night_without_the_stack_takes_no_office_time(asked: str | None) -> None:
    now = wall_now().timestamp()
    began, ended = now - 13 * HOUR, now - 12 * HOUR
    clock, anchor = continue_clock(stack(CLOCK, began), asked, ended)
    passed = shown(clock, anchor, now) - shown(CLOCK, began, ended)
    assert timedelta(0) <= passed <= timedelta(seconds=(HEARTBEAT_SECONDS + 1) * 3600)


def test_a_clock_that_would_be_put_back_is_refused() -> None:
    now = wall_now().timestamp()
    with pytest.raises(StackError, match="put it back"):
        continue_clock(stack(CLOCK, now - 100), "2026-02-10T09:00+08:00@60", now)


def test_an_office_on_real_time_is_not_put_into_the_past() -> None:
    with pytest.raises(StackError, match="put it back"):
        continue_clock(stack(None, None), "2016-02-09T09:00+08:00@60", wall_now().timestamp())


def test_a_clock_that_goes_on_later_is_accepted() -> None:
    now = wall_now().timestamp()
    later = datetime(2026, 3, 1, tzinfo=UTC).isoformat() + "@60"
    clock, anchor = continue_clock(stack(CLOCK, now - 10), later, now)
    assert clock == later
    assert anchor == pytest.approx(now, abs=1)


def test_a_malformed_clock_is_refused_before_anything_starts() -> None:
    with pytest.raises(StackError, match="no @RATE"):
        continue_clock(None, "2026-02-09", None)


def test_moves_made_by_hand_are_not_undone_by_a_restart(tmp_path: Path) -> None:
    now = wall_now().timestamp()
    by_hand, moved_to = "2026-02-09T09:00+08:00@hand", "2026-03-01T09:00+08:00"
    (tmp_path / "clock-moves").write_text(f"2026-02-09T09:00+08:00/{moved_to}\n")
    before = stack(by_hand, now - 60, tmp_path)
    assert continue_clock(before, by_hand, now) == (by_hand, now - 60)
    with pytest.raises(StackError, match="put it back"):
        continue_clock(before, "2026-02-20T09:00+08:00@60", now)
