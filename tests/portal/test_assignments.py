"""Departments over HTTP: nothing is looked at before the signature, and nothing is recorded twice."""

from typing import Any
from uuid import uuid4

import orjson
import pytest

from kit import signing
from kit.settings import settings
from rules.terms import SpecialProcedure


def code(answer: Any) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["type"]).rpartition("/")[2]


@pytest.fixture
async def number(portal: Any) -> str:
    launched = await portal.launch()
    await portal.deliver(launched)
    return str(launched)


@pytest.fixture
async def assignment(portal: Any, number: str) -> str:
    return str((await portal.line(number, "E01"))["assignment"])


async def test_a_signed_event_is_recorded(portal: Any, number: str, assignment: str) -> None:
    event = portal.event(assignment, "claimed", {"handler": "王芳"})
    answer = await portal.send(assignment, event)

    assert answer.status_code == 200
    assert answer.json() == {
        "assignment": assignment,
        "event": event["id"],
        "status": "received",
        "status_zh": "已收件",
    }
    assert (await portal.line(number, "E01"))["handler"] == "王芳"


async def test_a_repeated_event_gets_the_same_answer(portal: Any, number: str, assignment: str) -> None:
    event = portal.event(assignment, "decided", {"decision": "granted", "document_number": "1号"})
    answers = [await portal.send(assignment, event) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len({answer.content for answer in answers}) == 1
    changed = await portal.send(
        assignment, {**event, "data": {"decision": "granted", "document_number": "1号", "handler": "李强"}}
    )
    assert (changed.status_code, code(changed)) == (409, "event-id-reused")


async def test_a_refused_extension_is_answered_and_the_attempt_is_on_record(portal: Any, number: str) -> None:
    await portal.tell(number, "E01", "accepted")
    answer = await portal.tell(number, "E01", "extension_requested", days=99, approver="李强", reason="忙")

    assert (answer.status_code, code(answer)) == (409, "refused-on-record")
    steps = (await portal.get(f"/api/v1/applications/{number}/steps")).json()["steps"]
    assert steps[-1]["kind"] == "extension.rejected"


async def test_every_act_of_the_protocol_is_taken(portal: Any) -> None:
    await portal.amend("E01", procedures=(SpecialProcedure("testing", "检测", "行政许可法第四十五条", 5),))
    number = await portal.launch()
    await portal.deliver(number)
    told = [
        await portal.tell(number, "E01", "claimed", handler="王芳"),
        await portal.tell(number, "E01", "correction_requested", missing=["租赁合同"], reason="材料不齐全"),
        await portal.tell(number, "E01", "accepted", handler="王芳"),
        await portal.tell(number, "E01", "hold_started", procedure="testing", days=3, reason="送检"),
        await portal.tell(number, "E01", "hold_ended"),
        await portal.tell(number, "E01", "extension_requested", days=2, approver="李强", reason="需复核"),
        await portal.tell(number, "E01", "note", text="请到 3 号窗口"),
        await portal.tell(
            number,
            "E01",
            "decided",
            decision="refused",
            reason="不符",
            legal_basis="条例第十九条",
            handler="王芳",
            approver="李强",
        ),
    ]

    assert [answer.status_code for answer in told] == [200] * 8
    assert [answer.json()["status"] for answer in told] == [
        "received",
        "correction_required",
        "accepted",
        "special_procedure",
        "under_review",
        "under_review",
        "under_review",
        "refused",
    ]
    line = await portal.line(number, "E01")
    assert (line["decision"]["reason"], line["decision"]["source"]) == ("不符", "department/MSB")


async def test_after_the_decision_the_answer_carries_it(portal: Any, number: str) -> None:
    await portal.tell(number, "E01", "decided", decision="granted", document_number="〔2026〕17号")
    answer = await portal.tell(
        number,
        "E01",
        "decided",
        decision="refused",
        reason="不符",
        legal_basis="第十九条",
        handler="王芳",
        approver="李强",
    )

    assert (answer.status_code, code(answer)) == (409, "already-decided")
    assert answer.json()["decision"]["document_number"] == "〔2026〕17号"


async def test_an_act_that_does_not_fit_is_a_conflict(portal: Any, number: str) -> None:
    answer = await portal.tell(number, "E01", "hold_ended")

    assert (answer.status_code, code(answer)) == (409, "not-allowed-now")
    assert (answer.json()["status"], answer.json()["assignment_status"]) == (409, "received")


async def test_a_grant_before_its_prerequisites_is_a_conflict_that_names_them(portal: Any) -> None:
    signed = [{"item": "P05", "signer": "刘晓", "kind": "notified"}]
    number = await portal.launch(journey="J2", materials=[], commitments=signed)
    while missing := [w["what"] for w in (await portal.report(number))["waits"] if w["party"] == "applicant"]:
        await portal.post(f"/api/v1/applications/{number}/materials", {"names": missing})
    await portal.deliver(number)
    for item in ("A01", "A07"):
        await portal.tell(number, item, "decided", decision="granted", document_number="1号")
    while missing := [w["what"] for w in (await portal.report(number))["waits"] if w["party"] == "applicant"]:
        await portal.post(f"/api/v1/applications/{number}/materials", {"names": missing})
    await portal.deliver(number)

    answer = await portal.tell(number, "B02", "decided", decision="granted", document_number="1号")

    assert (answer.status_code, code(answer)) == (409, "prerequisites-open")
    assert answer.json()["awaits"] == ["A09"]


async def test_a_withdrawn_assignment_is_a_conflict(portal: Any, number: str) -> None:
    await portal.post(f"/api/v1/applications/{number}/withdrawal", {"reason": "取消", "applicant_request": "撤件书"})
    portal.wait(seconds=1)
    pending = await portal.tell(number, "E01", "claimed")
    assert (pending.status_code, code(pending)) == (409, "withdrawal-pending")
    portal.wait(hours=24)
    await portal.deliver(number)
    closed = await portal.tell(number, "E01", "claimed")

    assert (closed.status_code, code(closed)) == (409, "assignment-closed")


def without(headers: dict[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in headers.items() if key != name}


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
@pytest.mark.parametrize("flaw", ["none", "unknown secret", "garbage", "stale", "missing", "altered body"])
async def test_without_a_right_signature_nothing_shows_whether_the_assignment_exists(
    portal: Any, assignment: str, known: bool, flaw: str
) -> None:
    wanted = assignment if known else str(uuid4())
    body = orjson.dumps(portal.event(wanted, "claimed", {}))
    headers = signing.sign(signing.department_secret("TAX"), "m-1", body)
    reason, expected = "mismatch", "not-authenticated"
    match flaw:
        case "unknown secret":
            headers = signing.sign(signing.new_secret(), "m-1", body)
        case "none":
            headers, reason = {}, "missing-header"
        case "missing":
            headers, reason = without(headers, "webhook-signature"), "missing-header"
        case "garbage":
            headers = {**headers, "webhook-signature": "v1,AAAA"}
        case "stale":
            headers, reason = {**headers, "webhook-timestamp": "1600000000"}, "stale-timestamp"
            expected = reason
        case "altered body":
            body += b" "
    answer = await portal.client.post(
        f"/api/v1/assignments/{wanted}/events",
        content=body,
        headers={**headers, "content-type": "application/cloudevents+json"},
    )

    assert (answer.status_code, code(answer)) == (401, expected)
    assert answer.json()["reason"] == reason
    assert answer.headers["www-authenticate"] == 'StandardWebhooks realm="daiban"'
    assert wanted not in answer.text


@pytest.mark.parametrize("path", ["x", "%00", "4adf21b3", "urn:uuid:x", "5ce9bb1c-3f5d-4f0e-9c2c-8c1f6a0f7d11"])
async def test_who_signs_as_a_department_hears_that_there_is_no_such_assignment(portal: Any, path: str) -> None:
    answer = await portal.send(path, portal.event(str(uuid4()), "claimed", {}))
    unsigned = await portal.send(path, portal.event(str(uuid4()), "claimed", {}), None)

    assert (answer.status_code, code(answer)) == (404, "unknown-assignment")
    assert (unsigned.status_code, code(unsigned)) == (401, "not-authenticated")


async def test_another_departments_assignment_is_told_from_a_wrong_signature(portal: Any, assignment: str) -> None:
    answer = await portal.send(assignment, portal.event(assignment, "claimed", {}), "TAX")

    assert (answer.status_code, code(answer)) == (403, "wrong-department")


async def test_the_version_of_the_protocol_is_negotiated(portal: Any, assignment: str) -> None:
    event = portal.event(assignment, "claimed", {})
    unknown = await portal.send(assignment, event, daiban_protocol="2")
    other = await portal.send(assignment, {**event, "specversion": "2.0"})
    known = await portal.send(assignment, event, daiban_protocol="1")

    assert (unknown.status_code, code(unknown)) == (400, "unsupported-protocol-version")
    assert unknown.json()["supported"] == ["1"]
    assert (other.status_code, code(other)) == (400, "unsupported-protocol-version")
    assert (known.status_code, known.headers["daiban-protocol"]) == (200, "1")


async def test_a_compressed_body_is_not_read(portal: Any, assignment: str) -> None:
    answer = await portal.send(assignment, portal.event(assignment, "claimed", {}), content_encoding="gzip")

    assert (answer.status_code, code(answer)) == (415, "unsupported-media-type")


@pytest.mark.parametrize("type_", ["daiban.assignment.exploded", "daiban.assignment.dispatched", "note", None])
async def test_an_unknown_type_of_event_is_told_with_those_that_are_known(
    portal: Any, assignment: str, type_: str | None
) -> None:
    answer = await portal.send(assignment, portal.event(assignment, "claimed", {}, type=type_))

    assert (answer.status_code, code(answer)) == (422, "unknown-event-type")
    assert "daiban.assignment.decided" in answer.json()["known"]


async def test_a_department_whose_secret_we_cannot_read_is_not_let_in_and_asked_to_come_again(
    portal: Any, assignment: str
) -> None:
    secret = signing.department_secret("MSB")
    (settings().secrets_dir / "departments" / "MSB").unlink()
    body = orjson.dumps(portal.event(assignment, "claimed", {}))
    answer = await portal.client.post(
        f"/api/v1/assignments/{assignment}/events",
        content=body,
        headers={**signing.sign(secret, "m-1", body), "content-type": "application/json"},
    )

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


async def test_a_second_secret_is_accepted_while_secrets_are_exchanged(portal: Any, assignment: str) -> None:
    path = settings().secrets_dir / "departments" / "MSB"
    old = path.read_text()
    path.write_text(f"{signing.new_secret()}\n{old}")
    body = orjson.dumps(portal.event(assignment, "claimed", {}))
    answer = await portal.client.post(
        f"/api/v1/assignments/{assignment}/events",
        content=body,
        headers={**signing.sign(old.strip(), "m-1", body), "content-type": "application/json"},
    )

    assert answer.status_code == 200


async def test_a_signed_event_cannot_be_taken_to_another_assignment(portal: Any, number: str) -> None:
    await portal.grant(number, "E01")
    await portal.deliver(number)
    first, second = [await portal.launch(), await portal.launch()]
    for each in (first, second):
        await portal.deliver(each)
    here = (await portal.line(first, "E01"))["assignment"]
    there = (await portal.line(second, "E01"))["assignment"]
    event = portal.event(here, "decided", {"decision": "granted", "document_number": "1号"})

    answer = await portal.send(there, event)  # the signature is right: the same department has both

    assert (answer.status_code, code(answer)) == (422, "invalid-event")
    assert (await portal.line(second, "E01"))["status"] == "received"


@pytest.mark.parametrize(
    ("act", "content", "location"),
    [
        (
            "decided",
            {"decision": "refused", "reason": "不符"},
            "body.daiban.assignment.decided.data.refused.legal_basis",
        ),
        ("decided", {"decision": "refused", "legal_basis": "x"}, "body.daiban.assignment.decided.data.refused.reason"),
        ("decided", {"decision": "maybe"}, "body.daiban.assignment.decided.data"),
        ("decided", {}, "body.daiban.assignment.decided.data"),
        ("correction_requested", {"missing": []}, "body.daiban.assignment.correction_requested.data.missing"),
        ("correction_requested", {"missing": ["x"] * 51}, "body.daiban.assignment.correction_requested.data.missing"),
        ("correction_requested", {"missing": [" "]}, "body.daiban.assignment.correction_requested.data.missing.0"),
        (
            "hold_started",
            {"procedure": "testing", "days": 0, "reason": "x"},
            "body.daiban.assignment.hold_started.data.days",
        ),
        (
            "hold_started",
            {"procedure": "Tea break", "days": 1, "reason": "x"},
            "body.daiban.assignment.hold_started.data.procedure",
        ),
        (
            "extension_requested",
            {"days": 1, "reason": "x"},
            "body.daiban.assignment.extension_requested.data.approver",
        ),
        (
            "extension_requested",
            {"days": "1", "approver": "x", "reason": "x"},
            "body.daiban.assignment.extension_requested.data.days",
        ),
        ("note", {"text": "a\0b"}, "body.daiban.assignment.note.data.text"),
        ("claimed", {"handlr": "x"}, "body.daiban.assignment.claimed.data.handlr"),
    ],
)
async def test_an_event_that_lacks_what_its_act_requires_is_refused_at_that_place(
    portal: Any, assignment: str, act: str, content: dict[str, Any], location: str
) -> None:
    answer = await portal.send(assignment, portal.event(assignment, act, content))

    assert (answer.status_code, code(answer)) == (422, "invalid-request")
    assert location in [finding["location"] for finding in answer.json()["errors"]]


@pytest.mark.parametrize(
    "changes",
    [
        {"id": ""},
        {"id": "x" * 201},
        {"id": "a\0b"},
        {"subject": "x"},
        {"time": "2026-03-02T09:00:00"},
        {"time": "yesterday"},
        {"time": 1772413200},
        {"time": "0001-01-01T00:00:00+14:00"},
        {"time": "9999-12-31T23:59:59-14:00"},
        {"datacontenttype": "text/xml"},
        {"data": None},
    ],
)
async def test_a_malformed_envelope_is_refused(portal: Any, assignment: str, changes: dict[str, Any]) -> None:
    answer = await portal.send(assignment, {**portal.event(assignment, "claimed", {}), **changes})

    assert (answer.status_code, code(answer)) == (422, "invalid-request")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"[" * 100_000, b'{"type": "\\ud800"}'])
