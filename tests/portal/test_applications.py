"""An agent's day over HTTP: launch, look, list, report, bring, withdraw."""

from datetime import date
from typing import Any

import pytest

from rules.numbers import application_number
from tests.portal.conftest import FORM

ROOT = "/api/v1/applications"
UNKNOWN = application_number("211282", date(2026, 3, 2), 99)


def code(answer: Any) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["type"]).rpartition("/")[2]


async def test_a_launch_answers_with_the_number_and_where_it_is(portal: Any) -> None:
    answer = await portal.post(ROOT, FORM)

    number = answer.json()["number"]
    assert answer.status_code == 201
    assert answer.headers["location"] == answer.json()["url"] == f"{ROOT}/{number}"
    report = await portal.report(number)
    assert (report["status_zh"], report["agent"], report["applicant"]) == (
        "并联审批中",
        "zhang",
        "开原市清河餐饮有限公司",
    )
    steps = (await portal.get(f"{ROOT}/{number}/steps")).json()["steps"]
    assert (steps[0]["actor"], steps[0]["source"]) == ("zhang", "127.0.0.1")


async def test_a_repeated_key_answers_with_the_same_application_and_launches_nothing(portal: Any) -> None:
    first = await portal.post(ROOT, FORM, Idempotency_Key="k-1")
    portal.wait(hours=1)
    again = await portal.post(ROOT, FORM, Idempotency_Key="k-1")

    assert (first.status_code, again.status_code) == (201, 200)
    # The applicant's code is not kept and cannot be told again.
    assert again.json() == {name: value for name, value in first.json().items() if name != "tracking_code"}
    assert again.headers["location"] == first.headers["location"]
    assert len((await portal.get(ROOT)).json()["applications"]) == 1


async def test_a_key_used_for_another_form_is_refused(portal: Any) -> None:
    first = await portal.post(ROOT, FORM, Idempotency_Key="k-1")
    other = await portal.post(ROOT, {**FORM, "project_name": "另一项目"}, Idempotency_Key="k-1")

    assert other.status_code == 422
    assert code(other) == "idempotency-key-reused"
    assert other.json()["number"] == first.json()["number"]


async def test_a_key_is_its_agents_own(portal: Any) -> None:
    answers = [await portal.post(ROOT, FORM, account, Idempotency_Key="1") for account in ("zhang", "li")]

    assert [answer.status_code for answer in answers] == [201, 201]


@pytest.mark.parametrize("key", ["", "a b", "中", "x" * 201])
async def test_a_key_nobody_could_repeat_is_refused(portal: Any, key: str) -> None:
    answer = await portal.client.post(
        ROOT, json=FORM, headers=[("Authorization", "Bearer token-of-zhang"), ("Idempotency-Key", key.encode())]
    )

    assert answer.status_code == 422
    assert [finding["location"] for finding in answer.json()["errors"]] == ["header.idempotency-key"]


@pytest.mark.parametrize(
    ("changes", "location"),
    [
        ({"credit_code": "91211282MA0KYF01X9"}, "body.credit_code"),
        ({"credit_code": "91211282"}, "body.credit_code"),
        ({"project_code": "2611-211282"}, "body.project_code"),
        ({"journey": "../J5"}, "body.journey"),
        ({"applicant_name": "  "}, "body.applicant_name"),
        ({"applicant_name": "甲\0乙"}, "body.applicant_name"),
        ({"applicant_name": "甲" * 201}, "body.applicant_name"),
        ({"project_name": None}, "body.project_name"),
        ({"materials": ["章程"] * 201}, "body.materials"),
        ({"materials": [""]}, "body.materials.0"),
        ({"answers": {"area": 1e13}}, "body.answers.area.number"),
        ({"answers": {"area": []}}, "body.answers.area"),
        ({"surprise": 1}, "body.surprise"),
    ],
)
async def test_a_malformed_form_is_refused_at_the_place_that_is_wrong(
    portal: Any, changes: dict[str, Any], location: str
) -> None:
    answer = await portal.post(ROOT, {**FORM, **changes})

    assert answer.status_code == 422
    assert code(answer) == "invalid-request"
    assert location in [finding["location"] for finding in answer.json()["errors"]]
    assert (await portal.get(ROOT)).json()["applications"] == []


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[1]", b'"x"', b"null", b'{"a": NaN}', b'{"\\ud800": 1}', b"\xff", b"[" * 100_000]
)
async def test_a_body_that_is_no_form_is_refused(portal: Any, body: bytes) -> None:
    headers = {"Authorization": "Bearer token-of-zhang", "Content-Type": "application/json"}
    answer = await portal.client.post(ROOT, content=body, headers=headers)

    assert answer.status_code == 422
    assert code(answer) == "invalid-request"


async def test_what_was_sent_is_not_repeated_in_the_refusal(portal: Any) -> None:
    answer = await portal.post(ROOT, {**FORM, "credit_code": "210211199001011234"})

    assert "210211199001011234" not in answer.text


@pytest.mark.parametrize("changes", [{"journey": "J9"}, {"answers": {"moon": True}}, {"agent": "nobody"}])
async def test_a_form_that_does_not_fit_the_catalog_is_refused(portal: Any, changes: dict[str, Any]) -> None:
    answer = await portal.post(ROOT, {**FORM, **changes})

    assert answer.status_code == 422
    assert code(answer) == "invalid-intake"


async def test_answers_keep_their_kinds(portal: Any) -> None:
    number = await portal.launch(journey="J3", answers={"area": 120, "sign": False, "fire_route": "inspection"})

    items = [line["item"] for line in (await portal.report(number))["lines"]]
    assert items == ["E01", "E02", "E03", "E10", "E15", "P03"]  # too small for a fire check, no sign


