"""Working through an inbox by keyboard, with marks, and with filters that are kept."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import serious_violations
from tests.browser.conftest import Opens
from tests.browser.office import Office
from tests.browser.test_looks import keep_picture

pytestmark = pytest.mark.timeout(180)
NAMES = ("清河路一号", "清河路二号", "滨江路三号")


@pytest.fixture(scope="module")
def launched(office: Office) -> list[str]:
    return [office.launch(project_name=name) for name in NAMES]


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.closest('tr')?.innerText ?? document.activeElement.tagName"))


def test_an_inbox_is_worked_through_by_keyboard(office: Office, opens: Opens, launched: list[str]) -> None:
    page = opens("wu")
    page.goto("/inbox")
    order = page.locator("[data-row]").evaluate_all("links => links.map(each => each.closest('tr').innerText)")
    page.keyboard.press("j")
    assert focused(page) == order[0]
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert focused(page) == order[1]

    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("a")
    expect(page.get_by_role("status")).to_contain_text("2 / 2")
    assert serious_violations(page) == []

    page.keyboard.press("u")
    expect(page.get_by_role("button", name="快捷键")).to_be_visible()  # the list is back, and its keys are on
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("企业设立登记")
    page.keyboard.press("g")
    field = page.get_by_role("textbox", name="文书编号")  # of the form that is open
    expect(field).to_be_focused()
    page.keyboard.type("jku?")
    expect(field).to_have_value("jku?")


def test_the_keys_are_told_and_can_be_switched_off(opens: Opens, launched: list[str]) -> None:
    page = opens("wu")
    page.goto("/inbox")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="快捷键")
    expect(dialog).to_be_visible()
    assert serious_violations(page) == []
    dialog.get_by_label("在此浏览器启用快捷键").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()

    page.keyboard.press("j")
    assert not any(name in focused(page) for name in NAMES)
    page.reload()
    page.keyboard.press("?")
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="快捷键").click()
    dialog.get_by_label("在此浏览器启用快捷键").check()
    dialog.get_by_role("button", name="关闭").click()
    page.keyboard.press("/")
    expect(page.get_by_label("项目、申请人、编号或信用代码")).to_be_focused()
    page.keyboard.press("j")
    expect(page.get_by_label("项目、申请人、编号或信用代码")).to_have_value("j")


def test_without_scripts_a_filter_is_kept_and_several_are_noted(opens: Opens, launched: list[str]) -> None:
    page = opens("wu", scripts=False)
    page.goto("/inbox")
    expect(page.get_by_role("button", name="快捷键")).to_have_count(0)
    page.get_by_label("项目、申请人、编号或信用代码").fill("清河路")
    page.get_by_role("button", name="查询").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_text("保存此筛选").click()
    page.get_by_label("名称").fill("清河路一带")
    page.get_by_role("button", name="保存").click()
    page.goto("/inbox")
    page.get_by_role("link", name="清河路一带").click()
    expect(page.locator("tbody tr")).to_have_count(2)

    for box in page.locator("[data-mark]").all():
        box.check()
    page.locator(".batch summary").click()
    page.get_by_label("说明").fill("已电话沟通")
    page.locator(".batch details button").click()
    expect(page.get_by_role("status")).to_contain_text("2 / 2")
    page.get_by_role("link", name="部门任务").last.click()
    page.get_by_role("button", name="删除已存的筛选").click()
    expect(page.get_by_role("link", name="清河路一带")).to_have_count(0)


def test_materials_are_looked_at_beside_the_form(office: Office, opens: Opens, launched: list[str]) -> None:
    page = opens("wu")
    page.goto("/inbox")
    office.bring(launched[0], "股东身份证明", page.screenshot())
    office.bring(launched[0], "章程", page.pdf())
    page.goto(f"/inbox/{office.line(launched[0], 'E01')['assignment']}")

    page.get_by_text("查看 股东身份证明").click()
    picture = page.get_by_role("img", name="股东身份证明")
    expect(picture).to_be_visible()
    page.wait_for_function("picture => picture.naturalWidth > 0", arg=picture.element_handle())

    with page.expect_response(lambda answer: "/files/" in answer.url) as shown:
        page.get_by_text("查看 章程").click()
    assert (shown.value.status, shown.value.headers["content-type"]) == (200, "application/pdf")
    expect(page.locator("iframe[title='章程']")).to_be_visible()
    assert serious_violations(page) == []
    keep_picture(page, "materials-beside-the-form")
