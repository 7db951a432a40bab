"""A real stack with an agent and departments that a scenario plays over HTTP."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
from prefect import get_client
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect.settings import PREFECT_API_URL, temporary_settings
from sqlalchemy import text

from casework.auditing import verify
from casework.catalogs import newest
from deployments.furnishing import LOCAL_AGENTS
from deployments.stack import Stack, StackState, environment_of
from kit import clock
from kit.database import dispose_engine, one_view, transaction
from kit.settings import settings
from kit.signing import department_secret, sign
from rules.catalog import Catalog, JourneyCode, MaterialSource
from rules.commitments.tolerance import offers_notification
from rules.network import resolve

#: Variables by which processes join an office that this process has opened.
_joined: set[str] = set()

SILENT = "rules: [{match: {}, behaviour: silent}]\n"

_OPEN = text("""
SELECT s.id, s.department, s.item, s.status, s.awaits, s.application_id FROM assignments s
  JOIN applications a ON a.id = s.application_id WHERE a.number = :number AND s.ended_at IS NULL ORDER BY s.item
""")
_STATE = text("""
SELECT a.id, a.status, a.outcome, a.complete, a.revision, a.step_count,
       r.flow_run_id, r.observed_seq, r.executor, r.incarnation
  FROM applications a JOIN application_runs r ON r.application_id = a.id WHERE a.number = :number
""")
_DUE = text("SELECT count(*) FROM applications WHERE NOT complete AND next_timer <= :now")
_STEPS = text("""
SELECT count(*) FROM step_records s JOIN applications a ON a.id = s.application_id
 WHERE a.number = :number AND s.kind = :kind
""")


@dataclass(frozen=True, slots=True)
class OpenAssignment:
    """An assignment that a department has not ended yet."""

    id: UUID
    department: str
    item: str
    status: str
    awaits: Sequence[str]


@dataclass(slots=True)
class Office:
    """What a scenario can do and see."""

    stack: Stack
    state: StackState
    http: httpx.AsyncClient
    prefect: PrefectClient
    catalog: Catalog
    agent: dict[str, str]
    launched: list[str] = field(default_factory=list)

    async def launch(self, journey: str = "J5", *, name: str = "测试项目", form: Any = None, **answers: Any) -> str:
        """Launch an application with every material at hand and every promise made; return its number.

        ``form`` replaces members of the intake form; ``without`` among them names materials that are not at hand.
        """
        async with transaction() as session:
            _, newest_catalog = await newest(session)  # a scenario may have published one of its own
        network = resolve(newest_catalog, JourneyCode(journey), answers)
        changes = dict(form or {})
        lacking = set(changes.pop("without", ()))
        materials = {m.name for i in network.items for m in i.materials if m.source is MaterialSource.APPLICANT}
        promised = [item.code for item in network.items if offers_notification(item)]
        intake = {
            "journey": journey,
            "applicant_name": "开原市测试有限公司",
            "credit_code": "91211282MA0KYF01X8",
            "project_name": name,
            "answers": answers,
            "materials": sorted(materials - lacking),
            "commitments": [{"item": item, "signer": "刘晓", "kind": "notified"} for item in promised],
            # Only an application's own agent acts on it, and the scenarios hold the token of this one.
            "agent": LOCAL_AGENTS[0][0],
            **changes,
        }
        response = await self.http.post("/api/v1/applications", json=intake, headers=self.agent)
        response.raise_for_status()
        number: str = response.json()["number"]
        self.launched.append(number)
        return number

    async def pass_to(self, moment: str | datetime, *, seconds: float = 300) -> None:
        """Put the office's clock forward and wait until everything that time brings has happened."""
        clock.move(datetime.fromisoformat(moment) if isinstance(moment, str) else moment)
        async with asyncio.timeout(seconds):
            while await self._due():
                await asyncio.sleep(0.1)

    async def _due(self) -> int:
        async with transaction() as session:
            return int((await session.execute(_DUE, {"now": clock.now()})).scalar_one())

    async def report(self, number: str, milestone: str) -> httpx.Response:
        """Report a milestone as the agent."""
        url = f"/api/v1/applications/{number}/milestones"
        return await self.http.post(url, json={"milestone": milestone}, headers=self.agent)

    async def post(
        self, assignment: OpenAssignment, act: str, *, event_id: str = "", at: datetime | None = None, **data: Any
    ) -> httpx.Response:
        """Post an event as the assignment's department; it happened now, unless ``at`` says when."""
        event = event_id or str(uuid4())
        body = orjson.dumps(
            {
                "specversion": "1.0",
                "id": event,
                "source": f"department/{assignment.department}",
                "type": f"daiban.assignment.{act}",
                "subject": str(assignment.id),
                "time": (at or clock.now()).isoformat(),
                "datacontenttype": "application/json",
                "data": data,
            }
        )
        headers = sign(department_secret(assignment.department), event, body)
        headers["Content-Type"] = "application/cloudevents+json"
        return await self.http.post(f"/api/v1/assignments/{assignment.id}/events", content=body, headers=headers)

    async def grant(self, assignment: OpenAssignment) -> httpx.Response:
        """Decide in the applicant's favour."""
        return await self.post(assignment, "decided", decision="granted", document_number=f"开{assignment.item}")

    async def open_assignments(self, number: str) -> list[OpenAssignment]:
        """Assignments of an application that are not ended."""
        async with transaction() as session:
            rows = await session.execute(_OPEN, {"number": number})
            return [OpenAssignment(r.id, r.department, r.item, r.status, r.awaits) for r in rows]

    async def standing(self, number: str) -> Any:
        """The application's row and its run's."""
        async with transaction() as session:
            return (await session.execute(_STATE, {"number": number})).one()

    async def steps(self, number: str, kind: str) -> int:
        """How many steps of a kind an application has."""
        async with transaction() as session:
            return int((await session.execute(_STEPS, {"number": number, "kind": kind})).scalar_one())

    async def run(self, number: str) -> FlowRun:
        """The Prefect flow run that stands for an application."""
        standing = await self.standing(number)
        return await self.prefect.read_flow_run(standing.flow_run_id)

    async def until_waiting(self, number: str, assignments: int, *, seconds: float = 60) -> list[OpenAssignment]:
        """Wait until so many assignments are at their departments and the run is suspended."""
        async with asyncio.timeout(seconds):
            while True:
                found = await self.open_assignments(number)
                if len(found) == assignments and all(a.status != "opened" for a in found):
                    standing = await self.standing(number)
                    if standing.executor is None and standing.observed_seq >= 0:
                        run = await self.prefect.read_flow_run(standing.flow_run_id)
                        if run.state is not None and run.state.is_paused():
                            return found
                await asyncio.sleep(0.05)

    async def until_completed(self, number: str, *, seconds: float = 30) -> FlowRun:
        """Wait until the application's run is Completed."""
        async with asyncio.timeout(seconds):
            while True:
                standing = await self.standing(number)
                if standing.complete:
                    run = await self.prefect.read_flow_run(standing.flow_run_id)
                    if run.state is not None and run.state.is_completed():
                        return run
                await asyncio.sleep(0.02)

    async def to_last_decision(self, journey: str = "J5") -> tuple[str, OpenAssignment]:
        """Launch an opening of an enterprise and decide all but one of its items."""
        number = await self.launch(journey)
        (first,) = await self.until_waiting(number, 1)
        (await self.grant(first)).raise_for_status()
        rest = await self.until_waiting(number, 5)
        for assignment in rest[:-1]:
            (await self.grant(assignment)).raise_for_status()
        return number, rest[-1]

    async def audit_problems(self) -> list[Any]:
        """Everything wrong with the chains of step records."""
        async with one_view() as session:
            return [checked.finding async for checked in verify(session) if checked.finding is not None]


