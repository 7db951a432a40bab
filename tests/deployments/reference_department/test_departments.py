"""Each behaviour as the office sees it: dispatches and callbacks over real sockets."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from itertools import pairwise

import pytest

from rules.workdays import OFFICIAL, local_date
from tests.deployments.reference_department.conftest import Departments, Office

Open = Callable[..., Awaitable[Departments]]


async def test_an_approved_assignment_is_accepted_claimed_and_granted_within_the_promise(
    office: Office, open_departments: Open
) -> None:
    departments = await open_departments("approve")
    answer = await departments.dispatch()

    assert answer.status_code == 202
    receipt_number = answer.json()["receipt_number"]
    accepted, claimed, decided = await office.wait_for("accepted", "claimed", "decided")
    assert accepted["url"] == f"{office.url}/api/v1/assignments/a1/events"
    assert accepted["specversion"] == "1.0"
    assert accepted["data"] == claimed["data"] == {"handler": "HCB 经办人"}
    assert decided["data"]["decision"] == "granted"
    assert all(decided["data"][name] for name in ("document_number", "reason", "legal_basis", "handler"))
    received = datetime.strptime(receipt_number[3:11], "%Y%m%d").date()  # noqa: DTZ007 - a civil date
    assert OFFICIAL.count_working_days(received, local_date(datetime.fromisoformat(decided["time"]))) >= 2


async def test_a_refusal_carries_its_reason_and_legal_basis(office: Office, open_departments: Open) -> None:
    await (await open_departments("refuse", reason="缺图审", legal_basis="建筑法第八条")).dispatch()
    decided = (await office.wait_for("accepted", "claimed", "decided"))[-1]["data"]
    assert (decided["decision"], decided["reason"], decided["legal_basis"]) == ("refused", "缺图审", "建筑法第八条")


async def test_a_correction_is_requested_before_acceptance_and_work_goes_on_when_materials_come(
    office: Office, open_departments: Open
) -> None:
    departments = await open_departments("correction", minutes=5)
    await departments.dispatch()
    (request,) = await office.wait_for("correction_requested")
    assert request["data"]["missing"] == ["施工合同"]

    await departments.tell("materials_added", {"materials": [{"name": "施工合同"}]})
    await office.wait_for("correction_requested", "accepted", "claimed", "decided")


async def test_correction_is_requested_only_once(office: Office, open_departments: Open) -> None:
    departments = await open_departments("correction", minutes=5)
    await departments.dispatch()
    await office.wait_for("correction_requested")
    await departments.dispatch(round=2)
    await office.wait_for("correction_requested", "accepted", "claimed", "decided")


async def test_materials_that_overtake_the_dispatch_make_correction_needless(
    office: Office, open_departments: Open
) -> None:
    departments = await open_departments("correction", minutes=5)
    await departments.tell("materials_added", {"materials": [{"name": "施工合同"}]})
    await departments.dispatch()
    await office.wait_for("accepted", "claimed", "decided")


async def test_a_hold_stops_and_resumes_between_acceptance_and_decision(office: Office, open_departments: Open) -> None:
    await (await open_departments("hold", days=1, procedure="testing")).dispatch()
    events = await office.wait_for("accepted", "claimed", "hold_started", "hold_ended", "decided")
    assert (events[2]["data"]["procedure"], events[2]["data"]["days"]) == ("testing", 1)


async def test_a_flaky_department_fails_first_and_works_once(office: Office, open_departments: Open) -> None:
    departments = await open_departments("flaky", fail_times=2, minutes=5)
    assert [(await departments.dispatch(key="k")).status_code for _ in range(4)] == [503, 503, 202, 202]
    await office.wait_for("accepted", "claimed", "decided")
    assert (await departments.stats())["deliveries"] == {"k": 4}
    assert (await departments.stats())["executed"] == {"a1": 1}


async def test_duplicates_carry_the_same_event_id_and_body(office: Office, open_departments: Open) -> None:
    await (await open_departments("duplicate", minutes=5)).dispatch()
    events = await office.wait_for(*["accepted"] * 3, *["claimed"] * 3, *["decided"] * 3)
    assert [len({event["body"] for event in events[start : start + 3]}) for start in (0, 3, 6)] == [1, 1, 1]


async def test_events_out_of_order_keep_the_times_at_which_things_happened(
    office: Office, open_departments: Open
) -> None:
    await (await open_departments("out_of_order")).dispatch()
    events = await office.wait_for("decided", "claimed", "accepted")
    assert all(later["time"] > earlier["time"] for later, earlier in pairwise(events))


async def test_a_silent_department_takes_the_assignment_and_says_nothing(
    office: Office, open_departments: Open
) -> None:
    rules = [{"match": {"application": "silent"}, "behaviour": "silent"}]
    departments = await open_departments("approve", rules=rules, minutes=5)
    assert (await departments.dispatch("a1", application="silent")).status_code == 202
    await departments.dispatch("a2")
    await office.wait_for("accepted", "claimed", "decided", assignment="a2")
    assert office.kinds("a1") == []
    assert (await departments.stats())["executed"] == {"a1": 1, "a2": 1}


async def test_a_cancelled_assignment_sends_nothing_more(office: Office, open_departments: Open) -> None:
    departments = await open_departments("approve", working_days=60)
    await departments.dispatch()
    await office.wait_for("accepted", "claimed")
    await departments.tell("cancelled", {"reason": "申请人撤回"})
    await departments.tell("prerequisites_met", {"awaits": []})
    await departments.wait_for_callbacks(planned=0, due=0, held=0, delivered=2, dropped=1)
    assert (await departments.stats())["cancelled"] == 1


@pytest.mark.parametrize(("deemed", "goes_on"), [("accepted", True), ("approved", False)])
async def test_silence_that_accepts_leaves_the_decision_to_be_made_and_one_that_approves_does_not(
    deemed: str, goes_on: bool, office: Office, open_departments: Open
) -> None:
    departments = await open_departments("approve", minutes=5)
    await departments.dispatch(awaits=["C01"])
    await departments.wait_for_callbacks(held=1)
    await departments.tell("deemed", {"deemed": deemed, "legal_basis": "行政许可法第三十二条"})
    await departments.tell("prerequisites_met", {"awaits": []})
    await departments.wait_for_callbacks(planned=0, due=0, held=0)
    assert office.kinds() == ["accepted", "claimed", *(["decided"] if goes_on else [])]


async def test_a_cancellation_that_overtakes_the_dispatch_counts(office: Office, open_departments: Open) -> None:
    departments = await open_departments("approve", minutes=5)
    await departments.tell("cancelled", {"reason": "申请人撤回"})
    assert (await departments.dispatch("a1")).status_code == 202
    await departments.dispatch("a2")
    await office.wait_for("accepted", "claimed", "decided", assignment="a2")
    assert office.kinds("a1") == []


async def test_a_new_round_after_a_cancellation_starts_anew(office: Office, open_departments: Open) -> None:
    departments = await open_departments("approve", minutes=5)
    await departments.dispatch("a1", awaits=["C01"])
    await office.wait_for("accepted", "claimed")
    await departments.tell("cancelled", {"reason": "重新申报"})
    await departments.dispatch("a1", round=2)
    await office.wait_for("accepted", "claimed", "accepted", "claimed", "decided")
    assert (await departments.stats())["executed"] == {"a1": 2}


@pytest.mark.parametrize("first", ["dispatched", "prerequisites_met"])
async def test_a_grant_waits_for_the_prerequisites_in_whatever_order_they_come(
    first: str, office: Office, open_departments: Open
) -> None:
    departments = await open_departments("approve", minutes=5)
    if first == "dispatched":
        await departments.dispatch(awaits=["C01", "C03"])
        await departments.wait_for_callbacks(held=1)
        await departments.tell("prerequisites_met", {"awaits": ["C03"]})
        assert (await departments.stats())["callbacks"]["held"] == 1
        assert office.kinds() == ["accepted", "claimed"]
        await departments.tell("prerequisites_met", {"awaits": []})
    else:
        await departments.tell("prerequisites_met", {"awaits": []})
        await departments.dispatch(awaits=["C01", "C03"])
    await office.wait_for("accepted", "claimed", "decided")


async def test_a_refusal_does_not_wait_for_prerequisites(office: Office, open_departments: Open) -> None:
    await (await open_departments("refuse", minutes=5, reason="r", legal_basis="l")).dispatch(awaits=["C01"])
    await office.wait_for("accepted", "claimed", "decided")


async def test_one_department_does_not_see_the_work_of_another(office: Office, open_departments: Open) -> None:
    departments = await open_departments("approve", minutes=5)
    await departments.tell("cancelled", {"reason": "只撤住建局"})
    receipts = [(await departments.dispatch(department=code, key="same")).json() for code in ("HCB", "EEB")]
    assert receipts[0] != receipts[1]
    events = await office.wait_for("accepted", "claimed", "decided")
    assert {event["source"] for event in events} == {"department/EEB"}
