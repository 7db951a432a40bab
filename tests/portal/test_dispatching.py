"""Sending over HTTP: who sees what does not get through, the department's inbox, and two channels that meet."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from casework import endpoints, messages, runs
from kit.clock import wall_now
from kit.database import transaction
from rules.moves import SendMessage
from rules.retrying import FAILURES

NOBODYS = "5ce9bb1c-3f5d-4f0e-9c2c-8c1f6a0f7d11"
OUTBOX, INBOX, CONFLICTS = "/api/v1/outbox", "/api/v1/inbox", "/api/v1/decision-conflicts"
HEALTH = "/api/v1/departments/health"
WHY = {"reason": "部门来电，系统已恢复"}
GRANTED = {"decision": "granted", "document_number": "〔2026〕1号"}
REFUSED = {"decision": "refused", "reason": "不符", "legal_basis": "第十九条", "handler": "王芳", "approver": "李强"}


async def failing(portal: Any, *, rejected: bool = False) -> tuple[str, str]:
    """An application whose dispatch did not arrive, with its assignment."""
    number = await portal.launch()
    async with transaction() as session:
        plan, _ = await runs.observe(session, number, now=portal.now)
        (move,) = [m for m in plan.outside if isinstance(m, SendMessage)]
        await messages.record_undelivered(session, move.message, error="503", rejected=rejected, now=portal.now)
    return number, (await portal.line(number, "E01"))["assignment"]


async def break_down(portal: Any, since: timedelta) -> None:
    """Let the bureau's endpoint be away since some real time ago."""
    async with transaction() as session:
        (message,) = (await session.scalars(text("SELECT id FROM department_messages LIMIT 1"))).all()
        for _ in range(FAILURES):
            await endpoints.fail(session, message, "MSB", error="ConnectError", now=wall_now() - since)


async def act(portal: Any, assignment: str, kind: str, content: dict[str, Any], account: str = "wu") -> Any:
    event = portal.event(assignment, kind, content)
    return await portal.post(f"{INBOX}/{assignment}/events", event, account)


async def steps(portal: Any, number: str) -> list[str]:
    found = (await portal.get(f"/api/v1/applications/{number}/steps?limit=200")).json()["steps"]
    return [step["kind"] for step in found]


async def test_a_manager_sees_what_does_not_get_through_and_sends_it_again(portal: Any) -> None:
    (first, _), (second, _) = await failing(portal), await failing(portal, rejected=True)

    page = (await portal.get(f"{OUTBOX}?limit=1&department=MSB", "zhao")).json()
    rest = (await portal.get(page["next"], "zhao")).json()
    found = page["messages"] + rest["messages"]
    assert {(each["application"], each["state"]) for each in found} == {(first, "held"), (second, "rejected")}
    assert rest["next"] is None
    assert (await portal.get(f"{OUTBOX}?department=TAX", "zhao")).json()["messages"] == []

    answer = await portal.post(f"{OUTBOX}/{found[0]['id']}/retry", WHY, "zhao")
    assert (answer.status_code, answer.json()["recorded"]) == (200, True)
    assert (await portal.post(f"{OUTBOX}/{found[0]['id']}/retry", WHY, "zhao")).status_code == 409
    assert "message.resent" in await steps(portal, found[0]["application"])
    assert (await portal.post(f"{OUTBOX}/{found[1]['id']}/discard", WHY, "zhao")).status_code == 409
    assert (await portal.post(f"{OUTBOX}/{uuid4()}/retry", WHY, "zhao")).status_code == 404


async def test_a_manager_sees_how_the_endpoints_are(portal: Any) -> None:
    await failing(portal)
    await break_down(portal, timedelta(hours=2))

    first = (await portal.get(HEALTH, "zhao")).json()["endpoints"][0]

    assert (first["department"], first["state"], first["failed_over"]) == ("MSB", "half_open", True)
    assert (first["backlog"], first["last_error"], first["failures"]) == (1, "ConnectError", FAILURES)
    assert first["oldest"] is not None


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", OUTBOX),
        ("get", HEALTH),
        ("get", CONFLICTS),
        ("post", f"{OUTBOX}/{NOBODYS}/retry"),
        ("post", f"{OUTBOX}/{NOBODYS}/discard"),
        ("post", f"/api/v1/assignments/{NOBODYS}/channel"),
        ("post", f"{CONFLICTS}/1/resolution"),
    ],
)
async def test_only_managers_see_and_decide_it(portal: Any, method: str, path: str) -> None:
    content = {"post": ({**WHY},), "get": ()}[method]
    for account, status in ((None, 401), ("zhang", 403), ("wu", 403)):
        assert (await getattr(portal, method)(path, *content, account)).status_code == status


