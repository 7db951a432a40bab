"""Every page can be used by everybody: on a phone and on a screen, in both languages, without a mouse, on paper."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import serious_violations, sticking_out
from tests.browser.conftest import DESKTOP, PHONE, Opens
from tests.browser.office import Office

pytestmark = pytest.mark.timeout(300)
#: Who has come with the tracking code, not an account.
APPLICANT = "applicant"
#: Who looks at which page; ``{number}`` and ``{assignment}`` are of an application under way.
PAGES = (
    (None, "/sign-in"),
    (None, "/verify"),
    (None, "/track"),
    (APPLICANT, "/track/{number}"),
    ("wu", "/inbox"),
    ("wu", "/inbox?whose=mine&ended=true"),
    ("wu", "/inbox?item=E01"),
    ("wu", "/inbox/{assignment}"),
    ("zhang", "/applications"),
    ("zhang", "/applications/{number}"),
    ("zhang", "/applications/{unknown}"),
    ("zhang", "/desk"),
    ("zhang", "/desk/J1"),
    ("zhang", "/drafts/{draft}"),
    ("zhang", "/notifications"),
    ("zhang", "/appointments?all=true"),
    ("wu", "/appointments"),
    ("zhang", "/applications/{number}/engagement"),
    ("zhang", "/applications/{plant}/sessions"),
    ("zhang", "/enquiries"),
    ("wu", "/absences"),
    ("zhao", "/absences"),
    ("zhao", "/board"),
    ("zhao", "/board/daily"),
    ("zhao", "/board/assignments"),
    ("zhao", "/board/applications"),
    ("zhao", "/filings"),
    ("zhao", "/complaints"),
    ("zhao", "/findings"),
    ("zhao", "/ratings"),
    ("zhao", "/sending"),
    ("zhao", "/conflicts"),
    ("qian", "/admin"),
    ("qian", "/admin/people"),
    ("qian", "/admin/people/wu"),
    ("qian", "/admin/posts"),
    ("qian", "/admin/catalog"),
    ("qian", "/admin/calendar"),
    ("qian", "/admin/channels"),
    ("qian", "/admin/deeds"),
)


@pytest.fixture(scope="module")
def places(office: Office) -> dict[str, str]:
    number = office.launch(agent="zhang")
    office.go_first(number)
    office.appoint(number, "E01", "2026-03-03T10:00:00+08:00")
    office.launch(journey="J3", project_name="清河路餐饮店", agent="zhang", answers={"area": 420})
    office.be_away("2026-04-07", "2026-04-10", "年休假")
    office.ask("刘晓", "食品经营许可何时能办结？", number)
    office.count()
    materials = [
        "登记申请书",
        "股东身份证明",
        "章程",
        "住所使用文件",
        "在线平台填报信息",
        "符合产业政策声明",
        "地块勘测定界图",
    ]
    named = {"project_name": "东启智能装备厂房", "agent": "zhang", "answers": {}}
    plant = office.launch(journey="J1", **named, materials=materials)
    office.summon(plant)
    return {
        "plant": plant,
        "number": number,
        "unknown": "DB-211282-20200101-00001-B",
        "assignment": office.line(number, "E01")["assignment"],
        "draft": office.draft_of("zhang", "J3"),
    }


#: Each page is loaded once in each language and looked at in both widths. The rules are slow to try and know no
#: language: on a screen they are tried in the one, on a phone in the other.
@pytest.mark.parametrize(("language", "width_of_rules"), [("zh", "desktop"), ("en", "phone")])
def test_no_page_breaks_a_serious_rule_of_accessibility_or_is_wider_than_its_window(
    office: Office, opens: Opens, places: dict[str, str], language: str, width_of_rules: str
) -> None:
    visitors: dict[str | None, Page] = {}
    found = {}
    for account, path in PAGES:
        if account not in visitors:
            visitors[account] = opens(None if account == APPLICANT else account, language=language)
        page = visitors[account]
        if account == APPLICANT:
            token = office.visit_to(places["number"])
            page.context.add_cookies([{"name": "daiban-applicant", "value": token, "url": office.url}])
        page.goto(path.format(**places))
        for width, size in (("desktop", DESKTOP), ("phone", PHONE)):
            page.set_viewport_size(size)
            if wrong := [*(serious_violations(page) if width == width_of_rules else []), *sticking_out(page)]:
                found[path, width] = wrong
            keep_picture(page, f"{path}-{width}-{language}")
    assert found == {}


def test_the_dark_colours_have_contrast_too(office: Office, opens: Opens, places: dict[str, str]) -> None:
    page = opens("zhang", dark=True)
    for path in ("/applications/{number}", "/desk/J1", "/drafts/{draft}"):
        page.goto(path.format(**places))
        assert serious_violations(page) == []


def test_the_acts_of_an_application_are_reached_and_opened_by_keyboard(opens: Opens, places: dict[str, str]) -> None:
    page = opens("zhang")
    page.goto("/applications/{number}".format(**places))
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.locator("#act-remind summary").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="催办")).to_be_visible()


def test_on_paper_there_is_the_application_and_nothing_to_press(opens: Opens, places: dict[str, str]) -> None:
    page = opens("zhang")
    page.goto("/applications/{number}".format(**places))
    page.emulate_media(media="print")
    expect(page.locator("#now")).to_be_visible()
    expect(page.locator(".acts")).to_be_hidden()
    expect(page.locator(".top nav")).to_be_hidden()


def keep_picture(page: Page, name: str) -> None:
    """Keep a picture of the page where ``DAIBAN_TEST_PICTURES`` names a folder: for people to look at."""
    if folder := os.environ.get("DAIBAN_TEST_PICTURES"):
        page.screenshot(path=Path(folder) / f"{re.sub('[^a-zA-Z0-9]+', '-', name).strip('-')}.png", full_page=True)
