"""What the departments counted, so that a test can tell lost, repeated and doubled work apart."""

import sqlite3
from datetime import UTC, datetime

_INVITED = "daiban.assignment.invited"


def counts(connection: sqlite3.Connection) -> dict[str, object]:
    """Count deliveries (repeated ones apart), dispatched assignments, starts of work and callbacks by outcome."""
    deliveries = connection.execute(
        "SELECT coalesce(sum(deliveries), 0) AS total, count(*) AS keys, coalesce(sum(deliveries > 1), 0) AS repeated"
        " FROM requests"
    ).fetchone()
    works = connection.execute(
        "SELECT count(*) AS dispatched, coalesce(sum(starts), 0) AS starts,"
        " coalesce(sum(starts > 1), 0) AS repeated, coalesce(sum(cancelled), 0) AS cancelled FROM assignments"
    ).fetchone()
    return {
        "deliveries": {"total": deliveries["total"], "keys": deliveries["keys"], "repeated": deliveries["repeated"]},
        "dispatched": works["dispatched"],
        "executed": {"total": works["starts"], "repeated": works["repeated"]},
        "cancelled": works["cancelled"],
        "questions": connection.execute("SELECT count(*) FROM questions").fetchone()[0],
        "invitations": connection.execute("SELECT count(*) FROM requests WHERE type = ?", (_INVITED,)).fetchone()[0],
        "callbacks": _callbacks(connection),
        "next_callback_at": _next_callback_at(connection),
    }


def everything(connection: sqlite3.Connection) -> dict[str, object]:
    """Count as ``counts`` does, deliveries for each idempotency key and starts for each assignment."""
    deliveries = connection.execute("SELECT key, sum(deliveries) FROM requests GROUP BY key").fetchall()
    starts = connection.execute("SELECT assignment, sum(starts) FROM assignments GROUP BY assignment").fetchall()
    return {
        **counts(connection),
        "deliveries": dict(deliveries),
        "executed": dict(starts),
    }


def _next_callback_at(connection: sqlite3.Connection) -> str | None:
    """Tell when the next callback is due by the office's clock that nobody has tried to send yet."""
    query = "SELECT min(due_at) FROM callbacks WHERE state = 'due' AND attempts = 0"
    due_at = connection.execute(query).fetchone()[0]
    return None if due_at is None else datetime.fromtimestamp(due_at, UTC).isoformat()


def _callbacks(connection: sqlite3.Connection) -> dict[str, int]:
    states = ("planned", "due", "held", "delivered", "refused", "dropped")
    counted = dict(connection.execute("SELECT state, count(*) FROM callbacks GROUP BY state").fetchall())
    attempts: int = connection.execute("SELECT coalesce(sum(attempts), 0) FROM callbacks").fetchone()[0]
    return {**{state: counted.get(state, 0) for state in states}, "attempts": attempts}
