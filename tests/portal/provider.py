"""A small OpenID Connect provider, over a socket, that can be made to lie in every way that matters."""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
import uvicorn
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from kit.clock import wall_now
from kit.settings import settings
from tests.portal.conftest import Portal

SECRET = "the provider knows it, too"


class Provider:
    """An OpenID Connect provider that lets everybody in as ``account``, once each code."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, parameters={"kid": "k"})
        self.signs_with = self.key
        self.account: object = "zhang"
        self.lies: dict[str, Any] = {}
        #: Where it says, falsely, that its endpoints are.
        self.places: dict[str, str | None] = {}
        self.issuer = ""
        self.codes: dict[str, dict[str, str]] = {}
        #: Whose sessions it was asked to end.
        self.signed_out: list[str] = []
        #: Where it leads back to: the office that it knows.
        self.office = "http://office"
        routes = [
            Route("/.well-known/openid-configuration", self.describe),
            Route("/authorize", self.authorize),
            Route("/token", self.token, methods=["POST"]),
            Route("/keys", self.keys),
            Route("/logout", self.end_session),
        ]
        self.app = Starlette(routes=routes)

    async def describe(self, _: Request) -> Response:
        places = {
            "authorization_endpoint": "authorize",
            "token_endpoint": "token",
            "jwks_uri": "keys",
            "end_session_endpoint": "logout",
        }
        told = {"issuer": self.issuer, **{name: f"{self.issuer}/{at}" for name, at in places.items()}}
        return JSONResponse({**told, **self.places})

    async def keys(self, _: Request) -> Response:
        return JSONResponse(KeySet([self.key]).as_dict(private=False))

    async def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return RedirectResponse(asked["redirect_uri"] + "?" + urlencode({"code": code, "state": asked["state"]}))

    async def end_session(self, request: Request) -> Response:
        """End the session of whom it had named, and lead back only where the client had said."""
        asked = request.query_params
        named = jwt.decode(asked["id_token_hint"], self.key, algorithms=["RS256"]).claims
        assert (named["iss"], named["aud"], asked["client_id"]) == (self.issuer, "daiban", "daiban")
        assert asked["post_logout_redirect_uri"] in (f"{self.office}/sign-in", f"{self.office}/track")
        self.signed_out.append(str(named["sub"]))
        return RedirectResponse(asked["post_logout_redirect_uri"])

    async def token(self, request: Request) -> Response:
        form = await request.form()
        asked = self.codes.pop(str(form["code"]), None)
        proof = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        known = base64.b64encode(f"daiban:{SECRET}".encode()).decode()
        if (
            asked is None
            or asked["code_challenge"] != base64.urlsafe_b64encode(proof).rstrip(b"=").decode()
            or request.headers["authorization"] != f"Basic {known}"
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(wall_now().timestamp())
        told = {"iss": self.issuer, "aud": "daiban", "sub": "42", "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims = {**told, "preferred_username": self.account, "roles": ["administrator"], **self.lies}
        id_token = jwt.encode({"alg": "RS256", "kid": "k"}, claims, self.signs_with)
        return JSONResponse({"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": id_token})


class QuietServer(uvicorn.Server):
    def install_signal_handlers(self) -> None: ...


@pytest.fixture(scope="module")
def made() -> Provider:
    """Making its key takes a while."""
    return Provider()


@pytest.fixture
async def provider(
    made: Provider, configured: None, plain_http: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Provider]:
    server = QuietServer(uvicorn.Config(made.app, port=0, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    made.issuer = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    made.signs_with, made.account, made.lies, made.places = made.key, "zhang", {}, {}
    made.signed_out = []
    (tmp_path / "oidc").write_text(SECRET)
    monkeypatch.setenv("DAIBAN_OIDC_ISSUER", made.issuer)
    monkeypatch.setenv("DAIBAN_OIDC_NETWORKS", "127.0.0.0/8")
    monkeypatch.setenv("DAIBAN_OIDC_CLIENT_SECRET", f"file:{tmp_path / 'oidc'}")
    settings.cache_clear()
    yield made
    server.should_exit = True
    await serving


@pytest.fixture
async def browser(portal: Portal, provider: Provider) -> AsyncIterator[httpx.AsyncClient]:
    transport = portal.client._transport
    async with httpx.AsyncClient(transport=transport, base_url="http://office") as made:
        yield made


async def come_back(browser: httpx.AsyncClient, path: str = "/sign-in/oidc?next=/applications") -> str:
    """Go to the provider as a browser does; return the address that it sends the browser back to."""
    there = (await browser.get(path)).headers["location"]
    async with httpx.AsyncClient() as outside:
        return str((await outside.get(there)).headers["location"])
