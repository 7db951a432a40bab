"""OpenID Connect: ask the installation's provider who somebody is (authorization code, PKCE, nonce)."""

import asyncio
import hmac
import json
import ssl
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Final

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.common.urls import add_params_to_uri
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from kit.addresses import AddressRefusedError, networks
from kit.clock import wall_now
from kit.department_http import CheckedTransport
from kit.secrets import secret
from kit.settings import settings
from kit.signing import SecretError

#: Of asymmetric keys alone: with HS256 whoever knows a public key could sign.
_ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA")
#: What all that the provider is asked for one step may take, and what it may take to accept a connection.
_SECONDS: Final = 10.0
_CONNECT_SECONDS: Final = 3.0
_CONNECTIONS: Final = httpx.Limits(max_connections=4, max_keepalive_connections=0)
_LEEWAY_SECONDS: Final = 60
_DISCOVERY: Final = "/.well-known/openid-configuration"


class OidcError(Exception):
    """What came back does not say who it is, or does not hold; the message is for the log."""


class ProviderAwayError(OidcError):
    """The provider cannot be asked, or not as it is configured; trying again later, or another configuration, helps."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to sign in, kept by the browser that began it and by nobody else."""

    state: str
    nonce: str
    verifier: str
    #: Where somebody wanted to go.
    after: str

    def kept(self) -> str:
        """Write it as a cookie's value."""
        return urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode()

    @classmethod
    def read(cls, kept: str) -> "Attempt":
        """Read a cookie's value. Raises OidcError."""
        try:
            found = json.loads(urlsafe_b64decode(kept.encode()))
            return cls(**{name: str(found[name]) for name in ("state", "nonce", "verifier", "after")})
        except (ValueError, KeyError, TypeError) as error:
            raise OidcError("no attempt, or one that cannot be read") from error


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says it is; ``id_token`` is how it said so."""

    account: str
    id_token: str
    #: The unified social credit code and the name of an enterprise for which they act; only where it is verified.
    enterprise: tuple[str, str] | None = None


def configured() -> bool:
    """Tell whether the installation has a provider."""
    return settings().oidc_issuer is not None


async def ask() -> None:
    """Ask the provider what it says of itself, as every sign-in does. Raises ProviderAwayError."""
    async with _provider(redirect=""):
        return


async def begin(after: str, redirect: str) -> tuple[str, Attempt]:
    """Return the address at which the provider asks who it is, and the attempt to keep. Raises ProviderAwayError."""
    attempt = Attempt(generate_token(32), generate_token(32), generate_token(64), after)
    async with _provider(redirect) as (client, found):
        url, _ = client.create_authorization_url(
            found["authorization_endpoint"],
            state=attempt.state,
            nonce=attempt.nonce,
            code_verifier=attempt.verifier,
        )
    return str(url), attempt


async def finish(attempt: Attempt, answer: Mapping[str, str], redirect: str) -> Identity:
    """Return who the provider says it is. Raises OidcError."""
    if not hmac.compare_digest(attempt.state.encode(), answer.get("state", "").encode()):
        raise OidcError("the state is not that of this browser's attempt")
    if "iss" in answer and answer["iss"] != settings().oidc_issuer:
        raise OidcError("the answer is another provider's")  # RFC 9207
    if "code" not in answer:
        raise OidcError(f"the provider answered {answer.get('error', 'nothing')}")
    async with _provider(redirect) as (client, found):
        try:
            given = await client.fetch_token(
                found["token_endpoint"], code=answer["code"], code_verifier=attempt.verifier
            )
        except AuthlibBaseError as error:
            raise OidcError(f"no identity for this code: {type(error).__name__}: {error}") from error
        keys = await _json(client, found["jwks_uri"])
    id_token = str(given.get("id_token", ""))
    claims = _claims(id_token, keys, attempt.nonce)
    return Identity(_account(claims), id_token, _enterprise(claims))


async def leaving(id_token: str, back: str) -> str | None:
    """Return the address at which the provider ends its session and leads ``back`` (RP-initiated logout).

    None where the provider offers none. Raises ProviderAwayError.
    """
    async with _provider(redirect="") as (_, found):
        place = found.get("end_session_endpoint")
    if not isinstance(place, str) or not place.startswith(("https://", "http://")):
        return None
    told = {"id_token_hint": id_token, "post_logout_redirect_uri": back, "client_id": settings().oidc_client_id}
    return str(add_params_to_uri(place, list(told.items())))


def _account(claims: Mapping[str, Any]) -> str:
    name = settings().oidc_claim
    account = claims.get(name)
    if not isinstance(account, str) or not account:
        raise OidcError(f"the identity has no claim {name}")
    if name == "email" and claims.get("email_verified") is not True:
        raise OidcError("the provider has not made sure whose address that is")
    return account


def _enterprise(claims: Mapping[str, Any]) -> tuple[str, str] | None:
    wanted = settings().oidc_applicant_claim
    code, name = claims.get(wanted), claims.get("name")
    if claims.get(f"{wanted}_verified") is not True or not isinstance(code, str) or not isinstance(name, str):
        return None
    return (code, name) if name.strip() else None


def _claims(id_token: str, keys: Any, nonce: str) -> Mapping[str, Any]:
    client = settings().oidc_client_id
    registry = jwt.JWTClaimsRegistry(
        now=int(wall_now().timestamp()),
        leeway=_LEEWAY_SECONDS,
        iss={"essential": True, "value": str(settings().oidc_issuer)},
        aud={"essential": True, "value": client},
        azp={"essential": False, "value": client},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        claims = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=list(_ALGORITHMS)).claims
        registry.validate(claims)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise OidcError(f"the identity does not hold: {type(error).__name__}: {error}") from error
    return claims


@asynccontextmanager
async def _provider(redirect: str) -> AsyncIterator[tuple[AsyncOAuth2Client, dict[str, Any]]]:
    """Open a client of the provider, and read what the provider says of itself."""
    chosen = settings()
    try:
        async with (
            asyncio.timeout(_SECONDS),
            AsyncOAuth2Client(
                client_id=chosen.oidc_client_id,
                client_secret=secret(chosen.oidc_client_secret) if chosen.oidc_client_secret else None,
                token_endpoint_auth_method="client_secret_basic" if chosen.oidc_client_secret else "none",
                scope=chosen.oidc_scope,
                redirect_uri=redirect,
                code_challenge_method="S256",
                timeout=httpx.Timeout(_SECONDS, connect=_CONNECT_SECONDS),
                # The provider's own words say where to ask on: they are checked like every address from outside.
                transport=CheckedTransport(_context(), _CONNECTIONS, networks(chosen.oidc_networks)),
                follow_redirects=False,
                trust_env=False,
            ) as client,
        ):
            yield client, await _description(client)
    except (httpx.HTTPError, httpx.InvalidURL, AddressRefusedError, SecretError, TimeoutError, ValueError) as error:
        raise ProviderAwayError(f"the provider cannot be asked: {type(error).__name__}: {error}") from error


async def _description(client: AsyncOAuth2Client) -> dict[str, Any]:
    issuer = str(settings().oidc_issuer)
    found = await _json(client, issuer.rstrip("/") + _DISCOVERY)
    if not isinstance(found, dict) or found.get("issuer") != issuer:
        raise ProviderAwayError(f"what answers at {issuer} does not call itself so")
    if not all(isinstance(found.get(name), str) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")):
        raise ProviderAwayError("the provider does not say where to ask")
    if not found["authorization_endpoint"].startswith(("https://", "http://")):
        raise ProviderAwayError("the provider sends browsers to no web page")
    return found


async def _json(client: AsyncOAuth2Client, url: str) -> Any:
    answer = await client.request("GET", url, withhold_token=True)
    return answer.raise_for_status().json()


@cache
def _context() -> ssl.SSLContext:
    return httpx.create_ssl_context()
