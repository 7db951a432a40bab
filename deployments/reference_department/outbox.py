"""The callbacks still to send, in order of their time; of one assignment the next only after the one before."""

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import uuid4

from deployments.reference_department.callbacks import Callback, CorrectionRequested, CureVerified, Decided, Note
from deployments.reference_department.conduct import Planned
from deployments.reference_department.store import Store

CORRECTION_REQUESTED = f"daiban.assignment.{CorrectionRequested.name}"
DECIDED = f"daiban.assignment.{Decided.name}"
CURE_VERIFIED = f"daiban.assignment.{CureVerified.name}"
NOTE = f"daiban.assignment.{Note.name}"
_PENDING = "('planned', 'due', 'held')"


class Outcome(StrEnum):
    """What became of one attempt to deliver a callback."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    #: Refused, and nothing more of this assignment is wanted.
    CLOSED = "closed"
    PREREQUISITES_OPEN = "prerequisites-open"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Due:
    """A callback whose time has come."""

    id: str
    work: int
    department: str
    assignment: str
    url: str
    type: str
    content: str
    copies: int
    occurred_at: datetime
    attempts: int


def put(connection: sqlite3.Connection, work: int, planned: Iterable[Planned], copies: int) -> None:
    """Append callbacks to those of an assignment."""
    for callback in planned:
        _insert(connection, work, callback, "planned", copies)
    _let_next(connection, work)


def put_aside(connection: sqlite3.Connection, work: int, content: Callback, now: datetime) -> None:
    """Send a callback now, beside those that wait for their time."""
    _insert(connection, work, Planned(content, now), "due", copies=1)


def postpone(connection: sqlite3.Connection, work: int, until: datetime) -> None:
    """Send nothing of an assignment before ``until`` that was not attempted yet."""
    connection.execute(
        f"UPDATE callbacks SET due_at = max(due_at, ?) WHERE work = ? AND attempts = 0 AND state IN {_PENDING}"  # noqa: S608 - a constant
        " AND type <> ?",
        (until.timestamp(), work, NOTE),
    )


def _insert(connection: sqlite3.Connection, work: int, callback: Planned, state: str, copies: int) -> None:
    occurred_at = None if callback.occurred_at is None else callback.occurred_at.timestamp()
    connection.execute(
        "INSERT INTO callbacks (id, work, position, type, content, copies, needs_prerequisites, state, due_at,"
        " occurred_at) SELECT ?, ?2, coalesce(max(position), 0) + 1, ?, ?, ?, ?, ?, ?, ?"
        " FROM callbacks WHERE work = ?2",
        (
            uuid4().hex,
            work,
            f"daiban.assignment.{callback.content.name}",
            callback.content.model_dump_json(exclude_none=True),
            copies,
            callback.needs_prerequisites,
            state,
            callback.due_at.timestamp(),
            occurred_at,
        ),
    )


def drop(connection: sqlite3.Connection, work: int) -> None:
    """Forget what an assignment still has to send."""
    connection.execute(f"UPDATE callbacks SET state = 'dropped' WHERE work = ? AND state IN {_PENDING}", (work,))  # noqa: S608 - a constant


def drop_unsent(connection: sqlite3.Connection, work: int) -> None:
    """Forget what was never attempted; an attempted callback may have arrived and is delivered to its end."""
    connection.execute(
        f"UPDATE callbacks SET state = 'dropped' WHERE work = ? AND attempts = 0 AND state IN {_PENDING}",  # noqa: S608 - a constant
        (work,),
    )


def verified(connection: sqlite3.Connection, work: int) -> bool:
    """Tell whether deferred materials have come and are being checked."""
    query = "SELECT 1 FROM callbacks WHERE work = ? AND type = ?"
    return connection.execute(query, (work, CURE_VERIFIED)).fetchone() is not None


def release(connection: sqlite3.Connection, work: int, now: datetime) -> None:
    """Let the decision go that waited for prerequisites, at its time or now if that has passed."""
    connection.execute("UPDATE callbacks SET state = 'due' WHERE work = ? AND state = 'held'", (work,))
    retry_decision(connection, work, now)


def retry_decision(connection: sqlite3.Connection, work: int, now: datetime) -> None:
    """Send a decision again now that was sent before its time: what it waited for has come."""
    connection.execute(
        "UPDATE callbacks SET due_at = min(due_at, ?) WHERE work = ? AND state = 'due' AND attempts > 0 AND type = ?",
        (now.timestamp(), work, DECIDED),
    )


def take(store: Store, now: datetime, in_flight: Collection[str], limit: int) -> list[Due]:
    """Begin an attempt of the callbacks whose time has come; one that was in flight at a crash is taken again."""
    marks = ", ".join("?" * len(in_flight))
    rows = store.reading.execute(
        "SELECT c.*, w.department, w.assignment, json_extract(w.content, '$.callback') AS url FROM callbacks c"  # noqa: S608 - question marks
        f" JOIN works w ON w.serial = c.work WHERE c.state = 'due' AND c.due_at <= ? AND c.id NOT IN ({marks})"
        " ORDER BY c.due_at LIMIT ?",
        (now.timestamp(), *in_flight, limit),
    ).fetchall()
    if not rows:
        return []
    # The time of an event is that of its first attempt and stays: every attempt carries the same body.
    with store.transaction() as connection:
        connection.executemany(
            "UPDATE callbacks SET attempts = attempts + 1, attempted_at = ?1, occurred_at = coalesce(occurred_at, ?1)"
            " WHERE id = ?2",
            [(now.timestamp(), row["id"]) for row in rows],
        )
    return [_due(row, now) for row in rows]


def next_due_at(store: Store, in_flight: Collection[str]) -> datetime | None:
    marks = ", ".join("?" * len(in_flight))
    query = f"SELECT min(due_at) FROM callbacks WHERE state = 'due' AND id NOT IN ({marks})"  # noqa: S608 - question marks
    at: float | None = store.reading.execute(query, tuple(in_flight)).fetchone()[0]
    return None if at is None else datetime.fromtimestamp(at, UTC)


def settle(store: Store, due: Due, outcome: Outcome, answer: str, now: datetime, wait: timedelta) -> None:
    """Record what became of an attempt; one that is to be repeated is due again after ``wait``."""
    with store.transaction() as connection:
        if outcome in (Outcome.DELIVERED, Outcome.REFUSED, Outcome.CLOSED):
            final = "delivered" if outcome is Outcome.DELIVERED else "refused"
            update = "UPDATE callbacks SET state = ?, answer = ? WHERE id = ?"
            connection.execute(update, (final, answer, due.id))
        else:
            if outcome is Outcome.PREREQUISITES_OPEN and _met_meanwhile(connection, due):
                wait = timedelta()
            connection.execute(
                "UPDATE callbacks SET due_at = ?, answer = ? WHERE id = ? AND state = 'due'",
                ((now + wait).timestamp(), answer, due.id),
            )
        if outcome is Outcome.CLOSED:
            drop(connection, due.work)
        _let_next(connection, due.work)


def _met_meanwhile(connection: sqlite3.Connection, due: Due) -> bool:
    """Tell whether the prerequisites were reported met after the attempt began, so that its answer is outdated."""
    query = (
        "SELECT w.prerequisites_met_at >= c.attempted_at FROM callbacks c JOIN works w ON w.serial = c.work"
        " WHERE c.id = ?"
    )
    return bool(connection.execute(query, (due.id,)).fetchone()[0])


def _let_next(connection: sqlite3.Connection, work: int) -> None:
    """Make the first planned callback due or held, unless one before it is still to be delivered."""
    connection.execute(
        "UPDATE callbacks SET state = CASE WHEN needs_prerequisites AND"
        " (SELECT awaits_prerequisites FROM works WHERE serial = ?1) THEN 'held' ELSE 'due' END"
        " WHERE work = ?1 AND state = 'planned'"
        " AND position = (SELECT min(position) FROM callbacks WHERE work = ?1 AND state = 'planned')"
        " AND NOT EXISTS (SELECT 1 FROM callbacks WHERE work = ?1 AND state IN ('due', 'held') AND type <> ?2)",
        (work, NOTE),
    )


def _due(row: sqlite3.Row, now: datetime) -> Due:
    occurred_at = now if row["occurred_at"] is None else datetime.fromtimestamp(row["occurred_at"], UTC)
    return Due(
        id=row["id"],
        work=row["work"],
        department=row["department"],
        assignment=row["assignment"],
        url=row["url"],
        type=row["type"],
        content=row["content"],
        copies=row["copies"],
        occurred_at=occurred_at,
        attempts=row["attempts"] + 1,
    )
