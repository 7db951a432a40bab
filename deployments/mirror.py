"""Show applications in Prefect: task runs that make the timeline a Gantt chart, live tags, a message, a table.

Everything here may be a second late and may be lost with Prefect's database; nothing legal depends on it.
"""

import json
from http import HTTPStatus
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate
from prefect.client.schemas.objects import State
from prefect.events import emit_event
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.states import Suspended
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import runs
from casework.board import Board, board
from casework.outbox import Owed
from deployments.bars import draw
from kit import clock
from kit.database import transaction
from rules.clocks import Light
from rules.vocabulary import AssignmentStatus as S

#: Real seconds until an application without a run, or whose run was deleted, is looked at again; the first doubles.
_NO_RUN_SECONDS: Final = 0.5
_NO_RUN_AT_MOST_SECONDS: Final = 15.0
_GONE_SECONDS: Final = 5.0
#: Real seconds between two changes of an application's tags, message and table: four calls each time.
_LABELS_SECONDS: Final = 2.0
_SHOWN = text("SELECT assignment_id, shown FROM assignment_mirrors WHERE flow_run_id = :run")
_REMEMBER = text("""
INSERT INTO assignment_mirrors (assignment_id, flow_run_id, shown) VALUES (:assignment, :run, :shown)
ON CONFLICT (assignment_id, flow_run_id) DO UPDATE SET shown = excluded.shown
""")
_NEW_STEPS = text("""
SELECT s.serial, s.kind, s.department, s.item, s.after, s.reason FROM step_records s
  JOIN application_runs r ON r.application_id = s.application_id AND s.serial > r.emitted_steps
 WHERE s.application_id = :id ORDER BY s.serial LIMIT 500
""")
_EMITTED = text("UPDATE application_runs SET emitted_steps = :serial WHERE application_id = :id")
_MOVED = text("""
SELECT revision, EXISTS (SELECT FROM outbox_messages o WHERE o.application_id = a.id AND o.kind = 'wake')
  FROM applications a WHERE a.id = :id
""")
_REMEMBER_RUN = text("""
UPDATE application_runs SET mirrored = CAST(:mirrored AS jsonb), artifact_id = :artifact WHERE application_id = :id
""")