async def test_an_assignment_goes_to_the_inbox_by_a_persons_decision_and_back(portal: Any) -> None:
    number, assignment = await failing(portal)
    assert (await portal.get(INBOX, "wu")).json()["assignments"] == []
    assert (await act(portal, assignment, "accepted", {})).status_code == 409
    path = f"/api/v1/assignments/{assignment}/channel"

    assert (await portal.post(path, {"channel": "inbox", "reason": "系统检修"}, "zhao")).status_code == 200
    assert (await portal.post(path, {"channel": "inbox", "reason": "再一次"}, "zhao")).status_code == 409
    (line,) = (await portal.get(INBOX, "wu")).json()["assignments"]
    assert (line["assignment"], line["because"]) == (assignment, "chosen")
    async with transaction() as session:
        plan, _ = await runs.observe(session, number, now=portal.now)
        (move,) = [m for m in plan.outside if isinstance(m, SendMessage)]
        assert (await messages.load(session, move.message)).channel == "inbox"
    await portal.deliver(number)
    answer = await act(portal, assignment, "decided", GRANTED)
    assert (answer.status_code, answer.json()["status"]) == (200, "granted")
    assert (await portal.get(INBOX, "wu")).json()["assignments"] == []
    assert (await portal.post(path, {"channel": "own", "reason": "已恢复"}, "zhao")).status_code == 409
    assert {"channel.changed", "decision.granted"} <= set(await steps(portal, number))


async def test_an_assignment_may_go_back_to_the_departments_system(portal: Any) -> None:
    _, assignment = await failing(portal)
    path = f"/api/v1/assignments/{assignment}/channel"
    for channel in ("inbox", "own"):
        assert (await portal.post(path, {"channel": channel, "reason": "检修"}, "zhao")).status_code == 200
    assert (await portal.get(INBOX, "wu")).json()["assignments"] == []


@pytest.mark.parametrize(("minutes", "there"), [(59, 0), (61, 1)])
async def test_a_system_that_is_away_for_long_lets_its_assignments_appear_in_the_inbox(
    portal: Any, minutes: int, there: int
) -> None:
    await failing(portal)
    await break_down(portal, timedelta(minutes=minutes))

    found = (await portal.get(INBOX, "wu")).json()["assignments"]

    assert [each["because"] for each in found] == ["failover"] * there


async def test_who_decides_first_counts_whatever_the_channel(portal: Any) -> None:
    """The inbox grants while the system is away; its system, which had the dispatch after all, reports later."""
    number, assignment = await failing(portal)
    await break_down(portal, timedelta(hours=2))
    assert (await act(portal, assignment, "decided", GRANTED)).status_code == 200

    same = await portal.tell(number, "E01", "decided", **GRANTED)
    other = await portal.tell(number, "E01", "decided", **REFUSED)

    assert [answer.status_code for answer in (same, other)] == [409, 409]
    assert other.json()["decision"]["kind"] == "granted"
    (conflict,) = (await portal.get(CONFLICTS, "zhao")).json()["conflicts"]
    assert (conflict["claimed"]["decision"], conflict["source"]) == ("refused", "department/MSB")
    recorded = await steps(portal, number)
    assert [recorded.count(kind) for kind in ("decision.granted", "decision.repeated", "decision.contradicted")] == [
        1,
        1,
        1,
    ]

    path = f"{CONFLICTS}/{conflict['id']}/resolution"
    assert (await portal.post(path, {"resolution": "maybe", **WHY}, "zhao")).status_code == 422
    assert (await portal.post(path, {"resolution": "stands", **WHY}, "zhao")).status_code == 200
    assert (await portal.get(CONFLICTS, "zhao")).json()["conflicts"] == []
    (resolved,) = (await portal.get(f"{CONFLICTS}?resolved=true", "zhao")).json()["conflicts"]
    assert (resolved["resolution"], resolved["resolved_by"]) == ("stands", "zhao")


async def test_nobody_acts_in_another_departments_inbox_or_in_anothers_name(portal: Any) -> None:
    number, assignment = await failing(portal)
    await portal.post(f"/api/v1/assignments/{assignment}/channel", {"channel": "inbox", "reason": "检修"}, "zhao")
    async with transaction() as session:
        await session.execute(text("UPDATE people SET department = 'TAX' WHERE account = 'wu'"))
    assert (await act(portal, assignment, "decided", GRANTED)).status_code == 404
    async with transaction() as session:
        await session.execute(text("UPDATE people SET department = 'MSB' WHERE account = 'wu'"))
    answer = await act(portal, assignment, "decided", {**GRANTED, "handler": "王芳"})
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (403, "not-authorised")
    assert (await act(portal, assignment, "decided", GRANTED, account="zhang")).status_code == 403
    assert "decision.granted" not in await steps(portal, number)
