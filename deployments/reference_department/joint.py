"""Joint handling as a department takes part in it: heard on an item of another one, invited to a session."""

import sqlite3
from datetime import datetime, timedelta

from deployments.reference_department import outbox
from deployments.reference_department.behaviours import Behaviours
from deployments.reference_department.callbacks import Note
from deployments.reference_department.hearing import heard
from deployments.reference_department.joint_protocol import (
    Invited,
    OpinionAsked,
    OpinionMessage,
    OpinionOverdueEvent,
    OpinionWarnedEvent,
)
from rules.workdays import SHANGHAI

#: How long after a joint inspection the departments go on with what they have.
_BACK = timedelta(hours=6)


def asked(connection: sqlite3.Connection, behaviours: Behaviours, question: OpinionAsked, now: datetime) -> None:
    """Keep a question as work of its own and plan the answer; asked again, the first plan stands."""
    rule = behaviours.opining(question)
    row = connection.execute(
        "INSERT INTO works (department, assignment, content, behaviour) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (department, assignment) DO NOTHING RETURNING serial",
        (question.department, question.opinion, question.model_dump_json(), rule.model_dump_json()),
    ).fetchone()
    if row is not None:
        outbox.put(connection, row["serial"], heard(rule, behaviours.handler_of(question.department), now), 1)


def told(connection: sqlite3.Connection, department: str, event: OpinionMessage) -> None:
    """Stop answering when nothing is asked any more; a reminder changes nothing about when we answer."""
    if isinstance(event, OpinionWarnedEvent | OpinionOverdueEvent):
        return
    query = "UPDATE works SET cancelled = 1 WHERE department = ? AND assignment = ? RETURNING serial"
    row = connection.execute(query, (department, event.subject)).fetchone()
    if row is not None:
        outbox.drop(connection, row["serial"])


def invited(
    connection: sqlite3.Connection, work: int, department: str, handler: str, invitation: Invited, now: datetime
) -> None:
    """Say who comes to a session, and go on with the work after an inspection: its clock may stand still till then."""
    if invitation.what == "cancelled":
        return
    at = invitation.planned_at.astimezone(SHANGHAI)
    kind = "联合踏勘" if invitation.kind == "inspection" else "联合审查"
    outbox.put_aside(
        connection, work, Note(text=f"参加 {at:%Y-%m-%d %H:%M} {kind}：{handler}、{department} 协办人"), now
    )
    if invitation.kind == "inspection":
        outbox.postpone(connection, work, invitation.planned_at + _BACK)
