"""The illustrative catalog of 开原 holds what its source table says, and its parts fit together."""

from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from casework.catalog_file import read_catalog
from rules.catalog import (
    AnswerKind,
    ApprovalItem,
    Catalog,
    Channel,
    ClockStart,
    ItemCode,
    ItemKind,
    JourneyCode,
    LimitUnit,
    MaterialSource,
    NodeCode,
    Question,
    RefusalPolicy,
)
from rules.intake import Answer
from rules.network import Network, resolve
from rules.schedule import critical_path, overlapped_days, serial_days

FOLDER = Path(__file__).parents[2] / "catalog" / "kaiyuan"


@cache
def kaiyuan() -> Catalog:
    return read_catalog(FOLDER)


def network(journey: str, **answers: Answer) -> Network:
    return resolve(kaiyuan(), JourneyCode(journey), answers)


def codes(resolved: Network) -> set[str]:
    return {item.code for item in resolved.items}


def test_the_city_and_the_size_of_the_catalog() -> None:
    catalog = kaiyuan()
    assert (catalog.city, catalog.division) == ("开原市", "211282")
    assert len(catalog.departments) == 30  # 26 agencies and the four utilities
    assert len(catalog.items) == 65
    assert list(catalog.journeys) == ["J1", "J2", "J3", "J4", "J5"]


def test_items_by_group_and_kind() -> None:
    items = kaiyuan().items.values()
    assert Counter(item.code[0] for item in items) == {"E": 23, "A": 10, "P": 14, "B": 2, "C": 5, "D": 7, "U": 4}
    assert Counter(item.kind for item in items) == {
        ItemKind.PROMISE: 47,
        ItemKind.IMMEDIATE: 11,
        ItemKind.FILING: 6,
        ItemKind.MILESTONE: 1,
    }


def test_the_items_use_26_departments() -> None:
    used = {item.department for item in kaiyuan().items.values()}
    assert len(used) == 26
    assert set(kaiyuan().departments) - used == {"BEB", "EMB", "CAB", "JUS"}


def test_the_published_statistics_of_limits() -> None:
    """The rows add up to the published figures exactly: 55 items with a limit, 76.9 % weighted, 75.9 % on average."""
    limited = [item for item in kaiyuan().items.values() if item.legal.days > 0]
    promises = [item for item in limited if item.kind is ItemKind.PROMISE]
    assert [(len(items), *(round(100 * each, 1) for each in compression(items))) for items in (limited, promises)] == [
        (55, 76.9, 75.9),
        (47, 76.5, 71.8),
    ]


def compression(items: Sequence[ApprovalItem]) -> tuple[float, float]:
    """Return the compression of the sums, and the mean of each item's own."""
    promised, legal = sum(item.promised.days for item in items), sum(item.legal.days for item in items)
    return 1 - promised / legal, sum(1 - item.promised.days / item.legal.days for item in items) / len(items)


def test_the_published_number_of_materials() -> None:
    materials = [material for item in kaiyuan().items.values() for material in item.materials]
    assert Counter(material.deferrable for material in materials) == {False: 146, True: 44}


def test_units_and_clock_starts_that_differ_from_the_rule() -> None:
    items = kaiyuan().items.values()
    assert {i.code for i in items if i.legal.unit is LimitUnit.NATURAL_DAY} == {"P01", "P02", "P08", "P12", "C04"}
    assert {i.code for i in items if i.legal.start is ClockStart.RECEIPT} == {"P01", "P02", "C04"}
    assert all(i.promised.unit is LimitUnit.WORKING_DAY and i.promised.start is i.legal.start for i in items)


def test_items_with_law_of_their_own_on_visits_attendance_and_number() -> None:
    items = kaiyuan().items.values()
    assert {i.code for i in items if i.terms.site_visit} == {"E10", "E13", "E16", "E17", "D02"}
    assert {i.code for i in items if i.terms.quantity_limited} == {"E17"}
    assert {i.code for i in items if i.terms.in_person} == {"E20"}


def test_every_limit_is_no_longer_than_the_law_allows_and_names_its_source() -> None:
    items = kaiyuan().items.values()
    assert [item.code for item in items if item.promised.days > item.legal.days or not item.legal.source] == []


def test_forms_come_from_the_agent_and_shared_records_are_not_asked_for() -> None:
    materials = {(str(i.code), m.name): m for i in kaiyuan().items.values() for m in i.materials}
    assert materials["E01", "登记申请书"].source is MaterialSource.AGENT
    assert materials["E07", "原营业执照正副本"].source is MaterialSource.SHARED
    assert materials["A08", "出让合同"].result_of == "A07"
    assert (materials["A09", "备案/核准/批准文件"].result_of, materials["A09", "备案/核准/批准文件"].or_result_of) == (
        "A01",
        ("A02", "A04"),
    )
    forms = ("申请表", "申报表", "登记表", "备案表", "申请书")
    asked = [m.name for m in materials.values() if m.source is MaterialSource.APPLICANT and m.name.endswith(forms)]
    assert asked == ["项目申请书"]  # a report of the project, not a form


