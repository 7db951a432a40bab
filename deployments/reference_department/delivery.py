"""One attempt to deliver a callback to the office, what its answer means, and when to try again."""

import asyncio
import json
import random
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import httpx

from deployments.reference_department.outbox import Due, Outcome
from kit import clock, protocol
from kit.http import shared_client
from kit.signing import SecretError, department_secret, sign
from rules.workdays import SHANGHAI

_REPEATABLE = {408, 425, 429}
_LONGEST_RETRY_AFTER = 3600.0
_HEADERS = {"content-type": "application/cloudevents+json", protocol.HEADER: protocol.VERSION}


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Real seconds between attempts: doubled each time up to a cap, of which a random half is left away."""

    first_seconds: float = 0.5
    cap_seconds: float = 60.0
    #: An awaited item is granted hours or days later; the message that says so normally comes first.
    prerequisites_seconds: float = 30.0

    def wait(self, attempts: int) -> float:
        """Tell how long to wait after that many attempts."""
        longest = min(self.cap_seconds, self.first_seconds * 2 ** min(attempts - 1, 32))
        return random.uniform(longest / 2, longest)  # noqa: S311 - jitter, no secret


@dataclass(frozen=True, slots=True)
class Answer:
    """An outcome, the words to keep of it, and the real seconds the office asked to wait."""

    outcome: Outcome
    words: str
    retry_after: float = 0.0


class Postman:
    """Delivers callbacks, at most ``limit`` requests at once."""

    def __init__(self, portal_url: str | None, limit: int) -> None:
        self._portal_url = portal_url
        self._free = asyncio.Semaphore(limit)

    async def deliver(self, due: Due) -> Answer:
        """Send every copy of a callback at once and return the worst of their answers."""
        answers = await asyncio.gather(*(self._post(due) for _ in range(due.copies)))
        return max(answers, key=lambda answer: _GRAVITY.index(answer.outcome))

    async def _post(self, due: Due) -> Answer:
        body = cloud_event(due)
        try:
            signature = sign(department_secret(due.department), due.id, body)
            async with self._free:
                answer = await shared_client().post(
                    self._address(due.url),
                    content=body,
                    headers={**signature, **_HEADERS},
                )
        except (httpx.HTTPError, SecretError) as error:
            return Answer(Outcome.FAILED, f"{type(error).__name__}: {error}")
        return read_answer(answer)

    def _address(self, url: str) -> str:
        if self._portal_url is None:
            return url
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        return f"{self._portal_url.rstrip('/')}{parts.path}{query}"


_GRAVITY = (Outcome.DELIVERED, Outcome.REFUSED, Outcome.CLOSED, Outcome.PREREQUISITES_OPEN, Outcome.FAILED)


def cloud_event(due: Due) -> bytes:
    """Write the body of a callback; the same at every attempt."""
    event = {
        "specversion": "1.0",
        "id": due.id,
        "source": f"department/{due.department}",
        "type": due.type,
        "subject": due.assignment,
        "time": due.occurred_at.astimezone(SHANGHAI).isoformat(),
        "datacontenttype": "application/json",
        "data": json.loads(due.content),
    }
    return json.dumps(event, ensure_ascii=False).encode()


def read_answer(answer: httpx.Response) -> Answer:
    """Tell what the office's answer means: 2xx ends it, 5xx, 408, 425 and 429 are tried again, the rest is refused."""
    words = f"{answer.status_code} {answer.text[:500]}"
    if answer.is_success:
        return Answer(Outcome.DELIVERED, words)
    if answer.status_code in _REPEATABLE or answer.is_server_error:
        return Answer(Outcome.FAILED, words, _retry_after(answer))
    problem = _problem(answer) if answer.status_code == httpx.codes.CONFLICT else ""
    if problem.endswith(("/prerequisites-open", "/cure-open", "/opinions-awaited")):
        return Answer(Outcome.PREREQUISITES_OPEN, words)
    if problem.endswith(("/assignment-closed", "/withdrawal-pending")):
        return Answer(Outcome.CLOSED, words)
    return Answer(Outcome.REFUSED, words)


def office_span(real_seconds: float) -> timedelta:
    """Tell how much office time passes in that many real seconds."""
    return timedelta(seconds=real_seconds / clock.real_seconds(timedelta(seconds=1)))


def _retry_after(answer: httpx.Response) -> float:
    text = answer.headers.get("retry-after", "")
    return min(float(text), _LONGEST_RETRY_AFTER) if text.isdecimal() else 0.0


def _problem(answer: httpx.Response) -> str:
    try:
        document = answer.json()
    except ValueError:
        return ""
    return str(document.get("type", "")) if isinstance(document, dict) else ""
