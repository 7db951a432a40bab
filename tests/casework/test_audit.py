"""The step records: append-only by trigger, and a chain that shows whatever was done behind the trigger's back."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import literal, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from casework import auditing
from casework.advancing import advance
from casework.casefile import open_by_number
from rules.audit import chained
from tests.casework.conftest import AGENT

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    # PostgreSQL holds neither NUL nor lone surrogates.
    | st.text(st.characters(codec="utf-8", exclude_characters="\0")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcé中", max_size=5), inner, max_size=4),
    max_leaves=12,
)


async def findings(session: AsyncSession) -> list[tuple[int, str]]:
    return [
        (verified.finding.serial, verified.finding.problem)
        async for verified in auditing.verify(session)
        if verified.finding is not None
    ]


async def unguarded(session: AsyncSession, statement: str) -> None:
    """Do what only an administrator of the database could."""
    await session.execute(text("ALTER TABLE step_records DISABLE TRIGGER ALL"))
    await session.execute(text(statement))


@pytest.fixture
async def number(desk: Any) -> str:
    launched = await desk.launch("J3")
    await desk.deliver(launched)
    await desk.refuse(launched, "E01")
    await desk.grant(launched, "P03")
    await desk.deliver(launched)
    return str(launched)


async def test_an_untouched_record_verifies(desk: Any, number: str) -> None:
    [verified] = [each async for each in auditing.verify(desk.session)]

    assert verified == auditing.Verified(
        number, (await desk.report(number)).steps, len(await desk.documents(number)), None
    )


@pytest.mark.parametrize(
    ("statement", "serial", "problem"),
    [
        ("UPDATE step_records SET reason = '已补正' WHERE serial = 4", 4, "altered"),
        ("UPDATE step_records SET at = at - interval '1 day' WHERE serial = 4", 4, "altered"),
        ("UPDATE step_records SET details = details || '{\"x\": 1}' WHERE serial = 1", 1, "altered"),
        ("UPDATE step_records SET actor = 'li' WHERE serial = 4", 4, "altered"),
        ("DELETE FROM step_records WHERE serial = 4", 4, "missing"),
        ("DELETE FROM step_records WHERE serial = (SELECT max(serial) FROM step_records)", -1, "missing"),
        ("UPDATE step_records SET serial = CASE serial WHEN 4 THEN 1005 ELSE 1004 END WHERE serial IN (4, 5)", 4, ""),
    ],
)
async def test_tampering_is_found_where_it_begins(
    desk: Any, number: str, statement: str, serial: int, problem: str
) -> None:
    steps = (await desk.report(number)).steps
    await unguarded(desk.session, statement)

    [(found_at, words)] = await findings(desk.session)
    assert found_at == (serial if serial > 0 else steps - 1)
    assert problem in words


async def test_a_rewritten_chain_is_found_by_what_the_application_remembers(desk: Any, number: str) -> None:
    await unguarded(desk.session, "UPDATE applications SET last_hash = repeat('0', 64)")

    assert len(await findings(desk.session)) == 1


@pytest.mark.parametrize(
    "statement",
    ["UPDATE step_records SET reason = 'x'", "DELETE FROM step_records", "TRUNCATE step_records"],
)
async def test_the_database_refuses_to_change_a_step(desk: Any, number: str, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        await desk.session.execute(text(statement))


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking through a database takes minutes
)
@given(details=st.dictionaries(st.text("abc", min_size=1, max_size=3), JSON, max_size=4))
async def test_whatever_a_step_tells_hashes_the_same_as_the_database_gives_it_back(
    session: AsyncSession, details: dict[str, Any]
) -> None:
    stored = await session.scalar(select(literal(details, JSONB)))

    assert chained("", {"details": details}) == chained("", {"details": stored})


@pytest.mark.parametrize("number", [1e16, 4.030095623582174e16, 1e300, -0.0, 1e-7, 0.1, 300.0, 2**53])
async def test_a_number_verifies_however_the_database_writes_it(desk: Any, number: float) -> None:
    launched = await desk.launch("J5")
    case = await open_by_number(desk.session, launched, actor=AGENT, now=desk.now)
    case.record("note.received", details={"number": number})
    await advance(case)

    assert await findings(desk.session) == []
