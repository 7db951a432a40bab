"""Publishing the catalog: the same content is the same version, and applications keep theirs."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from casework import catalogs
from casework.catalog_file import document, read_catalog
from models import ApprovalItem, Journey
from rules.catalog import Catalog, ItemCode, JourneyCode
from tests.conftest import CATALOG


def renamed(catalog: Catalog, name: str) -> Catalog:
    item = replace(catalog.items[ItemCode("E01")], name=name)
    return replace(catalog, items={**catalog.items, item.code: item})


async def test_the_same_catalog_is_not_published_twice(desk: Any) -> None:
    version, new = await catalogs.publish(desk.session, read_catalog(CATALOG), now=desk.now)

    assert (version, new) == (1, False)


async def test_a_changed_catalog_is_a_new_version_and_applications_keep_theirs(desk: Any) -> None:
    before = await desk.launch("J5")
    _, catalog = await catalogs.newest(desk.session)
    changed = renamed(catalog, "设立登记")
    assert await catalogs.publish(desk.session, changed, now=desk.now + timedelta(days=1)) == (2, True)
    after = await desk.launch("J5")

    assert await catalogs.newest(desk.session) == (2, changed)
    assert (await desk.line(before, "E01")).name == "企业设立登记"
    assert (await desk.line(after, "E01")).name == "设立登记"
    assert [(await desk.report(number)).catalog_version for number in (before, after)] == [1, 2]


async def test_a_version_that_was_rolled_back_is_forgotten(desk: Any) -> None:
    _, catalog = await catalogs.newest(desk.session)
    for name in ("甲", "乙"):
        async with desk.session.begin_nested() as undone:
            await catalogs.publish(desk.session, renamed(catalog, name), now=desk.now)
            found = (await catalogs.newest(desk.session))[1].items[ItemCode("E01")].name
            await undone.rollback()
        assert found == name


async def test_an_item_and_a_journey_keep_their_own_part_of_the_document(desk: Any) -> None:
    whole = document(read_catalog(CATALOG))

    items = (await desk.session.scalars(select(ApprovalItem))).all()
    journeys = (await desk.session.scalars(select(Journey))).all()
    assert {item.code: item.document for item in items} == whole["items"]
    assert {journey.code: journey.document for journey in journeys} == whole["journeys"]
    assert JourneyCode("J5") in whole["journeys"]
