"""What ties an application to its Prefect flow run: which run, who executes it, what it has seen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import outbox
from casework.advancing import advance
from casework.casefile import SYSTEM, open_by_number
from rules.network import Network
from rules.planner import Plan

#: Namespace of the advisory locks that living workers hold; the second key is the executor number.
LOCK_NAMESPACE: Final = 211282

_RUN = text("""
SELECT a.id AS application_id, a.number, a.complete, p.name AS project, r.flow_run_id, r.incarnation, r.observed_seq,
       r.executor IS NOT NULL AND EXISTS (
         SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.classid = :namespace
            AND l.objid = r.executor AND l.granted
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS executing
  FROM applications a
  JOIN application_runs r ON r.application_id = a.id
  JOIN projects p ON p.id = a.project_id
 WHERE a.id = :id
""")
# Who executed another run cannot let go of this one: its claim would stand for as long as it lives.
_CREATED = text("""
UPDATE application_runs SET flow_run_id = :run, incarnation = :incarnation,
       executor = CASE WHEN flow_run_id = :run THEN executor END
 WHERE application_id = :id
""")
# A worker may be quicker than the relay that created the run is to record it.
_CLAIM = text("""
UPDATE application_runs r SET executor = :executor, flow_run_id = :run FROM applications a
 WHERE a.id = r.application_id AND (r.flow_run_id = :run OR (r.flow_run_id IS NULL AND a.number = :number))
""")
_RELEASE = text("""
UPDATE application_runs SET executor = NULL WHERE flow_run_id = :run AND executor = :executor
RETURNING application_id
""")
# Only if nobody has claimed it since it was found lost.
_FORGET = text("""
UPDATE application_runs r SET observed_seq = -1, executor = NULL FROM applications a
 WHERE a.id = r.application_id AND r.application_id = :id
   AND (NOT a.complete OR r.executor IS NOT NULL OR :unfinished)
   AND r.executor IS NOT DISTINCT FROM CAST(:executor AS integer)
RETURNING a.revision
""")
_ABANDONED = text("""
SELECT r.application_id, r.executor FROM application_runs r
 WHERE r.executor IS NOT NULL AND NOT EXISTS (
   SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.classid = :namespace AND l.objid = r.executor
      AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))
""")
_OPEN_RUNS = text("""
SELECT r.application_id, r.flow_run_id FROM application_runs r JOIN applications a ON a.id = r.application_id
 WHERE NOT a.complete AND r.executor IS NULL AND r.flow_run_id IS NOT NULL AND r.application_id > :after
   AND NOT EXISTS (SELECT FROM outbox_messages o WHERE o.application_id = a.id AND o.kind = 'wake')
 ORDER BY r.application_id LIMIT :limit
""")
_NEVER_STARTED = text("""
SELECT r.application_id FROM application_runs r JOIN applications a ON a.id = r.application_id
 WHERE NOT a.complete AND r.flow_run_id IS NULL
   AND NOT EXISTS (SELECT FROM outbox_messages o WHERE o.application_id = a.id AND o.kind = 'wake')
""")


@dataclass(frozen=True, slots=True)
class RunOf:
    """An application's flow run as our tables know it."""

    application_id: int
    number: str
    complete: bool
    project: str
    flow_run_id: UUID | None
    incarnation: int
    observed_seq: int
    #: A living worker is executing it right now.
    executing: bool


async def run_of(session: AsyncSession, application_id: int) -> RunOf:
    """Return the run of an application."""
    row = (await session.execute(_RUN, {"id": application_id, "namespace": LOCK_NAMESPACE})).one()
    return RunOf(*row)


async def record_created(session: AsyncSession, application_id: int, flow_run: UUID, incarnation: int) -> None:
    """Record the flow run that now stands for the application."""
    await session.execute(_CREATED, {"id": application_id, "run": flow_run, "incarnation": incarnation})


async def claim(session: AsyncSession, flow_run: UUID, number: str | None, executor: int) -> None:
    """Record that a worker executes the run of application ``number``; None for a run of something else."""
    await session.execute(_CLAIM, {"run": flow_run, "number": number, "executor": executor})


async def release(session: AsyncSession, flow_run: UUID, executor: int, *, abandoned: bool) -> None:
    """Record that a worker has let go of the run; an abandoned one did not end well and is asked for again."""
    application_id = await session.scalar(_RELEASE, {"run": flow_run, "executor": executor})
    if application_id is None:
        return
    if abandoned:
        await request_rescue(session, application_id, unfinished=True)
    else:
        await outbox.hasten(session, application_id)


async def request_rescue(
    session: AsyncSession, application_id: int, *, executor: int | None = None, unfinished: bool = False
) -> bool:
    """Ask the relay to bring a lost run back: whatever it had seen does not count any more.

    ``executor`` is who seemed to be executing it, None for nobody. Tells whether it was still so. A complete
    application needs its run only if that is known to be ``unfinished``.
    """
    values = {"id": application_id, "executor": executor, "unfinished": unfinished}
    revision = await session.scalar(_FORGET, values)
    if revision is None:
        return False
    await outbox.enqueue_wake(session, application_id, revision)
    return True


async def abandoned(session: AsyncSession) -> list[tuple[int, int]]:
    """Applications whose run was being executed by a worker that no longer lives, with that executor."""
    rows = await session.execute(_ABANDONED, {"namespace": LOCK_NAMESPACE})
    return [(row.application_id, row.executor) for row in rows]


async def never_started(session: AsyncSession) -> list[int]:
    """Open applications that have no run and no message asking for one."""
    return list((await session.execute(_NEVER_STARTED)).scalars())


async def open_runs(session: AsyncSession, *, after: int, limit: int) -> list[tuple[int, UUID]]:
    """A page of open applications, by id, whose runs should be waiting."""
    rows = await session.execute(_OPEN_RUNS, {"after": after, "limit": limit})
    return [(row.application_id, row.flow_run_id) for row in rows]


async def observe(session: AsyncSession, number: str, *, now: datetime) -> tuple[Plan, Network]:
    """Look at an application on behalf of its flow: advance it, record what was seen, return plan and network."""
    case = await open_by_number(session, number, actor=SYSTEM, now=now)
    plan = await advance(case, announce=False)
    await outbox.record_observed(session, case.id, case.revision)
    return plan, case.snapshot.network
