"""One application as its agent and the departments' systems see it over HTTP, followed by a test."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

import httpx
from sqlalchemy import text

from bench.office import Office, OpenAssignment
from kit import clock
from kit.database import transaction
from rules.workdays import local_date

ROOT = "/api/v1/applications"
#: Real seconds to wait for what follows at once; a machine that is busy is waited for, no date depends on it.
PATIENCE = 300.0
#: Items of the illustrative catalog whose site is looked at before the grant.
VISITED = frozenset({"E10", "E13", "E16", "E17", "D02"})
_REFUSAL = {"decision": "refused", "handler": "王芳", "approver": "李强"}

_ASSIGNMENT = text("""
SELECT s.id, s.department, s.item, s.status, s.awaits FROM assignments s
  JOIN applications a ON a.id = s.application_id
 WHERE a.number = :number AND s.item = :item ORDER BY s.round DESC LIMIT 1
""")


@dataclass(frozen=True, slots=True)
class Case:
    """Everything a test does with an application; ``desk`` is the office that has it."""

    desk: Office
    number: str

    @classmethod
    async def launch(cls, desk: Office, journey: str = "J5", *, form: Any = None, **answers: Any) -> Self:
        """Launch an application with every material at hand."""
        return cls(desk, await desk.launch(journey, form=form, **answers))

    async def report(self) -> dict[str, Any]:
        """The application in full."""
        answer = await self.desk.http.get(f"{ROOT}/{self.number}", headers=self.desk.agent)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    async def line(self, item: str) -> dict[str, Any]:
        """One item of it."""
        return next(line for line in (await self.report())["lines"] if line["item"] == item)

    async def until(self, item: str, **wanted: Any) -> dict[str, Any]:
        """Wait until an item's line says so, and return it."""
        line: dict[str, Any] = {}
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    line = await self.line(item)
                    if all(line[name] == value for name, value in wanted.items()):
                        return line
                    await asyncio.sleep(0.1)
        except TimeoutError:
            shown = {name: line.get(name) for name in ("status", *wanted)}
            raise AssertionError(f"{self.number} {item}: {shown} instead of {wanted}") from None

    async def received(self, *items: str) -> None:
        """Wait until the items are at their departments."""
        for item in items:
            await self.until(item, status="received")

    async def steps(self, item: str | None = None, kind: str | None = None) -> list[dict[str, Any]]:
        """The recorded steps of an item, or of all, in order."""
        found: list[dict[str, Any]] = []
        while True:
            after = found[-1]["serial"] if found else 0
            url = f"{ROOT}/{self.number}/steps?limit=200&after={after}"
            page = (await self.desk.http.get(url, headers=self.desk.agent)).json()["steps"]
            if not page:
                break
            found += page
        return [s for s in found if item in (None, s["item"]) and kind in (None, s["kind"])]

    async def step(self, item: str | None, kind: str) -> dict[str, Any]:
        """Wait for the one step of a kind, and return it."""
        async with asyncio.timeout(PATIENCE):
            while not (found := await self.steps(item, kind)):
                await asyncio.sleep(0.1)
        assert len(found) == 1, found
        return found[0]

    async def kinds(self, item: str) -> list[str]:
        """The kinds of an item's steps, in order."""
        return [step["kind"] for step in await self.steps(item)]

    async def assignment(self, item: str) -> OpenAssignment:
        """The newest assignment of an item."""
        async with transaction() as session:
            row = (await session.execute(_ASSIGNMENT, {"number": self.number, "item": item})).one()
        return OpenAssignment(row.id, row.department, row.item, row.status, row.awaits)

    async def tell(
        self, item: str, act: str, *, at: datetime | None = None, event_id: str = "", **content: Any
    ) -> httpx.Response:
        """Report an act as the item's department."""
        return await self.desk.post(await self.assignment(item), act, at=at, event_id=event_id, **content)

    async def told(self, item: str, act: str, *, at: datetime | None = None, **content: Any) -> dict[str, Any]:
        """Report an act that is taken in."""
        answer = await self.tell(item, act, at=at, **content)
        assert answer.status_code == 200, answer.text
        recorded: dict[str, Any] = answer.json()
        return recorded

    async def grant(self, *items: str, **content: Any) -> None:
        """Decide items in the applicant's favour, each as soon as its department has it."""
        for item in items:
            await self.until(item, assignment=(await self._dispatched(item)))
            if item in VISITED:
                await self.visit(item)
            decision = {"decision": "granted", "document_number": f"开{item}", **content}
            await self.told(item, "decided", **decision)

    async def visit(self, item: str) -> None:
        """Accept an item, if nobody has, and look at its site."""
        if (await self.line(item))["status"] == "received":
            await self.told(item, "accepted", handler="王芳")
        await self.told(item, "site_visited", officers=["王芳", "李强"], findings="与申报一致", handler="王芳")

    async def refuse(self, item: str, reason: str, legal_basis: str, **content: Any) -> dict[str, Any]:
        """Refuse an item, by two people."""
        return await self.told(item, "decided", **_REFUSAL, reason=reason, legal_basis=legal_basis, **content)

    async def act(self, what: str, content: Mapping[str, Any]) -> httpx.Response:
        """Do something to the application as its agent."""
        return await self.desk.http.post(f"{ROOT}/{self.number}/{what}", json=dict(content), headers=self.desk.agent)

    async def notices(self, kind: str, item: str | None = None) -> list[dict[str, Any]]:
        """What the applicant was told of a kind."""
        found = [notice for notice in (await self.report())["notices"] if notice["kind"] == kind]
        return [notice for notice in found if item is None or notice["body"].get("item") == item]

    async def notice(self, kind: str, item: str | None = None) -> dict[str, Any]:
        """Wait until the applicant has been told once, and return it."""
        async with asyncio.timeout(PATIENCE):
            while not (found := [n for n in await self.notices(kind, item) if n["sent_at"]]):
                await asyncio.sleep(0.1)
        assert len(found) == 1, found
        return found[0]

    async def _dispatched(self, item: str) -> str:
        async with asyncio.timeout(PATIENCE):
            while (line := await self.line(item))["assignment"] is None or line["status"] == "opened":
                await asyncio.sleep(0.1)
        assignment: str = line["assignment"]
        return assignment


def day(instant: str) -> date:
    """The civil date of an instant as the portal writes it."""
    return local_date(datetime.fromisoformat(instant))


def today() -> date:
    """The civil date that the office shows."""
    return local_date(clock.now())


def problem(answer: httpx.Response) -> tuple[int, str]:
    """The status and the code of a refusal."""
    return answer.status_code, answer.json()["type"].rpartition("/")[2]
