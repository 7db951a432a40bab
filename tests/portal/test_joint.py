"""Joint handling over HTTP: the plan revised, sessions, opinions through a door of their own."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest

from casework import catalogs
from kit import signing
from kit.database import transaction
from portal import joint_forms
from rules.catalog import DepartmentCode, ItemCode, JourneyCode
from rules.terms import Cooperation, JoinPolicy, Terms, Voice
from tests.portal.conftest import MATERIALS

ROOT = "/api/v1/applications"


def code(answer: Any) -> str:
    return str(answer.json()["type"]).rpartition("/")[2]


async def restaurant(portal: Any) -> str:
    """A restaurant on whose food licence the tax office is heard, its registration granted."""
    async with transaction() as session:
        _, catalog = await catalogs.newest(session)
        heard = Terms(cooperation=Cooperation((Voice("TAX", "税务局"),), JoinPolicy.ALL))
        items = {**catalog.items, ItemCode("E10"): replace(catalog.items[ItemCode("E10")], terms=heard)}
        journey = catalog.journeys[JourneyCode("J3")]
        journey = replace(journey, stages=tuple(replace(s, lead=DepartmentCode("MSB")) for s in journey.stages))
        changed = replace(catalog, items=items, journeys={**catalog.journeys, journey.code: journey})
        await catalogs.publish(session, changed, now=portal.now)
    launched = await portal.launch(journey="J3", materials=[*MATERIALS["J3"], "从业人员健康证明", "设施设备清单"])
    await portal.deliver(launched)
    await portal.grant(launched, "E01")
    await portal.deliver(launched)
    return str(launched)


@pytest.fixture
async def number(portal: Any) -> str:
    return await restaurant(portal)


async def send(portal: Any, opinion: str, act: str, content: dict[str, Any], department: str = "TAX") -> Any:
    event = portal.event(opinion, act, content, source=f"department/{department}")
    body = orjson.dumps(event)
    signed = signing.sign(signing.department_secret(department), uuid4().hex, body)
    headers = {"content-type": "application/cloudevents+json", **signed}
    return await portal.client.post(f"/api/v1/opinions/{opinion}/events", content=body, headers=headers)


async def test_an_opinion_is_answered_by_the_department_that_was_asked_and_nobody_else(
    portal: Any, number: str
) -> None:
    await portal.tell(number, "E10", "accepted")
    await portal.deliver(number)
    early = await portal.tell(number, "E10", "decided", decision="granted")
    assert (early.status_code, code(early), early.json()["awaited"]) == (409, "opinions-awaited", ["TAX"])
    [opinion] = (await portal.report(number))["opinions"]

    assert (await send(portal, opinion["id"], "opinion_given", {"opinion": "agree"}, "MSB")).status_code == 403
    assert (await send(portal, str(uuid4()), "opinion_given", {"opinion": "agree"})).status_code == 404
    groundless = await send(portal, opinion["id"], "opinion_given", {"opinion": "disagree"})
    assert (groundless.status_code, code(groundless)) == (422, "invalid-event")
    wrong = await send(portal, opinion["id"], "note", {"text": "在办"})
    assert (wrong.status_code, code(wrong)) == (409, "not-allowed-now")
    answered = await send(portal, opinion["id"], "opinion_given", {"opinion": "disagree", "reason": "欠税"})
    assert (answered.status_code, answered.json()["status_zh"]) == (200, "已答复")

    opposed = await portal.tell(number, "E10", "decided", decision="granted")
    assert (opposed.status_code, code(opposed), opposed.json()["opposed"]) == (409, "opinions-opposed", ["TAX"])


async def test_the_plan_is_revised_with_a_reason(portal: Any, number: str) -> None:
    stage = (await portal.report(number))["stages"][0]["code"]
    form = {"action": "add", "item": "P11", "stage": stage, "edges": [["P11", "E03", "H"]], "reason": "文物"}
    added = await portal.post(f"{ROOT}/{number}/items", form)
    assert added.status_code == 200, added.text
    assert "P11" in [line["item"] for line in added.json()["lines"]]
    again = await portal.post(f"{ROOT}/{number}/items", form)
    assert (again.status_code, code(again)) == (422, "invalid-plan")
    dropped = await portal.post(f"{ROOT}/{number}/items", {"action": "drop", "item": "E03", "reason": "另行办理"})
    assert next(line for line in dropped.json()["lines"] if line["item"] == "E03")["status"] == "cancelled"
    assert (await portal.post(f"{ROOT}/{number}/items", form, "zhao")).status_code == 403


async def test_nobody_is_asked_to_decide_on_siblings_that_simply_go_on(portal: Any, number: str) -> None:
    answer = await portal.post(f"{ROOT}/{number}/siblings", {"decision": "cancel", "reason": "不办了"})

    assert (answer.status_code, code(answer)) == (409, "not-allowed-now")


async def test_the_lead_department_summons_and_records_a_session(portal: Any, number: str) -> None:
    stage = (await portal.report(number))["stages"][0]["code"]
    at = (portal.now + timedelta(days=1)).isoformat()
    form = {"kind": "review", "stage": stage, "items": ["E10", "E02"], "planned_at": at}
    summoned = await portal.post(f"{ROOT}/{number}/sessions", form, "wu")  # a handler of MSB
    assert (summoned.status_code, summoned.json()) == (201, {"number": number, "session": 1})
    early = {"held_at": at, "minutes": "一致", "attendance": {"MSB": ["吴"]}}
    assert code(await portal.post(f"{ROOT}/{number}/sessions/1/hold", early, "wu")) == "invalid-session"
    portal.wait(days=1)
    held = await portal.post(f"{ROOT}/{number}/sessions/1/hold", early, "wu")
    assert held.json()["sessions"][0]["status_zh"] == "已召开"
    assert code(await portal.post(f"{ROOT}/{number}/sessions/1/cancel", {"reason": "晚了"})) == "not-allowed-now"
    assert (await portal.post(f"{ROOT}/{number}/sessions", form, "sun")).status_code == 403


def test_the_examples_of_the_forms_are_accepted() -> None:
    for form in (
        joint_forms.PlanRevision,
        joint_forms.SiblingsAnswer,
        joint_forms.SessionSummons,
        joint_forms.SessionProceedings,
        joint_forms.SessionCancelled,
    ):
        for example in form.model_json_schema()["examples"]:
            form.model_validate_json(orjson.dumps(example))


async def test_a_refused_item_is_applied_for_again(portal: Any, number: str) -> None:
    address = f"{ROOT}/{number}/items/E02/rounds"
    early = await portal.post(address, {"reason": "已改"})
    assert (early.status_code, code(early)) == (409, "not-allowed-now")
    refusal = {"decision": "refused", "reason": "材料不符", "legal_basis": "印章管理办法第三条"}
    refused = await portal.tell(number, "E02", "decided", handler="王芳", approver="李强", **refusal)
    assert refused.status_code == 200, refused.text

    assert (await portal.post(address, {"reason": "已改"}, "zhao")).status_code == 403
    again = await portal.post(address, {"reason": "已改"})
    assert again.status_code == 200, again.text
    line = next(line for line in again.json()["lines"] if line["item"] == "E02")
    assert (line["status"], line["round"]) == ("opened", 2)
    assert code(await portal.post(address, {"reason": "已改"})) == "not-allowed-now"