async def test_a_signed_body_that_is_no_event_is_refused(portal: Any, assignment: str, body: bytes) -> None:
    answer = await portal.send(assignment, body)

    assert (answer.status_code, code(answer)) == (422, "invalid-request")


async def test_a_body_that_is_no_text_cannot_be_signed(portal: Any, assignment: str) -> None:
    headers = signing.sign(signing.department_secret("MSB"), "m-1", b"{}")
    answer = await portal.client.post(
        f"/api/v1/assignments/{assignment}/events",
        content=b"\xc3",
        headers={**headers, "content-type": "application/json"},
    )

    assert (answer.status_code, answer.json()["reason"]) == (401, "malformed")


async def test_attributes_we_do_not_know_are_ignored(portal: Any, assignment: str) -> None:
    event = portal.event(assignment, "claimed", {}, traceparent="00-x", dataschema="https://example.org")

    assert (await portal.send(assignment, event)).status_code == 200


async def test_an_event_of_the_future_is_refused(portal: Any, assignment: str) -> None:
    event = portal.event(assignment, "claimed", {}, time="2026-03-02T09:11:00+08:00")
    answer = await portal.send(assignment, event)

    assert (answer.status_code, code(answer)) == (422, "clock-skew")
    assert answer.json()["now"] == portal.now.isoformat()


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "", "multipart/form-data"])
async def test_other_kinds_of_body_are_not_read(portal: Any, assignment: str, content_type: str) -> None:
    answer = await portal.send(assignment, portal.event(assignment, "claimed", {}), content_type=content_type)

    assert (answer.status_code, code(answer)) == (415, "unsupported-media-type")


@pytest.mark.parametrize("content_type", ["application/json", "application/cloudevents+json; charset=utf-8"])
async def test_json_is_read_under_both_its_names(portal: Any, assignment: str, content_type: str) -> None:
    answer = await portal.send(assignment, portal.event(assignment, "claimed", {}), content_type=content_type)

    assert answer.status_code == 200
