"""Every request: an id, a bounded body, safe headers, one line in the log, and an answer to the unforeseen."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from structlog.testing import capture_logs

from kit.database import transaction
from portal.traffic import LARGEST_BODY
from tests.portal.conftest import FORM, Portal

ROOT = "/api/v1/applications"
EVENTS = "/api/v1/assignments/4adf21b3-3094-51a2-b1a4-e855d4349e67/events"


async def test_a_request_keeps_the_id_it_came_with(portal: Portal) -> None:
    answer = await portal.client.get("/healthz", headers={"X-Request-Id": "abc-123"})

    assert answer.headers["x-request-id"] == "abc-123"


@pytest.mark.parametrize("given", [None, "", "a b", "x" * 65, "a\tb", "<script>", "中"])
async def test_a_strange_id_is_replaced(portal: Portal, given: str | None) -> None:
    headers = [] if given is None else [("X-Request-Id", given.encode())]
    answer = await portal.client.get("/healthz", headers=headers)

    assert len(answer.headers["x-request-id"]) == 32
    assert answer.headers["x-request-id"] != given


async def test_every_answer_carries_safe_headers(portal: Portal) -> None:
    for path in ("/", "/healthz", "/nowhere", ROOT):
        headers = (await portal.client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"
        assert "server" not in headers


async def chunks(size: int) -> AsyncIterator[bytes]:
    while size > 0:
        yield b" " * min(size, 65536)
        size -= 65536


@pytest.mark.parametrize("path", [EVENTS, ROOT])
@pytest.mark.parametrize("announced", [True, False], ids=["announced", "streamed"])
async def test_a_body_of_more_than_a_mebibyte_is_refused(portal: Portal, path: str, announced: bool) -> None:
    content: Any = b" " * (LARGEST_BODY + 1) if announced else chunks(LARGEST_BODY + 1)
    answer = await portal.client.post(path, content=content, headers={"content-type": "application/json"})

    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "https://daiban.example.gov.cn/problems/body-too-large"


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "streamed"])
async def test_a_body_of_a_mebibyte_is_read(portal: Portal, announced: bool) -> None:
    content: Any = b" " * LARGEST_BODY if announced else chunks(LARGEST_BODY)
    answer = await portal.client.post(EVENTS, content=content, headers={"content-type": "application/json"})

    assert answer.status_code == 401  # read, and found unsigned


async def test_a_line_tells_the_request_and_none_of_its_secrets(portal: Portal) -> None:
    with capture_logs() as lines:
        await portal.post(f"{ROOT}?token=in-the-query", {**FORM, "contact": "13900000000"})

    [line] = lines
    milliseconds = line.pop("milliseconds")
    assert milliseconds > 0
    assert line == {
        "event": "request_finished",
        "log_level": "info",
        "method": "POST",
        "path": ROOT,
        "status": 201,
        "client": "127.0.0.1",
    }


async def test_asking_for_health_is_not_worth_a_line_at_info(portal: Portal) -> None:
    with capture_logs() as lines:
        await portal.client.get("/healthz")

    assert [line["log_level"] for line in lines] == ["debug"]


async def test_the_unforeseen_is_answered_without_its_details_and_logged_with_them(portal: Portal) -> None:
    async with transaction() as session:
        await session.execute(text("ALTER TABLE people RENAME TO persons"))
    with capture_logs() as lines:
        answer = await portal.client.get(
            ROOT, headers={"Authorization": "Bearer token-of-zhang", "X-Request-Id": "find-me"}
        )

    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].endswith("/problems/internal-error")
    assert answer.json()["request_id"] == answer.headers["x-request-id"] == "find-me"
    assert "people" not in answer.text
    failed, finished = lines
    assert (failed["event"], failed["log_level"], failed["exc_info"]) == ("request_failed", "error", True)
    assert finished["status"] == 500


async def test_a_commit_that_fails_is_not_answered_as_done(portal: Portal) -> None:
    async with transaction() as session:
        for statement in (
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'disk is full'; END $$",
            "CREATE CONSTRAINT TRIGGER refuse_at_commit AFTER INSERT ON applications DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION refuse()",
        ):
            await session.execute(text(statement))

    with capture_logs():
        answer = await portal.post(ROOT, FORM)

    assert answer.status_code == 500
    assert (await portal.get(ROOT)).json()["applications"] == []


async def test_what_an_endpoint_did_before_it_failed_is_undone(portal: Portal, app: FastAPI) -> None:
    async with transaction() as session:
        await session.execute(text("ALTER TABLE step_records RENAME TO records"))

    with capture_logs():
        assert (await portal.post(ROOT, FORM)).status_code == 500
    assert (await portal.get(ROOT)).json()["applications"] == []
