"""Refusals: every error has its status, every answer the form of RFC 9457, every kind an explanation."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kit.database import transaction
from kit.settings import settings
from portal.problems import BY_CODE, STATUS, problem
from rules.errors import DaibanError, NotAllowedNowError
from tests.portal.conftest import Portal


def kinds(of: type[DaibanError] = DaibanError) -> Iterator[type[DaibanError]]:
    for kind in of.__subclasses__():
        yield kind
        yield from kinds(kind)


def test_every_error_has_a_status() -> None:
    missing = {kind.__name__ for kind in kinds()} - {kind.__name__ for kind in STATUS}

    assert missing == set()


def test_no_two_errors_share_a_code() -> None:
    assert len(BY_CODE) == len(STATUS)
    assert "error" not in BY_CODE


async def test_every_problem_type_explains_itself(portal: Portal) -> None:
    for code, kind in BY_CODE.items():
        answer = await portal.client.get(f"/problems/{code}")
        assert answer.status_code == 200
        assert answer.json()["status"] == STATUS[kind]
        assert answer.json()["explanation"].endswith((".", "check", "Try again later."))


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not-found"),
        ("GET", "/problems/nothing", 404, "not-found"),
        ("GET", "/docs", 404, "not-found"),
        ("GET", "/redoc", 404, "not-found"),
        ("DELETE", "/healthz", 405, "method-not-allowed"),
        ("PUT", "/api/v1/applications", 405, "method-not-allowed"),
    ],
)
async def test_an_unknown_address_or_method_is_a_problem(
    portal: Portal, method: str, path: str, status: int, code: str
) -> None:
    answer = await portal.client.request(method, path)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"https://daiban.example.gov.cn/problems/{code}"
    assert answer.json()["status"] == status
    assert answer.json()["title"]
    assert ("allow" in answer.headers) == (status == 405)


def test_details_never_take_the_place_of_a_standard_member() -> None:
    error = NotAllowedNowError("不能", status="received", type="x", title="y", detail="z", allowed_days=3)

    written = problem(error)

    import json

    document: Any = json.loads(written.body)
    assert (document["status"], document["detail"], document["allowed_days"]) == (409, "不能", 3)
    assert document["type"].endswith("/not-allowed-now")


async def test_a_database_that_is_away_is_told_from_a_mistake(
    portal: Portal, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kit.database import dispose_engine

    await dispose_engine()
    monkeypatch.setenv("DAIBAN_DATABASE_URL", "postgresql+asyncpg://postgres@/daiban?host=/nowhere")
    settings.cache_clear()
    for path in ("/api/v1/applications", "/readyz"):
        answer = await portal.get(path)
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "5"
        assert answer.json()["type"].endswith("/problems/unavailable")
        assert "nowhere" not in answer.text
    assert (await portal.get("/healthz")).status_code == 200


async def test_a_connection_the_server_has_closed_is_replaced(portal: Portal) -> None:
    await portal.get("/api/v1/applications")
    async with transaction() as session:
        ended = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        with_ours = f"{ended} AND datname = current_database()"
        await session.execute(text(with_ours))

    assert (await portal.get("/api/v1/applications")).status_code == 200


async def test_a_deadlock_is_worth_trying_again(portal: Portal, app: FastAPI) -> None:
    async def deadlock() -> None:
        async with transaction() as session:
            await session.execute(text("DO $$ BEGIN RAISE 'deadlock detected' USING ERRCODE = '40P01'; END $$"))

    app.add_api_route("/deadlock", deadlock)
    answer = await portal.client.get("/deadlock")
    app.router.routes.pop()  # other tests look at every route of the one application

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    with pytest.raises(DBAPIError):
        await deadlock()
