"""Write what a case file has collected, in a fixed order and a fixed few statements."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import Insert, Update, bindparam, insert, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from casework.casefile import CaseFile
from models import (
    Application,
    ApprovalNetwork,
    Assignment,
    ClockEvent,
    Commitment,
    CreditRecord,
    Decision,
    DecisionConflict,
    DecisionCorrection,
    Delivery,
    DepartmentEvent,
    DepartmentMessage,
    IssuedDocument,
    JointExtension,
    JointSession,
    Material,
    Milestone,
    Notice,
    Objection,
    Opinion,
    OpinionEvent,
    RefusalFiling,
    StepRecord,
)

_ORDER: Final[tuple[type[Any], ...]] = (
    Assignment,
    ClockEvent,
    Notice,
    RefusalFiling,
    Decision,
    DecisionCorrection,
    DecisionConflict,
    DepartmentEvent,
    Milestone,
    DepartmentMessage,
    IssuedDocument,
    Opinion,
    OpinionEvent,
    JointSession,
    JointExtension,
    Commitment,
    CreditRecord,
    Delivery,
    Objection,
    StepRecord,
)
_VOID = text(
    "UPDATE department_messages m SET voided_at = :now FROM assignments s"
    " WHERE s.id = ANY(:assignments) AND m.assignment_id = s.id AND m.department = s.department"
    " AND m.sent_at IS NULL AND m.voided_at IS NULL"
)
_ARRIVED = text("""
UPDATE department_messages SET sent_at = :now
 WHERE assignment_id = ANY(:assignments) AND kind = 'dispatched' AND sent_at IS NULL AND voided_at IS NULL
""")
_REACHED = text("""
UPDATE milestones SET reached_at = :now, reported_by = :by WHERE application_id = :id AND code = :code
""")
_CLOSED = text("DELETE FROM milestones WHERE application_id = :id AND code = ANY(:codes) AND reached_at IS NULL")
_SENT = text("UPDATE notices SET sent_at = :now WHERE id = ANY(:notices) AND sent_at IS NULL")


async def write(case: CaseFile) -> None:
    """Flush the case file's rows and changes. The transaction stays open."""
    session = case.session
    if case.arrived:
        await session.execute(_ARRIVED, {"now": case.now, "assignments": list(case.arrived)})
    if case.void_messages:
        await session.execute(_VOID, {"now": case.now, "assignments": list(case.void_messages)})
    if networks := case.rows.get(ApprovalNetwork):
        await session.execute(upsert(ApprovalNetwork).on_conflict_do_nothing(), networks)
    if case.milestones_closed:
        await session.execute(_CLOSED, {"id": case.id, "codes": list(case.milestones_closed)})
    for table in _ORDER:
        if rows := case.rows.get(table):
            await session.execute(_insert(table), _aligned(rows))
    if materials := case.rows.get(Material):
        await _write_materials(case, materials)
    if case.milestones_reached:
        reached = [{"now": case.now, "by": by, "id": case.id, "code": c} for c, by in case.milestones_reached.items()]
        await session.execute(_REACHED, reached)
    for assignment, values in case.assignment_changes.items():
        await session.execute(_update(Assignment), {"row_id": assignment, **values})
    changed: tuple[tuple[Any, dict[UUID, dict[str, Any]]], ...] = (
        (Opinion, case.opinion_changes),
        (JointSession, case.session_changes),
        (Commitment, case.commitment_changes),
        (Delivery, case.delivery_changes),
        (Objection, case.objection_changes),
    )
    for table, changes in changed:
        for id_, values in changes.items():
            await session.execute(_update(table), {"row_id": id_, **values})
    if case.notices_sent:
        await session.execute(_SENT, {"now": case.now, "notices": case.notices_sent})
    own = {
        **case.application_changes,
        "revision": case.revision,
        "step_count": case.step_count,
        "last_hash": case.last_hash,
    }
    await session.execute(_update(Application), {"row_id": case.id, **own})
    case.rows.clear()
    case.assignment_changes.clear()
    case.application_changes.clear()
    case.void_messages.clear()
    case.arrived.clear()
    case.milestones_reached.clear()
    case.milestones_closed.clear()
    case.opinion_changes.clear()
    case.session_changes.clear()
    case.commitment_changes.clear()
    case.delivery_changes.clear()
    case.objection_changes.clear()
    case.notices_sent.clear()


def _insert(table: type[Any]) -> Insert:
    """Insert rows of a table, which is not the ORM's matter: its bulk insert looks through every statement anew."""
    return insert(table.__table__)


def _update(table: type[Any]) -> Update:
    """Change the row ``row_id``: the other values of the execution are the columns set."""
    rows = table.__table__
    return update(rows).where(rows.c.id == bindparam("row_id"))


def _aligned(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give all rows of one statement the same columns; SQLAlchemy takes the first row's for all."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    return [{column: row.get(column) for column in columns} for row in rows]


# Asked for anew, a material counts as brought no longer; the steps tell that and when it had been.
_MATERIAL = text("""
INSERT INTO materials (application_id, name, asked_at, provided_at, provided_by, version, sha256)
VALUES (:application_id, :name, :asked_at, :provided_at, :provided_by, coalesce(:version, 0), :sha256)
ON CONFLICT (application_id, name) DO UPDATE SET
  asked_at = coalesce(excluded.asked_at, materials.asked_at),
  provided_at = excluded.provided_at, provided_by = excluded.provided_by,
  version = greatest(materials.version, excluded.version),
  sha256 = CASE WHEN excluded.version > 0 THEN excluded.sha256 ELSE materials.sha256 END
""")
_MATERIAL_COLUMNS = ("application_id", "name", "asked_at", "provided_at", "provided_by", "version", "sha256")


async def _write_materials(case: CaseFile, materials: list[dict[str, Any]]) -> None:
    rows = [{column: material.get(column) for column in _MATERIAL_COLUMNS} for material in materials]
    await case.session.execute(_MATERIAL, rows)
