"""Verify the hash chains of step records: what an inspector trusts."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from rules.audit import chained

_APPLICATIONS = text("SELECT id, number, step_count, last_hash FROM applications ORDER BY id")
_STEPS = text("SELECT * FROM step_records WHERE application_id = :id ORDER BY serial")
_FIELDS = (
    "application_id",
    "serial",
    "kind",
    "actor",
    "department",
    "item",
    "before",
    "after",
    "reason",
    "source",
    "details",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with the records of one application, and from which step on."""

    number: str
    serial: int
    problem: str


@dataclass(frozen=True, slots=True)
class Verified:
    """One application's chain: how many steps it has, and what is wrong with it."""

    number: str
    steps: int
    finding: Finding | None


async def verify(session: AsyncSession) -> AsyncIterator[Verified]:
    """Recompute every chain and compare it with the application's own count and last hash."""
    for application in (await session.execute(_APPLICATIONS)).all():
        steps = (await session.execute(_STEPS, {"id": application.id})).all()
        yield Verified(application.number, len(steps), _finding(application, steps))


def _finding(application: Row[Any], steps: Any) -> Finding | None:
    previous = ""
    for expected, step in enumerate(steps, start=1):
        if step.serial != expected:
            return Finding(application.number, expected, "步骤缺失 step missing")
        if step.previous_hash != previous or step.hash != chained(previous, _content(step)):
            return Finding(application.number, expected, "步骤被改动 step altered")
        previous = step.hash
    if application.step_count != len(steps) or application.last_hash != previous:
        return Finding(application.number, len(steps), "末尾步骤缺失 last steps missing")
    return None


def _content(step: Row[Any]) -> dict[str, Any]:
    content = {name: getattr(step, name) for name in _FIELDS}
    content["at"] = step.at.astimezone(UTC).isoformat()
    content["assignment_id"] = str(step.assignment_id) if step.assignment_id else None
    return content
