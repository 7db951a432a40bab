"""Applicants ask for appointments from their own page; departments answer, and are not asked without end."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from kit.database import transaction
from tests.portal.browsing import visitor
from tests.portal.conftest import FORM, Portal
from tests.portal.test_applicant_pages import Applicant, entered

pytestmark = pytest.mark.usefixtures("plain_http")


def wanted(portal: Portal, hour: int = 10, **changes: str) -> dict[str, str]:
    at = (portal.now + timedelta(days=1)).replace(hour=hour, minute=0)
    said = {"item": "E01", "purpose": "consultation", "visitor": "刘晓", "planned_at": f"{at:%Y-%m-%dT%H:%M}"}
    return {**said, **changes}


async def statuses(number: str) -> list[tuple[str, str]]:
    async with transaction() as session:
        asked = text(
            "SELECT p.status, p.requested_by FROM appointments p JOIN applications a ON a.id = p.application_id"
            " WHERE a.number = :number ORDER BY p.serial"
        )
        return [tuple(row) for row in await session.execute(asked, {"number": number})]


async def test_what_an_applicant_asks_for_is_confirmed_by_the_department(portal: Portal) -> None:
    applicant, number = await entered(portal)
    await portal.deliver(number)
    answer = await applicant.send(number, "appointments", **wanted(portal, note="带原件"))
    assert (answer.status_code, answer.headers["location"]) == (303, f"/track/{number}?done=appointed")
    assert await statuses(number) == [("requested", "applicant")]
    assert "待部门确认" in await applicant.see(number)

    handler = await visitor(portal, "wu")
    assert "刘晓" in await handler.see("/appointments")
    await handler.send("/appointments", f"/appointments/{number}/1", status="confirmed")
    html = await applicant.see(number)
    assert "已确认" in html
    assert "10:00" in html
    async with transaction() as session:
        steps = await session.execute(text("SELECT actor FROM step_records WHERE kind = 'appointment.booked'"))
        assert steps.scalars().all() == ["applicant"]


async def test_departments_are_not_asked_without_end(portal: Portal) -> None:
    applicant, number = await entered(portal)
    await portal.deliver(number)
    for hour in (9, 10, 11):
        assert (await applicant.send(number, "appointments", **wanted(portal, hour))).status_code == 303
    refused = await applicant.send(number, "appointments", **wanted(portal, 14))
    assert (refused.status_code, "尚未办结" in refused.text) == (409, True)

    handler = await visitor(portal, "wu")
    for serial in (1, 2, 3):
        page = f"/appointments/{number}/{serial}"
        assert (await handler.send("/appointments", page, status="declined", reason="请改日")).status_code == 303
    for hour in (14, 15):
        assert (await applicant.send(number, "appointments", **wanted(portal, hour))).status_code == 303
    async with transaction() as session:
        await session.execute(text("UPDATE appointments SET status = 'declined'"))
    refused = await applicant.send(number, "appointments", **wanted(portal, 16))
    assert (refused.status_code, "请明日再试" in refused.text) == (409, True)
    portal.wait(days=1)
    assert (await applicant.send(number, "appointments", **wanted(portal, 10))).status_code == 303


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"note": "长" * 501}, 422),
        ({"place": "长" * 201}, 422),
        ({"visitor": " "}, 422),
        ({"purpose": "party"}, 422),
        ({"planned_at": "soon"}, 422),
        ({"planned_at": "2026-01-01T10:00"}, 422),
        ({"item": "X99"}, 404),
    ],
    ids=str,
)
async def test_what_is_no_request_is_refused(portal: Portal, changes: dict[str, str], status: int) -> None:
    applicant, number = await entered(portal)
    assert (await applicant.send(number, "appointments", **wanted(portal, **changes))).status_code == status
    assert await statuses(number) == []


async def test_nobody_asks_for_another(portal: Portal) -> None:
    applicant, number = await entered(portal)
    other, theirs = await entered(portal)
    token = (await applicant.see(number)).split('name="_token" value="')[1].split('"')[0]
    form = {"_token": token, **wanted(portal)}
    for browser, headers in (
        (applicant, {"Origin": "http://office"}),
        (Applicant(portal), {"Origin": "http://office"}),
    ):
        answer = await browser.client.post(f"/track/{theirs}/appointments", data=form, headers=headers)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/track?")
    evil = await applicant.client.post(f"/track/{number}/appointments", data=form, headers={"Origin": "https://evil"})
    assert evil.status_code == 403
    assert await statuses(theirs) == []
    assert other.client is not applicant.client


async def test_an_applicant_calls_off_what_anybody_asked_for_them_until_its_time(portal: Portal) -> None:
    applicant, number = await entered(portal)
    await portal.deliver(number)
    asked = {**wanted(portal, 9), "planned_at": (portal.now + timedelta(days=1)).isoformat()}
    assert (await portal.post(f"/api/v1/applications/{number}/appointments", asked)).status_code == 201
    await applicant.send(number, "appointments", **wanted(portal, 14))
    html = await applicant.see(number)
    assert html.count("取消预约") == 2

    off = await applicant.send(number, "appointments/1/cancellation", reason="改日<i>再约")
    assert (off.status_code, off.headers["location"]) == (303, f"/track/{number}?done=called-off")
    html = await applicant.see(number)
    assert ("改日&lt;i&gt;再约" in html, html.count("取消预约")) == (True, 1)
    again = await applicant.send(number, "appointments/1/cancellation")
    assert (again.status_code, "不能再取消" in again.text) == (409, True)
    assert (await applicant.send(number, "appointments/7/cancellation")).status_code == 404
    handler = await visitor(portal, "wu")
    assert "改日&lt;i&gt;再约" in await handler.see("/appointments?all=true")

    portal.wait(days=1, hours=6)
    assert "取消预约" not in await applicant.see(number)
    assert (await applicant.send(number, "appointments/2/cancellation")).status_code == 409
    assert await statuses(number) == [("cancelled", "zhang"), ("requested", "applicant")]


async def test_an_applicant_sees_why_the_department_wants_another_time(portal: Portal) -> None:
    applicant, number = await entered(portal)
    await portal.deliver(number)
    await applicant.send(number, "appointments", **wanted(portal))
    handler = await visitor(portal, "wu")
    await handler.send("/appointments", f"/appointments/{number}/1", status="declined", reason="当日培训")
    html = await applicant.see(number)
    assert ("部门改约" in html, "当日培训" in html, "取消预约" in html) == (True, True, False)


async def test_the_api_takes_and_calls_off_an_applicants_appointment(portal: Portal) -> None:
    launched = (await portal.post("/api/v1/applications", FORM)).json()
    url, code = f"/api/v1/tracking/{launched['number']}", {"Tracking-Code": launched["tracking_code"]}
    at = (portal.now + timedelta(days=1)).isoformat()
    asked = {"item": "E01", "purpose": "consultation", "visitor": "刘晓", "planned_at": at}
    booked = await portal.client.post(f"{url}/appointments", json=asked, headers=code)
    [line] = booked.json()["appointments"]
    assert (booked.status_code, line["serial"], line["status"], line["revocable"]) == (201, 1, "requested", True)
    # Nobody of the office is named to applicants.
    assert not {"requested_by", "answered_by"} & set(line)

    wrong = {"Tracking-Code": "0000-0000-0000-0000"}
    assert (await portal.client.post(f"{url}/appointments/1/cancellation", json={}, headers=wrong)).status_code == 404
    off = await portal.client.post(f"{url}/appointments/1/cancellation", json={}, headers=code)
    [line] = off.json()["appointments"]
    assert (off.status_code, line["status"], line["reason"], line["revocable"]) == (
        200,
        "cancelled",
        "申请人取消",
        False,
    )
    assert (await portal.client.post(f"{url}/appointments/1/cancellation", json={}, headers=code)).status_code == 409
