"""What the API says of itself holds: every body has an example, every example is accepted, every reference leads on."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import TypeAdapter

from casework.department_events import Event
from portal import (
    commitments,
    dispatch_examples,
    dispatching,
    examples,
    file_examples,
    intake,
    proxy_examples,
    proxying,
    record_examples,
    rosters,
)
from portal.app import create_app
from portal.events import EVENT
from rules.vocabulary import DepartmentAct
from tests.portal.conftest import Portal

PROTOCOL = Path(__file__).parents[2] / "docs" / "department-protocol.md"


@pytest.fixture(scope="module")
def written() -> dict[str, Any]:
    found: dict[str, Any] = create_app().openapi()
    return found


def operations(written: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in written["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def resolved(written: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref")
    return written["components"]["schemas"][reference.rpartition("/")[2]] if reference else schema


def has_example(written: dict[str, Any], content: dict[str, Any]) -> bool:
    return bool(
        content.get("example") or content.get("examples") or resolved(written, content["schema"]).get("examples")
    )


def test_every_body_has_an_example(written: dict[str, Any]) -> None:
    bodies = 0
    for name, operation in operations(written):
        for content in operation.get("requestBody", {"content": {}})["content"].values():
            bodies += 1
            assert has_example(written, content), name
        for status, answer in operation["responses"].items():
            for content in answer["content"].values():
                assert has_example(written, content), (name, status)
    assert bodies == 69


def test_every_refusal_is_documented_as_a_problem(written: dict[str, Any]) -> None:
    for name, operation in operations(written):
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                assert list(answer["content"]) == ["application/problem+json"], (name, status)


def test_every_reference_leads_somewhere(written: dict[str, Any]) -> None:
    references = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(written)))

    assert references <= set(written["components"]["schemas"])
    assert references >= {"Problem", "DepartmentEvent", "ApplicationReport", "IntakeForm"}


def test_the_examples_of_the_forms_are_accepted() -> None:
    forms = [intake.IntakeForm, intake.MilestoneReport, intake.MaterialsBrought, intake.WithdrawalRequest]
    forms += [rosters.PostForm, rosters.AbsenceForm, rosters.ReturnForm, rosters.EnquiryForm, rosters.HandOverOffer]
    forms += [rosters.HandOverAnswer, rosters.Resolution, proxying.NewEngagement, proxying.EngagementEnding]
    forms += [proxying.Reminder, proxying.Acknowledgement]
    forms += [intake.JointExtensionRequest]
    forms += [intake.PromiseForm, commitments.RepairRequest]
    forms += [dispatching.Because, dispatching.ChannelChoice, dispatching.ConflictAnswer]
    for form in forms:
        for example in form.model_json_schema()["examples"]:
            form.model_validate_json(json.dumps(example))


def test_there_is_an_accepted_example_of_every_act() -> None:
    acts = set()
    for example in examples.EVENTS.values():
        event: Event = EVENT.validate_json(json.dumps(example)).event()
        acts.add(event.act)
    assert acts == set(DepartmentAct)


def test_the_protocols_examples_are_accepted() -> None:
    blocks = re.findall(r"```json\n(.*?)```", PROTOCOL.read_text(encoding="utf-8"), re.DOTALL)
    callbacks = [block for block in blocks if '"department/' in block]

    acts = {EVENT.validate_json(block).event().act for block in callbacks}
    assert acts == set(DepartmentAct)


@pytest.mark.parametrize(
    ("name", "example"),
    [
        ("ApplicationReport", examples.REPORT),
        ("Summary", examples.LISTED["applications"][0]),  # type: ignore[index]
        ("Step", examples.STEPS["steps"][0]),  # type: ignore[index]
        ("CatalogForm", examples.CATALOG),
        ("PostLine", proxy_examples.POSTS["posts"][0]),
        ("AbsenceLine", proxy_examples.ABSENCES["absences"][0]),
        ("EnquiryLine", proxy_examples.ENQUIRY),
        ("EngagementReport", proxy_examples.ENGAGEMENT),
        ("AlertLine", proxy_examples.ALERT),
        ("CalendarYear", record_examples.YEAR),
        ("CommitmentLine", record_examples.COMMITMENTS["commitments"][0]),  # type: ignore[index]
        ("CreditReport", record_examples.CREDIT),
        ("FileLine", file_examples.FILES["files"][0]),
        ("EndpointHealth", dispatch_examples.HEALTH["endpoints"][0]),
        ("StuckMessage", dispatch_examples.OUTBOX["messages"][0]),  # type: ignore[index]
        ("ConflictLine", dispatch_examples.CONFLICTS["conflicts"][0]),  # type: ignore[index]
        ("InboxLine", dispatch_examples.INBOX["assignments"][0]),  # type: ignore[index]
    ],
)
def test_an_answers_schema_names_exactly_the_members_of_its_example(
    written: dict[str, Any], name: str, example: dict[str, Any]
) -> None:
    compare(written, {"$ref": f"#/components/schemas/{name}"}, example)


def compare(written: dict[str, Any], schema: dict[str, Any], example: Any) -> None:
    schema = resolved(written, schema)
    if "anyOf" in schema:
        schema = next(resolved(written, each) for each in schema["anyOf"] if each.get("type") != "null")
    if isinstance(example, dict) and "properties" in schema:
        assert set(example) == set(schema["properties"]) == set(schema["required"])
        for member, value in example.items():
            compare(written, schema["properties"][member], value)
    elif isinstance(example, list):
        for value in example:
            compare(written, schema["items"], value)


async def test_a_real_report_has_the_members_that_its_schema_names(portal: Portal, written: dict[str, Any]) -> None:
    number = await portal.launch(journey="J3")
    await portal.deliver(number)
    await portal.grant(number, "E01")

    compare(written, {"$ref": "#/components/schemas/ApplicationReport"}, await portal.report(number))
    page = (await portal.get("/api/v1/applications")).json()
    compare(written, {"$ref": "#/components/schemas/Summary"}, page["applications"][0])
    catalog = (await portal.get("/api/v1/catalog/journeys")).json()
    compare(written, {"$ref": "#/components/schemas/CatalogForm"}, catalog)


async def test_the_document_is_served_and_the_index_leads_to_it(portal: Portal, app: FastAPI) -> None:
    index = (await portal.client.get("/api/v1")).json()
    assert (await portal.client.get(index["openapi"])).json() == app.openapi()
    for name in ("health", "readiness", "journeys"):
        assert (await portal.client.get(index[name])).status_code == 200
    assert (await portal.get(index["applications"])).status_code == 200


def test_the_forms_of_answers_are_told_apart() -> None:
    answers: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, intake.Answer])
    read = answers.validate_json('{"a": true, "b": 1, "c": 2.5, "d": "x"}')

    assert read == {"a": True, "b": 1.0, "c": 2.5, "d": "x"}
    assert [type(value) for value in read.values()] == [bool, float, float, str]
