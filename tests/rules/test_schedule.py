"""How long a network takes, compared with a plain search through every chain."""

from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.catalog import (
    ClockStart,
    DepartmentCode,
    Edge,
    EdgeKind,
    ItemCode,
    ItemKind,
    JourneyCode,
    Limit,
    LimitUnit,
    NodeCode,
    RefusalPolicy,
)
from rules.errors import NotFoundError
from rules.network import Network, NetworkItem
from rules.schedule import critical_path, overlapped_days, serial_days

A, H, S, O, W = EdgeKind  # noqa: E741


def drawn(days: dict[str, int], *edges: tuple[str, str, EdgeKind], unit: LimitUnit = LimitUnit.WORKING_DAY) -> Network:
    """Draw a network whose legal limits are ten times the promised ones."""
    items = []
    kind, department = ItemKind.PROMISE, DepartmentCode("X")
    for code, promised in days.items():
        legal, kept = (Limit(n, unit, ClockStart.ACCEPTANCE) for n in (10 * promised, promised))
        items.append(NetworkItem(ItemCode(code), code, code, department, "局", kind, legal, kept, (), "证", "s"))
    milestones = dict.fromkeys(node for before, after, _ in edges for node in (before, after) if node[0] == "#")
    return Network(
        JourneyCode("J1"),
        "厂房",
        RefusalPolicy.STOP_DEPENDENTS,
        (),
        tuple(items),
        tuple(map(NodeCode, milestones)),
        tuple(Edge(NodeCode(before), NodeCode(after), kind) for before, after, kind in edges),
    )


def test_the_longest_chain_decides() -> None:
    network = drawn({"A": 2, "B": 5, "C": 1}, ("A", "C", A), ("B", "C", A))
    assert critical_path(network, "promised").days == 6
    assert critical_path(network, "promised").path == ("B", "C")


def test_promised_and_legal_limits_are_kept_apart() -> None:
    network = drawn({"A": 2, "B": 5}, ("A", "B", A))
    assert (critical_path(network, "promised").days, critical_path(network, "legal").days) == (7, 70)
    assert (serial_days(network, "promised"), serial_days(network, "legal")) == (7, 70)


@pytest.mark.parametrize("kind", [A, H])
def test_every_edge_means_finish_before_start(kind: EdgeKind) -> None:
    assert critical_path(drawn({"A": 2, "B": 5}, ("A", "B", kind)), "promised").days == 7


def test_milestones_and_construction_take_no_days() -> None:
    network = drawn({"A": 2, "B": 5}, ("A", "#START", S), ("#START", "#DONE", W), ("#DONE", "B", A))
    assert critical_path(network, "promised").days == 7
    assert critical_path(network, "promised").path == ("A", "#START", "#DONE", "B")


def test_the_path_up_to_a_milestone_ends_there() -> None:
    network = drawn({"A": 2, "B": 5}, ("A", "#START", S), ("#START", "#DONE", W), ("#DONE", "B", A))
    until = critical_path(network, "promised", NodeCode("#START"))
    assert (until.days, until.path) == (2, ("A", "#START"))


def test_the_path_up_to_an_unknown_node_is_refused() -> None:
    with pytest.raises(NotFoundError, match="#OPER"):
        critical_path(drawn({"A": 1}), "promised", NodeCode("#OPER"))


def test_of_equally_late_prerequisites_the_first_declared_is_named() -> None:
    network = drawn({"A": 2, "B": 2, "C": 1}, ("B", "C", A), ("A", "C", A))
    assert critical_path(network, "promised").path == ("B", "C")


def test_of_equally_late_ends_the_one_with_most_hand_overs_is_named() -> None:
    network = drawn({"A": 4, "B": 2, "C": 2}, ("B", "C", A))
    assert critical_path(network, "promised").path == ("B", "C")


def test_a_path_ends_with_an_item_and_not_with_what_it_opens() -> None:
    assert critical_path(drawn({"A": 4}, ("A", "#OPER", O)), "promised").path == ("A",)


def test_natural_days_count_like_working_days() -> None:
    network = drawn({"A": 2, "B": 5}, ("A", "B", A), unit=LimitUnit.NATURAL_DAY)
    assert critical_path(network, "promised").days == 7


def test_a_network_without_items_takes_no_time() -> None:
    nothing = drawn({})
    assert critical_path(nothing, "promised").path == ()
    assert (critical_path(nothing, "legal").days, serial_days(nothing, "legal"), overlapped_days(nothing, "legal")) == (
        0,
        0,
        0,
    )


def test_a_decision_prerequisite_overlaps_with_the_review() -> None:
    network = drawn({"A": 3, "B": 5}, ("A", "B", H))
    assert overlapped_days(network, "promised") == 5
    assert critical_path(network, "promised").days == 8


def test_a_late_decision_prerequisite_holds_the_decision_back() -> None:
    assert overlapped_days(drawn({"A": 9, "B": 5}, ("A", "B", H)), "promised") == 9


def test_an_acceptance_prerequisite_never_overlaps() -> None:
    assert overlapped_days(drawn({"A": 3, "B": 5}, ("A", "B", A)), "promised") == 8


def test_milestones_wait_for_everything_before_them_when_reviews_overlap() -> None:
    network = drawn({"A": 3, "B": 5}, ("A", "#START", S), ("#START", "#DONE", W), ("#DONE", "B", A))
    assert overlapped_days(network, "promised") == 8


@st.composite
def networks(draw: st.DrawFn) -> Network:
    count = draw(st.integers(1, 6))
    names = [f"N{n}" for n in range(count)]
    pairs = [(names[i], names[j]) for i in range(count) for j in range(i + 1, count)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    kinds = draw(st.lists(st.sampled_from([A, H]), min_size=len(chosen), max_size=len(chosen)))
    days = draw(st.lists(st.integers(0, 9), min_size=count, max_size=count))
    declared = draw(st.permutations(list(zip(names, days, strict=True))))
    return drawn(dict(declared), *((*pair, kind) for pair, kind in zip(chosen, kinds, strict=True)))


def all_chains(network: Network) -> list[tuple[str, ...]]:
    """List every sequence of nodes that follows the edges, found by trying all sequences there are."""
    joined = {(edge.before, edge.after) for edge in network.edges}
    return [
        chain
        for length in range(1, len(network.items) + 1)
        for chain in permutations(network.nodes, length)
        if all(step in joined for step in pairwise(chain))
    ]


def days_of(network: Network, chain: tuple[str, ...]) -> int:
    return sum(network.item(code).promised.days for code in chain)


@given(networks())
def test_the_critical_path_is_a_chain_and_none_is_longer(network: Network) -> None:
    found = critical_path(network, "promised")
    chains = all_chains(network)
    assert found.path in chains
    assert found.days == days_of(network, found.path) == max(days_of(network, chain) for chain in chains)


@given(networks())
def test_the_path_up_to_a_node_is_the_longest_chain_that_ends_there(network: Network) -> None:
    chains = all_chains(network)
    for node in network.nodes:
        found = critical_path(network, "promised", node)
        assert found.path[-1] == node
        assert found.days == max(days_of(network, chain) for chain in chains if chain[-1] == node)


@given(networks())
def test_overlapping_lies_between_the_longest_limit_and_the_critical_path(network: Network) -> None:
    longest = max(item.promised.days for item in network.items)
    assert longest <= overlapped_days(network, "promised") <= critical_path(network, "promised").days
    assert critical_path(network, "promised").days <= serial_days(network, "promised")
