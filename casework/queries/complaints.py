"""Complaints and consultations as people look at them: with their own clock, and what is still open of the matter."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.catalogs import newest
from rules.complaints import ComplaintChannel, ComplaintKind, ComplaintStatus, ComplaintSubject, Ticket, due, overdue
from rules.errors import NotFoundError
from rules.terms import Policies
from rules.vocabulary import FINAL_STATUSES, AssignmentStatus
from rules.workdays import OFFICIAL

_FINAL: Final = ", ".join(f"'{status.value}'" for status in FINAL_STATUSES)
_OPEN: Final = f"""
     FROM assignments s
    WHERE s.application_id = c.application_id AND s.item = coalesce(c.item, s.item) AND s.status NOT IN ({_FINAL})"""
_LINES: Final = f"""
SELECT c.*, a.number, {{details}}
  (SELECT count(*) {_OPEN}) AS open_items
  FROM complaints c LEFT JOIN applications a ON a.id = c.application_id
 WHERE true"""  # noqa: S608 - constants
#: What was done about it, and which assignments are open: asked of one, while a list only counts.
_DETAILS: Final = f"""
  (SELECT jsonb_agg(jsonb_build_object('kind', t.kind, 'at', t.at, 'by', t.by, 'words', t.words, 'details', t.details)
                    ORDER BY t.serial) FROM complaint_steps t WHERE t.complaint_id = c.id) AS steps,
  (SELECT jsonb_agg(jsonb_build_array(o.item, i.name, d.name, o.status, o.promised_due) ORDER BY o.item)
     FROM (SELECT s.* {_OPEN}) o
     JOIN approval_items i ON i.catalog_version = o.catalog_version AND i.code = o.item
     JOIN departments d ON d.code = o.department) AS matters,"""  # noqa: S608 - constants
_LISTED: Final = _LINES.format(details="NULL AS steps, NULL AS matters,")
_ONE: Final = text(_LINES.format(details=_DETAILS) + " AND c.id = :id")


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """An assignment that the ticket is about and that has not ended: answering the ticket does not end it."""

    item: str
    name: str
    department_name: str
    status: AssignmentStatus
    promised_due: date | None


@dataclass(frozen=True, slots=True)
class ComplaintLine:
    """A ticket; ``due`` is the last day to close it."""

    id: int
    number: str | None
    item: str | None
    department: str | None
    kind: ComplaintKind
    subject: ComplaintSubject
    channel: ComplaintChannel
    external_number: str | None
    complainant: str
    words: str
    status: ComplaintStatus
    received_at: datetime
    due: date
    provisional: bool
    overdue: bool
    responsible: str | None
    answer: str | None
    called_back_by: str | None
    closed_at: datetime | None
    #: How many assignments that it is about have not ended.
    open_items: int
    #: These, and what was done about it; both empty in a list.
    open_matters: tuple[OpenMatter, ...]
    steps: tuple[dict[str, Any], ...]


async def complaints(
    session: AsyncSession, *, every: bool = False, number: str | None = None, after: int = 0, limit: int, now: datetime
) -> list[ComplaintLine]:
    """List tickets not closed, or all, in the order they came, those after an id; of one application if named."""
    statement, given = _LISTED + " AND c.id > :after", dict[str, Any](after=after)
    if not every:
        statement += " AND c.status <> 'closed'"
    if number is not None:
        statement, given = statement + " AND a.number = :number", {**given, "number": number}
    rows = (await session.execute(text(f"{statement} ORDER BY c.id LIMIT {int(limit)}"), given)).all()
    policies = await _policies(session)
    return [_line(row, policies, now) for row in rows]


async def complaint(session: AsyncSession, ticket: int, *, now: datetime) -> ComplaintLine:
    """Show one ticket. Raises NotFoundError."""
    row = (await session.execute(_ONE, {"id": ticket})).one_or_none()
    if row is None:
        raise NotFoundError(f"没有找到投诉 {ticket}", wanted=str(ticket))
    return _line(row, await _policies(session), now)


async def _policies(session: AsyncSession) -> Policies:
    _, catalog = await newest(session)
    return catalog.policies


def _line(row: Row[Any], policies: Policies, now: datetime) -> ComplaintLine:
    kind, status = ComplaintKind(row.kind), ComplaintStatus(row.status)
    ticket = Ticket(kind, status, row.received_at, row.reopened_at)
    last = due(ticket, policies, OFFICIAL)
    return ComplaintLine(
        id=row.id,
        number=row.number,
        item=row.item,
        department=row.department,
        kind=kind,
        subject=ComplaintSubject(row.subject),
        channel=ComplaintChannel(row.channel),
        external_number=row.external_number,
        complainant=row.complainant,
        words=row.words,
        status=status,
        received_at=row.received_at,
        due=last.on,
        provisional=last.provisional,
        overdue=overdue(ticket, policies, OFFICIAL, now),
        responsible=row.responsible,
        answer=row.answer,
        called_back_by=row.called_back_by,
        closed_at=row.closed_at,
        open_items=row.open_items,
        open_matters=tuple(
            OpenMatter(item, name, department, AssignmentStatus(at), date.fromisoformat(on) if on else None)
            for item, name, department, at, on in row.matters or ()
        ),
        steps=tuple(row.steps or ()),
    )
