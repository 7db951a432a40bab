"""Findings (监督线索) as they were kept, the newest first; a finding accuses nobody."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from rules.findings import FindingKind

_LINES: Final = """
SELECT f.id, f.kind, a.number, p.name AS project, f.item, i.name AS item_name, f.at, f.evidence
  FROM kept_findings f
  JOIN applications a ON a.id = f.application_id
  JOIN projects p ON p.id = a.project_id
  LEFT JOIN approval_items i ON i.catalog_version = a.catalog_version AND i.code = f.item
 WHERE true"""


@dataclass(frozen=True, slots=True)
class FindingPlace:
    """Where a page of the list ended."""

    at: datetime
    id: int

    @classmethod
    def read(cls, written: str) -> "FindingPlace":
        """Read what ``str`` wrote. Raises ValueError for anything else."""
        at, _, id_ = written.partition("~")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError(written)
        return cls(moment, int(id_))

    def __str__(self) -> str:
        return f"{self.at.isoformat().replace('+00:00', 'Z')}~{self.id}"


@dataclass(frozen=True, slots=True)
class KeptLine:
    """One finding and the recorded facts it rests on."""

    id: int
    kind: FindingKind
    number: str
    project: str
    item: str
    item_name: str | None
    at: datetime
    evidence: dict[str, Any]

    @property
    def place(self) -> FindingPlace:
        """Where the list goes on after this one."""
        return FindingPlace(self.at, self.id)


async def kept_findings(
    session: AsyncSession, *, kind: FindingKind | None = None, before: FindingPlace | None = None, limit: int
) -> list[KeptLine]:
    """List up to ``limit`` findings, those before a place; of one kind if named."""
    statement, given = _LINES, dict[str, Any](limit=limit)
    if kind is not None:
        statement, given = statement + " AND f.kind = :kind", {**given, "kind": kind}
    if before is not None:
        statement, given = statement + " AND (f.at, f.id) < (:at, :id)", {**given, "at": before.at, "id": before.id}
    rows = (await session.execute(text(statement + " ORDER BY f.at DESC, f.id DESC LIMIT :limit"), given)).mappings()
    return [KeptLine(**{**row, "kind": FindingKind(row["kind"])}) for row in rows]
