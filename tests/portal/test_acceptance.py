"""Acceptance over HTTP: an unlawful request is answered 409 and kept, negative answers, replaced documents."""

from datetime import timedelta
from typing import Any

import pytest

ROOT = "/api/v1/applications"
NEGATIVE = {"reason": "不属本机关职权", "legal_basis": "行政许可法第三十二条", "handler": "王芳"}


@pytest.fixture
async def number(portal: Any) -> str:
    launched = await portal.launch()
    await portal.deliver(launched)
    return str(launched)


async def test_an_unlawful_request_is_a_conflict_and_stays_in_the_file(portal: Any, number: str) -> None:
    portal.now += timedelta(days=15)
    line = await portal.line(number, "E01")
    event = portal.event(line["assignment"], "correction_requested", {"missing": ["章程"]})
    for _ in range(2):
        answer = await portal.send(line["assignment"], event)
        assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (409, "refused-on-record")
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["accepted_on"] == "2026-03-02"

    steps = (await portal.get(f"{ROOT}/{number}/steps")).json()["steps"]
    assert [step["kind"] for step in steps].count("violation.attempted") == 1
    assert (await portal.line(number, "E01"))["deemed_accepted"] is True


async def test_a_negative_answer_needs_a_second_person(portal: Any, number: str) -> None:
    content = {**NEGATIVE, "competent_agency": "铁岭市市场监督管理局"}
    alone = await portal.tell(number, "E01", "not_accepted", **content)
    assert (alone.status_code, alone.json()["status"]) == (200, "refusal_proposed")
    himself = await portal.tell(number, "E01", "refusal_approved", approver=NEGATIVE["handler"])
    assert (himself.status_code, himself.json()["type"].rpartition("/")[2]) == (422, "filing-incomplete")

    answer = await portal.tell(number, "E01", "refusal_approved", approver="李强")
    assert (answer.status_code, answer.json()["status"]) == (200, "not_accepted")
    nameless = await portal.tell(number, "E01", "not_accepted", **NEGATIVE, approver="李强")
    assert nameless.status_code == 422


async def test_a_replaced_document_opens_a_new_round(portal: Any, number: str) -> None:
    await portal.grant(number, "E01")
    brought = {"names": ["章程"], "replace": True, "sha256": {"章程": "0" * 64}}
    answer = await portal.post(f"{ROOT}/{number}/materials", brought)
    again = await portal.post(f"{ROOT}/{number}/materials", brought)

    for each in (answer, again):
        assert each.status_code == 200
        assert next(line["round"] for line in each.json()["lines"] if line["item"] == "E01") == 2


async def test_an_unknown_material_is_refused_with_the_closest_names(portal: Any, number: str) -> None:
    answer = await portal.post(f"{ROOT}/{number}/materials", {"names": ["章成"]})

    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (422, "invalid-intake")
    assert answer.json()["problems"] == [{"material": "章成", "closest": ["章程"]}]
