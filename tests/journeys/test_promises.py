"""Whole procedures over the real stack: what must hold whatever anybody does, in small numbers.

The same scenarios run with the full numbers in ``make bench``.
"""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bench import buttons, join_storm, kill, last_decision, waiting, wake_race
from bench.office import Office, office

pytestmark = [pytest.mark.stack, pytest.mark.alone, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(600)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk() -> AsyncIterator[Office]:
    """An office whose departments stay silent: the test answers for them. The deadline watch is switched off."""
    async with office(watch_seconds=86_400) as opened:
        yield opened


async def test_a_decision_around_the_moment_of_suspension_is_never_lost(desk: Office) -> None:
    race = await wake_race.run(desk, 8)

    assert race.late == []
    assert race.applications == 8


async def test_twenty_departments_answering_at_once_join_once(desk: Office) -> None:
    storm = await join_storm.storm(desk, 2)

    assert storm.errors == []
    assert storm.joins == [1, 1]
    assert storm.decided == [20, 20]


@pytest.mark.parametrize("button", buttons.BUTTONS)
async def test_a_managers_button_changes_nothing_legal_and_the_application_goes_on(desk: Office, button: str) -> None:
    pressed = await buttons.press(desk, button)

    assert pressed.answer < 300
    assert pressed.steps_added == 0
    assert pressed.outcome == "granted"
    assert await desk.audit_problems() == []


async def test_the_run_completes_after_the_last_decision_without_delay(desk: Office) -> None:
    latency = await last_decision.measure(desk, 3)

    # Ten seconds is what a process per resumption takes; the figure itself is the benchmark's business.
    assert latency.worst < 10


async def test_an_application_that_waits_holds_no_process(desk: Office) -> None:
    cost = await waiting.measure(desk, 10)

    assert cost.processes_with == cost.processes_before


async def test_kill_9_of_any_process_loses_nothing_and_does_nothing_twice() -> None:
    async with office(behaviours=kill.BEHAVIOURS, clock_setting=kill.CLOCK, watch_seconds=10) as opened:
        result = await kill.kill(opened, 8, kills=4)

    assert result.unfinished == []
    assert result.wrong == []
    assert result.executed_twice == []
    assert result.decided_twice == 0
    assert result.audit == []
