"""The green channel and appointments over HTTP: who may ask, who answers, and who comes first."""

from typing import Any

import pytest

from casework import people
from casework.casefile import Actor
from casework.inboxes import choose_channel
from kit.database import transaction
from models import Role
from rules.catalog import Channel

ROOT = "/api/v1/applications"
GREEN = {"authority": "开原市人民政府", "document": "开政函〔2026〕3号", "reason": "省重点项目"}


@pytest.fixture
async def msb(portal: Any) -> str:
    """A handler of the market bureau."""
    async with transaction() as session:
        await people.register(session, "msb7", "钱芬", [Role.HANDLER], department="MSB", token="token-of-msb7")
        await people.register(session, "tax7", "孙税", [Role.HANDLER], department="TAX", token="token-of-tax7")
    return "msb7"


def code(answer: Any) -> str:
    return str(answer.json()["type"]).rpartition("/")[2]


async def test_who_is_in_the_green_channel_comes_first_at_its_department(portal: Any, msb: str) -> None:
    numbers = []
    for _ in range(3):
        numbers.append(await portal.launch())
        await portal.deliver(numbers[-1])
        portal.wait(minutes=1)
    opened = await portal.post(f"{ROOT}/{numbers[2]}/green-channel", GREEN)
    assert opened.json()["green"]["authority"] == "开原市人民政府"
    assert opened.json()["lines"][0]["promised_due"] == (await portal.report(numbers[0]))["lines"][0]["promised_due"]
    assert code(await portal.post(f"{ROOT}/{numbers[2]}/green-channel", GREEN)) == "not-allowed-now"
    listed = (await portal.get(f"{ROOT}?limit=10")).json()["applications"]
    assert {each["number"]: each["green"] for each in listed} == dict(zip(numbers, (False, False, True), strict=True))

    async with transaction() as session:
        for number in numbers:
            line = await portal.line(number, "E01")
            how = {"reason": "试办", "actor": Actor("zhang"), "now": portal.now}
            await choose_channel(session, line["assignment"], Channel.INBOX, **how)
    first = (await portal.get("/api/v1/inbox?limit=2", account=msb)).json()
    rest = (await portal.get(first["next"], account=msb)).json()["assignments"]
    order = [each["application"] for each in (*first["assignments"], *rest)]
    assert order == [numbers[2], numbers[0], numbers[1]]

    ended = await portal.post(f"{ROOT}/{numbers[2]}/green-channel/end", {"reason": "已竣工"})
    assert ended.json()["green"] is None
    again = (await portal.get("/api/v1/inbox", account=msb)).json()["assignments"]
    assert [each["application"] for each in again] == numbers


async def test_an_appointment_is_asked_for_answered_by_its_department_and_kept(portal: Any, msb: str) -> None:
    number = await portal.launch()
    wanted = {"planned_at": "2026-03-04T10:00:00+08:00", "purpose": "in_person", "visitor": "刘晓", "item": "E01"}
    booked = await portal.post(f"{ROOT}/{number}/appointments", wanted)
    assert (booked.status_code, booked.json()) == (201, {"number": number, "appointment": 1})
    url = f"{ROOT}/{number}/appointments/1"
    # Only its department confirms; another one does not even learn of it.
    assert (await portal.post(url, {"status": "confirmed"})).status_code == 403
    assert (await portal.post(url, {"status": "confirmed"}, account="tax7")).status_code == 404
    assert (await portal.post(url, {"status": "confirmed"}, account=msb)).json()["status"] == "confirmed"
    assert code(await portal.post(url, {"status": "kept"}, account=msb)) == "not-allowed-now"
    portal.wait(days=2, hours=1)
    assert (await portal.post(url, {"status": "kept"}, account=msb)).status_code == 200

    [line] = (await portal.get("/api/v1/appointments", account=msb)).json()["appointments"]
    assert (line["number"], line["status"], line["answered_by"]) == (number, "kept", "msb7")
    assert (await portal.get("/api/v1/appointments", account="tax7")).json()["appointments"] == []
    assert (await portal.get("/api/v1/appointments?standing=true")).json()["appointments"] == []
    steps = (await portal.get(f"{ROOT}/{number}/steps")).json()["steps"]
    assert [each["kind"] for each in steps if each["kind"].startswith("appointment.")] == [
        "appointment.booked",
        "appointment.confirmed",
        "appointment.kept",
    ]


async def test_a_department_has_so_many_places_and_pages_list_them_in_time(portal: Any, msb: str) -> None:
    number = await portal.launch()
    wanted = {"planned_at": "2026-03-07T10:00:00+08:00", "purpose": "on_site", "visitor": "刘晓", "department": "MSB"}
    for _ in range(2):
        assert (await portal.post(f"{ROOT}/{number}/appointments", wanted)).status_code == 201
    full = await portal.post(f"{ROOT}/{number}/appointments", wanted)
    assert (full.status_code, code(full)) == (422, "invalid-appointment")
    # A cancelled one gives its place back.
    off = {"status": "cancelled", "reason": "改日再约"}
    assert (await portal.post(f"{ROOT}/{number}/appointments/1", off)).status_code == 200
    earlier = {**wanted, "planned_at": "2026-03-05T10:00:00+08:00"}
    assert (await portal.post(f"{ROOT}/{number}/appointments", earlier)).status_code == 201
    page = (await portal.get(f"/api/v1/appointments?number={number}&limit=2")).json()
    rest = (await portal.get(page["next"])).json()
    listed = [*page["appointments"], *rest["appointments"]]
    assert (listed[0]["serial"], listed[0]["outside_hours"]) == (3, False)
    assert {each["serial"] for each in listed[1:]} == {1, 2}
    assert all(each["outside_hours"] for each in listed[1:])
    assert rest["next"] is None
    neither = {name: value for name, value in wanted.items() if name != "department"}
    assert code(await portal.post(f"{ROOT}/{number}/appointments", neither)) == "invalid-appointment"