class Mirror:
    """Brings Prefect's picture of applications up to date, changing only what differs from the last time."""

    def __init__(self, client: PrefectClient) -> None:
        self._client = client
        self._labelled: dict[int, float] = {}

    async def show(self, owed: Owed) -> float | None:
        """Show one application; return None when done, or the seconds until there will be a run to show it on."""
        now = clock.now()
        async with transaction() as session:
            current = await board(session, owed.application_id, now=now)
            shown = await _shown(session, current.flow_run_id)
        if current.flow_run_id is None:
            grown: float = _NO_RUN_SECONDS * 2.0**owed.attempts
            return min(grown, _NO_RUN_AT_MOST_SECONDS)
        try:
            # Bars at once, for their length is the time that people took; labels only now and then.
            await self._show_assignments(current, current.flow_run_id, shown)
            if not current.complete and (left := self._rest(owed.application_id)) > 0:
                return left
            await self._show_run(owed.application_id, current, current.flow_run_id)
            await self._emit_steps(owed.application_id, current)
        except (ObjectNotFound, PrefectHTTPStatusError) as error:
            if not _is_gone(error):
                raise
            return _GONE_SECONDS  # a manager has deleted the run; the deadline watch has a new one made
        return None

    def _rest(self, application_id: int) -> float:
        """Seconds until the labels of an application may be changed again; 0 notes that they now are."""
        now = clock.monotonic()
        left: float = self._labelled.get(application_id, now - _LABELS_SECONDS) + _LABELS_SECONDS - now
        if left > 0:
            return left
        self._labelled = {key: at for key, at in self._labelled.items() if now - at < _LABELS_SECONDS}
        self._labelled[application_id] = now
        return 0

    async def _show_assignments(self, current: Board, run: UUID, shown: dict[UUID, str]) -> None:
        changed = []
        for line in current.lines:
            # An item that was never filed has no bar: blocked is not refused.
            never_begun = line.status is S.WITHDRAWN and line.opened_at == line.ended_at
            if line.assignment is None or never_begun or line.status in (None, S.BLOCKED):
                continue
            picture = f"{line.status} {line.light}"
            # Events can be lost with a connection: at the end every bar is drawn once more.
            if current.complete or shown.get(line.assignment) != picture:
                draw(run, line.assignment, line, new=current.complete or line.assignment not in shown)
                changed.append({"assignment": line.assignment, "run": run, "shown": picture})
        if changed:
            async with transaction() as session:
                await session.execute(_REMEMBER, changed)

    async def _show_run(self, application_id: int, current: Board, run: UUID) -> None:
        before = current.mirrored if current.mirrored.get("run") == str(run) else {}
        tags, table = sorted(_tags(current)), _table(current)
        artifact = current.artifact_id if before else None
        if before.get("tags") != tags:
            await self._client.update_flow_run(run, tags=tags)
        if before.get("table") != table or artifact is None:
            artifact = await self._show_table(current, run, table, artifact)
        if before.get("waiting") not in (None, current.waiting) and not current.complete:
            await self._show_waiting(application_id, run, current)
        mirrored = {"run": str(run), "tags": tags, "table": table, "waiting": current.waiting}
        async with transaction() as session:
            values = {"mirrored": json.dumps(mirrored), "artifact": artifact, "id": application_id}
            await session.execute(_REMEMBER_RUN, values)

    async def _emit_steps(self, application_id: int, current: Board) -> None:
        """Emit an event for every step since the last time, so that managers' automations can act on them."""
        async with transaction() as session:
            steps = (await session.execute(_NEW_STEPS, {"id": application_id})).all()
            for step in steps:
                _emit(current, step)
            if steps:
                last = {"id": application_id, "serial": steps[-1].serial}
                await session.execute(_EMITTED, last)

    async def _show_table(self, current: Board, run: UUID, table: list[dict[str, Any]], artifact: UUID | None) -> UUID:
        content = json.dumps(table, ensure_ascii=False)
        if artifact is not None:
            await self._client.update_artifact(artifact, ArtifactUpdate(data=content))
            return artifact
        created = await self._client.create_artifact(
            ArtifactCreate(
                key=f"application-{current.number.lower()}",
                type="table",
                description=f"{current.number} 各部门办理情况",
                data=content,
                flow_run_id=run,
            )
        )
        return created.id

    async def _show_waiting(self, application_id: int, run: UUID, current: Board) -> None:
        """Replace the message of a suspended run, which says whom it waits for.

        A resumption between reading the state and replacing it would be undone. It can only come from a wake, and
        every wake raises the revision: if that has moved, the run is woken once more, which is harmless.
        """
        if current.waking:
            return
        found = await self._client.read_flow_run(run)
        if found.state is None or not found.state.is_paused() or found.state.message == current.waiting:
            return
        suspended: State[None] = Suspended(message=current.waiting, pause_key=uuid4().hex)
        await self._client.set_flow_run_state(run, suspended, force=True)
        async with transaction() as session:
            revision, waking = (await session.execute(_MOVED, {"id": application_id})).one()
            if waking or revision != current.revision:
                await runs.request_rescue(session, application_id)


def _emit(current: Board, step: Row[Any]) -> None:
    related = [{"prefect.resource.id": f"prefect.flow-run.{current.flow_run_id}", "prefect.resource.role": "flow-run"}]
    if step.department:
        related.append(
            {"prefect.resource.id": f"daiban.department.{step.department}", "prefect.resource.role": "department"}
        )
    emit_event(
        event=f"daiban.{step.kind}",
        resource={
            "prefect.resource.id": f"daiban.application.{current.number}",
            "prefect.resource.name": current.number,
        },
        related=related,
        payload={"serial": step.serial, "item": step.item, "text": step.reason or step.after or step.kind},
        # Named by what it tells of, so that a step emitted twice is one event.
        id=uuid5(NAMESPACE_URL, f"daiban/{current.number}/{step.serial}"),
    )


async def _shown(session: AsyncSession, run: UUID | None) -> dict[UUID, str]:
    if run is None:
        return {}
    return {row.assignment_id: row.shown for row in await session.execute(_SHOWN, {"run": run})}


def _is_gone(error: ObjectNotFound | PrefectHTTPStatusError) -> bool:
    if isinstance(error, ObjectNotFound):
        return True
    return error.response.status_code == HTTPStatus.NOT_FOUND


def _tags(current: Board) -> set[str]:
    tags = {f"journey:{current.journey}", f"agent:{current.agent}"}
    if current.outcome is not None:
        return tags | {f"outcome:{current.outcome}"}
    tags |= {f"waiting:{who}" for who in current.waits_on}
    return tags if current.light is Light.GREEN else tags | {f"light:{current.light}"}


def _table(current: Board) -> list[dict[str, Any]]:
    return [
        {
            "部门": line.department,
            "事项": f"{line.item} {line.name}",
            "状态": line.status.zh if line.status else "等待前置",
            "灯": line.light.zh if line.status and not line.status.final else "",
            "剩余工作日": line.remaining,
            "承诺办结": line.due.isoformat() + ("（暂定）" if line.provisional else "") if line.due else "",
        }
        for line in current.lines
    ]
