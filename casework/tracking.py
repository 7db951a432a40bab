"""The code with which an applicant looks at their application and speaks without an account (查询码)."""

import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.advancing import advance
from casework.casefile import Actor, open_by_number
from kit.check_codes import ALPHABET
from rules.errors import NotFoundError

#: 80 bits: whoever tries a million codes a second finds one of a million applications in 600 years.
_SYMBOLS: Final = 16
_STORED: Final = text("SELECT tracking_sha256 FROM applications WHERE number = :number")
#: Compared with where there is no code, so that an unknown number costs what a wrong code does.
_NONE: Final = "0" * 64


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