@asynccontextmanager
async def office(
    *,
    behaviours: str = SILENT,
    clock_setting: str | None = None,
    watch_seconds: int = 60,
    data_dir: Path | None = None,
) -> AsyncIterator[Office]:
    """Start a stack on free ports in a new data folder and yield an office; stop it at the end.

    ``watch_seconds`` of a day switches the deadline watch off for the life of any scenario.
    """
    async with AsyncExitStack() as exits:
        folder = data_dir or Path(exits.enter_context(tempfile.TemporaryDirectory(prefix="daiban-")))
        config = folder / "behaviours.yaml"
        config.write_text(behaviours, encoding="utf-8")
        # Another office may be open: with its database in the environment this one would join it instead of its own.
        exits.enter_context(environment(dict.fromkeys(_joined)))
        exits.enter_context(environment({"DAIBAN_WATCH_SECONDS": str(watch_seconds), "DAIBAN_ENVIRONMENT": "local"}))
        stack = Stack(
            folder,
            ports={"portal": 0, "prefect": 0, "departments": 0},
            clock=clock_setting,
            behaviours=config,
        )
        state = await exits.enter_async_context(stack)
        _joined.update(environment_of(state))
        exits.enter_context(environment(environment_of(state)))
        await dispose_engine()  # another office may have been open on this event loop
        exits.push_async_callback(dispose_engine)
        http = await exits.enter_async_context(httpx.AsyncClient(base_url=state.portal_url, timeout=30))
        # Prefect read its settings when it was imported.
        exits.enter_context(temporary_settings({PREFECT_API_URL: f"{state.prefect_url}/api"}))
        prefect = await exits.enter_async_context(get_client())
        if clock_setting and clock_setting.endswith("@hand"):
            await _rest_schedule(prefect)
        async with transaction() as session:
            _, catalog = await newest(session)
        token = (state.secrets_dir / "api-token").read_text().strip()
        yield Office(stack, state, http, prefect, catalog, {"Authorization": f"Bearer {token}"})


async def _rest_schedule(prefect: PrefectClient) -> None:
    """Leave the watch to the relay, which makes it without Prefect: a flow run a second would be most of the load."""
    deployment = await prefect.read_deployment_by_name("deadline-watch/deadline-watch")
    await prefect.pause_deployment(deployment.id)


class environment:  # noqa: N801 - used as a context manager only
    """Set environment variables for a while, for ours and Prefect's settings; None takes one away."""

    def __init__(self, variables: Mapping[str, str | None]) -> None:
        self._variables = variables
        self._before: dict[str, str | None] = {}

    def __enter__(self) -> None:
        self._before = {name: os.environ.get(name) for name in self._variables}
        _assign(self._variables)
        settings.cache_clear()

    def __exit__(self, *_: object) -> None:
        _assign(self._before)
        settings.cache_clear()


def _assign(variables: Mapping[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
