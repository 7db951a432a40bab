"""One application passes through the hands of everybody, each in their own browser: in Chinese, and in English."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from portal.pages.rendering import named
from rules.vocabulary import AssignmentStatus, Outcome, Word
from tests.browser.conftest import Opens
from tests.browser.office import Office
from tests.browser.test_desk import PDF
from tests.browser.test_looks import keep_picture
from tests.portal.conftest import MATERIALS

pytestmark = pytest.mark.timeout(180)


class Journey:
    """One application, and the browsers of those who have to do with it."""

    def __init__(self, office: Office, opens: Opens, language: str) -> None:
        self.office, self.language = office, language
        self._opens = opens
        self.project = f"清河路便利店 {language}"
        self.number = self.code = ""

    def browser(self, account: str | None, path: str, *, phone: bool = False) -> Page:
        page = self._opens(account, language=self.language, phone=phone)
        page.goto(path)
        expect(page.locator("html")).to_have_attribute("lang", "zh-Hans" if self.language == "zh" else "en")
        return page

    def task(self, account: str, item: str) -> Page:
        """Find the application's assignment in somebody's inbox, and open it."""
        page = self.browser(account, "/inbox")
        page.locator("input[name=words]").fill(self.project)
        page.locator("input[name=words]").press("Enter")
        page.locator(f"a[href='/inbox/{self.office.line(self.number, item)['assignment']}']").click()
        expect(page.locator("main")).to_contain_text(self.project)
        return page

    def word(self, value: Word) -> str:
        """Say how the pages name something in this language."""
        return named(value, self.language)

    def picture(self, page: Page, name: str) -> None:
        keep_picture(page, f"journey-{name}-{self.language}")


def act(page: Page, key: str, **fields: str) -> None:
    """Fill in a form of the page that is open, and send it."""
    form = page.locator(f"form[action$='/{key}']")
    if not form.is_visible():
        form.locator("xpath=ancestor::details[1]/summary").click()
    for name, value in fields.items():
        form.locator(f"[name={name}]").fill(value)
    button: Locator = form.locator("button")
    with page.expect_navigation():  # what the next act finds open is that of the next page
        button.click()


def launch(journey: Journey) -> None:
    page = journey.browser("zhang", "/desk")
    page.locator("a[href='/desk/J5']").first.click()
    page.locator("form[method=post][action='/desk/J5'] button").click()
    for name, value in (("applicant_name", "开原市清河餐饮有限公司"), ("credit_code", "91211282MA0KYF01X8")):
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=project_name]").fill(journey.project)
    first, *others = MATERIALS["J5"]
    page.locator(f"[name='file:{first}']").set_input_files(
        {"name": "身份证明.pdf", "mimeType": "application/pdf", "buffer": PDF}  # type: ignore[arg-type]
    )
    for material in others:
        page.locator(f"[name=materials][value='{material}']").check()
    page.locator("button[value=launch]").click()
    codes = page.locator("dd code")
    expect(codes).to_have_count(2)
    journey.number, journey.code = codes.first.inner_text(), codes.nth(1).inner_text()
    assert re.fullmatch(r"DB-\d{6}-\d{8}-\d{5}-[0-9A-Z]", journey.number)
    journey.office.deliver(journey.number)


def decide(journey: Journey) -> None:
    handler = journey.task("wu", "E01")
    expect(handler.locator(".headline")).to_contain_text(journey.word(AssignmentStatus.RECEIVED))
    expect(handler.locator("main")).to_contain_text("股东身份证明")
    journey.picture(handler, "handler")
    act(handler, "accept")
    act(handler, "claim")
    act(handler, "grant", document_number="〔2026〕登记1号")
    expect(handler.locator(".headline")).to_contain_text(journey.word(AssignmentStatus.GRANTED))
    journey.office.deliver(journey.number)
    journey.office.grant(journey.number, "E02", "E04", "E05", "E06")


def refuse(journey: Journey) -> None:
    handler = journey.task("ma", "E03")
    act(handler, "refuse", reason="经营地址与登记不符", legal_basis="税务登记管理办法第十条")
    expect(handler.locator(".headline")).to_contain_text(journey.word(AssignmentStatus.REFUSAL_PROPOSED))
    expect(handler.locator("form[action$='/approve-refusal']")).to_have_count(0)

    head = journey.task("deng", "E03")
    expect(head.locator(".warn")).to_contain_text("经营地址与登记不符")
    journey.picture(head, "head")
    act(head, "approve-refusal", document_number="〔2026〕不予1号")
    expect(head.locator(".headline")).to_contain_text(journey.word(AssignmentStatus.REFUSED))
    journey.office.deliver(journey.number)


def manage(journey: Journey) -> None:
    page = journey.browser("zhao", "/board")
    page.locator("form[action='/board/refresh'] button").click()
    expect(page.locator(".tiles")).to_be_visible()
    expect(page.locator("#performance")).to_be_visible()
    journey.picture(page, "board")
    page.goto("/applications")
    page.locator("input[name=words]").fill(journey.project)
    page.locator("input[name=words]").press("Enter")
    page.get_by_role("link", name=journey.project).click()
    expect(page.locator("#item-E03")).to_contain_text(journey.word(AssignmentStatus.REFUSED))
    expect(page.locator("#item-E01")).to_contain_text("〔2026〕登记1号")
    expect(page.locator(".standing").first).to_contain_text(journey.word(Outcome.PARTLY_GRANTED))
    journey.picture(page, "application")


def supervise(journey: Journey) -> None:
    page = journey.browser("he", "/filings")
    filing = page.locator(".filings li", has_text=journey.number[-7:]).or_(
        page.locator(".filings li", has_text=journey.project)
    )
    expect(filing.first).to_contain_text("ma / deng")
    filing.first.locator("form button:not(.grave)").click()
    expect(page.locator(".filings li", has_text=journey.project).locator(".answer")).to_contain_text("he")
    journey.picture(page, "filings")


def follow(journey: Journey) -> None:
    page = journey.browser(None, "/track", phone=True)
    page.locator("[name=number]").fill(journey.number)
    page.locator("[name=code]").fill(journey.code)
    page.locator("form[action='/track'] button").click()
    expect(page.locator("h1")).to_contain_text(journey.project)
    expect(page.locator(".progress")).to_contain_text("经营地址与登记不符")
    journey.picture(page, "applicant")
    act(page, "confirmation")
    expect(page.get_by_role("status")).to_be_visible()
    journey.office.deliver(journey.number)
    page.reload()
    form = page.locator("form[action$='/ratings']")
    form.locator("[name=grade]").first.check()
    form.locator("button").click()
    expect(page.get_by_role("status")).to_be_visible()


def administer(journey: Journey) -> None:
    page = journey.browser("qian", "/admin/deeds")
    page.locator("[name=subject]").fill(journey.number)
    page.locator("[name=subject]").press("Enter")
    rows = page.locator("tbody tr")
    for who, what in (("wu", "decision.granted"), ("ma", "refusal.proposed"), ("deng", "decision.refused")):
        expect(rows.filter(has_text=who).filter(has_text=what)).to_have_count(1)
    expect(rows.filter(has_text="zhang").first).to_be_visible()
    journey.picture(page, "deeds")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_one_application_passes_through_the_hands_of_everybody(office: Office, opens: Opens, language: str) -> None:
    journey = Journey(office, opens, language)
    for chapter in (launch, decide, refuse, manage, supervise, follow, administer):
        chapter(journey)
    report = office.report(journey.number)
    assert report["outcome"] == "partly_granted"
    assert (report["status"], bool(report["closing"]["confirmed_at"])) == ("closed", True)
