"""Departments are heard on the items of others, and take part in joint sessions."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from deployments.reference_department.behaviours import Behaviours, BehavioursError, Opining, load_behaviours
from deployments.reference_department.hearing import heard
from deployments.reference_department.joint_protocol import OpinionAsked
from rules.workdays import SHANGHAI
from tests.deployments.reference_department.conftest import START, Departments, Json, Office, dispatched

FRIDAY = datetime(2026, 3, 6, 9, 0, tzinfo=SHANGHAI)


def question(opinion: str = "o1") -> Json:
    shared = {name: dispatched()[name] for name in ("application", "project", "applicant", "item", "materials")}
    callback = f"http://office.invalid/api/v1/opinions/{opinion}/events"
    return {
        **shared,
        "opinion": opinion,
        "lead": "HCB",
        "department": "EEB",
        "days": 3,
        "callback": callback,
    }


async def ask(departments: Departments, opinion: str = "o1", key: str | None = None) -> None:
    event = departments.event("opinion_asked", opinion, question(opinion), key)
    answer = await departments.post("/EEB/opinions", event, "EEB")
    assert (answer.status_code, answer.json()) == (202, {})


async def test_a_question_is_signed_for_and_answered_at_its_own_callback(
    office: Office, open_departments: Callable[..., Awaitable[Departments]]
) -> None:
    departments = await open_departments()
    await ask(departments, key="q1")
    await ask(departments, key="q1")

    _, answer = await office.wait_for("claimed", "opinion_given", assignment="o1")

    assert answer["data"] == {"opinion": "agree", "reason": "对该事项无不同意见", "handler": "EEB 经办人"}
    assert answer["url"].endswith("/api/v1/opinions/o1/events")
    counted = await departments.stats("?summary=1")
    assert (counted["questions"], counted["dispatched"]) == (1, 0)


async def test_nothing_is_answered_once_nothing_is_asked_any_more(
    office: Office, open_departments: Callable[..., Awaitable[Departments]]
) -> None:
    departments = await open_departments()
    await ask(departments)
    await office.wait_for("claimed", assignment="o1")
    told = departments.event("cancelled", "o1", {"opinion": "o1", "reason": "granted"})
    assert (await departments.post("/EEB/opinions/o1/messages", told, "EEB")).status_code == 202

    await departments.wait_for_callbacks(dropped=1, due=0, planned=0)
    assert office.kinds("o1") == ["claimed"]


async def test_a_lead_that_must_wait_for_opinions_sends_its_decision_again(
    office: Office, open_departments: Callable[..., Awaitable[Departments]]
) -> None:
    departments = await open_departments(minutes=20)
    office.refuse_next("decided", 409, "opinions-awaited", awaited=["EEB"])
    await departments.dispatch()

    await office.wait_for("accepted", "claimed", "decided")
    await departments.wait_for_callbacks(due=1, refused=0)


async def test_a_lead_decides_as_soon_as_nobody_is_awaited_any_more(
    office: Office, open_departments: Callable[..., Awaitable[Departments]]
) -> None:
    departments = await open_departments(minutes=20)
    office.refuse_next("decided", 409, "opinions-awaited", awaited=["EEB"])
    await departments.dispatch()
    await office.wait_for("accepted", "claimed", "decided")
    said = {"heard": "o1", "department": "EEB", "status": "answered", "answer": "agree"}
    await departments.tell("opinion_heard", {**said, "awaited": ["FRB"]})
    await departments.tell("opinion_heard", {**said, "department": "FRB", "awaited": []})

    first, second = (await office.wait_for("accepted", "claimed", "decided", "decided"))[-2:]
    assert first["id"] == second["id"]


async def test_who_is_invited_says_who_comes_and_goes_on_after_the_visit(
    office: Office, open_departments: Callable[..., Awaitable[Departments]]
) -> None:
    departments = await open_departments(working_days=1)
    await departments.dispatch()
    visit = datetime.fromisoformat(START) + timedelta(days=8)
    invitation = {
        "session": "s1",
        "kind": "inspection",
        "stage": "construction",
        "what": "summons",
        "lead": "HCB",
        "items": ["C04"],
        "departments": ["HCB", "EEB"],
        "planned_at": visit.isoformat(),
    }
    assert (await departments.tell("invited", invitation)).status_code == 202

    await departments.wait_for_callbacks(delivered=4)
    events = {event["kind"]: event for event in office.events}
    assert events["note"]["data"]["text"] == "参加 2026-03-10 09:00 联合踏勘：HCB 经办人、HCB 协办人"
    assert datetime.fromisoformat(events["decided"]["time"]) >= visit
    assert (await departments.stats("?summary=1"))["invitations"] == 1


@pytest.mark.parametrize(
    ("rule", "answers"),
    [
        ({"opinion": "silent"}, []),
        ({"opinion": "agree"}, [(9, "agree")]),
        ({"opinion": "agree", "working_days": 3}, [(11, "agree")]),
        ({"opinion": "agree_with_conditions", "conditions": "消防车道不小于四米"}, [(9, "agree_with_conditions")]),
        ({"opinion": "disagree", "reason": "间距不足"}, [(9, "disagree")]),
        ({"opinion": "must_forward_up"}, [(9, "must_forward_up"), (11, "agree")]),
        (
            {"opinion": "must_forward_up", "then": "disagree", "reason": "上级不同意", "forwarded_days": 1},
            [(9, "must_forward_up"), (10, "disagree")],
        ),
    ],
)
def test_an_opinion_comes_after_its_working_days(rule: Json, answers: list[tuple[int, str]]) -> None:
    planned = heard(Opining.model_validate(rule), "王芳", FRIDAY)
    given = [(each.due_at.day, each.content.model_dump()["opinion"]) for each in planned[1:]]
    assert given == answers


@pytest.mark.parametrize("rule", [{"opinion": "disagree"}, {"opinion": "agree_with_conditions"}])
def test_an_opinion_without_what_it_must_say_is_refused(rule: Json) -> None:
    with pytest.raises(ValidationError, match="needs its"):
        Opining.model_validate(rule)


def test_the_first_rule_of_opinions_that_fits_is_chosen_and_a_wrong_one_named(tmp_path: Path) -> None:
    rules = [{"match": {"department": "FRB"}, "opinion": "silent"}, {"match": {"item": "C0?"}, "working_days": 2}]
    behaviours = Behaviours.model_validate({"opinions": rules})
    asked = OpinionAsked.model_validate(question())
    assert (behaviours.opining(asked).opinion, behaviours.opining(asked).working_days) == ("agree", 2)
    assert behaviours.opining(asked.model_copy(update={"department": "FRB"})).opinion == "silent"

    path = tmp_path / "behaviours.yaml"
    path.write_text("opinions:\n  - {opinion: perhaps}\n", encoding="utf-8")
    with pytest.raises(BehavioursError, match=r":2: opinions\.0\.opinion"):
        load_behaviours(path)
