"""Why an application does not come to its end: everything each party knows of it, as text for a failed run's log."""

import asyncio
import contextlib
import shutil
import sqlite3
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import httpx
from prefect.exceptions import ObjectNotFound
from sqlalchemy import text

from bench.office import Office
from kit import clock
from kit.database import transaction

_LOG_LINES: Final = 40
_ANSWER_SECONDS: Final = 10.0
_TABLES: Final = {
    "application": """
SELECT a.number, a.status, a.outcome, a.complete, a.revision, a.next_timer FROM applications a
 WHERE a.number = ANY(:numbers) ORDER BY a.id""",
    "run as our tables know it": """
SELECT a.number, r.flow_run_id, r.incarnation, r.observed_seq, r.executor,
       EXISTS (SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.objid = r.executor) AS executor_lives
  FROM application_runs r JOIN applications a ON a.id = r.application_id
 WHERE a.number = ANY(:numbers) ORDER BY a.id""",
    "outbox": """
SELECT a.number, o.kind, o.seq, o.attempts, round(extract(epoch FROM o.available_at - now())) AS due_in, o.last_error
  FROM outbox_messages o JOIN applications a ON a.id = o.application_id
 WHERE a.number = ANY(:numbers) ORDER BY a.id, o.kind""",
    "open assignments": """
SELECT a.number, s.item, s.department, s.id, s.status, s.receipt_number, s.opened_at
  FROM assignments s JOIN applications a ON a.id = s.application_id
 WHERE a.number = ANY(:numbers) AND s.ended_at IS NULL ORDER BY a.id, s.item""",
    "messages not sent": """
SELECT a.number, m.department, m.kind, m.attempts, m.retry_at, m.rejected_at, m.last_error
  FROM department_messages m JOIN applications a ON a.id = m.application_id
 WHERE a.number = ANY(:numbers) AND m.sent_at IS NULL AND m.voided_at IS NULL ORDER BY a.id, m.department""",
    "last steps": """
SELECT number, serial, at, kind, department, item, after FROM (
  SELECT a.id, a.number, s.serial, s.at, s.kind, s.department, s.item, s.after,
         row_number() OVER (PARTITION BY a.id ORDER BY s.serial DESC) AS back
    FROM step_records s JOIN applications a ON a.id = s.application_id WHERE a.number = ANY(:numbers)) l
 WHERE back <= 3 ORDER BY id, serial""",
    "database sessions that wait or idle in a transaction": """
SELECT pid, datname, state, wait_event_type, wait_event, round(extract(epoch FROM now() - xact_start)) AS seconds,
       left(query, 90) AS query, pg_blocking_pids(pid) AS blocked_by
  FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND xact_start < now() - interval '1 second'
 ORDER BY xact_start""",
}
_CALLBACKS: Final = """
SELECT json_extract(w.content, '$.application') AS number, json_extract(w.content, '$.item.code') AS item, c.type,
       c.state, c.attempts, round(c.due_at - :now) AS due_in, c.answer
  FROM callbacks c JOIN works w ON w.serial = c.work
 WHERE c.state IN ('due', 'held', 'refused') ORDER BY 1, 2, c.position
"""


async def diagnose(desk: Office, numbers: Sequence[str]) -> str:
    """Describe what each party knows of applications that have not ended. Stops nothing and changes nothing."""
    folder = desk.state.data_dir
    told = [f"office clock {clock.now().isoformat()}, processes {desk.stack.pids()}"]
    for title, query in _TABLES.items():
        async with transaction() as session:
            rows = (await session.execute(text(query), {"numbers": list(numbers)})).mappings().all()
        told += [f"--- {title}", *map(_line, rows)]
    told += ["--- runs in Prefect", *[await _run(desk, number) for number in numbers]]
    told += ["--- callbacks of the departments that are due, held or refused", *map(_line, _callbacks(folder))]
    told += ["--- health", *[f"{url}: {await _health(url)}" for url in _health_urls(desk)]]
    for log in sorted((folder / "logs").glob("*.log")):
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        told += [f"--- the last of {len(lines)} lines of {log.name}", *lines[-_LOG_LINES:]]
    return "\n".join(told)


async def _run(desk: Office, number: str) -> str:
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            run = await desk.run(number)
    except (httpx.HTTPError, ObjectNotFound, TimeoutError) as error:
        return f"{number} {type(error).__name__}: {error}"
    state = run.state
    told = "no state" if state is None else f"{state.type.value} {state.name} {state.timestamp} {state.message}"
    return f"{number} {run.id} starts={run.run_count} {told}"


def _callbacks(folder: Path) -> list[dict[str, Any]]:
    """Read a copy of the departments' file: they keep theirs locked."""
    with tempfile.TemporaryDirectory() as copies:
        for file in folder.glob("departments.sqlite*"):
            shutil.copy(file, copies)
        with contextlib.closing(sqlite3.connect(Path(copies) / "departments.sqlite")) as connection:
            connection.row_factory = sqlite3.Row
            try:
                return [dict(row) for row in connection.execute(_CALLBACKS, {"now": clock.now().timestamp()})]
            except sqlite3.Error as error:
                return [{"unreadable": error}]  # copied while it was written to


async def _health(url: str) -> str:
    try:
        async with httpx.AsyncClient(timeout=_ANSWER_SECONDS, trust_env=False) as client:
            answer = await client.get(url)
    except httpx.HTTPError as error:
        return f"{type(error).__name__}: {error}"
    return f"{answer.status_code} in {answer.elapsed.total_seconds():.3f} s {answer.text[:200]}"


def _health_urls(desk: Office) -> tuple[str, ...]:
    portal, prefect = desk.state.portal_url, desk.state.prefect_url
    return (
        f"{portal}/readyz",
        f"{prefect}/api/health",
        f"{prefect}/api/ready",
        f"{desk.state.departments_url}/healthz",
    )


def _line(row: Mapping[Any, Any]) -> str:
    return "  ".join(f"{name}={value}" for name, value in row.items())
