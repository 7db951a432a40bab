"""The ways to a department: push, poll and inbox, behind one interface."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final, Protocol
from uuid import UUID, uuid4

import httpx
import orjson

from kit import protocol
from kit.department_http import ask, department_client
from kit.settings import settings
from kit.signing import SignatureError, department_secrets, sign, verify
from rules.catalog import Channel
from tasks.policy import GarbledAnswerError, RedirectedError

EVENTS: Final = "application/cloudevents+json"
#: What a page of news may weigh, and a cursor measure.
_NEWS_BYTES: Final = 1024 * 1024
_CURSOR_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it travels; ``key`` stays the same however often it is sent."""

    department: str
    endpoint: str | None
    path: str
    key: str
    body: bytes


class Way(Protocol):
    """A way to a department."""

    async def deliver(self, letter: Letter) -> httpx.Response | None:
        """Bring a letter and return the answer, None where there is nobody to answer.

        Raises what ``tasks.policy.trouble`` knows.
        """


class Inbox:
    """Its people read what we keep: what is written is delivered."""

    async def deliver(self, letter: Letter) -> httpx.Response | None:
        """Nothing travels."""


class Http:
    """Its system takes letters by POST, whether it calls back (push) or is asked for news (poll)."""

    async def deliver(self, letter: Letter) -> httpx.Response | None:
        """Post the letter, signed with every secret that is active."""
        headers = {
            "Content-Type": EVENTS,
            "Idempotency-Key": letter.key,
            protocol.HEADER: protocol.VERSION,
            **sign(department_secrets(letter.department), letter.key, letter.body),
        }
        address = address_of(letter.endpoint) + letter.path
        answer = await ask(department_client(letter.department), "POST", address, headers=headers, content=letter.body)
        return checked(answer)


WAYS: Final[Mapping[Channel, Way]] = MappingProxyType(
    {Channel.INBOX: Inbox(), Channel.PUSH: Http(), Channel.POLL: Http()}
)


@dataclass(frozen=True, slots=True)
class Announced:
    """An event as a department announced it: its own bytes, and what it is about where that can be read."""

    id: str
    about: UUID | None
    body: bytes


@dataclass(frozen=True, slots=True)
class News:
    """A page of a department's news, and the cursor after which the next one begins."""

    events: tuple[Announced, ...]
    cursor: str


async def ask_for_news(department: str, endpoint: str | None, cursor: str | None) -> News:
    """Ask a department for its events after a cursor; question and answer are signed.

    Raises what ``tasks.policy.trouble`` knows.
    """
    secrets = department_secrets(department)
    key = str(uuid4())
    address = httpx.URL(address_of(endpoint) + "/events", params={"after": cursor} if cursor else {})
    headers = {protocol.HEADER: protocol.VERSION, "Idempotency-Key": key, **sign(secrets, key, b"")}
    client = department_client(department)
    answer = checked(await ask(client, "GET", str(address), headers=headers, at_most=_NEWS_BYTES))
    try:
        verify(secrets, answer.headers, answer.content)
    except SignatureError as error:
        raise GarbledAnswerError(f"部门系统的应答签名无效：{error}") from error
    return _news(answer.content)


def _news(body: bytes) -> News:
    try:
        page = orjson.loads(body)
        cursor, events = page["cursor"], page["events"]
        if not isinstance(cursor, str) or not 0 < len(cursor) <= _CURSOR_LENGTH or not isinstance(events, list):
            raise TypeError
        return News(tuple(_announced(each) for each in events), cursor)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise GarbledAnswerError("部门系统的应答应为 {events: […], cursor: …}") from error


def _announced(event: Mapping[str, Any]) -> Announced:
    try:
        about = UUID(str(event.get("subject")))
    except ValueError:
        about = None
    return Announced(str(event.get("id"))[:200], about, orjson.dumps(event))


def address_of(endpoint: str | None) -> str:
    """Put the installation's base address in an endpoint of the catalog. Raises httpx.InvalidURL without one."""
    if endpoint is None:
        raise httpx.InvalidURL("事项清单中没有该部门的 endpoint")
    return endpoint.replace("{departments}", settings().department_base_url)


def checked(answer: httpx.Response) -> httpx.Response:
    """Let only a success pass. Raises httpx.HTTPStatusError and RedirectedError."""
    if answer.is_redirect or HTTPStatus.MULTIPLE_CHOICES <= answer.status_code < HTTPStatus.BAD_REQUEST:
        raise RedirectedError(f"{answer.status_code}: 部门系统要求转向，拒绝跟随")
    return answer.raise_for_status()
