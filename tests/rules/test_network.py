"""A journey and the answers of the intake form become one application's network."""

import json
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.catalog import (
    AnswerKind,
    ApprovalItem,
    Catalog,
    Channel,
    ClockStart,
    Condition,
    Department,
    DepartmentCode,
    Edge,
    EdgeKind,
    ItemCode,
    ItemKind,
    Journey,
    JourneyCode,
    JourneyItem,
    Limit,
    LimitUnit,
    Material,
    MaterialSource,
    NodeCode,
    Question,
    RefusalPolicy,
    Stage,
)
from rules.errors import CatalogError, InvalidIntakeError, NotFoundError
from rules.network import Network, NetworkItem, digest, from_document, resolve, to_document
from rules.network.versions import may_follow

A, H, S, O, W = EdgeKind  # noqa: E741
J1 = JourneyCode("J1")
LIMIT = Limit(5, LimitUnit.WORKING_DAY, ClockStart.ACCEPTANCE)

SIZES = (("big", "大"), ("huge", "特大"), ("small", "小"))


def edge(before: str, after: str, kind: EdgeKind = A) -> Edge:
    return Edge(NodeCode(before), NodeCode(after), kind)


def approval(code: str, *materials: Material) -> ApprovalItem:
    department = DepartmentCode("NRB")
    return ApprovalItem(
        ItemCode(code), f"事项{code}", code, department, ItemKind.PROMISE, LIMIT, LIMIT, materials, "证"
    )


CATALOG = Catalog(
    city="样城",
    division="211282",
    departments={
        DepartmentCode("NRB"): Department(
            DepartmentCode("NRB"), "自然资源局", "Natural Resources", "county", None, Channel.INBOX
        )
    },
    items={
        item.code: item
        for item in (
            approval("A"),
            approval("B"),
            approval(
                "C",
                Material("批复", False, MaterialSource.RESULT, ItemCode("A"), (ItemCode("B"),)),
                Material("合同", False, MaterialSource.APPLICANT),
                Material("图", True, MaterialSource.APPLICANT),
            ),
            approval("D"),
        )
    },
    journeys={
        J1: Journey(
            code=J1,
            name="厂房",
            name_en="Plant",
            stages=(
                Stage("early", "前期", "Early", DepartmentCode("NRB")),
                Stage("gas", "用气", "Gas", None),
                Stage("late", "后期", "Late", None),
            ),
            items=(
                JourneyItem(ItemCode("A"), "early", when=(Condition("class", ("big", "huge")),)),
                JourneyItem(ItemCode("B"), "early", when=(Condition("class", ("small",)),)),
                JourneyItem(ItemCode("C"), "late", waived=("图",)),
                JourneyItem(
                    ItemCode("D"), "gas", required=False, when=(Condition("gas", (True,)), Condition("tce", (), 10.0))
                ),
            ),
            edges=(
                edge("A", "C"),
                edge("B", "C", H),
                edge("C", "#START", S),
                edge("#START", "#DONE", W),
                edge("D", "#OPER", O),
            ),
            questions=(
                Question(
                    "class",
                    "规模",
                    "Size",
                    AnswerKind.CHOICE,
                    "big",
                    (("big", "大"), ("huge", "特大"), ("small", "小")),
                ),
                Question("gas", "用气", "Gas", AnswerKind.YES_NO, False),
                Question("tce", "能耗", "Energy", AnswerKind.NUMBER, 0.0),
            ),
            refusal_policy=RefusalPolicy.STOP_ALL,
        )
    },
)


def codes(network: Network) -> list[str]:
    return [item.code for item in network.items]


def test_unanswered_questions_take_their_default() -> None:
    assert resolve(CATALOG, J1, {}) == resolve(CATALOG, J1, {"class": "big", "gas": False, "tce": 0})


def test_any_of_the_listed_answers_meets_a_condition() -> None:
    assert [codes(resolve(CATALOG, J1, {"class": size})) for size in ("big", "huge", "small")] == [
        ["A", "C"],
        ["A", "C"],
        ["B", "C"],
    ]


@pytest.mark.parametrize(
    ("gas", "tce", "applies"), [(True, 10, True), (True, 9.9, False), (False, 10, False), (True, 10.5, True)]
)
def test_all_conditions_must_hold(gas: bool, tce: float, applies: bool) -> None:
    assert ("D" in codes(resolve(CATALOG, J1, {"gas": gas, "tce": tce}))) is applies


def test_an_edge_vanishes_with_either_of_its_ends() -> None:
    assert resolve(CATALOG, J1, {}).edges == (edge("A", "C"), edge("C", "#START", S), edge("#START", "#DONE", W))


def test_a_milestone_without_edges_vanishes() -> None:
    assert resolve(CATALOG, J1, {}).milestones == ("#START", "#DONE")
    assert resolve(CATALOG, J1, {"gas": True, "tce": 10}).milestones == ("#START", "#DONE", "#OPER")


