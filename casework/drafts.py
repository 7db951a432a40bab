"""Intake forms under way: begun, filled in over days, their files kept, launched once (登记前的草稿)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import files
from casework.casefile import Actor
from casework.launching import Intake, launch
from kit.scanning import Finding
from models import IntakeDraft
from rules.errors import NotFoundError
from rules.intake import Answer

_PERSON: Final = text("SELECT id FROM people WHERE account = :account")
_MINE: Final = """
SELECT d.id, d.journey, d.content, d.updated_at
  FROM intake_drafts d JOIN people p ON p.id = d.person_id WHERE p.account = :account"""
_ONE: Final = text(_MINE + " AND d.id = :id FOR UPDATE OF d")
_ALL: Final = text(_MINE + " ORDER BY d.updated_at DESC LIMIT 50")
_DELETE: Final = text("DELETE FROM intake_drafts WHERE id = :id")
_LAUNCHED: Final = text("SELECT number FROM applications WHERE launch_key = :key")


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A file that waits for its application; its content is in the store already."""

    sha256: str
    size: int
    media_type: str
    finding: str
    file_name: str


@dataclass(slots=True)
class Draft:
    """An intake form as it was last left."""

    id: UUID
    journey: str
    updated_at: datetime
    answers: dict[str, Answer] = field(default_factory=dict)
    #: What was typed, by the name of the field.
    fields: dict[str, str] = field(default_factory=dict)
    #: Choices of several: classes, express authority, commitments as ``E10/tolerance``, papers in hand.
    chosen: dict[str, list[str]] = field(default_factory=dict)
    #: Files by the material that each is.
    files: dict[str, DraftFile] = field(default_factory=dict)

    @property
    def materials(self) -> set[str]:
        """The materials that are there: on paper or as a file."""
        return {*self.chosen.get("materials", ()), *self.files}


async def begin(
    session: AsyncSession, account: str, journey: str, answers: Mapping[str, Answer], *, now: datetime
) -> UUID:
    """Begin a form and return its id."""
    id_ = uuid4()
    draft = Draft(id_, journey, now, dict(answers))
    person = await session.scalar(_PERSON, {"account": account})
    row = {"id": id_, "person_id": person, "journey": journey, "content": _content(draft), "updated_at": now}
    await session.execute(insert(IntakeDraft), row)
    return id_


async def load(session: AsyncSession, account: str, draft: UUID) -> Draft:
    """Return a person's draft and lock it. Raises NotFoundError, also for another person's."""
    row = (await session.execute(_ONE, {"account": account, "id": draft})).one_or_none()
    if row is None:
        raise NotFoundError("没有这份草稿", wanted=str(draft))
    return _draft(row)


async def drafts(session: AsyncSession, account: str) -> list[Draft]:
    """List a person's drafts, the last touched first."""
    return [_draft(row) for row in await session.execute(_ALL, {"account": account})]


async def save(session: AsyncSession, draft: Draft, *, now: datetime) -> None:
    """Keep a draft as it is now."""
    table = IntakeDraft.__table__  # type: ignore[attr-defined]
    kept = table.update().where(table.c.id == draft.id).values(content=_content(draft), updated_at=now)
    await session.execute(kept)


async def discard(session: AsyncSession, account: str, draft: UUID) -> None:
    """Throw a draft away. Raises NotFoundError."""
    await load(session, account, draft)
    await session.execute(_DELETE, {"id": draft})


def kept(file: files.Kept, name: str) -> DraftFile:
    """Note a file that is in the store."""
    return DraftFile(file.sha256, file.size, file.media_type, file.finding.value, name)


async def launch_draft(
    session: AsyncSession, draft: Draft, intake: Intake, *, actor: Actor, now: datetime, tracking_code: str
) -> str:
    """Launch what a draft has become, tie its files to its materials, and end the draft; return the number.

    It is the agent's own who filled it in, however busy: nobody else could bring its files. Raises what
    ``launch`` and ``file_material`` raise.
    """
    key = _key(actor.name, draft.id)
    own = replace(intake, agent=actor.name)
    number, _ = await launch(session, own, actor=actor, now=now, key=key, tracking_code=tracking_code)
    for material, each in draft.files.items():
        content = files.Kept(each.sha256, each.size, each.media_type, Finding(each.finding))
        await files.file_material(session, number, material, content, each.file_name, actor=actor, now=now)
    await session.execute(_DELETE, {"id": draft.id})
    return number


async def launched(session: AsyncSession, account: str, draft: UUID) -> str | None:
    """Return the application that a draft has become, so that a form sent twice launches once."""
    found: str | None = await session.scalar(_LAUNCHED, {"key": _key(account, draft)})
    return found


def _key(account: str, draft: UUID) -> str:
    return f"{account}:draft/{draft}"


def _content(draft: Draft) -> dict[str, Any]:
    content = asdict(draft)
    return {name: content[name] for name in ("answers", "fields", "chosen", "files")}


def _draft(row: Any) -> Draft:
    known = {material: DraftFile(**each) for material, each in row.content["files"].items()}
    return Draft(row.id, row.journey, row.updated_at, **{**row.content, "files": known})
