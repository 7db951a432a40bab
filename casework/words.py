"""Find applications by what people call them: project, applicant, number, or the applicant's whole credit code.

Of every application the pairs of characters in its names are kept beside it, because Chinese has words of two, which
PostgreSQL's own trigrams do not find. They narrow a search; the names themselves decide.
"""

import re
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models import ApplicationWords
from rules.errors import InvalidNumberError
from rules.numbers import check_number

_CREDIT_CODE: Final = re.compile(r"[0-9A-Z]{18}", re.ASCII)
_NAMES: Final = """
SELECT a.id, a.number, p.name AS project, t.name AS applicant
  FROM applications a JOIN projects p ON p.id = a.project_id JOIN applicants t ON t.id = a.applicant_id"""
#: When more applications are called so, a list finds its page sooner by looking at one after the other in its order.
_FEW: Final = 2000
_NARROWED: Final = text(f"SELECT application_id FROM application_words WHERE grams @> :grams LIMIT {_FEW + 1}")  # noqa: S608
_OF_CODE: Final = text("""
SELECT a.id FROM applicants t JOIN applications a ON a.applicant_id = t.id WHERE t.credit_code = :code
""")
_CALLED_SO: Final = " AND (p.name ILIKE :words OR t.name ILIKE :words OR a.number ILIKE :words{or_code})"


def grams(*names: str) -> frozenset[str]:
    """List the characters of names and their pairs, capitals made small one by one, as ILIKE compares them."""
    found: set[str] = set()
    for name in names:
        small = "".join(character.lower() for character in name)
        found.update(small)
        found.update(small[at : at + 2] for at in range(len(small) - 1))
    return frozenset(found)


def wanted(words: str) -> list[str]:
    """List what a name must have of ``grams`` to hold these words: a character of one, else every pair."""
    return sorted(each for each in grams(words) if len(each) == min(2, len(words)))


async def called(session: AsyncSession, words: str, *, id_: str = "a.id") -> tuple[str, dict[str, Any]] | None:
    """Write the condition of a list of applications a, projects p and applicants t that are called so; None: none is.

    ``id_`` is the column that the list is best narrowed by. Words are taken as they are typed.
    """
    typed = words.upper()
    if _is_number(typed):
        return " AND a.number = :words", {"words": typed}
    given: dict[str, Any] = {"words": "%" + re.sub(r"([%_\\])", r"\\\1", words) + "%"}
    found = list(await session.scalars(_NARROWED, {"grams": wanted(words)}))
    or_code = ""
    if _CREDIT_CODE.fullmatch(typed):
        or_code, given["code"] = " OR t.credit_code = :code", typed
        found += await session.scalars(_OF_CODE, {"code": typed})
    if not found:
        return None
    condition = _CALLED_SO.format(or_code=or_code)
    if len(found) <= _FEW:
        condition, given["found"] = f"{condition} AND {id_} = ANY(CAST(:found AS bigint[]))", found
    return condition, given


def _is_number(typed: str) -> bool:
    try:
        check_number(typed)
    except InvalidNumberError:
        return False
    return True


async def keep(session: AsyncSession, application: int) -> None:
    """Keep what a new application can be found by."""
    await _keep(session, _NAMES + " WHERE a.id = :id", application)


async def keep_anew(session: AsyncSession, applicant: int) -> None:
    """Keep what the applications of a renamed applicant can be found by. The caller has locked the applicant."""
    await _keep(session, _NAMES + " WHERE a.applicant_id = :id", applicant)


async def _keep(session: AsyncSession, names: str, id_: int) -> None:
    rows = await session.execute(text(names), {"id": id_})
    kept = [{"application_id": row.id, "grams": sorted(grams(row.number, row.project, row.applicant))} for row in rows]
    statement = insert(ApplicationWords)
    changed = {"grams": statement.excluded.grams}
    await session.execute(statement.on_conflict_do_update(index_elements=["application_id"], set_=changed), kept)
