"""Everybody at once: twenty connections to one application, committed for real."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from casework import auditing, catalogs, progress
from casework.advancing import advance
from casework.casefile import Actor, open_by_number
from casework.department_events import Event, receive
from casework.launching import launch
from kit.database import dispose_engine, one_view
from kit.settings import settings
from rules.catalog import ItemCode
from rules.errors import AlreadyDecidedError, ApplicationClosedError, AssignmentClosedError, DaibanError
from rules.vocabulary import DepartmentAct
from tests.casework.conftest import AGENT, Desk

DECIDED = DepartmentAct.DECIDED
Work = Callable[[AsyncSession], Awaitable[Any]]
REFUSE = {
    "decision": "refused",
    "reason": "不符合条件",
    "legal_basis": "行政许可法第三十八条",
    "handler": "王芳",
    "approver": "李强",
}


class Office:
    """Runs pieces of work, each in a transaction of its own."""

    def __init__(self, url: str) -> None:
        self.engine = create_async_engine(
            url,
            pool_size=20,
            max_overflow=10,
            json_serializer=lambda value: orjson.dumps(value).decode(),
            json_deserializer=orjson.loads,
        )
        self._maker = async_sessionmaker(self.engine, expire_on_commit=False, autoflush=False)

    async def do(self, work: Work) -> Any:
        """Return what the work returns, or the business error that refused it."""
        try:
            async with self._maker() as session, session.begin():
                return await work(session)
        except DaibanError as error:
            return error

    async def together(self, *works: Work) -> list[Any]:
        return list(await asyncio.gather(*(self.do(work) for work in works)))


@pytest.fixture
async def office(committed_database: str) -> AsyncIterator[Office]:
    made = Office(committed_database)
    yield made
    await made.engine.dispose()


async def registered(session: AsyncSession) -> tuple[str, dict[str, Any]]:
    """An enterprise whose registration is granted; the other five items are at their departments."""
    desk = Desk(session)
    number = await desk.launch("J5")
    await desk.deliver(number)
    await desk.grant(number, "E01")
    await desk.deliver(number)
    return number, {line.item: line for line in (await desk.report(number)).lines if line.item != "E01"}


def decision(line: Any, event: str, details: dict[str, str]) -> Work:
    async def work(session: AsyncSession) -> Any:
        desk = Desk(session)
        reported = Event(event, DECIDED, desk.now, details)
        actor = Actor(f"department/{line.department}")
        return await receive(session, line.assignment, line.department, reported, actor=actor, now=desk.now)

    return work


async def steps_of(office: Office, number: str) -> Counter[str]:
    return Counter(await office.do(lambda session: Desk(session).steps(number)))


async def assert_records_hold(office: Office) -> None:
    async def verify(session: AsyncSession) -> list[auditing.Verified]:
        return [verified async for verified in auditing.verify(session)]

    assert [verified.finding for verified in await office.do(verify)] == [None]


async def test_an_audit_beside_the_work_of_an_office_finds_nothing_missing(
    office: Office, committed_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAIBAN_DATABASE_URL", committed_database)
    settings.cache_clear()
    numbers = [await office.do(lambda session: Desk(session).launch("J5")) for _ in range(2)]

    async with one_view() as session:
        checked = auditing.verify(session)
        findings = [(await anext(checked)).finding]
        await office.do(lambda work: Desk(work).deliver(numbers[1]))  # its steps grow while the first is looked at
        findings += [verified.finding async for verified in checked]
    await dispose_engine()
    settings.cache_clear()
    assert findings == [None, None]


async def test_the_last_of_many_simultaneous_decisions_concludes_and_it_alone(office: Office) -> None:
    number, lines = await office.do(registered)
    works = [
        decision(line, f"e-{item}", {"decision": "granted", "document_number": "1号"})
        for _ in range(4)
        for item, line in lines.items()
    ]

    answers = await office.together(*works)

    assert [type(answer) for answer in answers] == [dict] * 20
    steps = await steps_of(office, number)
    assert steps["application.concluded"] == 1
    assert steps["decision.granted"] == 6
    report = await office.do(lambda session: Desk(session).report(number))
    assert report.outcome == "granted"
    await assert_records_hold(office)


async def test_of_contradicting_decisions_the_first_stands_and_the_others_hear_of_it(office: Office) -> None:
    number, lines = await office.do(registered)
    works = [
        decision(line, f"e-{item}-{n}", REFUSE if n % 2 else {"decision": "granted", "document_number": "1号"})
        for n in range(4)
        for item, line in lines.items()
    ]

    answers = await office.together(*works)

    assert Counter(type(answer) for answer in answers) == {dict: 5, AlreadyDecidedError: 15}
    report = await office.do(lambda session: Desk(session).report(number))
    by_assignment = {str(line.assignment): line.decision.kind for line in report.lines}
    for answer in answers:
        if isinstance(answer, dict):
            assert by_assignment[answer["assignment"]] == answer["status"]
    assert (await steps_of(office, number))["application.concluded"] == 1
    await assert_records_hold(office)


async def test_a_withdrawal_and_the_decisions_race_to_one_end(office: Office) -> None:
    number, lines = await office.do(registered)

    def withdraw(session: AsyncSession) -> Awaitable[None]:
        given = {"reason": "取消", "applicant_request": "撤件申请书"}
        return progress.request_withdrawal(session, number, **given, actor=AGENT, now=Desk(session).now)

    works = [
        decision(line, f"e-{item}", {"decision": "granted", "document_number": "1号"}) for item, line in lines.items()
    ]

    answers = await office.together(*works[:3], withdraw, *works[3:], withdraw)

    assert {type(answer) for answer in answers} <= {dict, type(None), AssignmentClosedError, ApplicationClosedError}
    steps = await steps_of(office, number)
    assert steps["application.concluded"] == 1
    assert steps["decision.granted"] - 1 + steps["assignment.withdrawn"] == 5
    await assert_records_hold(office)


async def test_one_key_launches_one_application_however_many_try(office: Office) -> None:
    async def start(session: AsyncSession) -> Any:
        desk = Desk(session)
        return await launch(session, await desk.intake("J5"), actor=AGENT, now=desk.now, key="k-1")

    answers = await office.together(*[start] * 20)

    assert Counter(new for _, new in answers) == {False: 19, True: 1}
    assert len({number for number, _ in answers}) == 1


async def test_simultaneous_launches_get_different_numbers_and_share_applicant_and_project(office: Office) -> None:
    async def start(session: AsyncSession) -> Any:
        desk = Desk(session)
        intake = await desk.intake("J5", project_code="2611-211282-04-01-123456")
        return await launch(session, intake, actor=AGENT, now=desk.now)

    answers = await office.together(*[start] * 10)

    assert len({number for number, _ in answers}) == 10
    for counting in ("SELECT count(*) FROM applicants", "SELECT count(*) FROM projects"):
        assert await office.do(lambda session, counting=counting: Desk(session).count(counting)) == 1


async def test_a_reader_does_not_wait_for_a_writer(office: Office) -> None:
    number, _ = await office.do(registered)
    async with async_sessionmaker(office.engine)() as writer, writer.begin():
        await writer.execute(text("SELECT FROM applications FOR UPDATE"))
        report = await asyncio.wait_for(office.do(lambda session: Desk(session).report(number)), timeout=5)

    assert report.number == number


async def _publish_shorter(session: AsyncSession) -> int:
    _, catalog = await catalogs.newest(session)
    item = catalog.items[ItemCode("E02")]
    items = {**catalog.items, item.code: replace(item, legal=replace(item.legal, days=2))}
    number, _ = await catalogs.publish(session, replace(catalog, items=items), now=Desk(session).now)
    return number


async def test_who_waited_for_a_publication_sees_what_was_published(office: Office) -> None:
    number, _ = await office.do(registered)
    waiting = asyncio.Event()

    async def publish(session: AsyncSession) -> int:
        version = await _publish_shorter(session)
        waiting.set()
        await _until_somebody_waits(session)
        return version

    async def look(session: AsyncSession) -> None:
        await waiting.wait()
        await advance(await open_by_number(session, number, actor=AGENT, now=Desk(session).now))

    version, _ = await office.together(publish, look)

    assert (await office.do(lambda session: Desk(session).report(number))).catalog_version == version


async def test_an_application_launched_while_a_catalog_is_published_follows_it(office: Office) -> None:
    waiting = asyncio.Event()

    async def launch_slowly(session: AsyncSession) -> str:
        number = await Desk(session).launch("J5")
        waiting.set()
        await _until_somebody_waits(session)
        return number

    async def publish(session: AsyncSession) -> int:
        await waiting.wait()
        return await _publish_shorter(session)

    number, _ = await office.together(launch_slowly, publish)

    due = text("SELECT next_timer <= :now FROM applications WHERE number = :number")
    async with office.engine.connect() as connection:
        assert await connection.scalar(due, {"number": number, "now": Desk(AsyncSession(connection)).now})


async def _until_somebody_waits(session: AsyncSession) -> None:
    waiting = text(
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND database IN (SELECT oid FROM pg_database"
        " WHERE datname = current_database()) OR NOT granted AND locktype = 'transactionid'"
    )
    while not await session.scalar(waiting):
        await asyncio.sleep(0.01)
