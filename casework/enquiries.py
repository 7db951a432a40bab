"""Enquiries (咨询) and who answers for them (首问负责): ask, hand over, accept or decline, resolve."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, insert, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from casework.casefile import Actor
from casework.people import known_ids
from models import Enquiry
from rules import enquiries as rules
from rules.enquiries import TOLERATED_BOUNCES, HandOver, Responsibility
from rules.errors import NotFoundError
from rules.people import Account

_COLUMNS = """
SELECT q.id, a.number, q.asker, q.subject, q.asked_at, f.account AS first, r.account AS responsible,
       o.account AS offered_to, q.bounces, q.resolved_at, q.resolution
  FROM enquiries q
  LEFT JOIN applications a ON a.id = q.application_id
  JOIN people f ON f.id = q.first_id
  JOIN people r ON r.id = q.responsible_id
  LEFT JOIN people o ON o.id = q.offered_to_id
 WHERE true"""
_LOCKED: Final = text(_COLUMNS + " AND q.id = :id FOR NO KEY UPDATE OF q")
_OPEN: Final = " AND q.resolved_at IS NULL"
_ALARMING: Final = f" AND q.resolved_at IS NULL AND q.bounces > {TOLERATED_BOUNCES}"
_NUMBER: Final = text("SELECT id FROM applications WHERE number = :number")
_CHANGED: Final = text("""
UPDATE enquiries SET responsible_id = :responsible, offered_to_id = :offered_to, bounces = :bounces,
       resolved_at = :resolved_at, resolution = :resolution
 WHERE id = :id
""")
_STEP: Final = text("""
INSERT INTO enquiry_steps (enquiry_id, serial, kind, at, by_id, to_id, reason)
SELECT :id, coalesce(max(serial), 0) + 1, :kind, :at, :by, :to, :reason FROM enquiry_steps WHERE enquiry_id = :id
""")


@dataclass(frozen=True, slots=True)
class EnquiryLine:
    """An enquiry as people look at it; ``alarming`` when it was passed on more than once and is not resolved."""

    id: int
    #: The application it is about, if any.
    number: str | None
    asker: str
    subject: str
    asked_at: datetime
    first: str
    responsible: str
    offered_to: str | None
    bounces: int
    alarming: bool
    resolved_at: datetime | None
    resolution: str | None


async def ask(
    session: AsyncSession, asker: str, subject: str, *, first: str, number: str | None = None, now: datetime
) -> EnquiryLine:
    """Take in an enquiry; ``first``, the account of the person asked, is responsible. Raises NotFoundError."""
    application = None
    if number is not None:
        application = await session.scalar(_NUMBER, {"number": number})
        if application is None:
            raise NotFoundError(f"没有找到 {number}", wanted=number)
    person = (await known_ids(session, [first]))[first]
    row = {
        "application_id": application,
        "asker": asker,
        "subject": subject,
        "asked_at": now,
        "first_id": person,
        "responsible_id": person,
    }
    id_ = (await session.execute(insert(Enquiry).returning(col(Enquiry.id)), row)).scalar_one()
    return _line((await _load(session, int(id_)))[0])


async def offer(
    session: AsyncSession, enquiry: int, to: str, *, reason: str | None, actor: Actor, now: datetime
) -> EnquiryLine:
    """Offer an enquiry to another, who must accept it. Raises NotFoundError, NotAuthorisedError, NotAllowedNowError."""
    await known_ids(session, [to])
    turn = _Turn(HandOver.OFFERED, actor, now, reason=reason, to=to)
    return await _turn(session, enquiry, turn, lambda state, by: rules.offered(state, by, Account(to)))


async def accept(session: AsyncSession, enquiry: int, *, actor: Actor, now: datetime) -> EnquiryLine:
    """Take an enquiry over. Raises NotFoundError, NotAuthorisedError, NotAllowedNowError."""
    return await _turn(session, enquiry, _Turn(HandOver.ACCEPTED, actor, now), rules.accepted)


async def decline(session: AsyncSession, enquiry: int, *, reason: str, actor: Actor, now: datetime) -> EnquiryLine:
    """Send an enquiry back to whoever offered it. Raises NotFoundError, NotAuthorisedError, NotAllowedNowError."""
    return await _turn(session, enquiry, _Turn(HandOver.DECLINED, actor, now, reason=reason), rules.declined)


async def resolve(session: AsyncSession, enquiry: int, *, answer: str, actor: Actor, now: datetime) -> EnquiryLine:
    """Answer an enquiry. Raises NotFoundError, NotAuthorisedError, NotAllowedNowError."""
    turn = _Turn(HandOver.RESOLVED, actor, now, reason=answer)
    return await _turn(session, enquiry, turn, lambda state, by: rules.resolved(state, by, now))


async def enquiries(
    session: AsyncSession, *, unresolved: bool = True, alarming: bool = False, after: int = 0, limit: int
) -> list[EnquiryLine]:
    """List enquiries in the order they came, those after an id."""
    narrowed = _ALARMING if alarming else _OPEN if unresolved else ""
    statement = text(f"{_COLUMNS}{narrowed} AND q.id > :after ORDER BY q.id LIMIT :limit")
    return [_line(row) for row in await session.execute(statement, {"after": after, "limit": limit})]


@dataclass(frozen=True, slots=True)
class _Turn:
    kind: HandOver
    actor: Actor
    at: datetime
    reason: str | None = None
    to: str | None = None


async def _turn(
    session: AsyncSession, enquiry: int, turn: _Turn, change: Callable[[Responsibility, Account], Responsibility]
) -> EnquiryLine:
    row, state = await _load(session, enquiry)
    after = change(state, Account(turn.actor.name))
    accounts = {turn.actor.name, after.responsible, *(each for each in (after.offered_to, turn.to) if each)}
    ids = await known_ids(session, accounts)
    await session.execute(
        _CHANGED,
        {
            "id": enquiry,
            "responsible": ids[after.responsible],
            "offered_to": ids[after.offered_to] if after.offered_to else None,
            "bounces": after.bounces,
            "resolved_at": after.resolved_at,
            "resolution": turn.reason if turn.kind is HandOver.RESOLVED else row.resolution,
        },
    )
    step = {"kind": turn.kind.value, "at": turn.at, "by": ids[turn.actor.name], "reason": turn.reason}
    await session.execute(_STEP, {**step, "id": enquiry, "to": ids[turn.to] if turn.to else None})
    return _line((await _load(session, enquiry))[0])


async def _load(session: AsyncSession, enquiry: int) -> tuple[Row[Any], Responsibility]:
    """Lock an enquiry and read it. Raises NotFoundError."""
    row = (await session.execute(_LOCKED, {"id": enquiry})).one_or_none()
    if row is None:
        raise NotFoundError(f"没有找到咨询 {enquiry}", wanted=str(enquiry))
    return row, _state(row)


def _state(row: Row[Any]) -> Responsibility:
    offered_to = Account(row.offered_to) if row.offered_to else None
    return Responsibility(
        Account(row.first), Account(row.responsible), offered_to, row.bounces, resolved_at=row.resolved_at
    )


def _line(row: Row[Any]) -> EnquiryLine:
    return EnquiryLine(
        id=row.id,
        number=row.number,
        asker=row.asker,
        subject=row.subject,
        asked_at=row.asked_at,
        first=row.first,
        responsible=row.responsible,
        offered_to=row.offered_to,
        bounces=row.bounces,
        alarming=_state(row).alarming,
        resolved_at=row.resolved_at,
        resolution=row.resolution,
    )