def test_small_departments_work_in_the_inbox_and_all_others_are_pushed_to() -> None:
    departments = kaiyuan().departments
    assert {code for code, each in departments.items() if each.channel is Channel.INBOX} == {"JUS", "CAB", "CTB"}
    pushed = [each for each in departments.values() if each.channel is Channel.PUSH]
    assert all(each.endpoint == f"{{departments}}/{each.code}" for each in pushed)
    assert len(pushed) == 27


@pytest.mark.parametrize(
    ("journey", "items", "edges", "promised", "legal", "serial", "to_start"),
    [
        ("J1", 26, 39, 30, 157, 69, 24),
        ("J2", 16, 19, 13, 97, 26, 7),
        ("J3", 8, 10, 5, 23, 13, None),
        ("J4", 7, 7, 3, 14, 3, None),
        ("J5", 6, 5, 0, 8, 0, None),
    ],
)
def test_the_critical_path_table(
    journey: str, items: int, edges: int, promised: int, legal: int, serial: int, to_start: int | None
) -> None:
    resolved = network(journey)
    assert (len(resolved.items), len(resolved.edges)) == (items, edges)
    assert critical_path(resolved, "promised").days == promised
    assert critical_path(resolved, "legal").days == legal
    assert serial_days(resolved, "promised") == serial
    assert ("#START" in resolved.milestones) is (to_start is not None)
    if to_start is not None:
        assert critical_path(resolved, "promised", NodeCode("#START")).days == to_start


@pytest.mark.parametrize(
    ("journey", "path"),
    [
        ("J1", "A06 A07 A09 B01 C01 C04 C05 #START #DONE D01 D07"),
        ("J2", "A01 A09 B02 C04 #START #DONE D01 D05 D07"),
        ("J3", "E01 E10"),
        ("J4", "E09 E08 E11"),
    ],
)
def test_the_published_critical_paths(journey: str, path: str) -> None:
    assert critical_path(network(journey), "promised").path == tuple(path.split())


def test_overlapping_reviews_shorten_the_industrial_plant_further() -> None:
    assert overlapped_days(network("J1"), "promised") == 22


def test_the_stages_and_their_leads() -> None:
    for journey in ("J1", "J2"):
        assert [(stage.name, stage.lead) for stage in kaiyuan().journeys[JourneyCode(journey)].stages] == [
            ("立项用地规划许可", "NRB"),
            ("工程建设许可", "NRB"),
            ("施工许可", "HCB"),
            ("竣工验收", "HCB"),
            ("并行推进", "BEB"),
            ("市政公用", "BEB"),
        ]
    assert [len(kaiyuan().journeys[JourneyCode(journey)].stages) for journey in ("J3", "J4", "J5")] == [1, 1, 1]


def test_who_is_heard_on_the_items_of_others() -> None:
    cooperations = [(item, item.terms.cooperation) for item in kaiyuan().items.values() if item.terms.cooperation]
    heard = {str(item.code): (c.policy.value, [voice.department for voice in c.voices]) for item, c in cooperations}
    assert heard == {
        "B01": ("lead", ["HCB", "CAD", "FRB", "UMB", "TRB"]),
        "C02": ("veto", ["FRB", "EMB"]),
        "P08": ("all", ["PSB"]),
        "P13": ("all", ["PSB"]),
    }
    # No local document says that silence is consent, and nobody is given longer than the item is promised.
    assert all(not c.silence_basis and 0 < c.days < item.promised.days for item, c in cooperations)


def test_what_is_decided_on_a_promise() -> None:
    promised = {str(item.code) for item in kaiyuan().items.values() if item.terms.by_commitment}
    assert promised == {"E12", "P05"}
    waived = {entry.item: entry.waived for entry in kaiyuan().journeys[JourneyCode("J2")].items if entry.waived}
    assert waived == {"B02": ("方案审查意见",), "C04": ("图审合格书",)}
    # Who does not promise takes the ordinary route.
    assert "E13" in codes(network("J3", fire_route="inspection"))


def test_a_refusal_stops_only_what_depends_on_it() -> None:
    policies = {journey.refusal_policy for journey in kaiyuan().journeys.values()}
    assert policies == {RefusalPolicy.STOP_DEPENDENTS}


def test_a_restaurant_opens_without_its_sign_or_tobacco_counter() -> None:
    optional = {item.code for item in network("J3", tobacco=True).items if not item.required}
    assert optional == {"E14", "E17"}


