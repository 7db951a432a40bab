"""Administration and notifications in the browser: by whom, what it changes, and what it never shows."""

import io
import re
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from casework import notifying
from kit import signing
from kit.clock import wall_now
from kit.database import transaction
from models import Person, Role
from tests.conftest import CATALOG, person_row
from tests.portal.conftest import Portal
from tests.portal.visitors import ORIGIN, begin_session, sign_everybody_in

TOKEN = {"_token": "form-token"}


class Browser:
    """Somebody's browser, signed in."""

    def __init__(self, client: httpx.AsyncClient, account: str) -> None:
        self.client = client
        self.headers = {"Cookie": f"daiban=session-of-{account}", **ORIGIN}

    async def see(self, path: str) -> str:
        answer = await self.client.get(path, headers=self.headers)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[-900:])
        return answer.text

    async def send(self, path: str, file: bytes | None = None, **form: Any) -> httpx.Response:
        files = {} if file is None else {"files": {"file": ("proposal", file)}}
        return await self.client.post(path, data={**TOKEN, **form}, headers=self.headers, **files)  # type: ignore[arg-type]


@pytest.fixture
async def client(portal: Portal, plain_http: None) -> AsyncIterator[httpx.AsyncClient]:
    await sign_everybody_in()
    async with transaction() as session:
        await session.execute(insert(Person), [person_row("han", (Role.ADMINISTRATOR,), None, True)])
        await begin_session(session, "han")
    async with httpx.AsyncClient(transport=portal.client._transport, base_url="http://office") as made:
        yield made


@pytest.fixture
def qian(client: httpx.AsyncClient) -> Browser:
    return Browser(client, "qian")


@pytest.fixture
def han(client: httpx.AsyncClient) -> Browser:
    """Another administrator."""
    return Browser(client, "han")


