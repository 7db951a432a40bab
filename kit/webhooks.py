"""Post to an address that a person has named: to the outside, and inside only where the installation says so."""

import ssl
from functools import cache
from typing import Any, Final

import httpx
import orjson

from kit.addresses import AddressRefusedError, networks
from kit.department_http import CheckedTransport, OversizedAnswerError, ask
from kit.settings import settings

_CONNECTIONS: Final = httpx.Limits(max_connections=8, max_keepalive_connections=0)
_TEMPORARY: Final = frozenset({408, 425, 429})


class WebhookError(Exception):
    """What was to be posted did not arrive; ``final`` when trying again is of no use."""

    def __init__(self, message: str, *, final: bool) -> None:
        super().__init__(message)
        self.final = final


async def post(url: str, content: dict[str, Any]) -> None:
    """Post JSON; no redirect is followed, what is answered is not looked at. Raises WebhookError."""
    if not url.startswith(("https://", "http://")):
        raise WebhookError("only http and https are posted to", final=True)
    transport = CheckedTransport(_context(), _CONNECTIONS, networks(settings().notify_networks))
    headers = {"content-type": "application/json", "user-agent": "daiban"}
    try:
        async with httpx.AsyncClient(transport=transport, follow_redirects=False, trust_env=False) as client:
            answer = await ask(client, "POST", url, headers=headers, content=orjson.dumps(content))
    except AddressRefusedError as error:
        raise WebhookError(str(error), final=True) from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise WebhookError(f"{type(error).__name__}: {error}", final=True) from error
    except (httpx.TransportError, OversizedAnswerError, TimeoutError) as error:
        raise WebhookError(f"{type(error).__name__}: {error}", final=False) from error
    if not answer.is_success:
        passing = answer.is_server_error or answer.status_code in _TEMPORARY
        raise WebhookError(f"HTTP {answer.status_code}", final=not passing)


@cache
def _context() -> ssl.SSLContext:
    return httpx.create_ssl_context()
