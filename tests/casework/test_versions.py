"""A newer catalog version reaches applications under way."""

from dataclasses import replace
from datetime import date
from typing import Any

from casework import catalogs
from rules.catalog import DepartmentCode, ItemCode
from rules.vocabulary import DepartmentAct

E01, E02, E10 = ItemCode("E01"), ItemCode("E02"), ItemCode("E10")


async def publish(desk: Any, code: ItemCode, **changes: Any) -> int:
    """Publish a version in which one item is another."""
    _, catalog = await catalogs.newest(desk.session)
    items = {**catalog.items, code: replace(catalog.items[code], **changes)}
    number, _ = await catalogs.publish(desk.session, replace(catalog, items=items), now=desk.now)
    return number


async def shorter(desk: Any, code: ItemCode) -> int:
    _, catalog = await catalogs.newest(desk.session)
    return await publish(desk, code, legal=replace(catalog.items[code].legal, days=2))


async def test_an_accepted_item_keeps_its_limit_and_a_later_one_has_the_new(desk: Any) -> None:
    number = await desk.launch("J3")
    await desk.deliver(number)
    await desk.tell(number, "E01", DepartmentAct.ACCEPTED)
    due = (await desk.line(number, "E01")).legal_due
    await shorter(desk, E01)
    version = await shorter(desk, E10)
    await desk.ring()

    assert (await desk.line(number, "E01")).legal_due == due
    assert (await desk.report(number)).catalog_version == version
    await desk.grant(number, "E01")
    await desk.deliver(number)
    await desk.tell(number, "E10", DepartmentAct.ACCEPTED)
    assert (await desk.line(number, "E10")).legal_due == date(2026, 3, 4)
    (step,) = [step for step in await desk.history(number) if step.kind == "plan.version_moved"]
    assert step.details == {"version": version, "moved": ["E10"], "accepted": ["E01"]}


async def test_a_power_handed_over_takes_the_accepted_assignment_along(desk: Any) -> None:
    number = await desk.launch("J3")
    await desk.deliver(number)
    await desk.tell(number, "E01", DepartmentAct.ACCEPTED)
    desk.wait(days=1)
    before = await desk.line(number, "E01")
    await publish(desk, E01, department=DepartmentCode("BEB"))
    await desk.ring()
    after = await desk.line(number, "E01")

    assert (before.department, after.department) == ("MSB", "BEB")
    assert (after.legal_due, after.accepted_at) == (before.legal_due, before.accepted_at)
    assert {"cancelled E01", "dispatched E01", "transferred"} <= set(await desk.deliver(number))


async def test_an_application_with_an_item_that_is_published_no_longer_keeps_its_version(desk: Any) -> None:
    number = await desk.launch("J3")
    version = (await desk.report(number)).catalog_version
    _, catalog = await catalogs.newest(desk.session)
    left = {code: item for code, item in catalog.items.items() if code != E02}
    await catalogs.publish(desk.session, replace(catalog, items=left), now=desk.now)
    await desk.ring()

    assert (await desk.report(number)).catalog_version == version
    assert "plan.version_moved" not in await desk.steps(number)
