"""Documents name the parties as the application has them, and offices by their full names."""

from typing import Any

from casework.casefile import Actor, open_by_number
from casework.matters import load_parties
from rules.catalog import DepartmentCode, ItemCode


async def test_an_items_documents_are_issued_by_its_department_under_its_full_name(desk: Any) -> None:
    case = await open_by_number(desk.session, await desk.launch(), actor=Actor("wang"), now=desk.now)
    parties = await load_parties(case)

    matter = parties.of_item(case.snapshot.network, ItemCode("E01"))

    assert (matter.application, matter.item, matter.item_name) == (case.number, "E01", "企业设立登记")
    assert (matter.project, matter.applicant) == ("清河路项目", "开原市清河餐饮有限公司")
    assert matter.credit_code == "91211282MA0KYF01X8"
    assert matter.issuer == "开原市市场监督管理局"


async def test_offices_that_are_not_the_citys_own_keep_their_names(desk: Any) -> None:
    case = await open_by_number(desk.session, await desk.launch(), actor=Actor("wang"), now=desk.now)
    parties = await load_parties(case)

    assert parties.offices["EEB"] == "铁岭市生态环境局开原分局"
    assert parties.offices["TAX"] == "国家税务总局开原市税务局"
    transferred = parties.of_item(case.snapshot.network, ItemCode("E01"), DepartmentCode("HCB"))
    assert transferred.issuer == "开原市住房和城乡建设局"


async def test_documents_about_the_whole_application_are_the_centers(desk: Any) -> None:
    case = await open_by_number(desk.session, await desk.launch(), actor=Actor("wang"), now=desk.now)

    matter = (await load_parties(case)).of_whole()

    assert (matter.issuer, matter.item, matter.item_name) == ("开原市代办中心", None, None)
