"""The way out at the provider, and strangers whom it names: nobody, or where the office wants it an applicant."""

import html
import re

import httpx
import pytest
from sqlalchemy import text

from kit.database import transaction
from kit.settings import settings
from tests.portal.browsing import ORIGIN
from tests.portal.conftest import FORM, Portal
from tests.portal.provider import Provider, browser, come_back, made, provider

__all__ = ["browser", "made", "provider"]
#: What a provider says of somebody who acts for an enterprise.
VERIFIED = {"credit_code": FORM["credit_code"], "credit_code_verified": True, "name": "某某公司"}


async def sign_out(browser: httpx.AsyncClient, page: str, path: str) -> httpx.Response:
    token = re.findall(r'name="_token" value="([^"]+)"', (await browser.get(page)).text)[0]
    return await browser.post(path, data={"_token": token}, headers=ORIGIN)


def onward(answer: httpx.Response) -> str:
    found = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', answer.text)
    assert found, answer.text[:500]
    return html.unescape(found[1])


@pytest.fixture
def strangers(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> Provider:
    """A provider that names somebody the office does not know, whom it lets in as an applicant."""
    monkeypatch.setenv("DAIBAN_OIDC_APPLICANTS", "true")
    settings.cache_clear()
    provider.account, provider.lies = "stranger", dict(VERIFIED)
    return provider


async def test_who_signs_out_is_signed_out_at_the_provider_too_and_comes_back(
    browser: httpx.AsyncClient, provider: Provider
) -> None:
    await browser.get(await come_back(browser))
    answer = await sign_out(browser, "/applications", "/sign-out")
    assert (answer.status_code, "daiban" in browser.cookies) == (200, False)
    assert (await browser.get("/applications")).status_code == 303
    async with transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM portal_sessions")) == 0

    async with httpx.AsyncClient() as outside:
        back = await outside.get(onward(answer))
    assert (back.headers["location"], provider.signed_out) == ("http://office/sign-in", ["42"])


@pytest.mark.parametrize("place", [None, "", "javascript:alert(1)", 7, "file:///etc/passwd"])
async def test_a_provider_that_has_no_way_out_is_not_gone_to(
    browser: httpx.AsyncClient, provider: Provider, place: object
) -> None:
    await browser.get(await come_back(browser))
    provider.places = {"end_session_endpoint": place}  # type: ignore[dict-item]
    answer = await sign_out(browser, "/applications", "/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?left=here")
    assert "可能仍保持登录" in (await browser.get("/sign-in?left=here")).text
    assert (await browser.get("/applications")).status_code == 303


async def test_a_provider_that_is_away_keeps_nobody_signed_in_here(
    browser: httpx.AsyncClient, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    await browser.get(await come_back(browser))
    monkeypatch.setenv("DAIBAN_OIDC_ISSUER", "http://127.0.0.1:9")
    settings.cache_clear()
    answer = await sign_out(browser, "/applications", "/sign-out")
    assert answer.headers["location"] == "/sign-in?left=here"
    assert (await browser.get("/applications")).status_code == 303


async def test_nobody_is_signed_out_by_a_page_of_somebody_else(browser: httpx.AsyncClient, provider: Provider) -> None:
    await browser.get(await come_back(browser))
    for headers in ({"Origin": "https://evil.example"}, ORIGIN):
        assert (await browser.post("/sign-out", data={"_token": "guessed"}, headers=headers)).status_code == 403
    assert (await browser.get("/applications")).status_code == 200
    assert provider.signed_out == []


async def test_a_stranger_sees_the_applications_of_their_enterprise_and_nothing_of_the_office(
    portal: Portal, browser: httpx.AsyncClient, strangers: Provider
) -> None:
    own = await portal.launch()
    foreign = await portal.launch(credit_code="91211282MAWPAAD45K", applicant_name="开原市云帆软件有限公司")
    back = await browser.get(await come_back(browser))
    assert (back.status_code, back.headers["location"]) == (303, "/track/mine")
    assert "daiban" not in browser.cookies

    listed = (await browser.get("/track/mine")).text
    assert (own in listed, foreign in listed) == (True, False)
    assert (await browser.get(f"/track/{own}")).status_code == 200
    assert (await browser.get(f"/track/{foreign}")).status_code == 303
    assert (await browser.get("/applications")).headers["location"].startswith("/sign-in")
    assert (await browser.get("/track")).headers["location"] == "/track/mine"
    async with transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM people WHERE account = 'stranger'")) == 0
        assert await session.scalar(text("SELECT count(*) FROM portal_sessions")) == 0
        # A provider renames nobody.
        name = text("SELECT name FROM applicants WHERE credit_code = :code")
        assert await session.scalar(name, {"code": FORM["credit_code"]}) == FORM["applicant_name"]

    answer = await sign_out(browser, "/track/mine", "/track/mine/leave")
    async with httpx.AsyncClient() as outside:
        assert (await outside.get(onward(answer))).headers["location"] == "http://office/track"
    assert (await browser.get(f"/track/{own}")).status_code == 303


async def test_an_enterprise_that_is_new_is_registered_as_an_applicant_alone(
    browser: httpx.AsyncClient, strangers: Provider
) -> None:
    strangers.lies |= {"credit_code": "91211282MAWPAAD45K", "name": "  新来的公司 "}
    await browser.get(await come_back(browser))
    assert "还没有以该统一社会信用代码登记的代办件" in (await browser.get("/track/mine")).text
    async with transaction() as session:
        rows = (await session.execute(text("SELECT credit_code, name FROM applicants"))).all()
        assert [tuple(row) for row in rows] == [("91211282MAWPAAD45K", "新来的公司")]


@pytest.mark.parametrize(
    "lies",
    [
        {"credit_code_verified": False},
        {"credit_code_verified": "true"},
        {"credit_code_verified": None},
        {"credit_code": "91211282MA0KYF01X9"},
        {"credit_code": 91211282},
        {"credit_code": None},
        {"name": " "},
        {"name": None},
    ],
    ids=str,
)
async def test_what_is_not_certain_registers_nobody(
    browser: httpx.AsyncClient, strangers: Provider, lies: dict[str, object]
) -> None:
    strangers.lies |= lies
    assert (await browser.get(await come_back(browser))).status_code == 403
    async with transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM applicants")) == 0
    assert (await browser.get("/track/mine")).status_code == 303


async def test_strangers_are_nobody_unless_the_office_wants_them(
    browser: httpx.AsyncClient, provider: Provider
) -> None:
    provider.account, provider.lies = "stranger", dict(VERIFIED)
    assert (await browser.get(await come_back(browser))).status_code == 403
    assert "oidc" not in (await browser.get("/track")).text
    async with transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM applicants")) == 0


async def test_who_is_of_the_office_is_so_whatever_else_the_provider_says(
    browser: httpx.AsyncClient, strangers: Provider
) -> None:
    strangers.account = "zhang"
    assert (await browser.get(await come_back(browser))).headers["location"] == "/applications"
    assert "daiban-applicant" not in browser.cookies
