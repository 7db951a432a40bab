"""The portal's HTTP API as an agent's own script would use it, and a department's staff through a signed event."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, Self
from uuid import UUID, uuid5

import httpx
import orjson

from kit.signing import department_secret, sign

_PATIENCE_SECONDS = 20.0


class RequestRefusedError(Exception):
    """The portal refused what the script asked for."""


class PortalBusyError(Exception):
    """The portal cannot answer now."""


class PortalClient:
    """The center's agents, signed in by their tokens; an asynchronous context manager.

    The first of them looks and launches; what is done to an application is done by its own agent.
    """

    def __init__(self, url: str, tokens: Mapping[str, str]) -> None:
        self._tokens = dict(tokens)
        self._agents: dict[str, str] = {}
        self._client = httpx.AsyncClient(
            base_url=url,
            headers={"authorization": f"Bearer {next(iter(tokens.values()))}"},
            timeout=_PATIENCE_SECONDS,
            trust_env=False,  # not through a proxy: the address is our own machine
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def launch(self, form: Mapping[str, Any], key: str) -> str:
        """Hand in an intake form and return the application's number; the same key launches once."""
        answer = await self._post("/api/v1/applications", form, {"idempotency-key": key})
        return str(answer["number"])

    async def newest(self, limit: int) -> dict[str, dict[str, Any]]:
        """Return the newest applications, a summary each, by number."""
        answer = _content(await self._client.get("/api/v1/applications", params={"limit": limit}))
        return {summary["number"]: summary for summary in answer["applications"]}

    async def show(self, number: str) -> dict[str, Any]:
        """Return an application in full."""
        report: dict[str, Any] = _content(await self._client.get(f"/api/v1/applications/{number}"))
        self._agents[number] = report["agent"]
        return report

    async def report_milestone(self, number: str, milestone: str) -> None:
        await self._act(number, "milestones", {"milestone": milestone})

    async def bring_materials(self, number: str, names: list[str]) -> None:
        await self._act(number, "materials", {"names": names})

    async def withdraw(self, number: str, reason: str, request: str) -> None:
        await self._act(number, "withdrawal", {"reason": reason, "applicant_request": request})

    async def report_event(
        self, department: str, assignment: UUID, act: str, content: Mapping[str, Any], now: datetime
    ) -> None:
        """Report an act of a department, signed with its secret. Safe to repeat."""
        event = str(uuid5(assignment, act))
        body = orjson.dumps(
            {
                "specversion": "1.0",
                "id": event,
                "source": f"urn:daiban:inbox:{department}",
                "type": f"daiban.assignment.{act}",
                "subject": str(assignment),
                "time": now.isoformat(),
                "datacontenttype": "application/json",
                "data": dict(content),
            }
        )
        headers = {"content-type": "application/cloudevents+json", **sign(department_secret(department), event, body)}
        _content(await self._client.post(f"/api/v1/assignments/{assignment}/events", content=body, headers=headers))

    async def _act(self, number: str, what: str, content: Mapping[str, Any]) -> None:
        token = self._tokens.get(self._agents.get(number, ""))
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        await self._post(f"/api/v1/applications/{number}/{what}", content, headers)

    async def _post(self, path: str, content: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Any:
        return _content(await self._client.post(path, json=dict(content), headers=dict(headers or {})))


def _content(answer: httpx.Response) -> Any:
    if answer.is_success:
        return answer.json()
    said = f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text}"
    raise PortalBusyError(said) if answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE else RequestRefusedError(said)
