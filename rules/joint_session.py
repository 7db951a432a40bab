"""A joint session of several departments as its acts see it (联合审查、联合踏勘)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rules.catalog import DepartmentCode, ItemCode
from rules.vocabulary import SessionKind, SessionStatus


@dataclass(frozen=True, slots=True)
class SessionView:
    """A joint session as its acts see it."""

    id: UUID
    serial: int
    kind: SessionKind
    status: SessionStatus
    stage: str
    lead: DepartmentCode
    items: tuple[ItemCode, ...]
    departments: tuple[DepartmentCode, ...]
    held_items: tuple[ItemCode, ...]
    scheduled_at: datetime
    planned_at: datetime
    place: str = ""
    agenda: str = ""
