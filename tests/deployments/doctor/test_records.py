"""The doctor reads the database's vital signs."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from casework.vital_signs import VitalSigns, reaches, vital_signs
from deployments.doctor import records
from deployments.doctor.findings import Grade

HEALTHY = VitalSigns(
    postgresql="18.1",
    postgresql_major=18,
    catalog_version=1,
    agents=2,
    applications=5,
    open_applications=3,
    backlog=0,
    backlog_seconds=None,
    stuck_wakes=0,
    stuck_error=None,
    unwoken=0,
    rejected_messages=0,
)


def test_a_healthy_office_has_nothing_to_mend() -> None:
    findings = list(records.judged(HEALTHY))

    assert {finding.grade for finding in findings} == {Grade.OK}
    assert all(finding.mend == "" for finding in findings)


@pytest.mark.parametrize(
    ("sick", "grade", "said"),
    [
        ({"postgresql_major": 12}, Grade.WARN, "PostgreSQL 14"),
        ({"catalog_version": None}, Grade.FAIL, "daiban catalog load"),
        ({"agents": 0}, Grade.FAIL, "daiban person add"),
        ({"backlog": 3, "backlog_seconds": 45.0}, Grade.WARN, "daiban worker"),
        ({"backlog": 3, "backlog_seconds": 400.0}, Grade.FAIL, "daiban worker"),
        ({"unwoken": 1}, Grade.FAIL, "deadline-watch"),
        ({"stuck_wakes": 2, "stuck_error": "ConnectError"}, Grade.WARN, "Prefect UI"),
        ({"rejected_messages": 1}, Grade.WARN, "daiban outbox list"),
    ],
)
def test_each_sickness_is_found_alone_and_has_a_cure(sick: dict[str, Any], grade: Grade, said: str) -> None:
    found = [finding for finding in records.judged(replace(HEALTHY, **sick)) if finding.grade is not Grade.OK]

    assert [finding.grade for finding in found] == [grade]
    assert said in found[0].mend


def test_no_database_is_told() -> None:
    [finding], departments = records.examine()

    assert finding.grade is Grade.FAIL
    assert "DAIBAN_DATABASE_URL" in finding.mend
    assert departments == []


def test_a_dead_database_is_told_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAIBAN_DATABASE_URL", "postgresql+asyncpg://daiban:hunter2@127.0.0.1:1/daiban")

    [finding], _ = records.examine()

    assert finding.grade is Grade.FAIL
    assert "hunter2" not in finding.seen + finding.mend


def test_missing_migrations_are_told(databases: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAIBAN_DATABASE_URL", databases.create())

    [finding], _ = records.examine()

    assert (finding.grade, finding.mend) == (Grade.FAIL, "daiban database upgrade")


def test_an_empty_office_lacks_catalog_and_agents(empty_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAIBAN_DATABASE_URL", empty_database)

    findings, _ = records.examine()

    assert [finding.name.split()[-1] for finding in findings if finding.grade is Grade.FAIL] == ["Catalog", "Agents"]


def test_a_furnished_office_is_healthy(committed_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAIBAN_DATABASE_URL", committed_database)

    findings, departments = records.examine()

    assert {finding.grade for finding in findings} == {Grade.OK}
    pushed = {reach.code for reach in records.pushed(departments)}
    assert "HCB" in pushed
    assert "CTB" not in pushed


async def _in(url: str, act: Callable[[AsyncSession], Awaitable[Any]]) -> Any:
    engine = create_async_engine(url)
    async with AsyncSession(engine) as session:
        answer = await act(session)
        await session.commit()
    await engine.dispose()
    return answer


def test_what_is_owed_and_lost_shows_in_the_vital_signs(committed_database: str, check_codes: None) -> None:
    from casework.casefile import Actor
    from casework.launching import Intake, launch
    from kit import clock

    async def launched(session: AsyncSession) -> None:
        intake = Intake("J5", "云帆", "91211282MAWPAAD45K", "云帆", materials=("股东身份证明", "章程", "住所使用文件"))
        await launch(session, intake, actor=Actor("zhang"), now=clock.now())

    async def aged(session: AsyncSession) -> None:
        old = "UPDATE outbox_messages SET available_at = now() - interval '7 minutes', attempts = 11, last_error = 'x'"
        await session.execute(text(old))
        await session.execute(text("UPDATE department_messages SET rejected_at = now()"))

    async def lost(session: AsyncSession) -> None:
        await session.execute(text("DELETE FROM outbox_messages WHERE kind = 'wake'"))

    async def course() -> list[VitalSigns]:
        seen = []
        for act in (launched, aged, lost):
            await _in(committed_database, act)
            seen.append(await _in(committed_database, vital_signs))
        assert len(await _in(committed_database, reaches)) > 20
        return seen

    fresh, stale, broken = asyncio.run(course())

    assert (fresh.applications, fresh.open_applications, fresh.unwoken, fresh.stuck_wakes) == (1, 1, 0, 0)
    assert (fresh.rejected_messages, fresh.agents) == (0, 2)
    assert stale.backlog == 2
    assert 400 < (stale.backlog_seconds or 0) < 500
    assert (stale.stuck_wakes, stale.stuck_error, stale.rejected_messages) == (1, "x", 1)
    assert (broken.unwoken, broken.stuck_wakes) == (1, 0)
