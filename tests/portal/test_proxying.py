"""Engagements and alerts over HTTP, and who may act on an application."""

from typing import Any

from casework import alerts
from kit.database import transaction
from tests.portal.conftest import FORM

ROOT = "/api/v1/applications"


def code(answer: Any) -> str:
    return str(answer.json()["type"].rpartition("/")[2])


async def test_the_form_says_what_is_entrusted(portal: Any) -> None:
    plain = await portal.launch()
    said = {"express": ["withdraw"], "valid_until": "2026-12-31", "reference": "委托书〔2026〕9号"}
    express = await portal.launch(agent="zhang", engagement=said)

    shown = [(await portal.get(f"{ROOT}/{number}/engagement")).json() for number in (plain, express)]
    assert ["withdraw" in each["verbs"] for each in shown] == [False, True]
    assert [each["valid_until"] for each in shown] == [None, "2026-12-31"]
    assert (await portal.post(f"{ROOT}/{express}/withdrawal", {"reason": "取消"})).status_code == 200


async def test_a_form_that_entrusts_what_there_is_not_is_refused(portal: Any) -> None:
    for engagement, expected in (
        ({"items": ["Z99"]}, "invalid-engagement"),
        ({"verbs": []}, "invalid-engagement"),
        ({"verbs": ["withdraw"]}, "invalid-request"),  # express only
        ({"express": ["file"]}, "invalid-request"),
    ):
        answer = await portal.post(ROOT, {**FORM, "engagement": engagement})
        assert (answer.status_code, code(answer)) == (422, expected), engagement


async def test_another_agent_acts_only_while_the_applications_own_is_away(portal: Any) -> None:
    number = await portal.launch(agent="zhang")
    brought = {"names": ["章程"], "replace": True}
    refused = await portal.post(f"{ROOT}/{number}/materials", brought, "li")
    assert (refused.status_code, code(refused), refused.json()["needs"]) == (403, "not-authorised", "zhang")

    await portal.post("/api/v1/absences", {"first": "2026-03-02", "applications": [number]}, "zhang")
    assert (await portal.post(f"{ROOT}/{number}/materials", brought, "li")).status_code == 200

    steps = (await portal.get(f"{ROOT}/{number}/steps")).json()["steps"]
    assert (steps[-1]["actor"], steps[-1]["details"]["on_behalf_of"]) == ("li", "zhang")
    await portal.post("/api/v1/absences", {"first": "2026-03-02"}, "li")
    assert (await portal.post(f"{ROOT}/{number}/materials", brought, "zhao")).status_code == 200


async def test_an_engagement_is_renewed_and_ended(portal: Any) -> None:
    number = await portal.launch(agent="zhang")
    path = f"{ROOT}/{number}/engagement"
    renewed = await portal.post(path, {"reference": "委托书〔2026〕9号", "agent": "li", "items": ["E01"]})
    assert renewed.status_code == 200
    assert (renewed.json()["agent"], renewed.json()["items"], renewed.json()["ended"]) == ("li", ["E01"], None)
    assert (await portal.post(path, {"agent": "li"})).status_code == 422  # no power of attorney
    wrong = await portal.post(path, {"reference": "1", "agent": "sun"})
    assert (wrong.status_code, code(wrong)) == (422, "invalid-engagement")

    early = await portal.post(f"{path}/end", {"because": "applicant_unresponsive"}, "li")
    assert (early.status_code, code(early)) == (409, "not-allowed-now")
    assert (await portal.post(f"{ROOT}/{number}/reminders", {"how": "电话"}, "li")).status_code == 200
    ended = await portal.post(f"{path}/end", {"because": "revoked", "note": "改由企业自行办理"}, "li")
    assert (ended.json()["ended"], ended.json()["ended_zh"]) == ("revoked", "申请人撤销委托")
    acted = await portal.post(f"{ROOT}/{number}/materials", {"names": ["章程二"]}, "li")
    assert (acted.status_code, code(acted)) == (403, "not-authorised")


async def test_a_steward_sees_what_is_slow_and_replies(portal: Any) -> None:
    numbers = [await portal.launch(steward="sun") for _ in range(3)]
    for number in numbers:
        await portal.deliver(number)
    portal.wait(days=7)
    async with transaction() as session:
        for application in await alerts.due(session, now=portal.now, limit=10):
            await alerts.look(session, application, now=portal.now)

    page = (await portal.get("/api/v1/alerts?limit=2&mine=true", "sun")).json()
    assert [alert["number"] for alert in page["alerts"]] == numbers[:2]
    rest = (await portal.get(page["next"], "sun")).json()
    assert ([alert["number"] for alert in rest["alerts"]], rest["next"]) == (numbers[2:], None)
    assert (await portal.get("/api/v1/alerts?mine=true", "zhao")).json()["alerts"] == []
    first, second, third = (alert["id"] for alert in (*page["alerts"], *rest["alerts"]))

    def reply(alert: int, account: str) -> Any:
        return portal.post(f"/api/v1/alerts/{alert}/acknowledgement", {"reply": "已与窗口联系"}, account)

    refused = await reply(first, "zhang")
    assert (refused.status_code, code(refused)) == (403, "not-authorised")
    answered = await reply(first, "sun")
    assert (answered.status_code, answered.json()["kind_zh"]) == (200, "久无进展")
    assert (await reply(second, "zhao")).json()["acknowledged_by"] == "zhao"
    again = await reply(first, "sun")
    assert (again.status_code, code(again)) == (409, "not-allowed-now")
    assert [alert["id"] for alert in (await portal.get("/api/v1/alerts")).json()["alerts"]] == [third]
    assert len((await portal.get("/api/v1/alerts?show=all")).json()["alerts"]) == 3
