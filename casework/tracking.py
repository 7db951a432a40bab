"""The code with which an applicant looks at their application and speaks without an account (查询码)."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, insert, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from casework.advancing import advance
from casework.casefile import Actor, open_by_number
from casework.people import token_digest
from kit.check_codes import ALPHABET
from models import TrackingVisit
from rules.errors import NotFoundError

#: 80 bits: whoever tries a million codes a second finds one of a million applications in 600 years.
_SYMBOLS: Final = 16
_STORED: Final = text("SELECT tracking_sha256 FROM applications WHERE number = :number")
#: Compared with where there is no code, so that an unknown number costs what a wrong code does.
_NONE: Final = "0" * 64
#: A visit ends when nothing was done for so long, and in any case after half a day: machines are shared.
_IDLE: Final = timedelta(minutes=30)
_LONGEST: Final = timedelta(hours=12)
_VISIT: Final = text("""
SELECT v.form_token FROM tracking_visits v JOIN applications a
    ON a.id = v.application_id AND a.tracking_sha256 = v.code_sha256 OR a.applicant_id = v.applicant_id
 WHERE v.token_sha256 = :token AND a.number = :number AND v.seen_at > :used_since AND v.began_at > :began_since
""")
_IDENTIFIED: Final = text("""
SELECT v.form_token, p.id, p.name, p.credit_code FROM tracking_visits v JOIN applicants p ON p.id = v.applicant_id
 WHERE v.token_sha256 = :token AND v.seen_at > :used_since AND v.began_at > :began_since
""")
_VISITED: Final = text("""
SELECT a.number FROM tracking_visits v JOIN applications a ON a.id = v.application_id WHERE v.token_sha256 = :token
""")
_EXPIRED: Final = text("DELETE FROM tracking_visits WHERE seen_at <= :used_since OR began_at <= :began_since")
_ID: Final = text("SELECT id FROM applications WHERE number = :number")


@dataclass(frozen=True, slots=True)
class Visitor:
    """An applicant who has typed number and code, and the token that each form of theirs repeats."""

    number: str
    form_token: str


@dataclass(frozen=True, slots=True)
class Identified:
    """An applicant who has signed in by a provider, and the token that each form of theirs repeats."""

    applicant: int
    name: str
    credit_code: str
    form_token: str


def new_code() -> str:
    """Make a random code, as ``7K3M-9QXD-0TRW-4HZE``."""
    symbols = "".join(secrets.choice(ALPHABET) for _ in range(_SYMBOLS))
    return "-".join(symbols[start : start + 4] for start in range(0, _SYMBOLS, 4))


def digest(code: str) -> str:
    """Return what is stored of a code: its SHA-256. Typed in either case, with or without hyphens, it is the same."""
    typed = code.upper().translate({ord("O"): "0", ord("I"): "1", ord("L"): "1", ord("-"): None, ord(" "): None})
    return hashlib.sha256(typed.encode("utf-8", "replace")).hexdigest()


async def issue(session: AsyncSession, number: str, *, actor: Actor, now: datetime) -> str:
    """Give an application a new code, which nobody can tell again; one of before opens nothing any more."""
    code = new_code()
    case = await open_by_number(session, number, actor=actor, now=now)
    case.application_changes["tracking_sha256"] = digest(code)
    case.record("tracking_code.issued")
    await advance(case)
    return code


async def require(session: AsyncSession, number: str, code: str) -> None:
    """Let whoever holds the code of an application pass. Raises NotFoundError alike for a number that nobody has."""
    stored = await session.scalar(_STORED, {"number": number})
    if not hmac.compare_digest(digest(code), stored or _NONE):
        raise NotFoundError("编号或者查询码不符，请核对后重新输入", wanted=number)


async def visit(session: AsyncSession, number: str, code: str, *, now: datetime) -> str:
    """Begin a visit with number and code and return its token; ``now`` is the real time. Raises NotFoundError."""
    await require(session, number, code)
    application = await session.scalar(_ID, {"number": number})
    return await _begin(session, now, application_id=application, code_sha256=digest(code))


async def visit_as(session: AsyncSession, applicant: int, *, id_token: str | None, now: datetime) -> str:
    """Begin a visit of an applicant whom a trusted provider has named and return its token."""
    return await _begin(session, now, applicant_id=applicant, id_token=id_token)


async def _begin(session: AsyncSession, now: datetime, **opens: Any) -> str:
    token = secrets.token_urlsafe(32)
    await session.execute(_EXPIRED, _limits(now))
    row = {"token_sha256": token_digest(token), "form_token": secrets.token_urlsafe(32), **opens}
    await session.execute(insert(TrackingVisit), {**row, "began_at": now, "seen_at": now})
    return token


async def identified(session: AsyncSession, token: str, *, now: datetime) -> Identified | None:
    """Return the applicant who has signed in with this token; None when nobody has. ``now`` is the real time."""
    found = token_digest(token)
    row = (await session.execute(_IDENTIFIED, {"token": found, **_limits(now)})).one_or_none()
    if row is None:
        return None
    await session.execute(update(TrackingVisit).where(col(TrackingVisit.token_sha256) == found).values(seen_at=now))
    return Identified(row.id, row.name, row.credit_code, row.form_token)


async def visitor(session: AsyncSession, token: str, number: str, *, now: datetime) -> Visitor | None:
    """Return who looks at an application with this token; None when nobody may. ``now`` is the real time."""
    found = token_digest(token)
    form_token = await session.scalar(_VISIT, {"token": found, "number": number, **_limits(now)})
    if form_token is None:
        return None
    seen = update(TrackingVisit).where(col(TrackingVisit.token_sha256) == found).values(seen_at=now)
    await session.execute(seen)
    return Visitor(number, form_token)


async def visited(session: AsyncSession, token: str) -> str | None:
    """Return the number of the application that a visit is to, whether or not it has ended."""
    number = await session.scalar(_VISITED, {"token": token_digest(token)})
    return None if number is None else str(number)


async def leave(session: AsyncSession, token: str) -> str | None:
    """End a visit and return what a provider had said at its beginning, if one had. Safe to repeat."""
    ended = delete(TrackingVisit).where(col(TrackingVisit.token_sha256) == token_digest(token))
    found: str | None = await session.scalar(ended.returning(col(TrackingVisit.id_token)))
    return found


def _limits(now: datetime) -> dict[str, datetime]:
    return {"used_since": now - _IDLE, "began_since": now - _LONGEST}
