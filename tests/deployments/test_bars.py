"""Bars: an assignment's task run begins and ends when the department did, however late it is drawn."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from prefect.client.schemas.objects import StateType
from prefect.events import Event

from casework.board import BoardLine
from deployments import bars
from kit import clock
from kit.settings import settings
from rules.clocks import Light
from rules.vocabulary import AssignmentStatus as S
from rules.workdays import SHANGHAI

RUN, ASSIGNMENT = UUID(int=1), UUID(int=2)
#: Office hours that are seconds; the office opened this many real seconds after 1970.
ANCHOR = 1_750_000_000
OPENED = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
LINE = BoardLine(
    assignment=ASSIGNMENT,
    item="E01",
    name="企业设立登记",
    department="市场监督管理局",
    status=S.OPENED,
    light=Light.GREEN,
    remaining=3,
    due=datetime(2026, 3, 5, tzinfo=SHANGHAI).date(),
    reason=None,
    opened_at=OPENED,
    received_at=None,
    ended_at=None,
    changed_at=None,
)
RECEIVED = replace(LINE, status=S.RECEIVED, received_at=OPENED + timedelta(hours=2))
GRANTED = replace(RECEIVED, status=S.GRANTED, ended_at=OPENED + timedelta(hours=5))


def real(seconds: float) -> datetime:
    return datetime.fromtimestamp(ANCHOR + seconds, UTC)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Event]]:
    """What Prefect is sent, as events that it accepts; in an office where an hour is a second."""
    monkeypatch.setenv("DAIBAN_ENVIRONMENT", "local")
    monkeypatch.setenv("DAIBAN_CLOCK", "2026-03-02T09:00+08:00@3600")
    monkeypatch.setenv("DAIBAN_CLOCK_ANCHOR", str(ANCHOR))
    settings.cache_clear()
    sent: list[Event] = []

    def send(**given: Any) -> None:
        sent.append(Event(**given))

    monkeypatch.setattr(bars, "emit_event", send)
    yield sent
    settings.cache_clear()


def shown(event: Event) -> tuple[str, datetime]:
    assert event.payload["validated_state"]["name"] == event.resource["prefect.state-name"]
    assert event.event == f"prefect.task-run.{event.resource['prefect.state-name']}"
    return event.resource["prefect.state-type"], event.occurred.replace(microsecond=0)


def draw(line: BoardLine, *, new: bool = False) -> None:
    bars.draw(RUN, ASSIGNMENT, line, new=new)


def test_a_bar_drawn_only_after_its_end_still_begins_and_ends_at_its_own_times(drawn: list[Event]) -> None:
    draw(GRANTED, new=True)

    assert [shown(event) for event in drawn] == [("RUNNING", real(2)), ("COMPLETED", real(5))]
    fields = drawn[-1].payload["task_run"]
    times = [datetime.fromisoformat(fields[name]) for name in ("expected_start_time", "start_time", "end_time")]
    assert times == [real(0), real(2), real(5)]
    assert "end_time" not in drawn[0].payload["task_run"]


def test_a_bar_already_drawn_only_changes(drawn: list[Event]) -> None:
    draw(RECEIVED, new=True)
    draw(GRANTED)

    assert [shown(event) for event in drawn] == [("RUNNING", real(2)), ("COMPLETED", real(5))]


def test_all_events_of_an_assignment_are_one_bar_of_one_run(drawn: list[Event]) -> None:
    draw(LINE, new=True)
    draw(RECEIVED)
    draw(GRANTED)
    bars.draw(UUID(int=9), ASSIGNMENT, GRANTED, new=False)

    *ours, others = [event.resource["prefect.resource.id"] for event in drawn]
    assert len(ours) == 3
    assert len(set(ours)) == 1
    assert others not in ours
    assert {event.related[0].id for event in drawn[:-1]} == {f"prefect.flow-run.{RUN}"}
    assert {event.payload["task_run"]["name"] for event in drawn} == {"市场监督管理局 · 企业设立登记"}


def test_drawing_the_same_bar_again_repeats_the_same_events(drawn: list[Event]) -> None:
    draw(GRANTED, new=True)
    draw(GRANTED, new=True)

    assert [event.id for event in drawn[:2]] == [event.id for event in drawn[2:]]
    assert len({event.id for event in drawn}) == 2


def test_a_bar_waiting_to_be_received_has_not_begun(drawn: list[Event]) -> None:
    draw(LINE, new=True)

    [event] = drawn
    assert shown(event)[0] == "PENDING"
    assert "start_time" not in event.payload["task_run"]


@pytest.mark.parametrize("status", [status for status in S if status is not S.BLOCKED])
def test_every_status_that_has_a_bar_has_a_kind_of_state(status: S, drawn: list[Event]) -> None:
    draw(replace(GRANTED, status=status))

    [event] = drawn
    final = {StateType.COMPLETED, StateType.FAILED, StateType.CANCELLED}
    assert (StateType(event.resource["prefect.state-type"]) in final) == status.final
    assert ("end_time" in event.payload["task_run"]) == status.final


def test_what_a_department_reports_as_one_is_no_two_states_at_one_instant(drawn: list[Event]) -> None:
    """Prefect knows a state by its task run and time, and writes none of fifty events if two of them are the same."""
    at_once = replace(RECEIVED, changed_at=RECEIVED.received_at, ended_at=RECEIVED.received_at)
    course = [S.OPENED, S.RECEIVED, S.ACCEPTED, S.UNDER_REVIEW, S.GRANTED]
    for status in course:
        draw(replace(at_once, status=status))

    times = [event.occurred for event in drawn]
    assert times == sorted(set(times))
    assert {time.replace(microsecond=0) for time in times} == {real(2)}


def test_a_bar_says_why_it_was_refused_and_how_much_time_is_left(drawn: list[Event]) -> None:
    draw(RECEIVED)
    draw(replace(GRANTED, status=S.REFUSED, reason="不符合条件"), new=True)

    assert [event.resource["prefect.state-message"] for event in drawn] == [
        "承诺 2026-03-05 前办结，剩 3 工作日",
        "",
        "不符合条件",
    ]


def test_without_an_accelerated_clock_the_times_are_those_of_the_office(
    drawn: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DAIBAN_CLOCK")
    settings.cache_clear()

    draw(GRANTED, new=True)

    assert [shown(event)[1] for event in drawn] == [GRANTED.received_at, GRANTED.ended_at]
    assert clock.wall_time(OPENED) == OPENED
