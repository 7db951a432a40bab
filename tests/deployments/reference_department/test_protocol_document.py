"""What docs/department-protocol.md shows is what the departments read, write and answer."""

import base64
import hashlib
import hmac
import inspect
import json
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from deployments.reference_department import server
from deployments.reference_department.behaviours import BEHAVIOUR, load_behaviours
from deployments.reference_department.callbacks import CALLBACKS
from deployments.reference_department.protocol import Envelope
from tests.deployments.reference_department.conftest import Departments, Json

DOCUMENT = Path(__file__).parents[3].joinpath("docs", "department-protocol.md").read_text(encoding="utf-8")
BLOCKS = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", DOCUMENT, re.DOTALL)]
EVENTS: dict[str, Json] = {block["type"]: block for block in BLOCKS if "specversion" in block}
SENT_BY_US = {
    f"daiban.assignment.{kind}"
    for kind in (
        "dispatched",
        "cancelled",
        "materials_added",
        "prerequisites_met",
        "reminded",
        "supervised",
        "silence_warned",
        "deemed",
        "reopened",
        "opinion_heard",
        "party_changed",
        "appointment",
    )
}


def test_every_message_of_both_directions_has_an_example() -> None:
    assert set(EVENTS) == SENT_BY_US | set(CALLBACKS)


@pytest.mark.parametrize("kind", CALLBACKS)
def test_the_example_of_a_callback_fits_what_departments_send(kind: str) -> None:
    event = EVENTS[kind]
    Envelope.model_validate(event)
    content = CALLBACKS[kind].model_validate(event["data"])
    assert content.model_dump(mode="json", exclude_none=True) == event["data"]
    assert event["source"] == "department/HCB"


async def test_the_examples_of_our_messages_are_taken(open_departments: Callable[..., Awaitable[Departments]]) -> None:
    departments = await open_departments("silent")
    for kind in sorted(SENT_BY_US):
        event = EVENTS[kind]
        path = "" if kind.endswith("dispatched") else f"/{event['subject']}/messages"
        answer = await departments.post(f"/HCB/assignments{path}", event)
        assert answer.status_code == 202, answer.text
        example = next(block for block in BLOCKS if "receipt_number" in block)
        assert answer.json().keys() == (example.keys() if kind.endswith("dispatched") else set())


def test_every_problem_of_the_server_is_documented() -> None:
    problems = re.findall(r'_ProblemError\(\s*(\d+), "([a-z-]+)"', inspect.getsource(server))
    assert len(problems) >= 8
    for status, code in problems:
        assert re.search(rf"{status}\s+`{code}`", DOCUMENT), f"{status} {code}"


def test_the_signature_of_the_document_is_right() -> None:
    secret, message, timestamp = re.findall(r"secret `(\S+)`, id `(\S+)`, timestamp `(\d+)`", DOCUMENT)[0]
    body, signature = re.findall(r"body\n`(.*)` give `(.*)`", DOCUMENT)[0]
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{message}.{timestamp}.{body}".encode(), hashlib.sha256).digest()
    assert signature == f"v1,{base64.b64encode(digest).decode()}"
    assert signature == Webhook(secret).sign(message, datetime.fromtimestamp(int(timestamp), UTC), body)


def test_the_behaviours_of_the_document_can_be_loaded_and_show_every_behaviour(tmp_path: Path) -> None:
    path = tmp_path / "behaviours.yaml"
    path.write_text(re.findall(r"```yaml\n(.*?)```", DOCUMENT, re.DOTALL)[0], encoding="utf-8")
    behaviours = load_behaviours(path)
    shown = {behaviours.defaults.behaviour, *(rule.behaviour for rule in behaviours.rules)}
    every = set(BEHAVIOUR.json_schema()["discriminator"]["mapping"])
    assert shown == every
    assert every <= set(re.findall(r"^\| `(\w+)` \|", DOCUMENT, re.MULTILINE))
