"""Whoever is heard in a procedure, hands in for them, or decides, does so on a page that everybody can use."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import serious_violations, sticking_out
from tests.browser.conftest import DESKTOP, PHONE, Opens
from tests.browser.office import Office
from tests.browser.test_looks import keep_picture

pytestmark = pytest.mark.timeout(180)

RIGHTS = {"addressee": "开原市清河餐饮有限公司", "subject": "拟不予登记：名称近似", "contact": "3号窗口"}
OPENED = {"ground": "force_majeure", "facts": "洪水冲毁经营场所", "evidence": "证明〔2026〕1号", "handler": "王芳"}


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def of_applicant(office: Office, opens: Opens, number: str, language: str) -> Page:
    page = opens(None, language=language)
    page.context.add_cookies([{"name": "daiban-applicant", "value": office.visit_to(number), "url": office.url}])
    page.goto(f"/track/{number}")
    return page


def looked_at(page: Page, name: str, language: str) -> None:
    for width, size in (("desktop", DESKTOP), ("phone", PHONE)):
        page.set_viewport_size(size)
        assert [*serious_violations(page), *sticking_out(page)] == [], (name, width)
        keep_picture(page, f"speaking-{name}-{width}-{language}")


def test_an_applicant_asks_for_the_hearing(office: Office, opens: Opens, language: str) -> None:
    number = office.launch()
    office.tell(number, "E01", "accepted", handler="王芳")
    office.tell(number, "E01", "hearing_told", **RIGHTS)
    page = of_applicant(office, opens, number, language)
    looked_at(page, "hearing", language)

    form = page.locator("form[action$='/hearing-request']")
    form.locator("[name=by]").fill("开原市清河餐饮有限公司")
    form.get_by_role("button").click()

    expect(page.locator("p.done")).to_be_visible()
    expect(form).to_have_count(0)
    assert office.line(number, "E01")["procedures"]["hearing"]["by"] == "开原市清河餐饮有限公司"


def test_a_permit_is_spoken_for_and_struck_off(office: Office, opens: Opens, language: str) -> None:
    number = office.launch()
    office.grant(number, "E01")
    agent = opens("zhang", language=language)
    agent.goto(f"/applications/{number}")
    agent.locator("#act-cancellation summary").click()
    looked_at(agent, "agent", language)

    office.tell(number, "E01", "cancellation_opened", **OPENED)
    page = of_applicant(office, opens, number, language)
    looked_at(page, "statement", language)
    form = page.locator("form[action$='/statement']")
    form.locator("[name=by]").fill("开原市清河餐饮有限公司")
    form.locator("[name=statement]").fill("可以修复，请予保留")
    form.get_by_role("button").click()
    expect(page.locator("p.done")).to_be_visible()

    staff = opens("wu", language=language)
    staff.goto(f"/inbox/{office.line(number, 'E01')['assignment']}")
    looked_at(staff, "department", language)
    expect(staff.get_by_text("可以修复，请予保留")).to_be_visible()
    assert office.line(number, "E01")["procedures"]["cancellation"]["statement"] == "可以修复，请予保留"