def test_a_stage_without_items_vanishes() -> None:
    assert [stage.code for stage in resolve(CATALOG, J1, {}).stages] == ["early", "late"]


def test_a_network_item_carries_what_the_journey_and_the_department_add() -> None:
    item = resolve(CATALOG, J1, {"gas": True, "tce": 10}).item("D")
    assert (item.stage, item.required, item.department_name, item.legal) == ("gas", False, "自然资源局", LIMIT)


@pytest.mark.parametrize(("size", "origin"), [("big", "A"), ("small", "B")])
def test_a_result_comes_from_the_item_that_this_application_has(size: str, origin: str) -> None:
    material = resolve(CATALOG, J1, {"class": size}).item("C").materials[0]
    assert material == Material("批复", False, MaterialSource.RESULT, ItemCode(origin))


def test_a_result_that_no_item_of_this_application_issues_is_shared() -> None:
    """优化营商环境条例 art. 37: what the government has issued is not asked for again."""
    items = dict(CATALOG.items)
    items[ItemCode("C")] = approval("C", Material("旧证", False, MaterialSource.RESULT, ItemCode("D")))
    material = (
        resolve(Catalog("样城", "211282", CATALOG.departments, items, CATALOG.journeys), J1, {}).item("C").materials
    )
    assert material == (Material("旧证", False, MaterialSource.SHARED),)


def test_a_waived_material_is_not_asked_for() -> None:
    assert [material.name for material in resolve(CATALOG, J1, {}).item("C").materials] == ["批复", "合同"]


def test_an_unknown_journey_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(InvalidIntakeError, match="没有办事情形 J9，可选：J1（厂房）"):
        resolve(CATALOG, JourneyCode("J9"), {})


def test_all_wrong_answers_are_reported_at_once() -> None:
    with pytest.raises(InvalidIntakeError) as caught:
        resolve(CATALOG, J1, {"class": "tiny", "gas": "yes", "tce": True, "water": True})
    problems = {each["question"]: each["problem"] for each in caught.value.details["problems"]}  # type: ignore[attr-defined]
    assert set(problems) == {"class", "gas", "tce", "water"}
    assert problems["class"] == "“规模”没有选项 'tiny'，可选：big（大）、huge（特大）、small（小）"
    assert all(key in caught.value.message for key in problems)


@pytest.mark.parametrize(
    "answers",
    [
        {"gas": 1},
        {"gas": None},
        {"class": True},
        {"class": ["big"]},
        {"tce": "10"},
        {"tce": float("nan")},
        {"tce": None},
    ],
)
def test_an_answer_of_another_type_is_refused(answers: dict[str, bool]) -> None:
    with pytest.raises(InvalidIntakeError):
        resolve(CATALOG, J1, answers)


def test_an_application_without_any_item_is_refused() -> None:
    bare = Journey(J1, "空", "Empty", (), (JourneyItem(ItemCode("A"), "", when=(Condition("gas", (True,)),)),), (),
                   (Question("gas", "用气", "Gas", AnswerKind.YES_NO, False),))  # fmt: skip
    with pytest.raises(InvalidIntakeError, match="没有需要办理的事项"):
        resolve(Catalog("样城", "211282", CATALOG.departments, CATALOG.items, {J1: bare}), J1, {})


def test_prerequisites_are_told_by_kind_and_in_the_order_declared() -> None:
    network = drawn(["A", "B", "C", "D"], [("C", "D", A), ("A", "D", H), ("B", "D", A), ("D", "#OPER", O)])
    assert network.prerequisites("D") == ("C", "A", "B")
    assert network.prerequisites("D", A) == ("C", "B")
    assert network.prerequisites("D", H) == ("A",)
    assert network.prerequisites("D", A, H) == ("C", "A", "B")
    assert network.prerequisites("D", S) == ()
    assert network.prerequisites("A", A) == ()


def test_dependents_are_the_edges_that_leave_a_node() -> None:
    network = drawn(["A", "B"], [("A", "B", H), ("A", "#OPER", O)])
    assert network.dependents("A") == (edge("A", "B", H), edge("A", "#OPER", O))
    assert network.dependents("#OPER") == ()


def test_an_unknown_node_is_not_silently_without_neighbours() -> None:
    network = drawn(["A"], [])
    for ask in (network.item, network.prerequisites, network.dependents, network.descendants):
        with pytest.raises(NotFoundError, match="X9"):
            ask("X9")
    with pytest.raises(NotFoundError):
        network.prerequisites("X9", A)


def test_a_cycle_is_named() -> None:
    network = drawn(["A", "B", "C"], [("A", "B", A), ("B", "C", A), ("C", "B", H)])
    with pytest.raises(CatalogError, match="B → C → B"):
        network.topological()