async def test_a_life_over_http(portal: Any) -> None:
    number = await portal.launch(journey="J3")
    await portal.deliver(number)
    await portal.grant(number, "E01", "P03")
    missing = [wait["what"] for wait in (await portal.report(number))["waits"] if wait["party"] == "applicant"]
    assert "设计效果图" in missing
    letter = "告知承诺书（公众聚集场所投入使用、营业前消防安全检查（承诺制））"
    papers = [name for name in missing if name != letter]
    assert letter in missing
    brought = await portal.post(f"{ROOT}/{number}/materials", {"names": papers})
    assert brought.status_code == 200
    await portal.deliver(number)
    signed = {"E02": "PSB", "E03": "TAX", "E10": "MSB"}
    await portal.grant(number, *signed)

    refused = await portal.post(f"{ROOT}/{number}/milestones", {"milestone": "#OPER"})
    assert (refused.status_code, code(refused)) == (409, "milestone-not-open")
    asked = {"reason": "不再经营"}
    alone = await portal.post(f"{ROOT}/{number}/withdrawal", asked)
    assert (alone.status_code, code(alone)) == (403, "not-authorised")
    withdrawn = await portal.post(
        f"{ROOT}/{number}/withdrawal", {**asked, "applicant_request": "撤件申请书〔2026〕3号"}
    )

    assert withdrawn.status_code == 200
    assert withdrawn.json()["waiting"] == "等待 1/8：撤件确认"
    portal.wait(hours=24)
    await portal.deliver(number)
    assert (await portal.report(number))["outcome_zh"] == "已撤件"
    late = await portal.post(f"{ROOT}/{number}/materials", {"names": ["章程"]})
    assert (late.status_code, code(late)) == (409, "application-closed")
    assert late.json()["application_status"] == "delivered"
    assert late.json()["status"] == 409


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("milestones", {"milestone": "START"}),
        ("milestones", {}),
        ("materials", {"names": []}),
        ("materials", {"names": "章程"}),
        ("withdrawal", {"reason": ""}),
    ],
)
async def test_a_malformed_report_is_refused(portal: Any, path: str, content: dict[str, Any]) -> None:
    answer = await portal.post(f"{ROOT}/{await portal.launch()}/{path}", content)

    assert (answer.status_code, code(answer)) == (422, "invalid-request")


@pytest.mark.parametrize(
    ("path", "content"),
    [("milestones", {"milestone": "#START"}), ("materials", {"names": ["甲"]}), ("withdrawal", {"reason": "甲"})],
)
async def test_nothing_happens_to_an_unknown_application(portal: Any, path: str, content: dict[str, Any]) -> None:
    answer = await portal.post(f"{ROOT}/{UNKNOWN}/{path}", content)

    assert (answer.status_code, code(answer)) == (404, "not-found")


async def test_an_unknown_number_is_told_from_a_mistyped_one(portal: Any) -> None:
    number = await portal.launch()
    for path in ("", "/steps"):
        unknown = await portal.get(f"{ROOT}/{UNKNOWN}{path}")
        mistyped = await portal.get(f"{ROOT}/{number[:-3]}2{number[-2:]}{path}")
        garbled = await portal.get(f"{ROOT}/%00%ff{path}")

        assert (unknown.status_code, code(unknown)) == (404, "not-found")
        assert (mistyped.status_code, code(mistyped), mistyped.json()["fault"]) == (422, "invalid-number", "check")
        assert (garbled.status_code, code(garbled)) == (422, "invalid-number")


async def test_the_list_pages_by_the_address_it_gives(portal: Any) -> None:
    numbers = [await portal.launch() for _ in range(5)]

    seen, address = [], f"{ROOT}?limit=2&status=in_approval"
    while address:
        page = (await portal.get(address)).json()
        seen.append([each["number"] for each in page["applications"]])
        address = page["next"]
    assert seen == [numbers[:2:-1], numbers[2:0:-1], numbers[:1]]


async def test_the_list_is_narrowed_by_department(portal: Any) -> None:
    number = await portal.launch()
    await portal.deliver(number)

    for department, expected in (("MSB", [number]), ("TAX", [])):
        page = (await portal.get(f"{ROOT}?waiting_on={department}")).json()
        assert [each["number"] for each in page["applications"]] == expected


@pytest.mark.parametrize(
    "query",
    ["status=lost", "waiting_on=msb", "limit=0", "limit=201", "limit=x", "before=%00", "before=DB-1"],
)
async def test_a_list_asked_for_wrongly_is_refused(portal: Any, query: str) -> None:
    assert (await portal.get(f"{ROOT}?{query}")).status_code == 422


async def test_steps_page_by_the_address_they_give(portal: Any) -> None:
    number = await portal.launch()
    everything = (await portal.get(f"{ROOT}/{number}/steps")).json()

    seen, address = [], f"{ROOT}/{number}/steps?limit=2"
    while address:
        page = (await portal.get(address)).json()
        seen += page["steps"]
        address = page["next"]
    assert seen == everything["steps"]
    assert everything["next"] is None
    assert (await portal.get(f"{ROOT}/{number}/steps?after={2**31}")).status_code == 422


async def test_the_catalog_tells_what_to_ask_without_signing_in(portal: Any) -> None:
    answer = await portal.get("/api/v1/catalog/journeys", account=None)

    assert answer.status_code == 200
    assert [journey["code"] for journey in answer.json()["journeys"]] == ["J1", "J2", "J3", "J4", "J5"]
