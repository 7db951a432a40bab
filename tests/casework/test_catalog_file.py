"""What the files of a catalog say is what the catalog has, in the tables too."""

import json
from pathlib import Path

import pytest

from casework.catalog_file import digest, document, from_document, read_catalog
from rules.catalog import (
    ClockStart,
    Condition,
    DepartmentCode,
    ItemCode,
    JourneyCode,
    LimitUnit,
    Material,
    MaterialSource,
)
from rules.errors import CatalogError
from tests.casework.sample_city import FILES, ITEMS, I, write


def test_a_correct_folder_becomes_a_catalog(tmp_path: Path) -> None:
    catalog = read_catalog(write(tmp_path, FILES))
    planning, permit = catalog.items[ItemCode("A01")], catalog.items[ItemCode("C04")]
    assert (catalog.city, catalog.division, list(catalog.departments)) == ("样城", "211282", ["NRB", "HCB"])
    assert (planning.legal.days, planning.legal.extension, planning.legal.source) == (20, 10, "城乡规划法第38条")
    assert planning.materials[1] == Material("影像资料", True, MaterialSource.APPLICANT)
    assert permit.materials == (Material("规划条件", False, MaterialSource.RESULT, ItemCode("A01")),)
    filing = catalog.journeys[JourneyCode("J1")].items[2]
    assert filing.when == (Condition("tce", (), 10.0), Condition("gas", (True,), None))


def test_a_promise_runs_from_the_same_act_as_the_legal_limit(tmp_path: Path) -> None:
    permit = read_catalog(write(tmp_path, FILES)).items[ItemCode("C04")]
    assert (permit.promised.start, permit.promised.unit) == (ClockStart.RECEIPT, LimitUnit.WORKING_DAY)


def test_a_promise_in_another_unit_is_not_compared(tmp_path: Path) -> None:
    permit = read_catalog(write(tmp_path, FILES)).items[ItemCode("C04")]
    assert (permit.legal.days, permit.promised.days) == (7, 10)


def test_several_origins_of_a_result_are_kept_in_order(tmp_path: Path) -> None:
    items = ITEMS.replace("of: A01", "of: [D01, A01]")
    material = read_catalog(write(tmp_path, FILES | {I: items})).items[ItemCode("C04")].materials[0]
    assert (material.result_of, material.or_result_of) == ("D01", ("A01",))


def test_a_document_gives_back_an_equal_catalog_through_json(tmp_path: Path) -> None:
    catalog = read_catalog(write(tmp_path, FILES))
    # The database returns keys in another order.
    stored = json.loads(json.dumps(document(catalog), sort_keys=True))
    assert from_document(stored) == catalog
    assert digest(from_document(stored)) == digest(catalog)


def test_any_change_of_content_changes_the_digest(tmp_path: Path) -> None:
    before = digest(read_catalog(write(tmp_path / "a", FILES)))
    after = digest(read_catalog(write(tmp_path / "b", FILES | {I: ITEMS.replace("days: 5", "days: 4")})))
    moved = write(tmp_path / "c", {name: content for name, content in FILES.items() if name != I})
    write(moved, {"items/a.yaml": ITEMS[: ITEMS.index("D01:")], "items/z.yaml": ITEMS[ITEMS.index("D01:") :]})
    assert before != after
    assert digest(read_catalog(moved)) == before


def test_a_document_of_another_format_is_refused(tmp_path: Path) -> None:
    stored = document(read_catalog(write(tmp_path, FILES))) | {"format": 99}
    with pytest.raises(CatalogError, match="99"):
        from_document(stored)


def test_a_citys_own_departments_act_in_full_name_under_its_government_and_court(tmp_path: Path) -> None:
    department = read_catalog(write(tmp_path, FILES)).departments[DepartmentCode("HCB")]

    assert (department.authority, department.reconsideration) == ("样城住建局", "样城人民政府")
    assert (department.court, department.supervisor) == ("样城人民法院", "")
