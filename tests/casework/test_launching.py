"""Launching: one number, one agent, one network, once for each key."""

from typing import Any

import pytest
from sqlalchemy import delete, text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import queries
from casework.launching import launch
from models import Person
from rules.errors import CatalogNotLoadedError, InvalidIntakeError, LaunchKeyReusedError
from rules.identifiers import assignment_id
from rules.numbers import check_number
from rules.vocabulary import EnterpriseClass
from tests.casework.conftest import AGENT, MONDAY, Desk


async def test_numbers_count_through_the_day_and_carry_their_check_character(desk: Any) -> None:
    numbers = [await desk.launch() for _ in range(3)]
    desk.wait(hours=16)  # past midnight in Shanghai
    numbers.append(await desk.launch())

    for number in numbers:
        check_number(number)
    assert [number[:24] for number in numbers] == [
        "DB-211282-20260302-00001",
        "DB-211282-20260302-00002",
        "DB-211282-20260302-00003",
        "DB-211282-20260303-00001",
    ]


async def test_the_same_key_launches_once(desk: Any) -> None:
    first = await desk.launch(key="k-1")
    desk.wait(hours=1)

    assert await desk.launch(key="k-1") == first
    assert await desk.launch(key="k-2") != first
    assert await desk.count("SELECT count(*) FROM applications") == 2


async def test_a_key_cannot_be_used_for_another_form(desk: Any) -> None:
    first = await desk.launch(key="k-1")

    with pytest.raises(LaunchKeyReusedError) as caught:
        await desk.launch(key="k-1", project_name="另一项目")
    assert caught.value.details == {"number": first}


@pytest.mark.parametrize(
    "changes",
    [
        {"journey": "J9", "materials": ()},
        {"answers": {"moon": True}, "materials": ()},
        {"answers": {"area": "large"}, "materials": ()},
        {"agent": "nobody"},
        {"agent": "gone"},
        {"agent": "sun"},  # a steward is no agent
        {"agent": "wu"},
        {"steward": "nobody"},
        {"steward": "zhang"},
    ],
)
async def test_a_form_that_does_not_fit_is_refused(desk: Any, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidIntakeError):
        await desk.launch(changes.pop("journey", "J3"), **changes)


async def test_the_least_busy_agent_gets_the_next_application(desk: Any) -> None:
    agents = [(await desk.report(await desk.launch())).agent for _ in range(4)]

    assert agents == ["zhang", "li", "zhang", "li"]


async def test_the_agent_asked_for_gets_it_and_another_stands_in(desk: Any) -> None:
    for _ in range(2):
        number = await desk.launch(agent="li")
        assert (await desk.report(number)).agent == "li"
    backup = "SELECT p.account FROM applications a JOIN people p ON p.id = a.backup_agent_id WHERE a.number = :number"
    assert await desk.session.scalar(text(backup), {"number": number}) == "zhang"


async def test_without_agents_nothing_is_launched(desk: Any, session: AsyncSession) -> None:
    await session.execute(delete(Person))

    with pytest.raises(InvalidIntakeError, match="代办员"):
        await desk.launch()


async def test_applications_of_one_shape_share_their_network(desk: Any) -> None:
    for answers in ({}, {}, {"tobacco": True}):
        await desk.launch("J3", answers=answers)

    assert await desk.count("SELECT count(*) FROM approval_networks") == 2


async def test_a_project_code_belongs_to_one_applicant(desk: Any) -> None:
    code = "2611-211282-04-01-123456"
    first, second = [await desk.launch(project_code=code) for _ in range(2)]
    assert first != second
    assert await desk.count("SELECT count(*) FROM projects") == 1

    with pytest.raises(InvalidIntakeError, match="另一申请人"):
        await desk.launch(project_code=code, credit_code="92211282MA0KYG020K")


async def test_an_applicant_is_known_by_its_code_and_called_by_its_newest_name(desk: Any) -> None:
    await desk.launch(applicant_name="旧名")
    number = await desk.launch(applicant_name="新名")

    assert await desk.count("SELECT count(*) FROM applicants") == 1
    assert (await desk.report(number)).applicant == "新名"


async def test_a_new_name_is_a_recorded_step_with_both_names(desk: Any) -> None:
    first, second, third = [await desk.launch(applicant_name=name) for name in ("旧名", "新名", "新名")]

    async def renamed(number: str) -> list[tuple[str | None, str | None]]:
        steps = await queries.steps(desk.session, number, limit=100)
        return [(step.before, step.after) for step in steps if step.kind == "applicant.renamed"]

    assert await renamed(second) == [("旧名", "新名")]
    assert await renamed(first) == await renamed(third) == []


async def test_a_contact_is_kept_until_another_is_told(desk: Any) -> None:
    contacts = []
    for contact in ("刘强 138", None, "王芳 139"):
        await desk.launch(contact=contact)
        contacts.append(await desk.session.scalar(text("SELECT contact FROM applicants")))

    assert contacts == ["刘强 138", "刘强 138", "王芳 139"]


async def test_a_class_of_enterprises_needs_a_steward_while_there_is_none(desk: Any) -> None:
    await desk.session.execute(text("UPDATE people SET active = false WHERE account = 'sun'"))

    with pytest.raises(InvalidIntakeError, match="项目管家"):
        await desk.launch(classes=(EnterpriseClass.KEY_PROJECT,))


async def test_assignments_are_named_by_what_they_are(desk: Any) -> None:
    number = await desk.launch()

    assert await desk.assignment(number, "E01") == assignment_id(number, "E01", 1)


async def test_a_launch_wakes_the_flow_in_the_same_transaction(desk: Any) -> None:
    await desk.launch()

    woken = (
        "SELECT count(*) FROM outbox_messages o JOIN applications a ON a.id = o.application_id AND o.seq = a.revision"
    )
    assert await desk.count(f"{woken} WHERE o.kind = 'wake'") == 1


async def test_nothing_is_launched_without_a_catalog(empty_database: str) -> None:
    from tests.conftest import connection_to

    async with connection_to(empty_database) as connection, AsyncSession(connection) as session:
        intake = await Desk(session).intake("J5", materials=(), commitments=())
        with pytest.raises(CatalogNotLoadedError):
            await launch(session, intake, actor=AGENT, now=MONDAY)
