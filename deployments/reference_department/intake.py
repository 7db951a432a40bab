"""What a department does with a request: answer it once, remember the answer, and act on it in any order."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime

from deployments.reference_department import joint, outbox
from deployments.reference_department.behaviours import BEHAVIOUR, Behaviours, Flaky
from deployments.reference_department.conduct import Conduct
from deployments.reference_department.joint_protocol import (
    ABOUT_ASSIGNMENT,
    AboutAssignment,
    Invited,
    OpinionAskedEvent,
    OpinionCancelledEvent,
    OpinionDeemedEvent,
    OpinionHeard,
    OpinionMessage,
    OpinionOverdueEvent,
    OpinionWarnedEvent,
)
from deployments.reference_department.protocol import (
    DISPATCHED,
    Cancelled,
    Deemed,
    Dispatched,
    DispatchedEvent,
    MaterialsAdded,
    PrerequisitesMet,
)
from deployments.reference_department.store import Store
from rules.workdays import SHANGHAI


class KeyReusedError(Exception):
    """An idempotency key came again with another type or assignment."""


@dataclass(frozen=True, slots=True)
class Request:
    """A verified request: which department it was sent to and what it says."""

    department: str
    key: str
    event: DispatchedEvent | AboutAssignment | OpinionAskedEvent | OpinionMessage


def receive(store: Store, behaviours: Behaviours, request: Request, now: datetime) -> dict[str, str] | None:
    """Answer a request, acting on it the first time only; None means that this delivery fails (503).

    Raises KeyReusedError.
    """
    with store.transaction() as connection:
        deliveries, answer = _deliver(connection, request)
        if answer is not None:
            recorded: dict[str, str] = json.loads(answer)
            return recorded
        event = request.event
        if isinstance(event, DispatchedEvent) and _fails(behaviours, event, deliveries):
            return None
        given = _act(connection, behaviours, request, now)
        update = "UPDATE requests SET answer = ? WHERE department = ? AND key = ?"
        connection.execute(update, (json.dumps(given), request.department, request.key))
        return given


def _fails(behaviours: Behaviours, event: DispatchedEvent, deliveries: int) -> bool:
    behaviour = behaviours.of(event.data)
    return isinstance(behaviour, Flaky) and deliveries <= behaviour.fail_times


def _act(connection: sqlite3.Connection, behaviours: Behaviours, request: Request, now: datetime) -> dict[str, str]:
    match request.event:
        case DispatchedEvent() as event:
            return {"receipt_number": _start(connection, behaviours, event, now)}
        case OpinionAskedEvent() as event:
            joint.asked(connection, behaviours, event.data, now)
        case (OpinionCancelledEvent() | OpinionDeemedEvent() | OpinionOverdueEvent() | OpinionWarnedEvent()) as event:
            joint.told(connection, request.department, event)
        case event:
            _apply(connection, behaviours, request.department, event, now)
    return {}


def _deliver(connection: sqlite3.Connection, request: Request) -> tuple[int, str | None]:
    """Count one more delivery of a request; return the count and the answer given before."""
    event = request.event
    row = connection.execute(
        "INSERT INTO requests (department, key, type, assignment, sent_at, body, deliveries)"
        " VALUES (?, ?, ?, ?, ?, ?, 1)"
        " ON CONFLICT (department, key) DO UPDATE SET deliveries = deliveries + 1"
        " RETURNING deliveries, answer, type, assignment",
        (
            request.department,
            request.key,
            event.type,
            event.subject,
            event.time.timestamp(),
            event.model_dump_json(),
        ),
    ).fetchone()
    if (row["type"], row["assignment"]) != (event.type, event.subject):
        raise KeyReusedError(f"key {request.key} was used for {row['type']} of assignment {row['assignment']}")
    return row["deliveries"], row["answer"]


def _start(connection: sqlite3.Connection, behaviours: Behaviours, event: DispatchedEvent, now: datetime) -> str:
    """Begin work on an assignment, anew if it is dispatched again under another key; return the receipt number."""
    assignment = event.data
    behaviour = behaviours.of(assignment)
    serial, starts = connection.execute(
        "INSERT INTO works (department, assignment, content, behaviour, awaits_prerequisites) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (department, assignment) DO UPDATE SET starts = starts + 1, cancelled = 0,"
        " prerequisites_met_at = NULL, content = excluded.content,"
        " behaviour = excluded.behaviour, awaits_prerequisites = excluded.awaits_prerequisites"
        " RETURNING serial, starts",
        (
            assignment.department,
            assignment.assignment,
            assignment.model_dump_json(),
            behaviour.model_dump_json(),
            bool(assignment.awaits),
        ),
    ).fetchone()
    outbox.drop(connection, serial)
    conduct = _conduct(assignment, behaviours, behaviour.model_dump_json(), serial, now)
    request = () if _corrected_before(connection, serial) else conduct.correction(now)
    connection.execute("UPDATE works SET awaits_materials = ? WHERE serial = ?", (bool(request), serial))
    outbox.put(connection, serial, request or conduct.review(now), conduct.copies())
    for early in _overtaking(connection, event, since=event.time if starts > 1 else None):
        _apply(connection, behaviours, assignment.department, early, now)
    return f"{assignment.department}{now.astimezone(SHANGHAI):%Y%m%d}{serial:06d}"


def _overtaking(
    connection: sqlite3.Connection, event: DispatchedEvent, since: datetime | None
) -> list[AboutAssignment]:
    """Read the messages that arrived before this dispatch; before a repeated one only those sent after it count."""
    rows = connection.execute(
        "SELECT body FROM requests WHERE department = ? AND assignment = ? AND type <> ? AND sent_at >= ?"
        " AND answer IS NOT NULL ORDER BY sent_at",
        (event.data.department, event.subject, DISPATCHED, 0.0 if since is None else since.timestamp()),
    )
    return [ABOUT_ASSIGNMENT.validate_json(row["body"]) for row in rows.fetchall()]


def _corrected_before(connection: sqlite3.Connection, serial: int) -> bool:
    """Tell whether a request for correction may have arrived; defects are told once (行政许可法 art. 32)."""
    query = "SELECT 1 FROM callbacks WHERE work = ? AND type = ? AND attempts > 0 AND state <> 'refused'"
    return connection.execute(query, (serial, outbox.CORRECTION_REQUESTED)).fetchone() is not None


def _apply(
    connection: sqlite3.Connection, behaviours: Behaviours, department: str, event: AboutAssignment, now: datetime
) -> None:
    """Act on a message; one whose dispatch has not come yet, or whose work was cancelled, only stays recorded."""
    query = "SELECT * FROM works WHERE department = ? AND assignment = ? AND NOT cancelled"
    work = connection.execute(query, (department, event.subject)).fetchone()
    if work is None:
        return
    serial: int = work["serial"]
    match event.data:
        case Deemed(deemed="accepted"):
            pass  # its silence has accepted the application, and it goes on with it
        case Cancelled() | Deemed():
            connection.execute("UPDATE works SET cancelled = 1 WHERE serial = ?", (serial,))
            outbox.drop(connection, serial)
        case MaterialsAdded() if work["awaits_materials"]:
            connection.execute("UPDATE works SET awaits_materials = 0 WHERE serial = ?", (serial,))
            outbox.drop_unsent(connection, serial)
            assignment = Dispatched.model_validate_json(work["content"])
            conduct = _conduct(assignment, behaviours, work["behaviour"], serial, now)
            outbox.put(connection, serial, conduct.review(now), conduct.copies())
        case MaterialsAdded() if not outbox.verified(connection, serial):
            assignment = Dispatched.model_validate_json(work["content"])
            conduct = _conduct(assignment, behaviours, work["behaviour"], serial, now)
            if planned := conduct.cured(now):
                outbox.drop_unsent(connection, serial)
                outbox.put(connection, serial, planned, conduct.copies())
        case OpinionHeard(awaited=()):
            update = "UPDATE works SET prerequisites_met_at = ? WHERE serial = ?"
            connection.execute(update, (now.timestamp(), serial))
            outbox.retry_decision(connection, serial, now)
        case PrerequisitesMet(awaits=()):
            connection.execute(
                "UPDATE works SET awaits_prerequisites = 0, prerequisites_met_at = ? WHERE serial = ?",
                (now.timestamp(), serial),
            )
            outbox.release(connection, serial, now)
        case Invited() as invitation:
            joint.invited(connection, serial, department, behaviours.handler_of(department), invitation, now)
        case _:
            pass  # a reminder, one opinion of several, materials nobody asked for, prerequisites still open


def _conduct(assignment: Dispatched, behaviours: Behaviours, behaviour: str, serial: int, now: datetime) -> Conduct:
    number = f"{assignment.department}-{assignment.item.code}〔{now.astimezone(SHANGHAI):%Y}〕{serial:06d}号"
    handler = behaviours.handler_of(assignment.department)
    approver = behaviours.approver_of(assignment.department)
    return Conduct(assignment, BEHAVIOUR.validate_json(behaviour), handler, number, approver)
