"""An open application shows what happens elsewhere, within a second and without being loaded again."""

import time

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opens
from tests.browser.office import Office

pytestmark = pytest.mark.timeout(120)


def test_a_decision_posted_by_a_department_shows_within_a_second(office: Office, opens: Opens) -> None:
    number = office.launch()
    page = opens("zhang")
    page.goto(f"/applications/{number}")
    line = page.locator("#item-E01")
    expect(line).to_contain_text("已收件")
    page.evaluate("window.sameDocument = true")
    page.wait_for_timeout(1500)  # what the page asks when its stream opens is over

    office.tell(number, "E01", "decided", decision="granted", document_number="〔2026〕E01号")
    posted = time.monotonic()
    expect(line).to_contain_text("准予许可", timeout=1000)

    assert time.monotonic() - posted < 1
    assert page.evaluate("window.sameDocument")
    expect(line).to_contain_text("〔2026〕E01号")


def test_what_happened_between_the_page_and_its_stream_is_not_missed(office: Office, opens: Opens) -> None:
    number = office.launch()
    watched, page = opens("li"), opens("zhang")
    watched.goto(f"/applications/{number}")  # somebody listens already
    page.route("**/live?*", lambda route: (office.tell(number, "E01", "note", text="请带原件"), route.continue_())[1])
    page.goto(f"/applications/{number}")
    expect(page.locator("#now")).to_contain_text("请带原件")


def test_the_stream_ends_with_the_session_and_says_so(office: Office, opens: Opens) -> None:
    number = office.launch()
    page = opens("sun")
    page.goto(f"/applications/{number}")
    page.wait_for_timeout(500)
    office.end_session_of("sun")
    expect(page.locator(".note")).to_contain_text("登录已结束", timeout=8000)


def test_of_too_many_open_pages_the_oldest_stops_and_every_page_still_loads(office: Office, opens: Opens) -> None:
    number = office.launch()
    first = opens("zhao")
    first.goto(f"/applications/{number}")
    others = [first.context.new_page() for _ in range(7)]
    for page in others:
        page.goto(f"/applications/{number}")
    expect(first.locator(".note")).to_contain_text("不再自动更新")
    expect(others[-1].locator(".note")).to_be_empty()
