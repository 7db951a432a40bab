"""Verify the hash chains of step records: what an inspector trusts."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from rules.audit import chained
from rules.canonical import fingerprint

_APPLICATIONS = text("SELECT id, number, step_count, last_hash FROM applications ORDER BY id")
_STEPS = text("SELECT * FROM step_records WHERE application_id = :id ORDER BY serial")
_DOCUMENTS = text("SELECT number, content, sha256 FROM issued_documents WHERE application_id = :id ORDER BY number")
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
    """One application's chain: how many steps and documents it has, and what is wrong with them."""

    number: str
    steps: int
    documents: int
    finding: Finding | None


async def verify(session: AsyncSession) -> AsyncIterator[Verified]:
    """Recompute every chain and compare it with the application's own count and last hash; and each issued document.

    A document's content must still have the hash that the chain carries, and no document is outside the chain. To be
    done in one view: beside the work of an office, a count read before its steps is that of fewer.
    """
    for application in (await session.execute(_APPLICATIONS)).all():
        steps = (await session.execute(_STEPS, {"id": application.id})).all()
        documents = (await session.execute(_DOCUMENTS, {"id": application.id})).all()
        finding = _finding(application, steps) or _document_finding(application.number, steps, documents)
        yield Verified(application.number, len(steps), len(documents), finding)


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


def _document_finding(number: str, steps: Any, documents: Any) -> Finding | None:
    chain = {
        said["number"]: (step.serial, said["sha256"]) for step in steps for said in step.details.get("documents", ())
    }
    for document in documents:
        if document.number not in chain:
            return Finding(number, len(steps), f"文书不在步骤链中 document not in the chain: {document.number}")
        serial, sha256 = chain.pop(document.number)
        if fingerprint(document.content) != sha256 or document.sha256 != sha256:
            return Finding(number, serial, f"文书被改动 document altered: {document.number}")
    for missing, (serial, _) in chain.items():
        return Finding(number, serial, f"文书缺失 document missing: {missing}")
    return None


def _content(step: Row[Any]) -> dict[str, Any]:
    content = {name: getattr(step, name) for name in _FIELDS}
    content["at"] = step.at.astimezone(UTC).isoformat()
    content["assignment_id"] = str(step.assignment_id) if step.assignment_id else None
    return content
