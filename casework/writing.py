"""Write what a case file has collected: almost always in one statement."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from casework.casefile import CaseFile
from kit.batch import Batch
from models import (
    Application,
    ApprovalNetwork,
    Assignment,
    Commitment,
    Delivery,
    JointSession,
    Material,
    Milestone,
    Notice,
    Objection,
    Opinion,
)

#: What is written with statements of its own: rows that may be there already.
_MERGED: Final = (ApprovalNetwork, Material)
_VOID: Final = """
UPDATE department_messages m SET voided_at = {} FROM assignments s
 WHERE s.id = ANY({}) AND m.assignment_id = s.id AND m.department = s.department
   AND m.sent_at IS NULL AND m.voided_at IS NULL
"""
_ARRIVED: Final = """
UPDATE department_messages SET sent_at = {}
 WHERE assignment_id = ANY({}) AND kind = 'dispatched' AND sent_at IS NULL AND voided_at IS NULL
"""
_REACHED: Final = "UPDATE milestones SET reached_at = {}, reported_by = {} WHERE application_id = {} AND code = {}"
_CLOSED = text("DELETE FROM milestones WHERE application_id = :id AND code = ANY(:codes) AND reached_at IS NULL")
_SENT: Final = "UPDATE notices SET sent_at = {} WHERE id = ANY({}) AND sent_at IS NULL"


async def write(case: CaseFile) -> None:
    """Flush the case file's rows and changes. The transaction stays open."""
    if networks := case.rows.get(ApprovalNetwork):
        await case.session.execute(insert(ApprovalNetwork).on_conflict_do_nothing(), networks)
    if case.milestones_closed:
        # By itself, for one of them may be opened again at once.
        await case.session.execute(_CLOSED, {"id": case.id, "codes": list(case.milestones_closed)})
    if materials := case.rows.get(Material):
        await _write_materials(case, materials)
    batch = Batch(case.session)
    _changes(case, batch)
    for table, rows in case.rows.items():
        if table not in _MERGED:
            batch.insert(table, rows)
    own = {
        **case.application_changes,
        "revision": case.revision,
        "step_count": case.step_count,
        "last_hash": case.last_hash,
    }
    batch.update(Application, case.id, own)
    await batch.send()
    _clear(case)


def _changes(case: CaseFile, batch: Batch) -> None:
    if case.arrived:
        batch.change(_ARRIVED, case.now, list(case.arrived))
    # What has arrived is not void: of one statement neither part would see what the other does.
    if gone := case.void_messages - case.arrived:
        batch.change(_VOID, case.now, list(gone))
    _bring_to_new(case)
    for code, by in case.milestones_reached.items():
        batch.change(_REACHED, case.now, by, case.id, code)
    if case.notices_sent:
        batch.change(_SENT, case.now, case.notices_sent)
    for table, changes in _changed(case):
        for id_, values in changes.items():
            batch.update(table, id_, values)


def _changed(case: CaseFile) -> tuple[tuple[type[Any], dict[UUID, dict[str, Any]]], ...]:
    return (
        (Assignment, case.assignment_changes),
        (Opinion, case.opinion_changes),
        (JointSession, case.session_changes),
        (Commitment, case.commitment_changes),
        (Delivery, case.delivery_changes),
        (Objection, case.objection_changes),
    )


def _bring_to_new(case: CaseFile) -> None:
    """Bring changes of rows that are only now inserted into these rows: an UPDATE beside the INSERT finds nothing."""
    for table, changes in _changed(case):
        for row in case.rows.get(table, ()):
            row.update(changes.pop(row["id"], {}))
    for row in case.rows.get(Milestone, ()):
        if by := case.milestones_reached.pop(row["code"], None):
            row.update(reached_at=case.now, reported_by=by)
    for row in case.rows.get(Notice, ()):
        if row["id"] in case.notices_sent:
            row["sent_at"] = case.now
            case.notices_sent.remove(row["id"])


def _clear(case: CaseFile) -> None:
    collected: tuple[Any, ...] = (
        case.rows,
        case.assignment_changes,
        case.application_changes,
        case.void_messages,
        case.arrived,
        case.milestones_reached,
        case.milestones_closed,
        case.opinion_changes,
        case.session_changes,
        case.commitment_changes,
        case.delivery_changes,
        case.objection_changes,
        case.notices_sent,
    )
    for each in collected:
        each.clear()


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
