"""The OpenAPI documents of the department protocol are what the code says, and what is really sent fits them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import messages
from deployments import protocol_document
from rules.vocabulary import DepartmentAct, MessageKind
from tasks.departments import envelope
from tests.casework.conftest import Desk

DOCS = Path(__file__).parents[2] / "docs"
PROTOCOL = (DOCS / "department-protocol.md").read_text(encoding="utf-8")
BLOCKS = [json.loads(block) for block in re.findall(r"```jsonc?\n(.*?)```", PROTOCOL, re.DOTALL)]
EXAMPLES = [block for block in BLOCKS if "specversion" in block]
DEPARTMENT, PORTAL = protocol_document.department_side(), protocol_document.portal_side()


def body_of(document: dict[str, Any], path: str) -> Draft202012Validator:
    content = document["paths"][path]["post"]["requestBody"]["content"]["application/cloudevents+json"]
    return Draft202012Validator({**content["schema"], "components": document["components"]})


def types_in(document: dict[str, Any]) -> set[str]:
    return set(re.findall(r"daiban\.assignment\.([a-z_]+)", json.dumps(document["components"])))


@pytest.mark.parametrize("name", ["openapi/portal.json", "openapi/department.json", "problems.md", "access.md"])
def test_the_document_is_what_the_code_says(name: str) -> None:
    written = (DOCS / name).read_text(encoding="utf-8")

    assert written == protocol_document.documents()[name], "write it again: .venv/bin/daiban protocol docs"


def test_every_message_of_both_directions_is_in_its_document() -> None:
    assert types_in(DEPARTMENT) == {kind.value for kind in MessageKind}
    assert types_in(PORTAL) >= {act.value for act in DepartmentAct}


@pytest.mark.parametrize("document", [DEPARTMENT, PORTAL], ids=["department", "portal"])
def test_every_reference_leads_somewhere_and_every_schema_is_one(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    assert set(protocol_document._references(document)) <= set(schemas)


def addressed() -> Iterator[tuple[dict[str, Any], str, dict[str, Any]]]:
    for example in EXAMPLES:
        kind = example["type"].rpartition(".")[2]
        if example["source"].startswith("department/"):
            about = "opinions/{opinion}" if kind == "opinion_given" else "assignments/{assignment}"
            yield PORTAL, f"/api/v1/{about}/events", example
        elif kind == "dispatched":
            yield DEPARTMENT, "/assignments", example
        elif kind == "opinion_asked":
            yield DEPARTMENT, "/opinions", example
        else:
            yield DEPARTMENT, "/assignments/{assignment}/messages", example


@pytest.mark.parametrize(("document", "path", "example"), list(addressed()))
def test_the_examples_of_the_protocol_fit(document: dict[str, Any], path: str, example: dict[str, Any]) -> None:
    body_of(document, path).validate(example)
    assert not body_of(document, path).is_valid({**example, "specversion": "0.3"})


@pytest.mark.usefixtures("check_codes")
async def test_what_we_send_fits(session: AsyncSession) -> None:
    desk = Desk(session)
    number = await desk.launch("J3")
    await desk.deliver(number)
    await desk.grant(number, "E01")
    sent = (await session.execute(text("SELECT id FROM department_messages ORDER BY created_at"))).scalars().all()

    kinds = set()
    for id_ in sent:
        written = json.loads(json.dumps(envelope(await messages.load(session, id_))))
        kinds.add(written["type"].rpartition(".")[2])
        path = "/assignments" if written["type"].endswith("dispatched") else "/assignments/{assignment}/messages"
        body_of(DEPARTMENT, path).validate(written)
    assert "dispatched" in kinds
