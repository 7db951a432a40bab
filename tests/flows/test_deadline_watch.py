"""The deadline watch: all of its rounds are made, whatever becomes of the others, and a late one gives way."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from prefect.client.schemas.objects import State

from flows import deadline_watch as watched
from flows.deadline_watch import deadline_watch
from kit import clock
from kit.settings import settings
from tasks import boards, rescue, stewards, timers


class Rounds:
    """Stands in for the three tasks: remembers which were made, and fails those it is told to."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.failing: set[str] = set()

    def round(self, name: str) -> Any:
        async def make() -> int:
            self.made.append(name)
            if name in self.failing:
                raise LookupError(name)
            return 0

        return make


@pytest.fixture
def rounds(monkeypatch: pytest.MonkeyPatch) -> Iterator[Rounds]:
    monkeypatch.setenv("DAIBAN_WATCH_SECONDS", "60")
    settings.cache_clear()
    made = Rounds()
    watched._made.clear()
    monkeypatch.setattr(timers, "ring_due", made.round("timers"))
    monkeypatch.setattr(rescue, "rescue_lost_runs", made.round("rescue"))
    monkeypatch.setattr(stewards, "tell_stewards", made.round("stewards"))
    monkeypatch.setattr(boards, "count_boards", made.round("boards"))
    yield made
    settings.cache_clear()


def late_by(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    run = SimpleNamespace(scheduled_start_time=clock.wall_now() - timedelta(seconds=seconds))
    monkeypatch.setattr(watched, "runtime", SimpleNamespace(flow_run=run))


async def test_timers_ring_lost_runs_are_rescued_and_stewards_told(rounds: Rounds) -> None:
    assert await deadline_watch.fn() is None

    assert sorted(rounds.made) == ["boards", "rescue", "stewards", "timers"]


async def test_a_watch_is_complete_even_when_stewards_cannot_be_told(rounds: Rounds) -> None:
    rounds.failing = {"stewards"}

    assert await deadline_watch.fn() is None

    assert sorted(rounds.made) == ["boards", "rescue", "stewards", "timers"]


@pytest.mark.parametrize("failing", [{"timers"}, {"rescue"}, {"timers", "rescue"}])
async def test_trouble_with_one_never_keeps_the_other_from_its_work_and_all_of_it_is_told(
    failing: set[str], rounds: Rounds
) -> None:
    rounds.failing = failing

    with pytest.raises(BaseExceptionGroup) as raised:
        await deadline_watch.fn()

    assert sorted(rounds.made) == ["boards", "rescue", "stewards", "timers"]
    assert {str(error.args[0]) for error in raised.value.exceptions} == failing


async def test_of_watches_late_by_more_than_two_intervals_one_is_made_and_the_others_give_way(
    rounds: Rounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    late_by(monkeypatch, 121)
    assert await deadline_watch.fn() is None
    assert sorted(rounds.made) == ["boards", "rescue", "stewards", "timers"]
    rounds.made.clear()

    state = await deadline_watch.fn()

    assert isinstance(state, State)
    assert state.is_completed()
    assert state.message is not None
    assert "从略" in state.message
    assert rounds.made == []


async def test_where_every_watch_is_late_one_is_still_made_in_each_interval(
    rounds: Rounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    late_by(monkeypatch, 121)

    for now in (1000, 1030, 1061, 1122):
        monkeypatch.setattr(clock, "monotonic", lambda now=now: now)
        await deadline_watch.fn()

    assert sorted(rounds.made) == ["boards"] * 3 + ["rescue"] * 3 + ["stewards"] * 3 + ["timers"] * 3


async def test_a_watch_late_by_less_is_made(rounds: Rounds, monkeypatch: pytest.MonkeyPatch) -> None:
    late_by(monkeypatch, 115)

    assert await deadline_watch.fn() is None

    assert sorted(rounds.made) == ["boards", "rescue", "stewards", "timers"]
