"""An assignment's bar in a flow run's timeline: the events of a task run that people, not a program, carry out.

Prefect records its own task runs from such events; they carry their own times, so a bar begins and ends when the
department did, however late it is drawn, and a burst of them costs the server one statement.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID, uuid5

from prefect.client.schemas.objects import StateType
from prefect.events import emit_event

from casework.board import BoardLine
from kit import clock
from rules.vocabulary import AssignmentStatus as S

_TYPES: Final = MappingProxyType(
    {
        S.OPENED: StateType.PENDING,
        S.RECEIVED: StateType.RUNNING,
        S.ACCEPTED: StateType.RUNNING,
        S.UNDER_REVIEW: StateType.RUNNING,
        S.CORRECTION_REQUIRED: StateType.PAUSED,
        S.PENDING_CURE: StateType.PAUSED,
        S.SPECIAL_PROCEDURE: StateType.PAUSED,
        S.GRANTED: StateType.COMPLETED,
        S.REFUSAL_PROPOSED: StateType.RUNNING,
        S.PARTLY_GRANTED: StateType.COMPLETED,
        S.DEEMED_APPROVED: StateType.COMPLETED,
        S.LAPSED: StateType.FAILED,
        S.REVOKED: StateType.FAILED,
        S.STRUCK_OFF: StateType.CANCELLED,
        S.NOT_REQUIRED: StateType.COMPLETED,
        S.REFUSED: StateType.FAILED,
        S.NOT_ACCEPTED: StateType.FAILED,
        S.RETURNED: StateType.FAILED,
        S.CANCELLED: StateType.CANCELLED,
        S.WITHDRAWN: StateType.CANCELLED,
    }
)
#: Microseconds by which a state follows the instant that it shares with others: a department may report receipt and
#: acceptance as one, but Prefect refuses two states of a task run at one instant, and with them all of its batch.
_FOLLOWS: Final = MappingProxyType({status: timedelta(microseconds=n) for n, status in enumerate(S)})


def draw(run: UUID, assignment: UUID, line: BoardLine, *, new: bool) -> None:
    """Draw or change the bar of an assignment. Drawing the same twice changes nothing."""
    status = line.status or S.OPENED
    task_run = uuid5(run, str(assignment))
    for shown, at in _course(line, status, new=new):
        final = shown.final
        _emit(
            task_run,
            run,
            shown,
            at,
            message=(line.reason or _left(line)) if shown is status else None,
            task_run_fields={
                "name": f"{line.department} · {line.name}",
                "task_key": "assignment",
                "dynamic_key": str(assignment),
                "run_count": 1,
                "expected_start_time": _real(line.opened_at or clock.now()),
                **({"start_time": _real(line.received_at)} if line.received_at and shown is not S.OPENED else {}),
                **({"end_time": at.isoformat()} if final else {}),
            },
        )


def _course(line: BoardLine, status: S, *, new: bool) -> Iterator[tuple[S, datetime]]:
    """The statuses to draw, each with the real time at which it began."""
    if new and line.received_at is not None and status is not S.RECEIVED:
        yield S.RECEIVED, clock.wall_time(line.received_at)
    if status.final:
        yield status, clock.wall_time(line.ended_at or clock.now())
    elif status is S.RECEIVED and line.received_at is not None:
        yield status, clock.wall_time(line.received_at)
    else:
        # Not the moment of drawing: Prefect drops a state older than the last, and a decision may already be under way.
        yield status, clock.wall_time(line.changed_at or clock.now())


def _emit(
    task_run: UUID, run: UUID, status: S, at: datetime, *, message: str | None, task_run_fields: dict[str, object]
) -> None:
    kind, occurred = _TYPES[status], at + _FOLLOWS[status]
    emit_event(
        id=uuid5(task_run, f"{status}/{at.isoformat()}"),
        occurred=occurred,
        event=f"prefect.task-run.{status.zh}",
        payload={
            "intended": {"from": None, "to": kind.value},
            "initial_state": None,
            "validated_state": {"type": kind.value, "name": status.zh, "message": message, "state_details": {}},
            "task_run": task_run_fields,
        },
        resource={
            "prefect.resource.id": f"prefect.task-run.{task_run}",
            "prefect.resource.name": str(task_run_fields["name"]),
            "prefect.run-count": "1",
            "prefect.state-message": message or "",
            "prefect.state-name": status.zh,
            "prefect.state-timestamp": occurred.isoformat(),
            "prefect.state-type": kind.value,
            "prefect.orchestration": "client",
        },
        related=[{"prefect.resource.id": f"prefect.flow-run.{run}", "prefect.resource.role": "flow-run"}],
    )


def _real(instant: datetime) -> str:
    return clock.wall_time(instant).isoformat()


def _left(line: BoardLine) -> str | None:
    if line.remaining is None or line.due is None:
        return None
    provisional = "（暂定）" if line.provisional else ""
    return f"承诺 {line.due:%Y-%m-%d}{provisional} 前办结，剩 {line.remaining} 工作日"
