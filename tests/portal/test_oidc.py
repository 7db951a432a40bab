"""Signing in by a provider: a small real one, over a socket, that can be made to lie in every way that matters."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import text

from kit.database import transaction
from kit.settings import settings
from tests.portal.conftest import Portal
from tests.portal.provider import Provider, browser, come_back, made, provider

__all__ = ["browser", "made", "provider"]


async def test_who_the_provider_names_is_signed_in_with_the_roles_they_have_here(browser: httpx.AsyncClient) -> None:
    assert "统一身份认证" in (await browser.get("/sign-in")).text
    back = await browser.get(await come_back(browser))
    assert (back.status_code, back.headers["location"]) == (303, "/applications")
    assert (await browser.get("/applications")).status_code == 200
    # What the provider says of roles is nothing to us.
    assert (await browser.get("/admin/people")).status_code == 403
    async with transaction() as session:
        assert await session.scalar(text("SELECT roles FROM people WHERE account = 'zhang'")) == ["agent"]


@pytest.mark.parametrize("account", ["stranger", "gone", "", None, 7, ["zhang"]])
async def test_who_is_not_of_the_office_is_not_let_in_and_not_entered(
    browser: httpx.AsyncClient, provider: Provider, account: object
) -> None:
    provider.account = account
    back = await browser.get(await come_back(browser))
    known = account in ("stranger", "gone")
    assert (back.status_code, "daiban=" in back.headers["set-cookie"]) == (403 if known else 400, False)
    assert ("没有您的账号" if known else "未成功") in back.text
    async with transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM people WHERE account = 'stranger'")) == 0
        assert await session.scalar(text("SELECT count(*) FROM portal_sessions")) == 0


@pytest.mark.parametrize(
    "lies",
    [
        {"nonce": "of another attempt"},
        {"nonce": None},
        {"aud": "another portal"},
        {"aud": ["daiban", "another"], "azp": "another"},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"iat": 32503680000},
        {"sub": None},
    ],
    ids=str,
)
async def test_an_identity_that_does_not_hold_opens_nothing(
    browser: httpx.AsyncClient, provider: Provider, lies: dict[str, Any]
) -> None:
    provider.lies = lies
    answer = await browser.get(await come_back(browser))
    assert (answer.status_code, "未成功" in answer.text, 'name="password"' in answer.text) == (400, True, True)
    assert (await browser.get("/applications")).status_code == 303


async def test_an_identity_that_somebody_else_signed_opens_nothing(
    browser: httpx.AsyncClient, provider: Provider
) -> None:
    provider.signs_with = RSAKey.generate_key(2048, parameters={"kid": "k"})
    assert (await browser.get(await come_back(browser))).status_code == 400


async def test_the_answer_to_another_browsers_attempt_is_not_taken(portal: Portal, browser: httpx.AsyncClient) -> None:
    """Somebody's own answer, given to another, would sign them in as that somebody (login CSRF)."""
    theirs = await come_back(browser)
    async with httpx.AsyncClient(transport=portal.client._transport, base_url="http://office") as victim:
        assert (await victim.get(theirs)).status_code == 400
        await come_back(victim)
        assert (await victim.get(theirs)).status_code == 400
        assert (await victim.get("/applications")).status_code == 303


async def test_an_answer_is_good_once_and_a_code_needs_its_proof(browser: httpx.AsyncClient) -> None:
    back = await come_back(browser)
    kept = browser.cookies["daiban-oidc"]
    assert (await browser.get(back)).status_code == 303
    browser.cookies.clear()
    browser.cookies["daiban-oidc"] = kept
    assert (await browser.get(back)).status_code == 400

    other = await come_back(browser)
    mine = parse_qs(urlsplit(other).query)
    browser.cookies["daiban-oidc"] = kept
    wrong = urlencode({"state": parse_qs(urlsplit(back).query)["state"][0], "code": mine["code"][0]})
    assert (await browser.get(f"/sign-in/oidc/callback?{wrong}")).status_code == 400


async def test_nobody_is_led_outside_afterwards(browser: httpx.AsyncClient) -> None:
    back = await browser.get(await come_back(browser, "/sign-in/oidc?next=//evil.example"))
    assert back.headers["location"] == "/"


async def test_somebody_who_turns_back_at_the_provider_reads_so(browser: httpx.AsyncClient) -> None:
    state = parse_qs(urlsplit(await come_back(browser)).query)["state"][0]
    answer = await browser.get(f"/sign-in/oidc/callback?error=access_denied&state={state}")
    assert (answer.status_code, "未成功" in answer.text) == (400, True)
    assert "daiban-oidc" not in browser.cookies