def catalog_zip(change: tuple[str, str] | None = None, **more: str) -> bytes:
    """Pack the city's catalog, with a text in it replaced."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(Path(CATALOG).rglob("*.yaml")):
            written = path.read_text(encoding="utf-8")
            if change and change[0] in written:
                written = written.replace(*change)
            archive.writestr(f"kaiyuan/{path.relative_to(CATALOG).as_posix()}", written)
        for name, content in more.items():
            archive.writestr(name.replace("__", "/"), content)
    return kept.getvalue()


async def test_an_administrator_enters_a_person_who_can_then_sign_in(client: httpx.AsyncClient, qian: Browser) -> None:
    answer = await qian.send("/admin/people", account="lu", name="陆", roles=["handler"], department="TAX")
    assert answer.headers["location"] == "/admin/people/lu"
    shown = (await qian.send("/admin/people/lu/password")).text
    password = re.findall(r'class="secret">([^<]+)<', shown)[0]
    assert password not in await qian.see("/admin/people/lu")

    form = {"account": "lu", "password": password}
    assert (await client.post("/sign-in", data=form, headers=ORIGIN)).status_code == 303
    deeds = await qian.see("/admin/deeds?subject=lu")
    assert ("person.entered" in deeds, "password.reset" in deeds, password in deeds) == (True, True, False)


@pytest.mark.parametrize(
    "form",
    [
        {"account": "lu", "name": "陆"},
        {"account": "lu", "name": "陆", "roles": ["handler"]},
        {"account": "lu", "name": "陆", "roles": ["agent"], "department": "TAX"},
        {"account": "l u", "name": "陆", "roles": ["agent"]},
        {"account": "lu", "roles": ["agent"]},
    ],
)
async def test_a_person_who_makes_no_sense_is_not_entered(qian: Browser, form: dict[str, Any]) -> None:
    assert (await qian.send("/admin/people", **form)).status_code == 422


async def test_who_is_deactivated_or_signed_out_is_out_at_once(client: httpx.AsyncClient, qian: Browser) -> None:
    wu = Browser(client, "wu")
    await wu.see("/inbox")
    assert (await qian.send("/admin/people/wu/sessions")).status_code == 303
    assert (await client.get("/inbox", headers=wu.headers)).status_code == 303

    assert (await qian.send("/admin/people/sun/activity", active="0")).status_code == 303
    assert (await client.get("/applications", headers=Browser(client, "sun").headers)).status_code == 303
    assert (await qian.send("/admin/people/qian/activity", active="0")).status_code == 403
    demoted = await qian.send("/admin/people", account="qian", name="钱", roles=["agent"])
    assert demoted.status_code == 403


async def test_a_post_is_filled_and_shown(qian: Browser) -> None:
    same = await qian.send("/admin/posts", department="MSB", principal="wu", backup="wu", manager="zhao")
    assert same.status_code == 422
    await qian.send("/admin/posts", department="MSB", principal="wu", backup="chen", manager="zhao")
    assert "chen" in await qian.see("/admin/posts")
    assert "post.filled" in await qian.see("/admin/deeds?actor=qian")


async def test_secrets_are_told_of_and_never_shown(qian: Browser) -> None:
    html = await qian.see("/admin/channels")
    secrets = [secret for code in ("MSB", "TAX", "PSB") for secret in signing.department_secrets(code)]
    assert not any(secret in html or secret.removeprefix("whsec_") in html for secret in secrets)


async def test_a_catalog_is_published_by_another_than_who_proposed_it(
    portal: Portal, qian: Browser, han: Browser
) -> None:
    number = await portal.launch()
    await portal.deliver(number)
    sent = await qian.send("/admin/catalog", catalog_zip(("企业设立登记", "企业设立登记（新）")), note="更名")
    draft = sent.headers["location"]
    shown = await han.see(draft)
    assert "企业设立登记（新）" in shown
    assert "更名" in shown
    assert figures(shown)["有事项改按新版办理的在办件"] == 1

    alone = await qian.send(f"{draft}/publication")
    assert alone.status_code == 403
    assert "v2" not in await qian.see("/admin/catalog")
    assert (await han.send(f"{draft}/publication")).status_code == 303
    assert "v2" in await qian.see("/admin/catalog")
    assert "企业设立登记（新）" in await qian.see("/admin/catalog/compare?before=1&after=2")
    again = await han.send(f"{draft}/publication")
    assert again.status_code == 409


def figures(html: str) -> dict[str, int]:
    return {name: int(number) for name, number in re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", html)}


async def test_the_preview_says_what_publishing_does(portal: Portal, qian: Browser, han: Browser) -> None:
    """One has its first item accepted, one has it waiting, one is being withdrawn, one has no such item."""
    accepted, waiting, leaving = [await portal.launch(project_name=name) for name in ("甲", "乙", "丙")]
    other = await portal.launch(journey="J1", project_name="丁", answers={"enterprise_exists": True})
    for number in (accepted, waiting, leaving, other):
        await portal.deliver(number)
    assert (await portal.tell(accepted, "E01", "accepted")).status_code == 200
    # What its department has begun is decided on before the withdrawal takes effect.
    asked = await portal.post(
        f"/api/v1/applications/{leaving}/withdrawal", {"reason": "不办了", "applicant_request": "撤件申请书"}
    )
    assert asked.status_code < 300, asked.text

    draft = (
        await qian.send("/admin/catalog", catalog_zip(("name: 企业设立登记\n", "name: 企业设立登记（新）\n")))
    ).headers["location"]
    told = figures(await han.see(draft))
    names = {number: (await portal.line(number, "E01"))["name"] for number in (accepted, waiting)}
    assert set(names.values()) == {"企业设立登记"}
    assert (told["有事项改按新版办理的在办件"], told["改按新版办理的事项"]) == (1, 1)
    assert told["已受理或已办结、按原规定办理的事项"] == 1

    assert (await han.send(f"{draft}/publication")).status_code == 303
    for number in (accepted, waiting):
        assert (await portal.tell(number, "E01", "note", text="已电话沟通")).status_code == 200
        names[number] = (await portal.line(number, "E01"))["name"]
    assert names == {accepted: "企业设立登记", waiting: "企业设立登记（新）"}


async def test_what_is_published_no_more_keeps_whole_applications_on_their_version(
    portal: Portal, qian: Browser, han: Browser
) -> None:
    await portal.launch()
    catalog = zipfile.ZipFile(io.BytesIO(catalog_zip()))
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for name in catalog.namelist():
            if not name.endswith("journeys/J5.yaml"):
                archive.writestr(name, catalog.read(name))
    draft = (await qian.send("/admin/catalog", kept.getvalue())).headers["location"]
    told = figures(await han.see(draft))
    assert told["含停止公布的事项、整件沿用原版本的在办件 v1"] == 1
    assert (told["有事项改按新版办理的在办件"], told["没有变化的在办件"]) == (0, 0)


async def test_a_proposal_may_be_sent_back_and_is_not_published_then(qian: Browser, han: Browser) -> None:
    draft = (await qian.send("/admin/catalog", catalog_zip(("企业设立登记", "企业开办")))).headers["location"]
    assert (await han.send(f"{draft}/rejection")).status_code == 303
    assert (await han.send(f"{draft}/publication")).status_code == 409


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"not a zip", "不是可读取的 ZIP 文件"),
        (catalog_zip(**{"kaiyuan__..__..__evil.yaml": "a: 1"}), "文件名不安全"),
        (catalog_zip(("department: MSB", "department: NOBODY")), "NOBODY"),
        (catalog_zip(), "无需发布"),
    ],
)
async def test_what_is_no_new_catalog_is_refused_with_the_reason(qian: Browser, content: bytes, says: str) -> None:
    answer = await qian.send("/admin/catalog", content)
    assert answer.status_code in (409, 422)
    assert says in answer.text


async def test_a_zip_that_unfolds_into_too_much_is_not_unfolded(qian: Browser) -> None:
    answer = await qian.send("/admin/catalog", catalog_zip(**{"kaiyuan__items__x.yaml": "#" * (9 * 1024 * 1024)}))
    assert (answer.status_code, "过大" in answer.text) == (422, True)


async def test_working_days_are_published_by_two_people(qian: Browser, han: Browser) -> None:
    snow = "overrides:\n  - {date: 2026-12-07, works: false, reason: 暴雪停工, document: 开政发〔2026〕12号}\n"
    wrong = await qian.send("/admin/calendar", snow.replace("2026-12-07", "someday").encode())
    assert (wrong.status_code, "overrides[0].date" in wrong.text) == (422, True)
    draft = (await qian.send("/admin/calendar", snow.encode(), note="停工")).headers["location"]
    assert "2026-12-07" in await han.see(draft)

    assert (await qian.send(f"{draft}/publication")).status_code == 403
    assert (await han.send(f"{draft}/publication")).status_code == 303
    shown = await qian.see("/admin/calendar?year=2026")
    assert ("qian → han" in shown, "暴雪停工" in shown) == (True, True)


async def test_acts_about_the_office_cannot_be_changed(qian: Browser) -> None:
    await qian.send("/admin/people/wu/sessions")
    for statement in ("UPDATE administrative_acts SET actor = 'x'", "DELETE FROM administrative_acts"):
        with pytest.raises(IntegrityError, match="append-only"):
            async with transaction() as session:
                await session.execute(text(statement))


async def test_people_find_what_they_were_told_and_say_how_they_want_to_be_written_to(
    portal: Portal, client: httpx.AsyncClient
) -> None:
    await portal.deliver(await portal.launch())
    async with transaction() as session:
        await session.execute(text("UPDATE outbox_messages SET available_at = now()"))
        for owed in await notifying.take_news(session, limit=10, lease_seconds=1):
            await notifying.tell(session, owed, wall=wall_now())
    wu = Browser(client, "wu")
    html = await wu.see("/notifications")
    assert ("新到部门任务" in html, 'class="count">1<' in html) == (True, True)
    upto = re.findall(r'name="upto" value="(\d+)"', html)[0]
    await wu.send("/notifications/read", upto=upto)
    assert "新到部门任务" not in await wu.see("/notifications")
    assert "新到部门任务" in await wu.see("/notifications?all=1")

    for wrong in ({"email": "a@b\nBcc: c@d.e"}, {"webhook": "http://plain.example/"}, {"digest": "hourly"}):
        form = {"digest": "daily", **wrong}
        assert (await wu.send("/notifications/preferences", **form)).status_code == 422
    await wu.send("/notifications/preferences", digest="daily", email="wu@daiban.example", language="en")
    assert "wu@daiban.example" in await wu.see("/notifications")
    assert "wu@daiban.example" not in await Browser(client, "zhang").see("/notifications")


async def test_who_watches_over_the_office_asks_for_the_daily_report(client: httpx.AsyncClient) -> None:
    boss, wu = Browser(client, "zhao"), Browser(client, "wu")
    await boss.send("/notifications/preferences", digest="daily", email="zhao@daiban.example", daily_report="yes")
    assert 'value="yes" checked' in await boss.see("/notifications")
    await boss.send("/notifications/preferences", digest="daily", email="zhao@daiban.example")
    assert 'value="yes" checked' not in await boss.see("/notifications")

    assert "daily_report" not in await wu.see("/notifications")
    await wu.send("/notifications/preferences", digest="daily", email="wu@daiban.example", daily_report="yes")
    async with transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM notification_preferences WHERE daily_report")) == 0
