"""The center's desk: launches applications, delivers what is owed as the flow would, and plays the departments."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import catalogs, launching, messages, notices, opinion_events, progress, queries, runs, timers
from casework.casefile import Actor
from casework.department_events import Event, receive
from casework.launching import Intake
from rules.acts.commitments import Promise
from rules.catalog import ItemCode, JourneyCode, MaterialSource
from rules.commitments.tolerance import offers_notification
from rules.moves import SendMessage
from rules.network import resolve
from rules.planner import Plan
from rules.vocabulary import AssignmentStatus, CommitmentKind, DepartmentAct, NoticeKind
from rules.workdays import SHANGHAI

MONDAY = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)  # the two weeks after it have no holiday
ROUTINE = (NoticeKind.RECEIPT, NoticeKind.ACCEPTANCE, NoticeKind.DELIVERY)
AGENT = Actor("zhang", "10.0.0.1")


class Desk:
    """Everything a test does to applications, at the time ``now``."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.now = MONDAY
        self._serials = count(1)

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)

    async def promises(self, journey: str, answers: dict[str, Any]) -> tuple[Promise, ...]:
        """A letter for everything that may be promised instead of proved (告知承诺)."""
        _, catalog = await catalogs.newest(self.session)
        items = resolve(catalog, JourneyCode(journey), answers).items
        return tuple(Promise(item.code, "刘晓", CommitmentKind.NOTIFIED) for item in items if offers_notification(item))

    async def materials(self, journey: str, answers: dict[str, Any] | None = None) -> tuple[str, ...]:
        """Everything only the applicant can bring for a journey."""
        _, catalog = await catalogs.newest(self.session)
        items = resolve(catalog, JourneyCode(journey), answers or {}).items
        return tuple(
            dict.fromkeys(m.name for item in items for m in item.materials if m.source is MaterialSource.APPLICANT)
        )

    async def intake(self, journey: str, **changes: Any) -> Intake:
        given: dict[str, Any] = {
            "applicant_name": "开原市清河餐饮有限公司",
            "credit_code": "91211282MA0KYF01X8",
            "project_name": "清河路项目",
            "answers": {},
            **changes,
        }
        if "materials" not in given:
            given["materials"] = await self.materials(journey, given["answers"])
        if "commitments" not in given:
            given["commitments"] = await self.promises(journey, given["answers"])
        return Intake(journey, **given)

    async def launch(self, journey: str = "J5", *, key: str | None = None, **changes: Any) -> str:
        intake = await self.intake(journey, **changes)
        number, _ = await launching.launch(self.session, intake, actor=AGENT, now=self.now, key=key)
        return number

    async def amend(self, item: str, **terms: Any) -> None:
        """Publish the catalog anew with other terms of an item."""
        _, catalog = await catalogs.newest(self.session)
        code = ItemCode(item)
        changed = replace(catalog.items[code], terms=replace(catalog.items[code].terms, **terms))
        items = {**catalog.items, code: changed}
        await catalogs.publish(self.session, replace(catalog, items=items), now=self.now)

    async def look(self, number: str) -> Plan:
        """What the flow sees when it looks."""
        plan, _ = await runs.observe(self.session, number, now=self.now)
        return plan

    async def deliver(self, number: str) -> list[str]:
        """Do what the flow does until nothing is due; tell what was delivered.

        Receipts, notices of acceptance and of results, which every item has, are delivered and not told.
        """
        delivered: list[str] = []
        while outside := (await self.look(number)).outside:
            for move in outside:
                if isinstance(move, SendMessage):
                    delivered.append(f"{move.kind} {move.item}")
                    receipt = f"R-{move.item}" if move.kind == "dispatched" else None
                    await messages.record_delivered(self.session, move.message, receipt_number=receipt, now=self.now)
                else:
                    delivered += [] if move.kind in ROUTINE else [move.kind]
                    await notices.deliver(self.session, [move.notice], now=self.now)
        return delivered

    async def tell(
        self,
        number: str,
        item: str,
        act: DepartmentAct,
        *,
        id: str | None = None,
        at: datetime | None = None,
        **details: Any,
    ) -> dict[str, Any]:
        """Report an event as the department that has the item."""
        line = await self.line(number, item)
        assert line.assignment is not None
        event_id = id or f"event-{next(self._serials)}"
        return await self.report_of(line.assignment, line.department, event_id, act, at=at, **details)

    async def report_of(
        self,
        assignment: UUID,
        reporter: str,
        id: str,
        act: DepartmentAct,
        /,
        *,
        at: datetime | None = None,
        **details: Any,
    ) -> dict[str, Any]:
        """Report an event of an assignment that need not be the newest of its item."""
        event, actor = Event(id, act, at or self.now, details), Actor(f"department/{reporter}", "10.0.0.2")
        return await receive(self.session, assignment, reporter, event, actor=actor, now=self.now)

    async def grant(self, number: str, *items: str) -> None:
        """Decide items in the applicant's favour, once somebody has looked at the site where that is needed."""
        _, catalog = await catalogs.newest(self.session)
        for item in items:
            if catalog.items[ItemCode(item)].terms.site_visit:
                await self.visit(number, item)
            await self.tell(
                number, item, DepartmentAct.DECIDED, decision="granted", document_number=f"〔2026〕{item}号"
            )

    async def visit(self, number: str, item: str) -> None:
        """Accept an item, if nobody has, and look at its site."""
        if (await self.line(number, item)).status in (AssignmentStatus.OPENED, AssignmentStatus.RECEIVED):
            await self.tell(number, item, DepartmentAct.ACCEPTED)
        await self.tell(number, item, DepartmentAct.SITE_VISITED, officers=["王芳", "李强"], findings="一致")

    async def refuse(self, number: str, item: str) -> None:
        await self.tell(
            number,
            item,
            DepartmentAct.DECIDED,
            decision="refused",
            reason="不符合条件",
            legal_basis="行政许可法第三十八条",
            handler="王芳",
            approver="李强",
        )

    async def hear(self, number: str, item: str) -> None:
        """Let a department accept an item on which others are heard, and all of them agree."""
        await self.tell(number, item, DepartmentAct.ACCEPTED)
        await self.deliver(number)
        for each in (await self.report(number)).opinions:
            if each.item == item:
                event = Event(
                    f"event-{next(self._serials)}", DepartmentAct.OPINION_GIVEN, self.now, {"opinion": "agree"}
                )
                by = Actor(f"department/{each.department}", "10.0.0.2")
                await opinion_events.receive(self.session, each.id, each.department, event, actor=by, now=self.now)

    async def agent(self, number: str) -> Actor:
        """The application's own agent."""
        return replace(AGENT, name=(await self.report(number)).agent)

    async def supply(self, number: str, *names: str, **how: Any) -> None:
        agent = await self.agent(number)
        await progress.supply_materials(self.session, number, names, actor=agent, now=self.now, **how)

    async def reach(self, number: str, milestone: str) -> None:
        agent = await self.agent(number)
        await progress.report_milestone(self.session, number, milestone, actor=agent, now=self.now)

    async def withdraw(self, number: str) -> None:
        agent, request = await self.agent(number), "撤件申请书〔2026〕1号"
        await progress.request_withdrawal(
            self.session, number, reason="项目取消", applicant_request=request, actor=agent, now=self.now
        )

    async def confirm_withdrawal(self, number: str) -> None:
        """Let the time pass in which departments may report what they had decided before."""
        self.wait(hours=24)
        await self.ring()

    async def report(self, number: str) -> queries.ApplicationReport:
        return await queries.report(self.session, number, now=self.now)

    async def line(self, number: str, item: str) -> queries.Line:
        return next(line for line in (await self.report(number)).lines if line.item == item)

    async def statuses(self, number: str) -> dict[str, AssignmentStatus]:
        return {line.item: line.status for line in (await self.report(number)).lines if line.status is not None}

    async def steps(self, number: str) -> list[str]:
        return [step.kind for step in await queries.steps(self.session, number, limit=1000)]

    async def notices(self, number: str, kind: NoticeKind) -> list[queries.NoticeLine]:
        return [notice for notice in (await self.report(number)).notices if notice.kind is kind]

    async def history(self, number: str) -> list[queries.Step]:
        return await queries.steps(self.session, number, limit=1000)

    async def deferrable(self, item: str) -> frozenset[str]:
        """Name the materials of an item that may follow."""
        _, catalog = await catalogs.newest(self.session)
        return frozenset(m.name for m in catalog.items[ItemCode(item)].materials if m.deferrable)

    async def ring(self) -> None:
        """Let the deadline watch look at everything that is due."""
        for _, application in await timers.due(self.session, now=self.now, limit=100):
            await timers.ring(self.session, application, now=self.now)

    async def documents(self, number: str) -> list[queries.DocumentLine]:
        return await queries.issued_documents(self.session, number)

    async def count(self, query: str, **given: Any) -> int:
        found = await self.session.scalar(text(query), given)
        assert isinstance(found, int)
        return found

    async def assignment(self, number: str, item: str) -> UUID:
        found = (await self.line(number, item)).assignment
        assert found is not None
        return found


@pytest.fixture
async def desk(session: AsyncSession) -> Desk:
    return Desk(session)


@pytest.fixture(autouse=True)
def _may_issue_documents(check_codes: None) -> None:
    """Steps issue documents, and their check codes need a secret."""