async def test_the_answer_of_another_provider_is_not_taken(browser: httpx.AsyncClient) -> None:
    back = await come_back(browser)
    assert (await browser.get(f"{back}&iss=https%3A%2F%2Fevil.example")).status_code == 400


async def test_an_address_counts_only_if_the_provider_has_verified_it(
    browser: httpx.AsyncClient, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAIBAN_OIDC_CLAIM", "email")
    settings.cache_clear()
    for verified, status in ((None, 400), (False, 400), ("true", 400), (True, 303)):
        provider.lies = {"email": "zhang", "email_verified": verified}
        assert (await browser.get(await come_back(browser))).status_code == status


async def test_each_sign_in_begins_a_session_anew_and_ends_the_one_before(
    portal: Portal, browser: httpx.AsyncClient
) -> None:
    browser.cookies.set("daiban", "chosen by somebody else", domain="office.local", path="/")
    await browser.get(await come_back(browser))
    first = browser.cookies["daiban"]
    await browser.get(await come_back(browser))
    assert len({first, browser.cookies["daiban"], "chosen by somebody else"}) == 3
    old = httpx.AsyncClient(transport=portal.client._transport, base_url="http://office", cookies={"daiban": first})
    assert (await old.get("/applications")).status_code == 303


async def test_a_provider_does_not_wash_away_wrong_passwords(browser: httpx.AsyncClient) -> None:
    form = {"account": "zhang", "password": "a guess"}
    await browser.post("/sign-in", data=form, headers={"Origin": "http://office"})
    assert (await browser.get(await come_back(browser))).status_code == 303
    async with transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM sign_in_failures")) == 1


async def test_a_provider_that_is_away_or_another_lets_nobody_in(
    browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, provider: Provider
) -> None:
    back = await come_back(browser)
    for issuer in ("http://127.0.0.1:9", f"{provider.issuer}/"):
        monkeypatch.setenv("DAIBAN_OIDC_ISSUER", issuer)
        settings.cache_clear()
        answer = await browser.get("/sign-in/oidc")
        assert (answer.status_code, "暂时无法连接" in answer.text, "daiban-oidc" in browser.cookies) == (
            502,
            True,
            False,
        )
    monkeypatch.setenv("DAIBAN_OIDC_ISSUER", "http://127.0.0.1:9")
    settings.cache_clear()
    assert (await browser.get(back)).status_code in (400, 502)


@pytest.mark.parametrize(
    ("endpoint", "leads_to"),
    [
        ("token_endpoint", "http://169.254.169.254/latest/meta-data"),
        ("jwks_uri", "http://10.0.0.1/keys"),
        ("jwks_uri", "file:///etc/passwd"),
        ("authorization_endpoint", "javascript:alert(1)"),
        ("token_endpoint", None),
    ],
)
async def test_what_the_provider_says_of_itself_leads_nobody_inside(
    browser: httpx.AsyncClient, provider: Provider, endpoint: str, leads_to: str | None
) -> None:
    """A provider that was taken over, or misconfigured, is no way into the office's own network."""
    if endpoint == "authorization_endpoint" or leads_to is None:
        provider.places = {endpoint: leads_to}
        answer = await browser.get("/sign-in/oidc")
    else:
        back = await come_back(browser)
        provider.places = {endpoint: leads_to}
        answer = await browser.get(back)
    assert (answer.status_code, "暂时无法连接" in answer.text) == (502, True)


async def test_a_provider_inside_is_asked_only_where_the_installation_says_so(
    browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAIBAN_OIDC_NETWORKS", "")
    settings.cache_clear()
    assert (await browser.get("/sign-in/oidc")).status_code == 502


async def test_a_secret_that_is_not_there_is_told_to_nobody(browser: httpx.AsyncClient, tmp_path: Path) -> None:
    (tmp_path / "oidc").unlink()
    answer = await browser.get("/sign-in/oidc")
    assert (answer.status_code, str(tmp_path) in answer.text) == (502, False)


async def test_without_a_provider_there_is_no_such_way(portal: Portal) -> None:
    settings.cache_clear()
    for path in ("/sign-in/oidc", "/sign-in/oidc/callback?state=a&code=b"):
        assert (await portal.client.get(path)).status_code == 404
    assert "oidc" not in (await portal.client.get("/sign-in")).text
