"""The course of the demonstration: hand in, play the people, watch, until all is over or time is up."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import httpx

from deployments.demo.acting import Player
from deployments.demo.flow_runs import run_states
from deployments.demo.pace import go_on
from deployments.demo.portal_client import PortalBusyError, PortalClient
from deployments.demo.scenario import Scenario
from deployments.stack_state import StackState
from kit import clock
from rules.catalog import Catalog

#: Real seconds between two looks, and so between two steps of the office's clock.
_LOOK_SECONDS: Final = 0.3
_COMPLETED: Final = "COMPLETED"


@dataclass(slots=True)
class Course:
    """Where the demonstration stands: every application as the portal showed it last, and its flow run's state."""

    players: Sequence[Player]
    #: When the office opened, by its own clock.
    begun_at: datetime
    summaries: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    reports: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    runs: dict[str, str] = field(default_factory=dict)
    shown_at: datetime = field(default_factory=clock.now)
    wall_seconds: float = 0.0

    @property
    def decisions(self) -> int:
        return sum(line["decision"] is not None for report in self.reports.values() for line in report["lines"])

    @property
    def steps(self) -> int:
        return sum(report["steps"] for report in self.reports.values())

    def report(self, player: Player) -> Mapping[str, Any] | None:
        return None if player.number is None else self.reports.get(player.number)

    def run_state(self, player: Player) -> str | None:
        report = self.report(player)
        return self.runs.get(report["flow_run_id"] or "") if report else None

    def open(self) -> list[Player]:
        """List those whose application is not complete or whose flow run has not completed."""
        return [player for player in self.players if not self._over(player)]

    def _over(self, player: Player) -> bool:
        report = self.report(player)
        return report is not None and report["complete"] and self.run_state(player) == _COMPLETED


def begin(scenario: Scenario) -> Course:
    """Make everybody ready; the first applications come in at once."""
    return Course([Player(part, scenario.inbox) for part in scenario.applications], clock.now())


async def follow(
    course: Course,
    portal: PortalClient,
    catalog: Catalog,
    state: StackState,
    limit_seconds: float,
    show: Callable[[Course], None],
) -> None:
    """Hand in what is due, look, play, show and let time pass until all is over, for at most so many real seconds."""
    began = clock.monotonic()
    async with httpx.AsyncClient(timeout=20.0, trust_env=False) as http:
        while course.open():
            round_began = clock.monotonic()
            # A portal that is busy or restarting is asked again in the next round.
            with suppress(httpx.TransportError, PortalBusyError):
                await _hand_in_what_is_due(course, portal, catalog)
                await _look_and_play(course, portal)
            await _look_at_runs(course, state.prefect_url, http)
            course.shown_at, course.wall_seconds = clock.now(), clock.monotonic() - began
            show(course)
            if course.wall_seconds > limit_seconds:
                return
            if course.open():
                await _let_time_pass(state, http)
                await asyncio.sleep(max(0.05, _LOOK_SECONDS - (clock.monotonic() - round_began)))


async def _hand_in_what_is_due(course: Course, portal: PortalClient, catalog: Catalog) -> None:
    passed = clock.now() - course.begun_at
    due = [p for p in course.players if p.number is None and passed >= timedelta(days=p.part.on_day)]
    await asyncio.gather(*(player.hand_in(portal, catalog) for player in due))


async def _look_and_play(course: Course, portal: PortalClient) -> None:
    """Look at the list, and closer at what has changed in it or has something for people to do."""
    listed = await portal.newest(limit=len(course.players))
    for player in course.players:
        summary = listed.get(player.number or "")
        if summary is None or (summary == course.summaries.get(summary["number"]) and not player.awaited):
            continue
        report = await portal.show(summary["number"])
        course.reports[summary["number"]], course.summaries[summary["number"]] = report, summary
        await player.play(portal, report, clock.now())


async def _let_time_pass(state: StackState, http: httpx.AsyncClient) -> None:
    # Departments that are busy or restarting are asked again in the next round.
    with suppress(httpx.TransportError):
        await go_on(state.departments_url, http)


async def _look_at_runs(course: Course, prefect_url: str, http: httpx.AsyncClient) -> None:
    """Ask Prefect only about applications that are complete: the others' runs cannot be."""
    asked = [
        report["flow_run_id"]
        for report in course.reports.values()
        if report["complete"] and report["flow_run_id"] and course.runs.get(report["flow_run_id"]) != _COMPLETED
    ]
    if not asked:
        return
    with suppress(httpx.TransportError):
        course.runs |= await run_states(prefect_url, asked, http)
