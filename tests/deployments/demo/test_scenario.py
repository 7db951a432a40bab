"""The demonstration's script fits the catalog that ships with it."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from casework.catalog_file import read_catalog
from deployments.demo.scenario import Part, Scenario, load_scenario
from deployments.illustrative_catalog import KAIYUAN
from deployments.reference_department.behaviours import Behaviours
from rules.catalog import Catalog, Channel, JourneyCode, MaterialSource
from rules.numbers import check_credit_code
from rules.vocabulary import AssignmentStatus, Outcome


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return read_catalog(KAIYUAN)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario()


def part(scenario: Scenario, key: str) -> Part:
    return next(each for each in scenario.applications if each.key == key)


def test_the_script_names_nothing_that_the_catalog_does_not_know(scenario: Scenario, catalog: Catalog) -> None:
    assert list(scenario.contradictions(catalog)) == []


def test_contradictions_are_found(scenario: Scenario, catalog: Catalog) -> None:
    plating = part(scenario, "plating-plant")
    wrong = scenario.model_copy(
        update={
            "inbox": {"XYZ": next(iter(scenario.inbox.values()))},
            "applications": (
                plating.model_copy(update={"intake": plating.intake.model_copy(update={"answers": {"moon": True}})}),
                part(scenario, "start-up").model_copy(
                    update={
                        "withheld": ("月球证明",),
                        "milestones": {"#START": 1},
                        "expected": plating.expected,
                    }
                ),
            ),
        }
    )

    found = "\n".join(wrong.contradictions(catalog))

    for named in ("XYZ", "moon", "月球证明", "#START", "P02"):
        assert named in found


def test_there_are_enough_applications_of_every_journey_and_outcome(scenario: Scenario, catalog: Catalog) -> None:
    parts = scenario.applications

    assert len(parts) >= 12
    assert {JourneyCode(each.intake.journey) for each in parts} == set(catalog.journeys)
    assert {each.expected.outcome for each in parts} == {
        Outcome.GRANTED,
        Outcome.PARTLY_GRANTED,
        Outcome.REFUSED,
        Outcome.WITHDRAWN,
    }


def test_every_company_has_a_true_credit_code_of_its_own(scenario: Scenario) -> None:
    codes = [each.intake.credit_code for each in scenario.applications]

    for code in codes:
        check_credit_code(code)
    assert len(set(codes)) == len(codes)
    assert len({each.key for each in scenario.applications}) == len(codes)


def test_the_pharmaceutical_plant_takes_the_branches(scenario: Scenario, catalog: Catalog) -> None:
    items = {item.code for item in part(scenario, "pharmaceutical-plant").network(catalog).items}

    assert {"P01", "P07", "P10", "P11", "C02", "D02", "U03"} <= items
    assert not {"E01", "P02", "P09", "D03"} & items


def test_every_department_without_a_system_that_is_needed_has_somebody_to_decide(
    scenario: Scenario, catalog: Catalog
) -> None:
    needed = {item.department for each in scenario.applications for item in each.network(catalog).items}

    assert {code for code in needed if catalog.departments[code].channel is Channel.INBOX} == set(scenario.inbox)


def test_a_form_brings_every_material_but_those_withheld_or_committed_to(scenario: Scenario, catalog: Catalog) -> None:
    late = part(scenario, "late-papers").form(catalog)
    diner = part(scenario, "diner")

    assert late["materials"] == []
    materials = {m.name: m for item in diner.network(catalog).items for m in item.materials}
    brought = diner.form(catalog)["materials"]
    assert len(set(brought)) == len(brought)
    assert set(brought) == {name for name, m in materials.items() if m.source is MaterialSource.APPLICANT}
    store = part(scenario, "grain-store").form(catalog)
    assert {each["item"] for each in store["commitments"] if each["kind"] == "notified"} >= {"B02", "C04"}


def test_every_way_of_being_heard_and_of_keeping_a_promise_is_shown(scenario: Scenario) -> None:
    behaviours = Behaviours.model_validate(scenario.behaviours)
    said = {
        answer
        for each in scenario.applications
        for opinions in each.expected.opinions.values()
        for answer in opinions.values()
    }

    assert said == {"agree", "agree_with_conditions", "disagree", "lapsed"}
    assert {rule.opinion for rule in behaviours.opinions} >= {"must_forward_up", "silent"}
    assert [each.key for each in scenario.applications if each.expected.breached] == ["restaurant"]


def test_an_expected_opinion_of_nobody_who_is_heard_is_a_contradiction(scenario: Scenario, catalog: Catalog) -> None:
    plant = part(scenario, "equipment-plant")
    expected = plant.expected.model_copy(update={"opinions": {"B01": {"TOB": "agree"}, "A06": {"FRB": "agree"}}})
    wrong = scenario.model_copy(update={"applications": (plant.model_copy(update={"expected": expected}),)})

    assert list(wrong.contradictions(catalog)) == [
        "equipment-plant: TOB is not heard on B01",
        "equipment-plant: FRB is not heard on A06",
    ]


def test_a_withdrawal_leaves_open_how_its_items_end(scenario: Scenario, catalog: Catalog) -> None:
    assert part(scenario, "parts-store").expected_statuses(catalog) is None
    plating = part(scenario, "plating-plant").expected_statuses(catalog)
    assert plating is not None
    assert plating["P02"] is AssignmentStatus.REFUSED
    assert plating["D07"] is AssignmentStatus.BLOCKED
    assert plating["U02"] is AssignmentStatus.GRANTED


def test_every_kind_of_behaviour_is_shown(scenario: Scenario) -> None:
    rules = Behaviours.model_validate(scenario.behaviours).rules

    assert {"slow", "flaky", "refuse", "correction", "hold", "duplicate", "out_of_order", "breach"} <= {
        rule.behaviour for rule in rules
    }


@pytest.mark.parametrize(
    "broken", [{"behaviours": {"rules": [{"behaviour": "dance"}]}}, {"clock": "2026-03-02T09:00+08:00@3600"}]
)
def test_a_malformed_script_is_refused(scenario: Scenario, broken: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Scenario.model_validate({**scenario.model_dump(), **broken})


def test_the_script_is_shipped_beside_the_code() -> None:
    assert Path(load_scenario.__wrapped__.__code__.co_filename).with_name("scenario.yaml").is_file()
