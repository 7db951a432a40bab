"""Applicants without an account: number and code open one application; wrong codes are answered alike, not for ever."""

from typing import Any

import pytest

from portal import tracking
from portal.errors import TooManyAttemptsError
from portal.traffic import Attempts
from tests.portal.conftest import FORM

OBJECTION = {"kind": "not_received", "reason": "没有收到执照", "item": "E01"}


@pytest.fixture(autouse=True)
def _unspent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracking, "_ATTEMPTS", Attempts(most=5, seconds=900))


async def launched(portal: Any) -> tuple[str, dict[str, str]]:
    """Launch; return the number, and the applicant's header."""
    answer = await portal.post("/api/v1/applications", FORM)
    return answer.json()["number"], {"Tracking-Code": answer.json()["tracking_code"]}


async def test_a_launch_tells_the_applicants_code_once(portal: Any) -> None:
    first = await portal.post("/api/v1/applications", FORM, idempotency_key="k-1")
    again = await portal.post("/api/v1/applications", FORM, idempotency_key="k-1")
    assert (again.status_code, "tracking_code" in again.json()) == (200, False)
    number, code = first.json()["number"], first.json()["tracking_code"]
    shown = await portal.client.get(f"/api/v1/tracking/{number}", headers={"Tracking-Code": code.lower()})
    assert (shown.status_code, shown.json()["status"]) == (200, "in_approval")
    assert not {"agent", "handler", "credit_code"} & set(shown.json())


async def test_a_wrong_code_and_an_unknown_number_are_answered_alike_until_it_is_enough(portal: Any) -> None:
    number, code = await launched(portal)
    wrong = {"Tracking-Code": "0000-0000-0000-0000"}
    first = await portal.client.get(f"/api/v1/tracking/{number}", headers=wrong)
    other = await portal.client.get("/api/v1/tracking/DB-211282-20260302-00999-A", headers=wrong)
    assert first.status_code == 404
    if other.status_code == 404:  # the check character of the number may be wrong, which tells nothing of numbers
        assert other.json()["detail"] == first.json()["detail"]
    for _ in range(5):
        last = await portal.client.post(f"/api/v1/tracking/{number}/confirmation", headers=wrong)
    assert last.status_code == 429
    assert 0 < int(last.headers["Retry-After"]) <= 900
    # Who has guessed too often is not told even what is right.
    assert (await portal.client.get(f"/api/v1/tracking/{number}", headers=code)).status_code == 429


async def test_without_a_code_nothing_is_shown(portal: Any) -> None:
    number = await portal.launch()
    assert (await portal.client.get(f"/api/v1/tracking/{number}")).status_code == 422


async def test_the_applicant_confirms_objects_and_is_answered(portal: Any) -> None:
    number, code = await launched(portal)
    early = await portal.client.post(f"/api/v1/tracking/{number}/confirmation", headers=code)
    assert early.json()["type"].endswith("not-allowed-now")
    await portal.deliver(number)
    refusal = {
        "reason": "住所不符",
        "legal_basis": "市场主体登记管理条例第十九条",
        "handler": "王芳",
        "approver": "李强",
    }
    assert (await portal.tell(number, "E01", "decided", decision="refused", **refusal)).status_code == 200
    await portal.deliver(number)

    confirmed = await portal.client.post(f"/api/v1/tracking/{number}/confirmation", headers=code)
    assert (confirmed.status_code, confirmed.json()["status"]) == (200, "closed")
    objected = await portal.client.post(f"/api/v1/tracking/{number}/objections", json=OBJECTION, headers=code)
    assert (objected.status_code, objected.json()["status"]) == (201, "concluded")

    path = f"/api/v1/applications/{number}"
    refused = await portal.post(f"{path}/closing", {}, "zhao")
    assert refused.json()["type"].endswith("closure-refused")
    assert {each["ground"] for each in refused.json()["obstacles"]} == {"delivery", "applicant"}
    steps = (await portal.get(f"{path}/steps")).json()["steps"]
    assert steps[-1]["kind"] == "closure.rejected"
    agent = (await portal.report(number))["agent"]
    lacking = await portal.post(f"{path}/deliveries/E01/evidence", {}, agent)
    assert lacking.json()["missing"] == ["signer"]
    assert (await portal.post(f"{path}/deliveries/E01/evidence", {"signer": "刘晓"}, agent)).status_code == 200
    objection = objected.json()["objections"][0]["id"]
    answered = await portal.post(f"{path}/objections/{objection}/answer", {"answer": "已当面送达"}, "zhao")
    assert (answered.status_code, answered.json()["status"]) == (200, "delivered")
    assert (
        await portal.post(f"{path}/objections/{objection}/answer", {"answer": "已当面送达"}, agent)
    ).status_code == 403


async def test_the_applicant_complains_and_rates_and_the_office_answers(portal: Any) -> None:
    number, code = await launched(portal)
    tracking_, said = f"/api/v1/tracking/{number}", {"subject": "dragging", "words": "太慢"}
    complained = await portal.client.post(f"{tracking_}/complaints", json=said, headers=code)
    assert complained.status_code == 201
    early = await portal.client.post(f"{tracking_}/ratings", json={"grade": "bad"}, headers=code)
    assert early.status_code == 409

    ticket = f"/api/v1/complaints/{complained.json()['complaint']}"
    assert (await portal.post(f"{ticket}/assignment", {"to": "zhang"}, "zhang")).status_code == 403
    assert (await portal.post(f"{ticket}/assignment", {"to": "zhang"}, "zhao")).status_code == 200
    assert (await portal.post(f"{ticket}/answer", {"answer": "已催办"}, "zhao")).json()["status"] == "answered"
    refused = await portal.post(f"{ticket}/closing", {}, "zhao")
    assert (refused.status_code, refused.json()["type"].rsplit("/", 1)[1]) == (409, "call-back-missing")
    own = await portal.post(f"{ticket}/call-back", {"satisfied": True, "words": "满意"}, "zhao")
    assert own.status_code == 409  # not by who answered
    [listed] = (await portal.get("/api/v1/complaints", "zhao")).json()["complaints"]
    assert (listed["number"], listed["overdue"]) == (number, False)
    assert (await portal.get("/api/v1/complaints", "zhang")).status_code == 403


def test_wrong_guesses_are_forgotten_after_their_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("portal.traffic.monotonic", lambda: now[0])
    attempts = Attempts(most=2, seconds=60)
    for _ in range(2):
        attempts.require("a")
        attempts.failed("a")
    with pytest.raises(TooManyAttemptsError) as refused:
        attempts.require("a")
    assert refused.value.details["retry_after"] == 60
    attempts.require("b")
    now[0] = 60
    attempts.require("a")
