"""English pages call departments, items and journeys by their English names, which the catalog has for all of them."""

import re
from datetime import date, timedelta

import pytest

from casework import board_counting
from casework.catalog_file import read_catalog
from deployments.illustrative_catalog import KAIYUAN
from kit.database import transaction
from models import Role
from portal.pages.rendering import ENGLISH, translator
from portal.pages.waiting_words import waiting
from portal.problems import STATUS, WORDS, title
from rules.planner import Wait
from rules.planning.siblings import QUESTION
from rules.planning.waiting import CONFIRMATION, DELIVERY
from rules.vocabulary import Party
from tests.portal.browsing import registered, visitor
from tests.portal.conftest import FORM, Portal

pytestmark = pytest.mark.usefixtures("plain_http")
CATALOG = read_catalog(KAIYUAN)
NAMED = (*CATALOG.departments.values(), *CATALOG.items.values(), *CATALOG.journeys.values())
PAGES = (
    ("zhang", "/applications"),
    ("zhang", "/applications/{number}"),
    ("zhang", "/desk"),
    ("zhang", "/desk/J1"),
    ("zhang", "/appointments?all=true"),
    ("wu", "/inbox"),
    ("wu", "/inbox/{assignment}"),
    ("wu", "/appointments?all=true"),
    ("zhao", "/board"),
    ("zhao", "/board/daily"),
    ("zhao", "/board/assignments"),
    ("zhao", "/board/assignments?department=MSB"),
    ("zhao", "/board/applications"),
    ("zhao", "/filings"),
    ("zhao", "/sending"),
    ("chen", "/filings"),
    ("qian", "/admin/people"),
    ("qian", "/admin/posts"),
    ("qian", "/admin/channels"),
)


def test_everything_in_the_catalog_has_an_english_name() -> None:
    assert [each.name for each in NAMED if not re.fullmatch(r"[ -~–’]+", each.name_en)] == []


async def test_no_page_in_english_calls_them_by_their_chinese_names(portal: Portal) -> None:
    await registered(("chen", Role.HEAD, "MSB"))
    number = await portal.launch(project_name="Qinghe", applicant_name="Qinghe Ltd")
    await portal.deliver(number)
    assignment = (await portal.line(number, "E01"))["assignment"]
    at = (portal.now + timedelta(days=2)).replace(hour=10).isoformat()
    asked = {"item": "E01", "planned_at": at, "purpose": "on_site", "visitor": "Liu", "place": "Qinghe Road"}
    assert (await portal.post(f"/api/v1/applications/{number}/appointments", asked)).status_code == 201
    async with transaction() as session:
        await board_counting.count(session, now=portal.now, limit=10)
    names = {each.name for each in NAMED}
    found = {}
    for account, path in PAGES:
        guest = await visitor(portal, account)
        guest.client.cookies["language"] = "en"
        html = await guest.see(path.format(number=number, assignment=assignment))
        assert '<html lang="en">' in html
        # Notices and records of steps are documents: they stay as they were written.
        shown = re.sub(r"<h2>(Messages|Step records|Documents and files).*?</section>", "", html, flags=re.DOTALL)
        if chinese := {name for name in names if name in shown}:
            found[account, path] = chinese
    assert found == {}


async def test_an_applicant_reads_english_names_too(portal: Portal) -> None:
    launched = (await portal.post("/api/v1/applications", {**FORM, "project_name": "Qinghe"})).json()
    await portal.deliver(launched["number"])
    client = portal.client
    client.cookies["language"] = "en"
    form = {"number": launched["number"], "code": launched["tracking_code"]}
    await client.post("/track", data=form, headers={"Origin": "http://office"})
    html = (await client.get(f"/track/{launched['number']}")).text
    assert "Market Supervision Bureau" in html
    assert "市场监督管理局" not in html.split("<h2>Documents")[0]


async def test_the_sentence_of_what_is_awaited_is_english_on_english_pages(portal: Portal) -> None:
    number = await portal.launch()
    await portal.deliver(number)
    agent = await visitor(portal, "zhang")
    assert "等待 1/" in await agent.see(f"/applications/{number}")
    agent.client.cookies["language"] = "en"
    html = await agent.see(f"/applications/{number}")
    assert re.search(r"Waiting on 1 of \d+: Market Supervision Bureau · Company registration", html)


@pytest.mark.parametrize(
    ("wait", "said"),
    [
        (Wait(Party.APPLICANT, "", CONFIRMATION), "the applicant to confirm receipt"),
        (Wait(Party.AGENT, "", QUESTION), "the agent to say whether the other items go on"),
        (Wait(Party.AGENT, "", "#OPER"), "the agent to report the opening"),
        (Wait(Party.APPLICANT, "", "章程"), "the applicant to bring 章程"),
        (Wait(Party.CENTER, "", "delivery"), "the center to deliver"),
        (
            Wait(Party.CENTER, "", f"{DELIVERY}X", date(2026, 3, 2), -1),
            "the center to deliver the result of delivery/X",
        ),
    ],
)
def test_what_is_awaited_in_english(wait: Wait, said: str) -> None:
    assert waiting([wait], [], str).startswith(f"Waiting on 1 of 0: {said}")
    assert waiting([], [], str) == ""


def test_every_error_and_every_word_beside_a_field_is_told_in_english() -> None:
    say = translator(ENGLISH)
    # The law that is cited keeps its name.
    titles = {kind.code: re.sub(r"\([^)]*\)", "", title(kind)) for kind in STATUS}
    assert [code for code, words in titles.items() if not re.fullmatch(r"[A-Z][ -~]+\.", words)] == []
    assert [words for words in WORDS.values() if say(words) == words] == []


@pytest.mark.parametrize(
    ("path", "english", "chinese"),
    [
        ("/applications/DB-211282-20260101-00001-X", "A number or code is mistyped. ", "编号"),
        ("/verify?number=BZ-1&code=AAAA", "A number or code is mistyped. ", "编号"),
        ("/desk/J99", "Nothing of that name exists, or", "没有"),
    ],
)
async def test_why_something_was_not_done_is_told_in_the_language_of_the_page(
    portal: Portal, path: str, english: str, chinese: str
) -> None:
    guest = await visitor(portal, "zhang")

    def told(html: str) -> str:
        found = re.search(r'<p class="alarm" role="alert">(.*?)</p>', html, re.DOTALL)
        assert found is not None, html
        return found[1]

    assert chinese in told((await guest.client.get(path)).text)
    guest.client.cookies["language"] = "en"
    words, _, original = told((await guest.client.get(path)).text).partition('<span lang="zh-Hans">')
    assert words.startswith(english)
    assert chinese in original


async def test_a_form_that_lacks_a_field_says_so_in_the_language_of_the_page(portal: Portal) -> None:
    number = await portal.launch()
    agent = await visitor(portal, "zhang")
    for language, words in (("zh", "请填写"), ("en", "Please fill in")):
        agent.client.cookies["language"] = language
        answer = await agent.send("/enquiries", "/enquiries", number=number)
        assert answer.status_code == 422
        assert f"<code>asker</code> {words}" in answer.text
