"""The centre's side of the protocol, able to do every wrong thing on purpose."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

import httpx

from deployments.conformance.verdicts import CaseError, UneasyError
from kit import clock, protocol
from kit.signing import sign
from rules.workdays import SHANGHAI

EVENTS: Final = "application/cloudevents+json"
#: The centre waits so long for an answer, and begins to worry after the second.
PATIENCE_SECONDS, WORRY_SECONDS = 10.0, 3.0
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """The endpoint that is examined."""

    url: str
    department: str
    secret: str


class Sender:
    """Sends what the centre would send, or something else; keeps the slowest answer."""

    def __init__(self, client: httpx.AsyncClient, target: Target, callback_url: str) -> None:
        self._client = client
        self.target = target
        self._callback_url = callback_url.rstrip("/")
        self.slowest = 0.0
        self.not_problems: list[str] = []

    def dispatch(self, assignment: str | None = None, **changes: Any) -> Json:
        """Write an assignment."""
        id_ = assignment or str(uuid4())
        return self.event("dispatched", id_, {**_work(id_, self.target.department, self._callback_url), **changes})

    def event(self, kind: str, subject: str, content: Json) -> Json:
        """Write a message about an assignment or opinion."""
        return {
            "specversion": "1.0",
            "id": str(uuid4()),
            "source": "daiban/conformance",
            "type": f"daiban.assignment.{kind}",
            "subject": subject,
            "time": clock.now().astimezone(SHANGHAI).isoformat(),
            "datacontenttype": "application/json",
            "data": content,
        }

    def question(self) -> Json:
        """Write a question for an opinion."""
        id_ = str(uuid4())
        work = _work(id_, self.target.department, self._callback_url)
        shared = {name: work[name] for name in ("application", "project", "applicant", "item", "materials")}
        callback = f"{self._callback_url}/api/v1/opinions/{id_}/events"
        asked = {"opinion": id_, "lead": "NRB", "department": self.target.department, "days": 5, "callback": callback}
        return self.event("opinion_asked", id_, {**shared, **asked})

    async def post(
        self, path: str, event: Json | bytes, *, headers: Mapping[str, str | None] | None = None, trickled: bool = False
    ) -> httpx.Response:
        """Send a message, well signed unless ``headers`` say otherwise (None takes one out). Raises CaseError."""
        body = event if isinstance(event, bytes) else json.dumps(event, ensure_ascii=False).encode()
        key = str(uuid4()) if isinstance(event, bytes) else event["id"]
        given: dict[str, str | None] = {
            "content-type": EVENTS,
            "idempotency-key": key,
            protocol.HEADER: protocol.VERSION,
            **sign((self.target.secret,), key, body),
            **(headers or {}),
        }
        sent = {name: value for name, value in given.items() if value is not None}
        began = clock.monotonic()
        try:
            content = _trickle(body) if trickled else body
            answer = await self._client.post(self.target.url.rstrip("/") + path, content=content, headers=sent)
        except httpx.TimeoutException as error:
            seen = f"{PATIENCE_SECONDS:.0f} 秒内没有应答"
            raise CaseError(seen, "先存下来立即应答 202，再慢慢办；代办中心只等 10 秒") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            seen = f"{type(error).__name__}: {error}"
            raise CaseError(seen, "核对地址、端口、防火墙和证书；服务是否已启动") from error
        if not trickled:
            self.slowest = max(self.slowest, clock.monotonic() - began)
        refused = answer.status_code >= httpx.codes.BAD_REQUEST and answer.status_code != httpx.codes.NOT_FOUND
        if refused and not _is_problem(answer):
            self.not_problems.append(f"{path} {answer.status_code}")
        return answer

    async def accepted(self, path: str, event: Json, advice: str, **how: Any) -> Json:
        """Send a message that must be taken, and return the answer. Raises CaseError."""
        answer = await self.post(path, event, **how)
        require(answer.status_code == httpx.codes.ACCEPTED, told(answer), advice)
        return read(answer)


def require(holds: bool, seen: str, advice: str) -> None:
    """Raise CaseError unless something holds."""
    if not holds:
        raise CaseError(seen, advice)


def warn_unless(holds: bool, seen: str, advice: str) -> None:
    """Raise UneasyError unless something holds."""
    if not holds:
        raise UneasyError(seen, advice)


def told(answer: httpx.Response) -> str:
    """Put an answer in a few words."""
    text = " ".join(answer.text.split())
    return f"应答 {answer.status_code}" + (f" {text[:80]}" if text else "")


def read(answer: httpx.Response) -> Json:
    """Read the JSON of an answer. Raises CaseError."""
    try:
        content = answer.json()
    except ValueError:
        content = None
    require(isinstance(content, dict), told(answer), '应答正文应为 JSON 对象，派件 {"receipt_number": …}，其他 {}')
    found: Json = content
    return found


def _is_problem(answer: httpx.Response) -> bool:
    media_type: str = answer.headers.get("content-type", "")
    return media_type.split(";")[0] == "application/problem+json"


async def _trickle(body: bytes) -> AsyncIterator[bytes]:
    third = max(1, len(body) // 3)
    for start in range(0, len(body), third):
        yield body[start : start + third]
        await asyncio.sleep(0.5)


def _work(assignment: str, department: str, callback_url: str) -> Json:
    limit = {"unit": "WD", "start": "acceptance"}
    return {
        "assignment": assignment,
        "application": "DB-000000-20260302-00001-0",
        "project": {"name": "联调测试项目（请勿办理）"},
        "applicant": {"name": "联调测试有限公司", "credit_code": "91211282MA0KYF01X8"},
        "item": {"code": "X00", "name": "联调测试事项"},
        "department": department,
        "round": 1,
        "limits": {"legal": {"days": 7, **limit}, "promised": {"days": 2, **limit}},
        "materials": [{"name": "申请表", "deferrable": False, "provided": True}],
        "commitments": [],
        "awaits": [],
        "procedures": [],
        "site_visit": False,
        "quantity_limited": False,
        "extension": {"days": 0, "approver_level": "agency_head"},
        "callback": f"{callback_url}/api/v1/assignments/{assignment}/events",
    }
