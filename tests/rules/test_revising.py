"""The plan changes under way: what departments have goes on, gates close, the network stays a network."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.catalog_file import read_catalog
from rules.acts.revising import item_added, item_dropped
from rules.catalog import Edge, EdgeKind, ItemCode, JourneyCode, NodeCode
from rules.effects import entered
from rules.entries import Entry, MessageQueued, NoticeQueued, Step
from rules.errors import ApplicationClosedError, InvalidPlanError, NotFoundError
from rules.network import Network, digest, from_document, resolve, to_document
from rules.network.revision import with_item, without_item
from rules.planner import settle
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import ApplicationStatus, AssignmentStatus, MessageKind, NoticeKind, Outcome
from tests.conftest import CATALOG

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
CITY = read_catalog(CATALOG)
S = AssignmentStatus
P11, E10, E17 = ItemCode("P11"), ItemCode("E10"), ItemCode("E17")


def edge(before: str, after: str, kind: str) -> Edge:
    return Edge(NodeCode(before), NodeCode(after), EdgeKind(kind))


def restaurant() -> ApplicationSnapshot:
    """Everything is brought; the registration is at its department, and nothing else but the filing can be."""
    shape = resolve(CITY, JourneyCode("J3"), {"tobacco": False, "fire_route": "inspection"})
    brought = frozenset(m.name for item in CITY.items.values() for m in item.materials)
    begun = ApplicationSnapshot("N", ApplicationStatus.REGISTERED, shape, materials_provided=brought)
    return settle(begun, NOW)[0]


def decided(snapshot: ApplicationSnapshot, **said: AssignmentStatus) -> ApplicationSnapshot:
    for item, status in said.items():
        views = dict(snapshot.assignments)
        views[item] = replace(views[item], status=status, awaits=())  # type: ignore[index]
        snapshot = settle(replace(snapshot, assignments=views), NOW)[0]
    return snapshot


def everything(snapshot: ApplicationSnapshot) -> ApplicationSnapshot:
    """Grant whatever is at a department."""
    at_work = [view.item for view in snapshot.assignments.values() if not view.status.final]
    return decided(snapshot, **dict.fromkeys(at_work, S.GRANTED))


def steps(made: tuple[Entry, ...], kind: str) -> list[Step]:
    return [entry for entry in made if isinstance(entry, Step) and entry.kind == kind]


STAGE = CITY.journeys[JourneyCode("J3")].stages[0].code


def test_an_item_that_turns_out_to_be_needed_goes_to_its_department() -> None:
    before = restaurant()
    revised = with_item(before.network, CITY, P11, edges=(), stage=STAGE)
    made = item_added(before, revised, P11, "现场发现文物", "CTB", NOW)
    after = settle(entered(before, *made), NOW)[0]

    assert after.assignments[P11].department == "CTB"
    assert {code: view.status for code, view in before.assignments.items()}.items() <= {
        code: view.status for code, view in after.assignments.items()
    }.items()
    [step] = steps(made, "plan.revised")
    assert (step.before, step.after) == (digest(before.network), digest(after.network))
    assert step.before != step.after
    assert (step.reason, step.details) == ("现场发现文物", {"added": "P11", "edges": [], "asked_by": "CTB"})
    assert from_document(to_document(after.network)) == after.network


def test_stage_and_edges_are_the_journeys_where_none_are_given() -> None:
    tobacco = with_item(restaurant().network, CITY, E17)

    template = CITY.journeys[JourneyCode("J3")]
    assert tobacco.item("E17").stage == next(e.stage for e in template.items if e.item == "E17")
    assert [e for e in tobacco.edges if "E17" in (e.before, e.after)] == [
        e for e in template.edges if "E17" in (e.before, e.after)
    ]


def test_the_network_with_an_item_more_is_the_one_resolved_with_it() -> None:
    launched_with = resolve(CITY, JourneyCode("J3"), {"tobacco": True})
    later = with_item(resolve(CITY, JourneyCode("J3"), {"tobacco": False}), CITY, E17, required=False)

    assert {item.code: item for item in later.items}.keys() == {item.code for item in launched_with.items}
    assert set(later.edges) == set(launched_with.edges)
    assert (later.stages, later.policies, later.join) == (
        launched_with.stages,
        launched_with.policies,
        launched_with.join,
    )


@pytest.mark.parametrize(("given", "required"), [({}, True), ({"required": True}, True), ({"required": False}, False)])
def test_an_item_that_is_added_counts_unless_it_is_the_applicants_own_wish(
    given: dict[str, bool], required: bool
) -> None:
    assert with_item(restaurant().network, CITY, P11, edges=(), stage=STAGE, **given).item(P11).required is required


def test_an_edge_given_twice_is_one() -> None:
    twice = (edge("P11", "E10", "H"), edge("P11", "E10", "H"))
    revised = with_item(restaurant().network, CITY, P11, edges=twice, stage=STAGE)
    assert [each for each in revised.edges if each.before == P11] == [twice[0]]


@pytest.mark.parametrize(
    ("code", "edges", "stage", "said"),
    [
        ("Z99", (), STAGE, "事项清单没有"),
        ("E10", (), STAGE, "已有事项"),
        ("P11", (), None, "请指明"),
        ("P11", (), "nowhere", "请指明"),
        ("P11", (edge("E01", "E10", "A"),), STAGE, "不在本申请的"),
        ("P11", (edge("P11", "C04", "A"),), STAGE, "不在本申请的"),
        ("P11", (edge("E10", "P11", "A"), edge("P11", "E10", "H")), STAGE, "成环"),
        ("P11", (edge("P11", "P11", "A"),), STAGE, "成环"),
    ],
)
def test_an_item_that_does_not_fit_is_refused(code: str, edges: tuple[Edge, ...], stage: str | None, said: str) -> None:
    with pytest.raises(InvalidPlanError, match=said):
        with_item(restaurant().network, CITY, ItemCode(code), edges=edges, stage=stage)


@pytest.mark.parametrize("kind", ["A", "H"])
def test_an_item_already_at_its_department_awaits_the_new_one(kind: str) -> None:
    before = decided(restaurant(), E01=S.GRANTED)
    assert before.assignments[E10].awaits == ()
    revised = with_item(before.network, CITY, P11, edges=(edge("P11", "E10", kind),), stage=STAGE)
    after = settle(entered(before, *item_added(before, revised, P11, "", None, NOW)), NOW)[0]

    assert after.assignments[E10].awaits == (P11,)
    assert after.assignments[E10].status is before.assignments[E10].status
    released = decided(after, P11=S.GRANTED)
    assert released.assignments[E10].awaits == ()
    assert released.messages[-1].kind is MessageKind.PREREQUISITES_MET


def test_what_is_decided_or_has_happened_gets_no_prerequisite() -> None:
    done = decided(restaurant(), E01=S.GRANTED, E10=S.GRANTED)
    revised = with_item(done.network, CITY, P11, edges=(edge("P11", "E10", "H"),), stage=STAGE)
    with pytest.raises(InvalidPlanError, match="不能再设前置"):
        item_added(done, revised, P11, "", None, NOW)

    oper = NodeCode("#OPER")
    opened = replace(done, milestones_opened=frozenset({oper}), milestones_reached=frozenset({oper}))
    gated = with_item(opened.network, CITY, P11, edges=(edge("P11", "#OPER", "O"),), stage=STAGE)
    with pytest.raises(InvalidPlanError, match="已经发生"):
        item_added(opened, gated, P11, "", None, NOW)
    # After it has happened something may still follow.
    after_it = (edge("#OPER", "P11", "A"), edge("E10", "P11", "A"))
    follows = with_item(opened.network, CITY, P11, edges=after_it, stage=STAGE)
    assert settle(entered(opened, *item_added(opened, follows, P11, "", None, NOW)), NOW)[0].assignments[P11]


def test_a_gate_that_is_open_but_not_passed_closes_and_opens_again() -> None:
    oper = NodeCode("#OPER")
    begun = decided(restaurant(), E01=S.GRANTED)
    gates = [ItemCode(gate) for gate in begun.network.prerequisites("#OPER")]
    opened = decided(begun, **{gate: S.GRANTED for gate in gates if not begun.assignments[gate].status.final})
    assert oper in opened.milestones_opened
    revised = with_item(opened.network, CITY, P11, edges=(edge("P11", "#OPER", "O"),), stage=STAGE)
    made = item_added(opened, revised, P11, "", None, NOW)
    closed = settle(entered(opened, *made), NOW)[0]

    assert oper not in closed.milestones_opened
    assert [entry.kind for entry in made if isinstance(entry, NoticeQueued)] == [NoticeKind.GATE_CLOSED]
    assert len(steps(made, "gate.closed")) == 1
    assert oper in decided(closed, P11=S.GRANTED).milestones_opened


def test_a_gate_that_is_not_open_needs_no_closing() -> None:
    before = restaurant()
    revised = with_item(before.network, CITY, P11, edges=(edge("P11", "#OPER", "O"),), stage=STAGE)

    assert steps(item_added(before, revised, P11, "", None, NOW), "gate.closed") == []


def test_an_item_nobody_has_yet_disappears() -> None:
    before = restaurant()
    made = item_dropped(before, E10, "改为仅销售预包装食品", None, NOW)
    after = entered(before, *made)

    assert "E10" not in [item.code for item in after.network.items]
    assert all("E10" not in (e.before, e.after) for e in after.network.edges)
    assert [type(entry).__name__ for entry in made] == ["PlanRevised", "Step"]
    [step] = steps(made, "plan.revised")
    assert step.details["dropped"] == "E10"
    assert ["E01", "E10", "A"] in step.details["edges"]


def test_an_item_at_its_department_is_stopped_and_asked_of_nobody() -> None:
    before = decided(restaurant(), E01=S.GRANTED)
    made = item_dropped(before, E10, "改为仅销售预包装食品", "MSB", NOW)
    after = settle(entered(before, *made), NOW)[0]

    assert after.assignments[E10].status is S.CANCELLED
    [told] = [entry for entry in made if isinstance(entry, MessageQueued)]
    assert (told.kind, told.body) == (MessageKind.CANCELLED, {"reason": "改为仅销售预包装食品"})
    assert not after.network.item("E10").required
    assert everything(after).outcome is Outcome.GRANTED


def test_who_awaited_a_dropped_item_waits_no_longer() -> None:
    before = decided(restaurant(), E01=S.GRANTED)
    both = with_item(before.network, CITY, P11, edges=(edge("P11", "E10", "H"),), stage=STAGE)
    waiting = settle(entered(before, *item_added(before, both, P11, "", None, NOW)), NOW)[0]
    more = with_item(waiting.network, CITY, E17, edges=(edge("E17", "E10", "H"),))
    waiting = settle(entered(waiting, *item_added(waiting, more, E17, "", None, NOW)), NOW)[0]
    assert waiting.assignments[E10].awaits == (P11, E17)

    one = item_dropped(waiting, P11, "", None, NOW)
    assert [entry.kind for entry in one if isinstance(entry, MessageQueued)] == [MessageKind.CANCELLED]
    left = entered(waiting, *one)
    assert left.assignments[E10].awaits == (E17,)
    none = item_dropped(left, E17, "", None, NOW)
    assert entered(left, *none).assignments[E10].awaits == ()
    assert [entry.item for entry in none if isinstance(entry, MessageQueued)] == ["E17", "E10"]


def test_what_has_ended_or_is_the_last_cannot_be_dropped() -> None:
    granted = decided(restaurant(), E01=S.GRANTED)
    with pytest.raises(InvalidPlanError, match="不能再移出"):
        item_dropped(granted, ItemCode("E01"), "", None, NOW)
    with pytest.raises(NotFoundError):
        item_dropped(granted, ItemCode("C04"), "", None, NOW)
    optional = replace(granted.network.item("E14"), required=False)
    one = replace(granted.network, items=(granted.network.item("E10"), optional), edges=(), milestones=())
    with pytest.raises(InvalidPlanError, match="撤件"):
        without_item(one, E10, known=False)


def test_nothing_is_revised_after_the_end() -> None:
    ended = replace(restaurant(), status=ApplicationStatus.CONCLUDED)
    revised = with_item(ended.network, CITY, P11, edges=(), stage=STAGE)
    with pytest.raises(ApplicationClosedError):
        item_added(ended, revised, P11, "", None, NOW)
    with pytest.raises(ApplicationClosedError):
        item_dropped(ended, E10, "", None, NOW)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(["P11", "E17", "E10", "E14", "E15"]), max_size=6), st.integers(0, 7))
def test_however_often_a_plan_is_revised_the_application_ends_granted(codes: list[str], granted: int) -> None:
    snapshot = restaurant()
    for turn, code in enumerate(codes):
        if turn == granted:
            snapshot = everything(snapshot)
        if snapshot.outcome is not None:
            break
        revised: Network | None = None
        if code in [item.code for item in snapshot.network.items]:
            view = snapshot.assignments.get(ItemCode(code))
            if view is None or not view.status.final:
                snapshot = settle(entered(snapshot, *item_dropped(snapshot, ItemCode(code), "", None, NOW)), NOW)[0]
        else:
            revised = with_item(snapshot.network, CITY, ItemCode(code), edges=(), stage=STAGE)
            snapshot = settle(entered(snapshot, *item_added(snapshot, revised, ItemCode(code), "", None, NOW)), NOW)[0]
    while snapshot.outcome is None:
        snapshot = everything(snapshot)
    assert snapshot.outcome is Outcome.GRANTED
