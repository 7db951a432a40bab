"""The pages: who is let in, what a department sees of its own work and never of another's, and what its forms do."""

import asyncio
import re
from collections.abc import AsyncIterator
from importlib.resources import files
from typing import Any

import httpx
import pytest
from sqlalchemy import insert, update
from sqlmodel import col

from casework import signing_in
from kit.clock import wall_now
from kit.database import transaction
from kit.passwords import WeakPasswordError, hash_password
from models import Person, PortalSession, Role, SignInFailure
from portal.pages.acts import FORMS
from portal.pages.agent_acts import Act
from portal.pages.live import Ended
from portal.pages.rendering import translator
from portal.problems import WORDS
from tests.conftest import person_row
from tests.portal.conftest import Portal

PASSWORD = "correct horse battery"
ORIGIN = {"Origin": "http://office"}


class Browser:
    """Somebody in front of the pages, with cookies of their own."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def sign_in(self, account: str, password: str = PASSWORD, **form: str) -> httpx.Response:
        return await self.client.post(
            "/sign-in", data={"account": account, "password": password, **form}, headers=ORIGIN
        )

    async def see(self, path: str) -> str:
        answer = await self.client.get(path)
        assert answer.status_code == 200, (answer.status_code, answer.text[:500])
        return answer.text

    async def send(self, page: str, path: str, **form: Any) -> httpx.Response:
        """Send a form of a page the way a browser does, hidden fields included."""
        html = await self.see(page)
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', form_html(html, path)))
        return await self.client.post(path, data={**hidden, **form}, headers=ORIGIN)


def form_html(html: str, action: str) -> str:
    start = html.index(f'action="{action}"')
    return html[start : html.index("</form>", start)]


@pytest.fixture(scope="module")
def hashed() -> str:
    """The password as it is stored, computed once: it is meant to take long."""
    return asyncio.run(hash_password(PASSWORD, "somebody"))


@pytest.fixture
async def staffed(portal: Portal, hashed: str) -> None:
    """People with passwords: a handler and a head of MSB, a handler of another department."""
    people = (("chen", (Role.HEAD,), "MSB", True), ("ma", (Role.HANDLER,), "TAX", True))
    async with transaction() as session:
        await session.execute(insert(Person), [person_row(*person) for person in people])
        known = col(Person.account).in_(["wu", "chen", "ma", "zhang", "gone"])
        await session.execute(update(Person).where(known).values(password_hash=hashed))


@pytest.fixture
async def browsers(portal: Portal, staffed: None) -> AsyncIterator[Any]:
    opened: list[httpx.AsyncClient] = []

    def opens() -> Browser:
        transport = portal.client._transport
        opened.append(httpx.AsyncClient(transport=transport, base_url="http://office"))
        return Browser(opened[-1])

    yield opens
    for client in opened:
        await client.aclose()


@pytest.fixture(autouse=True)
def plain_http(configured: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from kit.settings import settings

    monkeypatch.setenv("DAIBAN_PORTAL_URL", "http://office")
    settings.cache_clear()


async def assignment_page(portal: Portal, number: str, item: str) -> str:
    return f"/inbox/{(await portal.line(number, item))['assignment']}"


async def test_a_stranger_is_led_to_the_entrance_and_on_to_where_they_wanted(browsers: Any) -> None:
    browser = browsers()
    asked = await browser.client.get("/inbox")
    assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in?next=/inbox")

    answer = await browser.sign_in("wu", next="/inbox")
    assert (answer.status_code, answer.headers["location"]) == (303, "/inbox")
    assert "部门任务" in await browser.see("/inbox")


@pytest.mark.parametrize("path", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
async def test_nobody_is_led_outside(browsers: Any, path: str) -> None:
    assert (await browsers().sign_in("wu", next=path)).headers["location"] == "/"


async def test_the_cookie_is_out_of_reach_of_scripts_and_of_plain_connections(
    browsers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kit.settings import settings

    monkeypatch.setenv("DAIBAN_PORTAL_URL", "https://daiban.example")
    settings.cache_clear()
    answer = await browsers().client.post(
        "/sign-in", data={"account": "wu", "password": PASSWORD}, headers={"Origin": "https://daiban.example"}
    )
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-daiban=")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))


async def test_each_sign_in_begins_a_session_of_its_own(browsers: Any) -> None:
    planted = {"Cookie": "daiban=chosen-by-somebody-else", **ORIGIN}
    form = {"account": "wu", "password": PASSWORD}
    answers = [await browsers().client.post("/sign-in", data=form, headers=planted) for _ in range(2)]

    tokens = {answer.headers["set-cookie"].partition(";")[0] for answer in answers}
    assert len(tokens) == 2
    assert "daiban=chosen-by-somebody-else" not in tokens
    intruder = await browsers().client.get("/inbox", headers={"Cookie": "daiban=chosen-by-somebody-else"})
    assert intruder.status_code == 303


async def test_a_session_nobody_uses_ends(browsers: Any) -> None:
    browser = browsers()
    await browser.sign_in("wu")
    async with transaction() as session:
        await session.execute(update(PortalSession).values(seen_at=wall_now() - signing_in.IDLE))

    assert (await browser.client.get("/inbox")).status_code == 303


async def test_a_new_password_signs_everybody_out(browsers: Any) -> None:
    browser = browsers()
    await browser.sign_in("wu")
    async with transaction() as session:
        await signing_in.set_password(session, "wu", "another long passphrase")

    assert (await browser.client.get("/inbox")).status_code == 303
    assert (await browser.sign_in("wu")).status_code == 401


@pytest.mark.parametrize("weak", ["short", "x" * 201, "my account is wu!"])
async def test_weak_passwords_are_not_taken(portal: Portal, weak: str) -> None:
    with pytest.raises(WeakPasswordError):
        async with transaction() as session:
            await signing_in.set_password(session, "wu", weak)


async def test_leaving_ends_the_session_on_our_side_too(browsers: Any) -> None:
    browser = browsers()
    await browser.sign_in("wu")
    stolen = {cookie.name: cookie.value for cookie in browser.client.cookies.jar}
    assert (await browser.send("/inbox", "/sign-out")).status_code == 303

    thief = browsers()
    thief.client.cookies.update(stolen)
    assert (await thief.client.get("/inbox")).status_code == 303


@pytest.mark.parametrize("account", ["nobody", "gone", "zhao"])
async def test_unknown_inactive_and_passwordless_accounts_are_refused_alike(browsers: Any, account: str) -> None:
    wrong = await browsers().sign_in("wu", "wrong password")
    answer = await browsers().sign_in(account)
    assert (wrong.status_code, answer.status_code) == (401, 401)
    assert wrong.text.replace("wu", "") == answer.text.replace(account, "")


async def test_five_wrong_passwords_close_an_account_for_a_while(browsers: Any) -> None:
    for _ in range(signing_in.OF_ACCOUNT):
        assert (await browsers().sign_in("wu", "wrong password")).status_code == 401

    assert (await browsers().sign_in("wu")).status_code == 429
    assert (await browsers().sign_in("chen")).status_code == 303


async def test_an_address_that_tries_everybody_is_stopped(browsers: Any) -> None:
    tried = [{"account": f"guess{n}", "source": "127.0.0.1", "at": wall_now()} for n in range(signing_in.OF_SOURCE - 1)]
    async with transaction() as session:
        await session.execute(insert(SignInFailure), tried)
    assert (await browsers().sign_in("one-more", "wrong password")).status_code == 401
    assert (await browsers().sign_in("wu")).status_code == 429


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
async def test_a_form_of_another_site_is_refused(browsers: Any, portal: Portal, headers: dict[str, str]) -> None:
    number = await portal.launch()
    await portal.deliver(number)
    browser = browsers()
    await browser.sign_in("wu")
    page = await assignment_page(portal, number, "E01")
    hidden = dict(re.findall(r'name="(_token|event)" value="([^"]+)"', await browser.see(page)))

    answer = await browser.client.post(f"{page}/claim", data=hidden, headers=headers)

    assert answer.status_code == 403
    assert (await portal.line(number, "E01"))["status"] == "received"


@pytest.mark.parametrize("form_token", [None, "", "of-another-session"])
async def test_a_form_without_the_sessions_token_is_refused(
    browsers: Any, portal: Portal, form_token: str | None
) -> None:
    number = await portal.launch()
    await portal.deliver(number)
    browser = browsers()
    await browser.sign_in("wu")
    given = {} if form_token is None else {"_token": form_token}
    page = await assignment_page(portal, number, "E01")
    answer = await browser.client.post(f"{page}/claim", data={"event": "0" * 32, **given}, headers=ORIGIN)
    assert answer.status_code == 403
    assert (await portal.line(number, "E01"))["status"] == "received"


async def test_a_department_sees_its_own_assignments_and_no_others(browsers: Any, portal: Portal) -> None:
    number = await portal.launch()
    await portal.deliver(number)
    page = await assignment_page(portal, number, "E01")
    msb, tax = browsers(), browsers()
    await msb.sign_in("wu")
    await tax.sign_in("ma")

    assert "企业设立登记" in await msb.see("/inbox")
    assert "企业设立登记" not in await tax.see("/inbox")
    assert "章程" in await msb.see(page)
    assert (await tax.client.get(page)).status_code == 404
    hidden = dict(re.findall(r'name="(_token)" value="([^"]+)"', await tax.see("/inbox")))
    act = await tax.client.post(f"{page}/claim", data={"event": "0" * 32, **hidden}, headers=ORIGIN)
    assert act.status_code == 404


async def test_people_of_the_center_do_not_see_inboxes_nor_departments_the_desk(browsers: Any) -> None:
    handler, agent = browsers(), browsers()
    await handler.sign_in("wu")
    await agent.sign_in("zhang")
    assert (await handler.client.get("/applications")).status_code == 403
    assert (await agent.client.get("/inbox")).status_code == 403


async def test_a_handler_claims_and_grants_in_the_inbox(browsers: Any, portal: Portal) -> None:
    number = await portal.launch()
    await portal.deliver(number)
    page = await assignment_page(portal, number, "E01")
    browser = browsers()
    await browser.sign_in("wu")

    assert (await browser.send(page, f"{page}/accept")).status_code == 303
    assert (await browser.send(page, f"{page}/claim")).status_code == 303
    done = await browser.send(page, f"{page}/grant", document_number="〔2026〕1号")

    assert done.headers["location"] == f"{page}?done=1"
    decision = (await portal.line(number, "E01"))["decision"]
    assert (decision["kind"], decision["document_number"], decision["handler"]) == ("granted", "〔2026〕1号", "wu")
    assert "当前没有可办的操作" in await browser.see(page)


async def test_a_form_sent_twice_is_done_once(browsers: Any, portal: Portal) -> None:
    number = await portal.launch()
    await portal.deliver(number)
    page = await assignment_page(portal, number, "E01")
    browser = browsers()
    await browser.sign_in("wu")
    html = form_html(await browser.see(page), f"{page}/note")
    sent = {**dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', html)), "text": "已电话沟通"}

    for _ in range(2):
        assert (await browser.client.post(f"{page}/note", data=sent, headers=ORIGIN)).status_code == 303

    steps = (await portal.get(f"/api/v1/applications/{number}/steps")).json()["steps"]
    assert [step["actor"] for step in steps if step["details"].get("text") == "已电话沟通"] == ["wu"]


async def test_corrections_are_ticked_off_a_checklist(browsers: Any, portal: Portal) -> None:
    number = await portal.launch()
    await portal.deliver(number)
    page = await assignment_page(portal, number, "E01")
    browser = browsers()
    await browser.sign_in("wu")
    await browser.send(page, f"{page}/correct", missing=["章程", "法定代表人任职文件\n\n租赁合同 "], reason="未签字")

    assert (await portal.line(number, "E01"))["asked"] == ["章程", "法定代表人任职文件", "租赁合同"]


async def test_a_handler_refuses_nothing_alone(browsers: Any, portal: Portal) -> None:
    number = await portal.launch()
    await portal.deliver(number)
    page = await assignment_page(portal, number, "E01")
    handler, head = browsers(), browsers()
    await handler.sign_in("wu")
    await head.sign_in("chen")
    unfounded = await handler.send(page, f"{page}/refuse", reason="不符合条件")
    assert (unfounded.status_code, "legal_basis" in unfounded.text) == (422, True)

    await handler.send(page, f"{page}/refuse", reason="不符合条件", legal_basis="市场主体登记管理条例第十九条")
    assert (await portal.line(number, "E01"))["status"] == "refusal_proposed"
    assert f"{page}/approve-refusal" not in await handler.see(page)
    hidden = dict(re.findall(r'name="(_token)" value="([^"]+)"', await handler.see(page)))
    alone = await handler.client.post(f"{page}/approve-refusal", data={"event": "0" * 32, **hidden}, headers=ORIGIN)
    assert alone.status_code == 403

    approved = await head.send(page, f"{page}/approve-refusal")
    assert approved.status_code == 303
    assert (await portal.line(number, "E01"))["decision"]["filing"]


async def test_what_people_write_is_shown_and_never_run(browsers: Any, portal: Portal) -> None:
    attack = "<script>alert(1)</script>"
    number = await portal.launch(applicant_name=attack, project_name=attack)
    await portal.deliver(number)
    page = await assignment_page(portal, number, "E01")
    handler, agent = browsers(), browsers()
    await handler.sign_in("wu")
    await agent.sign_in("zhang")
    await handler.send(page, f"{page}/note", text=attack)
    await handler.send(page, f"{page}/correct", missing=[attack], reason=attack)

    for browser, path in ((handler, "/inbox"), (handler, page), (agent, "/applications")):
        assert attack not in await browser.see(path)
    shown = await agent.see(f"/applications/{number}")
    assert "&lt;script&gt;" in shown
    assert attack not in shown
    policy = (await agent.client.get("/applications")).headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


async def test_every_page_speaks_english_too(browsers: Any, portal: Portal) -> None:
    number = await portal.launch()
    await portal.deliver(number)
    browser = browsers()
    await browser.client.get("/language/en")
    await browser.sign_in("wu")
    html = await browser.see(await assignment_page(portal, number, "E01"))
    assert '<html lang="en">' in html
    assert ">Materials<" in html
    assert ">Grant<" in html
    for each in (html, await browser.see("/inbox")):
        assert "Company registration" in each
        assert "企业设立登记" not in each


async def test_a_document_is_verified_by_anybody_and_a_wrong_code_is_refused(browsers: Any) -> None:
    html = await browsers().see("/verify?number=BZ-211282-20260302-00001-E04-01-9&code=0000-0000-0000-0000")
    assert 'role="alert"' in html


def test_every_text_of_the_pages_has_an_english_one() -> None:
    source = "".join(path.read_text() for path in (files("portal.pages") / "templates").iterdir())
    texts = set(re.findall(r"""_\(\s*["']([^"']+)["']\s*\)""", source))
    for form in FORMS:
        texts |= {form.title, *(entry.label for entry in form.entries), *(e.hint for e in form.entries if e.hint)}
        texts |= {word.zh for entry in form.entries for word in entry.words or ()}
    texts |= {*(act.zh for act in Act), *(why.value for why in Ended), *WORDS.values()}
    english = translator("en")

    assert [text for text in sorted(texts) if english(text) == text] == []
