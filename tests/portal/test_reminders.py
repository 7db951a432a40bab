"""Applicants choose where they are reminded of new notices: at the intake, on their page, or by the API."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from casework import applicant_letters, letters
from casework.applicant_letters import Address
from kit.clock import wall_now
from kit.database import transaction
from portal import tracking
from portal.traffic import Attempts
from tests.portal.browsing import visitor
from tests.portal.conftest import FORM, Portal
from tests.portal.test_applicant_pages import entered, launched


@pytest.fixture(autouse=True)
def _unspent(configured: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from kit.settings import settings

    monkeypatch.setattr(tracking, "_ATTEMPTS", Attempts(most=5, seconds=900))
    monkeypatch.setenv("DAIBAN_PORTAL_URL", "http://office")
    settings.cache_clear()


async def address_of(number: str) -> Address:
    async with transaction() as session:
        return await applicant_letters.address_of(session, number)


async def test_an_intake_may_name_where_the_applicant_is_reminded(portal: Portal) -> None:
    number, _ = await launched(portal, email="liu@kaiyuan.example", mobile="13841000001")
    assert await address_of(number) == Address("liu@kaiyuan.example", "13841000001", "zh")


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("email", "liu"),
        ("email", "liu@kaiyuan.example\nBcc: all@kaiyuan.example"),
        ("mobile", "024-7300000"),
        ("mobile", "12841000001"),
        ("mobile", "138410000012"),
    ],
)
async def test_what_is_no_address_is_refused_by_its_name(portal: Portal, field: str, wrong: str) -> None:
    answer = await portal.post("/api/v1/applications", {**FORM, field: wrong})
    assert answer.status_code == 422
    assert field in answer.text


async def test_an_applicant_chooses_and_stops_on_their_own_page(portal: Portal) -> None:
    applicant, number = await entered(portal)
    sent = await applicant.send(number, "address", email="liu@kaiyuan.example", mobile="")
    assert sent.headers["location"] == f"/track/{number}?done=reminded"
    html = await applicant.see(number)
    assert "l***@kaiyuan.example" in html
    assert "liu@kaiyuan.example" not in html, "the code of an application is no proof of who one is"

    assert (await applicant.send(number, "address", mobile="1384100000")).status_code == 422
    assert (await applicant.send(number, "address", email="", mobile="")).status_code == 303
    assert await address_of(number) == Address()


async def test_a_program_chooses_by_number_and_code(portal: Any) -> None:
    number, code = await launched(portal)
    path, chosen = f"/api/v1/tracking/{number}/address", {"mobile": "13841000001", "language": "en"}
    refused = await portal.client.put(path, json=chosen, headers={"Tracking-Code": "0000-0000-0000-0000"})
    assert (refused.status_code, await address_of(number)) == (404, Address())

    answer = await portal.client.put(path, json=chosen, headers={"Tracking-Code": code})
    assert (answer.status_code, answer.json()) == (200, {"email": None, "mobile": "138****0001", "language": "en"})
    assert await address_of(number) == Address(None, "13841000001", "en")


async def test_managers_see_whom_nothing_reaches_and_have_it_tried_again(portal: Portal) -> None:
    number, _ = await launched(portal, email="liu@kaiyuan.example", materials=[])
    await portal.deliver(number)
    wall = wall_now() + timedelta(minutes=5)
    await _refused(number, wall)
    boss = await visitor(portal, "zhao")
    html = await boss.see("/sending")
    assert "未能提醒的申请人" in html
    assert "550 no such user" in html
    assert "liu@kaiyuan.example" not in html

    assert (await boss.send("/sending", f"/sending/applicants/{number}/again")).status_code == 303
    assert "未能提醒的申请人" not in await boss.see("/sending")


async def _refused(number: str, wall: datetime) -> None:
    async with transaction() as session:
        published = "SELECT n.id FROM notices n JOIN applications a ON a.id = n.application_id WHERE a.number = :number"
        notices = list((await session.scalars(text(published), {"number": number})).all())
        await applicant_letters.owe(session, notices, wall=wall - timedelta(minutes=5))
        taken = await letters.take(session, limit=9, lease=timedelta(minutes=1), wall=wall)
        [letter] = await applicant_letters.load(session, taken, wall=wall)
        assert await letters.record_failed(session, letter, error="550 no such user", final=True, wall=wall)