@pytest.mark.parametrize(
    ("answers", "added", "removed"),
    [
        ({"enterprise_exists": True}, "", "E01"),
        ({"eia_class": "report"}, "P01", "P02"),
        ({"eia_class": "registration"}, "P03", "P02 P12"),
        ({"special_works": True}, "C02 D02", "D03"),
        ({"heritage_zone": True}, "P11", ""),
        ({"explosion_risk": True}, "P10", ""),
        ({"water_abstraction": True}, "P06", ""),
        ({"energy_tce": 999.9}, "", ""),
        ({"energy_tce": 1000}, "P07", ""),
        ({"civil_air_defence": False}, "", "P09"),
        ({"gas": True}, "U03", ""),
    ],
)
def test_the_branches_of_an_industrial_plant(answers: dict[str, Answer], added: str, removed: str) -> None:
    usual, branch = codes(network("J1")), codes(network("J1", **answers))
    assert (branch - usual, usual - branch) == (set(added.split()), set(removed.split()))


@pytest.mark.parametrize(
    ("answers", "added", "removed"),
    [
        ({"area": 299}, "", "E12"),
        ({"fire_route": "inspection"}, "E13", "E12"),
        ({"area": 299, "fire_route": "inspection"}, "", "E12"),
        ({"sign": False}, "", "E14"),
        ({"discharge": False}, "", "E15"),
        ({"oil_fume": False}, "", "P03"),
        ({"tobacco": True}, "E17", ""),
    ],
)
def test_the_branches_of_a_restaurant(answers: dict[str, Answer], added: str, removed: str) -> None:
    usual, branch = codes(network("J3")), codes(network("J3", **answers))
    assert (branch - usual, usual - branch) == (set(added.split()), set(removed.split()))


def test_a_conversion_without_food_licence_has_none_to_change() -> None:
    assert codes(network("J4")) - codes(network("J4", food_licence=False)) == {"E11"}


def test_a_plant_is_transferred_to_the_enterprise_once_there_is_one_and_its_holder_comes() -> None:
    resolved = network("J4", plant=True)
    assert codes(resolved) - codes(network("J4")) == {"E20"}
    assert resolved.prerequisites("E20") == ("E08",)
    assert (resolved.item(ItemCode("E20")).terms.in_person, resolved.item(ItemCode("E20")).required) == (True, False)


def test_conditional_items_hang_where_the_law_puts_them() -> None:
    special = network("J1", special_works=True)
    assert special.prerequisites("C02") == ("B02",)
    assert "C02" in special.prerequisites("C04")
    assert special.prerequisites("D02") == ("#DONE",)
    assert special.prerequisites("D05") == ("D01", "D02", "D04")
    assessed = network("J1", eia_class="report", energy_tce=5000, water_abstraction=True, explosion_risk=True)
    gates = set(assessed.prerequisites("#START"))
    assert gates == {"C04", "C05", "P01", "P04", "P06", "P07", "P10"}
    assert assessed.prerequisites("P12") == ("P01",)
    assert "P11" in network("J1", heritage_zone=True).prerequisites("B02")


def possible_answers(question: Question) -> list[Answer]:
    match question.kind:
        case AnswerKind.YES_NO:
            return [True, False]
        case AnswerKind.CHOICE:
            return [value for value, _ in question.choices]
        case AnswerKind.NUMBER:
            return [0, 10**6]


def every_network() -> list[Network]:
    """Resolve every journey for every combination of answers (some 800)."""
    return [
        network(code, **dict(zip([q.key for q in journey.questions], answers, strict=True)))
        for code, journey in kaiyuan().journeys.items()
        for answers in product(*map(possible_answers, journey.questions))
    ]


def test_whatever_is_answered_the_network_is_sound() -> None:
    for each in every_network():
        assert len(each.topological()) == len(each.nodes)
        assert {edge.before for edge in each.edges} | {edge.after for edge in each.edges} <= set(each.nodes)
        assert all(each.prerequisites(node) for node in each.milestones)
        for item in each.items:
            origins = [m.result_of for m in item.materials if m.source is MaterialSource.RESULT]
            # What is handed in as another item's result must be issued before, or the item could never be filed.
            assert all(NodeCode(item.code) in each.descendants(str(origin)) for origin in origins), (item.code, origins)


def test_no_result_is_treated_as_shared_for_want_of_the_item_that_issues_it() -> None:
    """Every document that a network asks for is either issued in it or expressly waived by the journey."""
    issued = {
        (item.code, material.name)
        for item in kaiyuan().items.values()
        for material in item.materials
        if material.source is MaterialSource.RESULT
    }
    lost = {
        (item.code, material.name)
        for each in every_network()
        for item in each.items
        for material in item.materials
        if material.source is MaterialSource.SHARED and (item.code, material.name) in issued
    }
    assert lost == set()


def test_every_conditional_item_of_a_journey_is_reachable_by_some_answers() -> None:
    met: dict[str, set[ItemCode]] = {}
    for each in every_network():
        met.setdefault(each.journey, set()).update(item.code for item in each.items)
    assert met == {code: {entry.item for entry in journey.items} for code, journey in kaiyuan().journeys.items()}


def test_every_question_decides_about_some_item() -> None:
    for journey in kaiyuan().journeys.values():
        asked = {question.key for question in journey.questions}
        assert asked == {condition.question for entry in journey.items for condition in entry.when}