def test_a_network_survives_json() -> None:
    network = resolve(CATALOG, J1, {"gas": True, "tce": 10})
    stored = json.loads(json.dumps(to_document(network), sort_keys=True))
    assert from_document(stored) == network
    assert digest(from_document(stored)) == digest(network)


def test_equal_networks_have_equal_digests_and_different_ones_do_not() -> None:
    answers: list[dict[str, str | bool | float]] = [{}, {"class": "huge"}, {"class": "small"}, {"gas": True, "tce": 99}]
    assert len({digest(resolve(CATALOG, J1, each)) for each in answers}) == 3


def test_looking_something_up_changes_neither_equality_nor_digest() -> None:
    fresh, used = resolve(CATALOG, J1, {}), resolve(CATALOG, J1, {})
    used.item("C"), used.prerequisites("C", A), used.descendants("A")
    assert fresh == used
    assert digest(fresh) == digest(used)


def test_a_document_of_another_format_is_refused() -> None:
    with pytest.raises(CatalogError, match="0"):
        from_document(to_document(resolve(CATALOG, J1, {})) | {"format": 0})


def drawn(items: list[str], edges: list[tuple[str, str, EdgeKind]]) -> Network:
    """Draw a network by hand; its milestones are those the edges mention."""
    nodes = dict.fromkeys(node for before, after, _ in edges for node in (before, after) if node.startswith("#"))
    department = DepartmentCode("NRB")
    return Network(
        journey=J1,
        name="厂房",
        refusal_policy=RefusalPolicy.STOP_DEPENDENTS,
        stages=(),
        items=tuple(
            NetworkItem(ItemCode(code), code, code, department, "局", ItemKind.PROMISE, LIMIT, LIMIT, (), "证", "s")
            for code in items
        ),
        milestones=tuple(map(NodeCode, nodes)),
        edges=tuple(edge(*each) for each in edges),
    )


@st.composite
def graphs(draw: st.DrawFn) -> Network:
    """Draw an acyclic network, its nodes declared in any order."""
    count = draw(st.integers(1, 9))
    names = [f"N{n}" for n in range(count)]
    pairs = [(names[i], names[j]) for i in range(count) for j in range(i + 1, count)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    kinds = draw(st.lists(st.sampled_from([A, H]), min_size=len(chosen), max_size=len(chosen)))
    declared = draw(st.permutations(names))
    return drawn(declared, [(before, after, kind) for (before, after), kind in zip(chosen, kinds, strict=True)])


@given(graphs())
def test_every_node_comes_once_and_after_all_its_prerequisites(network: Network) -> None:
    order = network.topological()
    assert sorted(order) == sorted(network.nodes)
    place = {node: position for position, node in enumerate(order)}
    assert all(place[each.before] < place[each.after] for each in network.edges)


@given(graphs())
def test_of_several_nodes_that_are_ready_the_first_declared_comes_first(network: Network) -> None:
    done: set[str] = set()
    for node in network.topological():
        ready = [each for each in network.nodes if each not in done and done.issuperset(network.prerequisites(each))]
        assert node == ready[0]
        done.add(node)


@given(graphs())
def test_descendants_are_the_nodes_that_a_walk_can_reach(network: Network) -> None:
    for node in network.nodes:
        reached: set[str] = set()
        frontier = [node]
        while frontier:
            followers = {each.after for each in network.dependents(frontier.pop())} - reached
            reached |= followers
            frontier.extend(followers)
        assert set(network.descendants(node)) == reached
        assert network.descendants(node) == tuple(each for each in network.topological() if each in reached)


@given(graphs())
def test_any_network_survives_json(network: Network) -> None:
    assert from_document(json.loads(json.dumps(to_document(network)))) == network


@given(st.lists(st.tuples(st.sampled_from("ABCDE"), st.sampled_from("ABCDE")), unique=True))
def test_an_order_exists_exactly_when_no_cycle_is_named(pairs: list[tuple[str, str]]) -> None:
    network = drawn(list("ABCDE"), [(before, after, A) for before, after in pairs])
    try:
        network.topological()
    except CatalogError as error:
        cycle = error.details["cycle"]
        assert isinstance(cycle, list)
        assert len(cycle) >= 2
        assert cycle[0] == cycle[-1]
        assert all(step in pairs for step in pairwise(cycle))
    else:
        assert not any(node in network.descendants(node) for node in network.nodes)


@pytest.mark.parametrize(
    ("gone", "journey_stays", "follows"),
    [("", True, True), ("B", True, True), ("A", True, False), ("C", True, False), ("", False, False)],
)
def test_an_abolished_item_or_journey_keeps_an_application_on_its_version(
    gone: str, journey_stays: bool, follows: bool
) -> None:
    items = {code: item for code, item in CATALOG.items.items() if code != gone}
    newer = replace(CATALOG, items=items, journeys=CATALOG.journeys if journey_stays else {})

    # Of the big plant: A and C, not B.
    assert may_follow(resolve(CATALOG, J1, {"class": "big"}), newer) is follows
