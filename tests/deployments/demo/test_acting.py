"""The people around an application do what the script says, when the office's clock shows it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from deployments.demo.acting import Player
from deployments.demo.scenario import InboxConduct, Part, load_scenario
from rules.workdays import SHANGHAI

BEGUN = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
NUMBER = "DB-211282-20260302-00001-B"


class Portal:
    """Remembers what was asked of it."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    async def report_milestone(self, *asked: Any) -> None:
        self.asked.append(("milestone", *asked))

    async def bring_materials(self, *asked: Any) -> None:
        self.asked.append(("materials", *asked))

    async def withdraw(self, *asked: Any) -> None:
        self.asked.append(("withdraw", *asked))

    async def report_event(self, department: str, assignment: UUID, act: str, content: Any, now: datetime) -> None:
        self.asked.append((act, department, assignment, dict(content)))


def shown(**known: Any) -> dict[str, Any]:
    return {
        "number": NUMBER,
        "complete": False,
        "concluded_at": None,
        "registered_at": BEGUN.isoformat(),
        "withdrawal_requested_at": None,
        "notices": [],
        "milestones": [],
        "lines": [],
    } | known


def player(key: str = "equipment-plant", **changed: Any) -> Player:
    part = next(each for each in load_scenario().applications if each.key == key)
    return Player(
        Part.model_validate(part.model_dump() | changed), {"CTB": InboxConduct(after_days=5, document_number="7")}
    )


async def played(who: Player, report: dict[str, Any], **later: float) -> list[tuple[Any, ...]]:
    portal = Portal()
    await who.play(portal, report, BEGUN + timedelta(**later))  # type: ignore[arg-type]
    return portal.asked


@pytest.mark.parametrize(("days", "reported"), [(0.5, False), (1, True), (3, True)])
async def test_a_milestone_is_reported_so_long_after_it_may_happen(days: float, reported: bool) -> None:
    gate = {"code": "#START", "opened_at": BEGUN.isoformat(), "reached_at": None}
    who = player()

    asked = await played(who, shown(milestones=[gate]), days=days)

    assert asked == ([("milestone", NUMBER, "#START")] if reported else [])
    assert who.awaited


async def test_a_milestone_that_is_reached_closed_or_not_in_the_script_is_left_alone() -> None:
    gates = [
        {"code": "#START", "opened_at": BEGUN.isoformat(), "reached_at": BEGUN.isoformat()},
        {"code": "#DONE", "opened_at": None, "reached_at": None},
        {"code": "#OPER", "opened_at": BEGUN.isoformat(), "reached_at": None},
    ]
    who = player()

    assert await played(who, shown(milestones=gates), days=30) == []
    assert not who.awaited


@pytest.mark.parametrize("kind", ["materials_missing", "correction"])
async def test_materials_are_brought_once_and_not_before_the_notice_was_sent(kind: str) -> None:
    notice = {"id": str(uuid4()), "kind": kind, "sent_at": None, "body": {"materials": ["章程"]}}
    who = player(supply_after_days=2)

    assert await played(who, shown(notices=[notice]), days=9) == []
    assert who.awaited
    sent = notice | {"sent_at": BEGUN.isoformat()}
    assert await played(who, shown(notices=[sent]), days=1) == []
    assert await played(who, shown(notices=[sent]), days=2) == [("materials", NUMBER, ["章程"])]
    assert await played(who, shown(notices=[sent]), days=3) == []
    assert not who.awaited


async def test_deferred_materials_are_brought_so_long_after_the_notice_of_acceptance() -> None:
    body = {"materials": ["设施设备清单"]}
    notice = {"id": "2", "kind": "deferred_materials", "sent_at": BEGUN.isoformat(), "body": body}
    who = player(supply_after_days=9, cure_after_days=3)

    assert await played(who, shown(notices=[notice]), days=2) == []
    assert await played(who, shown(notices=[notice]), days=3) == [("materials", NUMBER, ["设施设备清单"])]


async def test_other_notices_ask_for_nothing() -> None:
    notice = {"id": "1", "kind": "gate_opened", "sent_at": BEGUN.isoformat(), "body": {"milestone": "#OPER"}}

    assert await played(player(), shown(notices=[notice]), days=9) == []


async def test_a_withdrawal_comes_on_its_day_and_once() -> None:
    who = player("parts-store")

    assert await played(who, shown(), days=2.9) == []
    assert who.awaited
    [(act, number, reason, request)] = await played(who, shown(), days=3)
    assert (act, number) == ("withdraw", NUMBER)
    assert reason
    assert request
    assert await played(who, shown(withdrawal_requested_at=BEGUN.isoformat()), days=4) == []


async def test_an_inbox_is_worked_acceptance_first_then_the_decision() -> None:
    line = {"department": "CTB", "assignment": str(uuid4()), "status": "received", "accepted_at": None, "awaits": []}
    who, id_ = player(), UUID(str(line["assignment"]))

    assert await played(who, shown(lines=[line])) == [("accepted", "CTB", id_, {})]
    accepted = line | {"status": "accepted", "accepted_at": BEGUN.isoformat()}
    assert await played(who, shown(lines=[accepted]), days=4) == []
    assert await played(who, shown(lines=[accepted | {"awaits": ["A01"]}]), days=5) == []
    [(act, *_, content)] = await played(who, shown(lines=[accepted]), days=5)
    assert (act, content["decision"]) == ("decided", "granted")
    assert await played(who, shown(lines=[accepted | {"status": "granted"}]), days=6) == []


async def test_departments_with_a_system_are_not_played() -> None:
    line = {"department": "HCB", "assignment": str(uuid4()), "status": "received", "accepted_at": None, "awaits": []}

    assert await played(player(), shown(lines=[line]), days=9) == []


async def test_after_the_end_nothing_is_done_any_more() -> None:
    gate = {"code": "#START", "opened_at": BEGUN.isoformat(), "reached_at": None}
    who = player()

    assert await played(who, shown(milestones=[gate], concluded_at=BEGUN.isoformat()), days=9) == []
    assert who.awaited
    await played(who, shown(concluded_at=BEGUN.isoformat(), complete=True), days=9)
    assert not who.awaited
