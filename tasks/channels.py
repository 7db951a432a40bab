"""The ways to a department: push, poll and inbox, behind one interface."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Final, Protocol

import httpx

from kit import protocol
from kit.department_http import ask, department_client
from kit.settings import settings
from kit.signing import department_secrets, sign
from rules.catalog import Channel
from tasks.policy import RedirectedError

EVENTS: Final = "application/cloudevents+json"


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
