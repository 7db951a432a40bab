"""People are known by an account; of their token only the digest is kept."""

from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import people
from casework.queries import caller_of
from models import Role
from rules.errors import NotFoundError


async def _stored(session: AsyncSession, account: str) -> Any:
    return (await session.execute(text("SELECT * FROM people WHERE account = :a"), {"a": account})).one()


async def test_a_new_person_gets_a_token_that_is_nowhere_stored(session: AsyncSession) -> None:
    token = await people.register(session, "dai03", "孙代办", [Role.AGENT])

    assert token is not None
    stored = await _stored(session, "dai03")
    assert stored.token_sha256 == sha256(token.encode()).hexdigest()
    assert token not in str(stored)
    assert (stored.name, stored.roles, stored.department, stored.active) == ("孙代办", ["agent"], None, True)


async def test_the_token_opens_the_portal(session: AsyncSession) -> None:
    token = await people.register(session, "dai03", "孙代办", [Role.AGENT, Role.STEWARD])

    caller = await caller_of(session, token or "")

    assert caller is not None
    assert caller.account == "dai03"
    assert caller.roles == {Role.AGENT, Role.STEWARD}


async def test_registering_again_changes_the_person_and_keeps_the_token(session: AsyncSession) -> None:
    await people.register(session, "dai03", "孙代办", [Role.AGENT])
    before = await _stored(session, "dai03")

    assert await people.register(session, "dai03", "孙立", [Role.STEWARD]) is None

    after = await _stored(session, "dai03")
    assert (after.name, after.roles, after.token_sha256) == ("孙立", ["steward"], before.token_sha256)
    assert after.id == before.id


async def test_a_new_token_is_issued_only_when_asked_for_and_ends_the_old_one(session: AsyncSession) -> None:
    old = await people.register(session, "dai03", "孙代办", [Role.AGENT])

    new = await people.register(session, "dai03", "孙代办", [Role.AGENT], renew=True)

    assert new is not None
    assert new != old
    assert await caller_of(session, old or "") is None
    assert await caller_of(session, new) is not None


async def test_a_chosen_token_is_set_again_without_harm(session: AsyncSession) -> None:
    for _ in range(2):
        assert await people.register(session, "dai03", "孙代办", [Role.AGENT], token="chosen") == "chosen"

    assert await caller_of(session, "chosen") is not None


async def test_someone_who_had_left_is_active_again(session: AsyncSession) -> None:
    await people.register(session, "gone", "Gone", [Role.AGENT])

    assert (await _stored(session, "gone")).active


async def test_a_handler_belongs_to_a_department_of_the_catalog(session: AsyncSession) -> None:
    await people.register(session, "wang", "王经办", [Role.HANDLER], "CTB")

    assert (await _stored(session, "wang")).department == "CTB"
    with pytest.raises(NotFoundError, match="XYZ"):
        await people.register(session, "qian9", "钱经办", [Role.HANDLER], "XYZ")
