"""The case file (案卷): one application under its row lock, its snapshot, and what this transaction adds to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.catalogs import offices
from casework.snapshots import Editions, load_snapshot
from models import StepRecord
from rules.audit import chained
from rules.errors import NotFoundError
from rules.issuing import Parties
from rules.snapshot import ApplicationSnapshot

_COLUMNS = """a.id, a.number, a.status, a.outcome, a.network, a.catalog_version, a.revision, a.step_count,
    a.last_hash, a.withdrawal_requested_at, a.complete, a.concluded_at,
    a.applicant_id,
    (SELECT jsonb_build_array(p.name, t.name, t.credit_code, t.contact) FROM projects p, applicants t
      WHERE p.id = a.project_id AND t.id = a.applicant_id) AS parties"""
# NO KEY: rows that refer to the application may be inserted meanwhile, such as a rescue's wake, without a deadlock.
_BY_NUMBER = text(f"SELECT {_COLUMNS} FROM applications a WHERE a.number = :key FOR NO KEY UPDATE")  # noqa: S608 - constants
_BY_ID = text(f"SELECT {_COLUMNS} FROM applications a WHERE a.id = :key FOR NO KEY UPDATE")  # noqa: S608 - constants
_BY_ASSIGNMENT = text(
    f"SELECT {_COLUMNS} FROM applications a"  # noqa: S608 - constants
    " JOIN assignments s ON s.application_id = a.id WHERE s.id = :key FOR NO KEY UPDATE OF a"
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a person, a department's system, or the center's own machinery; and from where."""

    name: str
    source: str | None = None
    #: Whose post the person fills in at this time (AB岗); every step then carries both names.
    on_behalf_of: str | None = None


SYSTEM = Actor("system")


@dataclass(slots=True)
class CaseFile:
    """An application being changed. Rows and steps collect here and are written once, by ``advance``."""

    session: AsyncSession
    now: datetime
    actor: Actor
    id: int
    number: str
    catalog_version: int
    revision: int
    step_count: int
    last_hash: str
    snapshot: ApplicationSnapshot
    #: The names that documents carry.
    parties: Parties
    complete: bool = False
    #: A newer catalog version has been published since this application was pinned to its own.
    behind: bool = False
    rows: dict[type, list[dict[str, Any]]] = field(default_factory=dict)
    assignment_changes: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    application_changes: dict[str, Any] = field(default_factory=dict)
    #: Assignments whose undelivered messages no longer make sense.
    void_messages: set[UUID] = field(default_factory=set)
    #: Assignments that their departments have, although the answer to the dispatch never arrived.
    arrived: set[UUID] = field(default_factory=set)
    #: Milestones that have happened, with who reported them.
    milestones_reached: dict[str, str] = field(default_factory=dict)
    message_count: int = 0
    #: Opinions that change, and milestones that something new gates.
    opinion_changes: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    milestones_closed: set[str] = field(default_factory=set)
    session_changes: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    applicant_id: int = 0
    commitment_changes: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    delivery_changes: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    objection_changes: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    #: Notices that have reached the applicant.
    notices_sent: list[UUID] = field(default_factory=list)

    def add(self, table: type, **values: Any) -> None:
        """Add a row to be inserted."""
        self.rows.setdefault(table, []).append(values)

    def change(self, assignment: UUID, **values: Any) -> None:
        """Change columns of an assignment."""
        self.assignment_changes.setdefault(assignment, {}).update(values)

    def free_messages(self, assignment: UUID, department: str) -> None:
        """Show in the snapshot that what an assignment's department has not got is due again."""
        self.snapshot = replace(
            self.snapshot,
            messages=tuple(
                replace(m, rejected_at=None, deferred=False, retry_at=None)
                if (m.assignment, m.department) == (assignment, department)
                else m
                for m in self.snapshot.messages
            ),
        )

    def record(
        self,
        kind: str,
        *,
        assignment: UUID | None = None,
        department: str | None = None,
        item: str | None = None,
        before: str | None = None,
        after: str | None = None,
        reason: str | None = None,
        details: Mapping[str, Any] | None = None,
        actor: Actor | None = None,
    ) -> None:
        """Append a step (past tense with a dot: ``decision.granted``) to the hash chain."""
        who = actor or self.actor
        self.step_count += 1
        content = {
            "application_id": self.id,
            "serial": self.step_count,
            "at": self.now.astimezone(UTC).isoformat(),
            "kind": kind,
            "actor": who.name,
            "department": department,
            "assignment_id": str(assignment) if assignment else None,
            "item": item,
            "before": before,
            "after": after,
            "reason": reason,
            "source": who.source,
            "details": {**(details or {}), **({"on_behalf_of": who.on_behalf_of} if who.on_behalf_of else {})},
        }
        previous = self.last_hash
        self.last_hash = chained(previous, content)
        self.add(
            StepRecord,
            **{**content, "at": self.now, "assignment_id": assignment},
            previous_hash=previous,
            hash=self.last_hash,
        )


async def open_by_number(session: AsyncSession, number: str, *, actor: Actor, now: datetime) -> CaseFile:
    """Lock the application row and load the application. Raises NotFoundError."""
    row = (await session.execute(_BY_NUMBER, {"key": number})).one_or_none()
    return await _opened(session, row, actor, now, what=number)


async def open_by_id(session: AsyncSession, application_id: int, *, actor: Actor, now: datetime) -> CaseFile:
    """Lock the application row and load the application. Raises NotFoundError."""
    row = (await session.execute(_BY_ID, {"key": application_id})).one_or_none()
    return await _opened(session, row, actor, now, what=str(application_id))


async def open_by_assignment(session: AsyncSession, assignment: UUID, *, actor: Actor, now: datetime) -> CaseFile:
    """Lock the application row of an assignment and load the application. Raises NotFoundError."""
    row = (await session.execute(_BY_ASSIGNMENT, {"key": assignment})).one_or_none()
    return await _opened(session, row, actor, now, what=str(assignment))


async def _opened(session: AsyncSession, row: Row[Any] | None, actor: Actor, now: datetime, *, what: str) -> CaseFile:
    if row is None:
        message = f"没有找到 {what}"
        raise NotFoundError(message, wanted=what)
    # A second statement on purpose: PostgreSQL evaluates the sub-queries of a locking SELECT on the data from before
    # the lock was granted, so loading in one round trip would miss what the previous holder wrote.
    snapshot, editions = await load_snapshot(session, row)
    return CaseFile(
        session=session,
        now=now,
        actor=actor,
        id=row.id,
        number=row.number,
        catalog_version=row.catalog_version,
        revision=row.revision,
        step_count=row.step_count,
        last_hash=row.last_hash,
        complete=row.complete,
        behind=editions.newest != editions.pinned,
        snapshot=snapshot,
        parties=await _parties(session, row, editions),
        applicant_id=row.applicant_id,
    )


async def _parties(session: AsyncSession, row: Row[Any], editions: Editions) -> Parties:
    # The applicant and project of an application stay; a name read just before the lock is at worst the former one.
    project, applicant, credit_code, contact = row.parties
    known = await offices(session, editions.newest, editions.pinned)
    return Parties(project, applicant, credit_code, contact or "", known.city, known.departments, known.center)
