"""Words find the applications that are called so, and no other, however many there are."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from casework import party_changes, queries, words
from rules.acts.party import PartyChange
from rules.workdays import local_date
from tests.casework.conftest import AGENT

CODES = ("91211282MA0KYF01X8", "91211282MA0KYF02X6")
#: Applicant and project.
CALLED = (("开原市清河餐饮有限公司", "清河路Ab一号"), ("开原百分百%商贸行", "滨_江路"))


@pytest.fixture
async def numbers(desk: Any) -> list[str]:
    launched = []
    for code, (applicant, project) in zip(CODES, CALLED, strict=True):
        changes = {"applicant_name": applicant, "credit_code": code, "project_name": project}
        launched.append(await desk.launch("J1", **changes))
    return launched


@pytest.mark.parametrize("few", [0, 2000])
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("清河", [0]),
        ("开原", [0, 1]),
        ("河", [0]),
        ("路", [0, 1]),
        ("清河路Ab一号", [0]),
        ("aB", [0]),
        ("河清", []),
        # Both pairs are there, but not one after the other.
        ("原市限公", []),
        ("路一号", []),
        ("%", [1]),
        ("_", [1]),
        ("滨_江", [1]),
        ("百%", [1]),
        ("20260302", [0, 1]),
        ("0302-00002", [1]),
        (CODES[0], [0]),
        (CODES[1].lower(), [1]),
        # A code is found whole or not at all: of a person it is the identity number.
        (CODES[0][:-1], []),
    ],
)
async def test_words_find_what_is_called_so(
    session: AsyncSession,
    numbers: list[str],
    monkeypatch: pytest.MonkeyPatch,
    typed: str,
    found: list[int],
    few: int,
) -> None:
    monkeypatch.setattr(words, "_FEW", few)

    lines = await queries.applications(session, matching=typed, limit=10)

    assert [line.number for line in lines] == [numbers[at] for at in reversed(found)]


async def test_a_number_finds_its_application_alone(session: AsyncSession, numbers: list[str]) -> None:
    for number in numbers:
        lines = await queries.applications(session, matching=number.lower(), limit=10)
        assert [line.number for line in lines] == [number]


@pytest.mark.parametrize("by_launch", [True, False])
async def test_a_renamed_applicant_is_found_by_its_new_name(
    desk: Any, session: AsyncSession, numbers: list[str], by_launch: bool
) -> None:
    new = "开原市海棠酒楼"
    if by_launch:
        changes = {"applicant_name": new, "credit_code": CODES[0], "project_name": "二期"}
        numbers.append(await desk.launch("J1", **changes))
    else:
        change = PartyChange(name=new, kind=None, document="变更登记通知书", changed_on=local_date(desk.now))
        await party_changes.change(session, CODES[0], change, actor=AGENT, now=desk.now)

    lines = await queries.applications(session, matching="海棠", limit=10)
    gone = await queries.applications(session, matching="餐饮", limit=10)

    assert {line.number for line in lines} == {numbers[0], *numbers[2:]}
    assert gone == []


@given(st.text(min_size=1), st.data())
def test_a_part_of_a_name_wants_nothing_that_the_name_has_not(name: str, data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(begin + 1, len(name)))

    part = name[begin:end]

    assert words.wanted(part)
    assert words.grams(name).issuperset(words.wanted(part.swapcase() if part.isascii() else part))
