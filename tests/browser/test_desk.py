"""An agent plans, fills in, uploads once, launches, and acts, in a browser with scripts and in one without."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opens
from tests.browser.office import Office

pytestmark = pytest.mark.timeout(180)
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PAPERS = ["股东身份证明", "章程", "经办人实名"]


def begin(page: Page, journey: str = "J5") -> None:
    page.goto(f"/desk/{journey}")
    page.get_by_role("button", name="开始登记").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("登记代办件")


def fill(page: Page, code: str = "91211282MA0KYF01X8", name: str = "清河路项目") -> None:
    page.get_by_label("申请人", exact=False).first.fill("开原市清河餐饮有限公司")
    page.get_by_label("统一社会信用代码").fill(code)
    page.get_by_label("项目名称").fill(name)


def upload(page: Page, material: str, content: bytes = PDF) -> None:
    file = {"name": f"{material}.pdf", "mimeType": "application/pdf", "buffer": content}
    page.get_by_label(f"上传 {material}").set_input_files(file)  # type: ignore[arg-type]


def test_the_plan_changes_with_the_answers_while_they_are_given(opens: Opens) -> None:
    page = opens("zhang")
    page.goto("/desk/J1")
    expect(page.locator("#plan-P09")).to_be_visible()
    items = page.locator("#plan .figures dd").first
    before = int(items.inner_text())
    page.evaluate("window.sameDocument = true")

    page.get_by_role("group", name=re.compile("防空地下室")).get_by_label("否").check()

    expect(page.locator("#plan-P09")).to_have_count(0)
    expect(items).to_have_text(str(before - 1))
    assert page.evaluate("window.sameDocument")
    assert "q.civil_air_defence=no" in page.url  # so that it can be reloaded and passed on


def test_without_scripts_a_button_does_the_same(opens: Opens) -> None:
    page = opens("zhang", scripts=False)
    page.goto("/desk/J1")
    page.get_by_role("group", name=re.compile("防空地下室")).get_by_label("否").check()
    page.get_by_role("button", name="更新").click()
    expect(page.locator("#plan-P09")).to_have_count(0)

    page.get_by_label(re.compile("年综合能源消费量")).fill("很多")
    page.get_by_role("button", name="更新").click()
    expect(page.get_by_text("请填写数字").first).to_be_visible()


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(opens: Opens) -> None:
    page = opens("zhang", scripts=False)
    begin(page)
    fill(page, code="91211282MA0KYF01X9")
    upload(page, "章程")
    upload(page, "股东身份证明", b"<script>alert(1)</script>")
    page.get_by_role("button", name="登记并启动并联审批").click()
    expect(page.get_by_role("row", name=re.compile("股东身份证明"))).to_contain_text("只接收")

    page.get_by_role("button", name="登记并启动并联审批").click()
    field = page.get_by_label("统一社会信用代码")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("91211282MA0KYF01X9")
    expect(page.get_by_role("row", name=re.compile("^章程"))).to_contain_text("章程.pdf")


def test_a_form_is_launched_once_with_its_files_and_the_applicants_code_is_told(office: Office, opens: Opens) -> None:
    for _ in range(2):  # another agent is less busy now, but this one is zhang's own
        office.launch(agent="zhang", project_name="先前的项目")
    page = opens("zhang")
    begin(page)
    fill(page, name="一次登记的项目")
    for material in PAPERS:
        upload(page, material)
    page.get_by_role("button", name="登记并启动并联审批").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已登记")
    number = page.locator("dd code").first.inner_text()
    assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", page.locator("dd code").nth(1).inner_text())

    page.go_back()
    page.reload()
    page.wait_for_url(f"**/applications/{number}")
    assert office.report(number)["agent"] == "zhang"
    line = page.locator("#materials li", has_text="章程")
    expect(line).to_contain_text("已提交")
    expect(page.locator("#now")).to_contain_text("章程.pdf")
    expect(page.locator("#materials h2")).to_contain_text("缺")


def test_an_agent_finds_the_application_reminds_brings_what_is_missing_and_withdraws(
    office: Office, opens: Opens
) -> None:
    number = office.launch(
        project_name="需要催办的项目", agent="zhang", materials=["股东身份证明", "章程", "经办人实名", "住所使用文件"]
    )
    page = opens("zhang", scripts=False)
    page.goto("/applications")
    page.get_by_label("项目、申请人、编号或信用代码").fill("需要催办")
    page.get_by_role("button", name="查询").click()
    row = page.get_by_role("row", name=re.compile("需要催办的项目"))
    expect(row).to_contain_text("市场监督管理局")
    row.get_by_role("link").click()

    page.locator("#act-remind summary").click()
    page.get_by_role("button", name="催办").click()
    expect(page.locator(".done")).to_be_visible()
    expect(page.locator(".steps")).to_contain_text("催办部门")

    upload(page, "职工名册")
    page.get_by_role("button", name="上传所选文件").click()
    expect(page.locator("#materials li", has_text="职工名册")).to_contain_text("已提交")

    page.locator("#act-withdraw summary").click()
    page.get_by_role("button", name="撤件").click()
    expect(page.locator("#wrong-withdraw-reason")).to_have_text("请填写")
    page.get_by_label("撤件理由").fill("项目选址调整")
    page.get_by_label("申请人签署的撤件申请书").fill("撤件申请书〔2026〕3号")
    page.get_by_role("button", name="撤件").click()
    expect(page.locator(".steps")).to_contain_text("申请撤件")
    assert office.report(number)["withdrawal_requested_at"]
