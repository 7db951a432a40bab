"""A withdrawal and a refusal that needs two people over the real stack, a day of the office a second."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from bench.office import Office, OpenAssignment, office
from kit import clock

pytestmark = [pytest.mark.stack, pytest.mark.asyncio(loop_scope="module")]

CLOCK = "2026-02-09T09:00+08:00@86400"
#: Real seconds; each is a day of the office.
PATIENCE = 90.0
ROOT = "/api/v1/applications"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def desk() -> AsyncIterator[Office]:
    """An office whose departments say nothing of their own; its timers are looked at every second."""
    async with office(clock_setting=CLOCK, watch_seconds=1) as opened:
        yield opened


async def line_of(desk: Office, number: str, item: str) -> dict[str, Any]:
    report = (await desk.http.get(f"{ROOT}/{number}", headers=desk.agent)).json()
    found: dict[str, Any] = next(line for line in report["lines"] if line["item"] == item)
    return found


async def until(desk: Office, number: str, item: str, **wanted: Any) -> dict[str, Any]:
    """Wait until an item's line says so, and return it."""
    async with asyncio.timeout(PATIENCE):
        while True:
            line = await line_of(desk, number, item)
            if all(line[name] == value for name, value in wanted.items()):
                return line
            await asyncio.sleep(0.2)


async def assignment_of(desk: Office, number: str, item: str) -> OpenAssignment:
    return next(each for each in await desk.open_assignments(number) if each.item == item)


async def steps_of(desk: Office, number: str, item: str | None = None) -> list[dict[str, Any]]:
    answer = (await desk.http.get(f"{ROOT}/{number}/steps?limit=200", headers=desk.agent)).json()
    return [step for step in answer["steps"] if item is None or step["item"] == item]


async def test_a_decision_dated_before_the_withdrawal_stands_and_the_rest_is_withdrawn(desk: Office) -> None:
    number = await desk.launch("J3")
    await until(desk, number, "E01", status="received")
    await until(desk, number, "P03", status="received")
    assignment = await assignment_of(desk, number, "E01")
    decided_at = clock.now()
    body = {"reason": "另行选址", "applicant_request": "撤件申请书〔2026〕1号"}
    asked = await desk.http.post(f"{ROOT}/{number}/withdrawal", json=body, headers=desk.agent)
    assert asked.status_code == 200, asked.text

    early = await desk.post(assignment, "decided", at=decided_at, decision="granted", document_number="1号")
    assert early.status_code == 200, early.text
    ended = await until(desk, number, "P03", status="withdrawn")

    assert ended["status"] == "withdrawn"
    assert (await line_of(desk, number, "E01"))["status"] == "granted"
    await desk.until_completed(number, seconds=PATIENCE)
    assert (await desk.standing(number)).outcome == "withdrawn"
    assert await desk.audit_problems() == []


async def test_a_refusal_by_one_person_waits_for_the_second(desk: Office) -> None:
    number = await desk.launch("J5")
    await until(desk, number, "E01", status="received")
    refusal = {"decision": "refused", "reason": "名称不符合规定", "legal_basis": "市场主体登记管理条例第十九条"}
    assignment = await assignment_of(desk, number, "E01")
    proposed = await desk.post(assignment, "decided", **refusal, handler="王芳")
    assert proposed.json()["status"] == "refusal_proposed"
    himself = await desk.post(assignment, "refusal_approved", approver="王芳")
    assert himself.status_code == 422

    approved = await desk.post(assignment, "refusal_approved", approver="李强")
    assert approved.json()["status"] == "refused"
    await desk.until_completed(number, seconds=PATIENCE)

    assert (await desk.standing(number)).outcome == "refused"
    filed = next(step for step in await steps_of(desk, number, "E01") if step["kind"] == "denial.filed")
    assert filed["reason"] == "名称不符合规定"
