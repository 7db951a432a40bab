"""An item that the applicant must come for in person, over HTTP and on the pages (行政许可法 art. 29(2))."""

from dataclasses import replace
from typing import Any

import pytest

from casework import catalogs, people
from kit.database import transaction
from models import Role
from rules.terms import Terms
from tests.portal.browsing import visitor

ROOT = "/api/v1/applications"
VISIT = "申请人本人到场（企业设立登记）"
AT = {"planned_at": "2026-03-04T10:00:00+08:00", "purpose": "in_person", "visitor": "刘晓", "item": "E01"}


def code(answer: Any) -> str:
    return str(answer.json()["type"]).rpartition("/")[2]


@pytest.fixture
async def number(portal: Any) -> str:
    """An application whose first item must be applied for in person, its papers complete."""
    async with transaction() as session:
        _, catalog = await catalogs.newest(session)
        items = {**catalog.items, "E01": replace(catalog.items["E01"], terms=Terms(in_person=True))}
        await catalogs.publish(session, replace(catalog, items=items), now=portal.now)
        await people.register(session, "msb7", "钱芬", [Role.HANDLER], department="MSB", token="token-of-msb7")
        await people.register(session, "tax7", "孙税", [Role.HANDLER], department="TAX", token="token-of-tax7")
    return str(await portal.launch())


async def filed(portal: Any, number: str) -> bool:
    line = await portal.line(number, "E01")
    return line["assignment"] is not None


async def test_no_agent_puts_it_forward_and_everybody_is_told(portal: Any, number: str) -> None:
    assert not await filed(portal, number)
    report = await portal.report(number)
    assert [(each["party"], each["what"]) for each in report["waits"]] == [("applicant", VISIT)]
    assert report["notices"][-1]["body"]["materials"] == [VISIT]
    refused = await portal.post(f"{ROOT}/{number}/materials", {"names": [VISIT]})
    assert (refused.status_code, code(refused), refused.json()["items"]) == (403, "in-person-required", ["E01"])
    assert not await filed(portal, number)


async def test_a_kept_appointment_files_it_when_the_department_says_so(portal: Any, number: str) -> None:
    assert (await portal.post(f"{ROOT}/{number}/appointments", AT)).status_code == 201
    url = f"{ROOT}/{number}/appointments/1"
    assert (await portal.post(url, {"status": "confirmed"}, account="msb7")).status_code == 200
    portal.wait(days=2, hours=1)
    attested = await portal.post(url, {"status": "kept"})
    assert (attested.status_code, code(attested)) == (403, "in-person-required")
    assert not await filed(portal, number)
    assert (await portal.post(url, {"status": "kept"}, account="msb7")).status_code == 200
    assert await filed(portal, number)


async def test_the_department_records_who_comes_without_an_appointment(portal: Any, number: str) -> None:
    url, visit = f"{ROOT}/{number}/attendances", {"item": "E01", "visitor": "刘晓"}
    for other in ({}, {"account": "tax7"}):
        assert (await portal.post(url, visit, **other)).status_code == 403
    assert code(await portal.post(url, {**visit, "item": "E02"}, account="msb7")) == "forbidden"
    assert (await portal.post(url, visit, account="msb7")).json() == {"number": number, "item": "E01"}
    assert await filed(portal, number)
    steps = (await portal.get(f"{ROOT}/{number}/steps")).json()["steps"]
    [came] = [each for each in steps if each["kind"] == "applicant.attended"]
    assert (came["actor"], came["details"]["visitor"]) == ("msb7", "刘晓")
    assert code(await portal.post(url, visit, account="msb7")) == "not-allowed-now"


async def test_the_departments_page_records_who_comes_without_an_appointment(
    portal: Any, number: str, plain_http: None
) -> None:
    for account in ("zhang", "tax7"):
        assert "登记本人到场" not in await (await visitor(portal, account)).see("/appointments")
    handler = await visitor(portal, "msb7")
    form = {"number": number.lower(), "item": "E01", "visitor": "刘晓"}
    page, to = "/appointments", "/appointments/attendances"
    for wrong, status in (({"visitor": " "}, 422), ({"number": "DB-1"}, 422), ({"item": "E02"}, 403)):
        assert (await handler.send(page, to, **{**form, **wrong})).status_code == status
    assert not await filed(portal, number)
    came = await handler.send(page, to, **form)
    assert (came.status_code, came.headers["location"]) == (303, "/appointments?done=attended")
    assert "已登记申请人本人到场" in await handler.see(came.headers["location"])
    assert await filed(portal, number)
    again = await handler.send(page, to, **form)
    assert (again.status_code, "不须再到场" in again.text) == (409, True)
