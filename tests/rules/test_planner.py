"""The planner carries every application to its end, in any order of decisions, and never opens an item too early."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.catalog import EdgeKind, Material, MaterialSource, NodeCode, RefusalPolicy
from rules.clocks import ClockEvent, ClockEventKind
from rules.delivery.moves import arrived
from rules.effects import entered
from rules.moves import (
    AskMaterials,
    BlockItem,
    CancelAssignment,
    Conclude,
    InsideMove,
    OpenAssignment,
    OpenGate,
    ReleaseDecision,
    SendMessage,
    SendNotice,
)
from rules.network import Network
from rules.planner import Plan, plan, settle
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import ApplicationStatus, AssignmentStatus, MessageKind, Outcome, Party
from tests.rules.networks import network, network_item, networks

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
GRANT, REFUSE = AssignmentStatus.GRANTED, AssignmentStatus.REFUSED


@dataclass
class Office:
    """Plays departments, agent and flow on one snapshot; ``refused`` are the items that will be refused."""

    snapshot: ApplicationSnapshot
    refused: frozenset[str] = frozenset()
    moves: list[InsideMove] = field(default_factory=list)

    @classmethod
    def of(cls, shape: Network, refused: frozenset[str] = frozenset()) -> "Office":
        office = cls(ApplicationSnapshot("N", ApplicationStatus.REGISTERED, shape), refused)
        office.settle()
        return office

    def settle(self) -> Plan:
        self.snapshot, moves, current = settle(self.snapshot, NOW)
        self.moves += moves
        return current

    def choices(self) -> list[Callable[[], None]]:
        """Everything somebody could do now."""
        current = plan(self.snapshot, NOW)
        acts: list[Callable[[], None]] = [lambda move=move: self.perform(move) for move in current.outside]
        for view in self.snapshot.assignments.values():
            if not view.status.final and (view.item in self.refused or not view.awaits):
                acts.append(lambda view=view: self.decide(view))
        acts += [lambda wait=wait: self.reach(wait.what) for wait in current.waits if wait.what.startswith("#")]
        return acts

    def perform(self, move: SendMessage | SendNotice) -> None:
        if isinstance(move, SendMessage):
            left = tuple(m for m in self.snapshot.messages if m.id != move.message)
            self.snapshot = replace(self.snapshot, messages=left)
        else:
            self.snapshot = entered(self.snapshot, *arrived(self.snapshot, move.notice, move.kind, NOW))
        self.settle()

    def decide(self, view: AssignmentView) -> None:
        now_is = self.snapshot.assignments[view.item]
        status = REFUSE if view.item in self.refused else GRANT
        messages = tuple(m for m in self.snapshot.messages if m.assignment != view.id)
        views = {**self.snapshot.assignments, view.item: replace(now_is, status=status, awaits=())}
        self.snapshot = replace(self.snapshot, assignments=views, messages=messages)
        self.settle()

    def reach(self, milestone: str) -> None:
        reached = self.snapshot.milestones_reached | {NodeCode(milestone)}
        self.snapshot = replace(self.snapshot, milestones_reached=reached)
        self.settle()

    def run(self, random: Random) -> "Office":
        for _ in range(500):
            choices = self.choices()
            if not choices:
                break
            random.choice(choices)()
        return self

    def status(self, item: str) -> AssignmentStatus:
        return self.snapshot.assignments[item].status  # type: ignore[index]


refusals = st.frozensets(st.sampled_from([f"X{n}" for n in range(8)]), max_size=3)


@settings(max_examples=60)
@given(networks(), refusals, st.integers(0, 2**32))
def test_every_application_ends_whatever_is_refused_and_in_whatever_order(
    shape: Network, refused: frozenset[str], seed: int
) -> None:
    office = Office.of(shape, refused).run(Random(seed))

    final = plan(office.snapshot, NOW)
    assert final.outcome is not None
    assert (final.inside, final.outside) == ((), ())
    assert [wait.what for wait in final.waits] == ["confirmation"]
    assert all(view.status.final for view in office.snapshot.assignments.values())


@settings(max_examples=60)
@given(networks(), refusals, st.integers(0, 2**32), st.integers(0, 2**32))
def test_the_outcome_does_not_depend_on_the_order_of_independent_decisions(
    shape: Network, refused: frozenset[str], one: int, other: int
) -> None:
    # STOP_ALL cancels what is undecided when the refusal comes, so only the outcome is compared, not each item.
    first, second = (Office.of(shape, refused).run(Random(seed)) for seed in (one, other))

    assert first.snapshot.outcome == second.snapshot.outcome
    if shape.refusal_policy is RefusalPolicy.STOP_DEPENDENTS:
        granted = [{i for i, v in o.snapshot.assignments.items() if v.status is GRANT} for o in (first, second)]
        assert granted[0] == granted[1]


@settings(max_examples=60)
@given(networks(), refusals, st.integers(0, 2**32))
def test_no_item_is_opened_before_its_prerequisites_are_granted_and_none_twice(
    shape: Network, refused: frozenset[str], seed: int
) -> None:
    office = Office.of(shape, refused)
    random = Random(seed)
    seen = 0
    touched: list[str] = []
    for _ in range(500):
        for move in office.moves[seen:]:
            if isinstance(move, OpenAssignment):
                befores = shape.prerequisites(NodeCode(move.item), EdgeKind.ACCEPTANCE)
                assert all(_met(office, before) for before in befores)
                beside = shape.prerequisites(NodeCode(move.item), EdgeKind.DECISION)
                assert all(code in touched for code in beside)
            if isinstance(move, OpenAssignment | BlockItem):
                touched.append(move.item)
        seen = len(office.moves)
        if not (choices := office.choices()):
            break
        random.choice(choices)()

    assert sorted(touched) == sorted(item.code for item in shape.items)
    assert sum(isinstance(move, Conclude) for move in office.moves) == 1


def _met(office: Office, node: NodeCode) -> bool:
    if node.startswith("#"):
        return node in office.snapshot.milestones_reached
    return office.status(node) is GRANT


@settings(max_examples=40)
@given(networks(), refusals, st.integers(0, 2**32), st.integers(0, 40))
def test_planning_again_changes_nothing(shape: Network, refused: frozenset[str], seed: int, steps: int) -> None:
    office = Office.of(shape, refused)
    random = Random(seed)
    for _ in range(steps):
        if not (choices := office.choices()):
            break
        random.choice(choices)()

    again, moves, current = settle(office.snapshot, NOW)

    assert moves == ()
    assert again == office.snapshot
    assert current == plan(office.snapshot, NOW)


@settings(max_examples=40)
@given(networks(), st.integers(0, 2**32), st.integers(0, 20))
def test_a_withdrawal_at_any_moment_ends_the_application_as_withdrawn(shape: Network, seed: int, steps: int) -> None:
    office = Office.of(shape)
    random = Random(seed)
    for _ in range(steps):
        if not (choices := office.choices()):
            break
        random.choice(choices)()
    decided = {i for i, v in office.snapshot.assignments.items() if v.status.decided}
    if office.snapshot.outcome is not None:
        return

    open_before = any(item.code not in decided for item in shape.items)
    office.snapshot = replace(office.snapshot, withdrawal_requested_at=NOW)
    office.settle()
    office.snapshot, _, _ = settle(office.snapshot, NOW + timedelta(days=1))
    office.run(random)

    assert open_before
    assert plan(office.snapshot, NOW).outcome is Outcome.WITHDRAWN
    assert {i for i, v in office.snapshot.assignments.items() if v.status.decided} == decided


@settings(max_examples=40)
@given(networks(), refusals, st.integers(0, 2**32))
def test_an_open_application_always_waits_for_somebody_or_has_something_to_do(
    shape: Network, refused: frozenset[str], seed: int
) -> None:
    office = Office.of(shape, refused)
    random = Random(seed)
    for _ in range(500):
        current = plan(office.snapshot, NOW)
        assert current.waits or current.outside or current.outcome is not None
        if not (choices := office.choices()):
            break
        random.choice(choices)()


def _fork(policy: RefusalPolicy) -> Network:
    """P is the prerequisite of Q (A) and of R (H); S stands alone."""
    items = [network_item(code) for code in "PQRS"]
    return network(items, [("P", "Q", "A"), ("P", "R", "H")], policy)


def test_one_refusal_leaves_independent_items_running() -> None:
    office = Office.of(_fork(RefusalPolicy.STOP_DEPENDENTS), frozenset("P"))
    office.decide(office.snapshot.assignments["P"])

    assert office.status("S") is AssignmentStatus.OPENED
    assert office.status("Q") is AssignmentStatus.BLOCKED
    assert office.status("R") is AssignmentStatus.CANCELLED
    assert BlockItem("Q", "DQ", NodeCode("P")) in office.moves
    assert any(isinstance(m, CancelAssignment) and m.item == "R" and m.because == "P" for m in office.moves)


def test_a_cancelled_assignment_is_told_to_its_department_even_if_the_dispatch_is_unconfirmed() -> None:
    office = Office.of(_fork(RefusalPolicy.STOP_DEPENDENTS), frozenset("P"))
    office.decide(office.snapshot.assignments["P"])

    assert [(m.department, m.kind) for m in office.snapshot.messages if m.department == "DR"] == [
        ("DR", MessageKind.CANCELLED)
    ]


def test_stop_all_ends_everything_with_the_first_required_refusal() -> None:
    office = Office.of(_fork(RefusalPolicy.STOP_ALL), frozenset("S"))
    office.decide(office.snapshot.assignments["S"])

    assert {i: office.status(i) for i in "PQR"} == {
        "P": AssignmentStatus.CANCELLED,
        "Q": AssignmentStatus.BLOCKED,
        "R": AssignmentStatus.CANCELLED,
    }
    assert office.snapshot.outcome is Outcome.REFUSED


def test_a_parallel_item_is_told_when_what_its_decision_awaits_is_granted() -> None:
    office = Office.of(_fork(RefusalPolicy.STOP_DEPENDENTS))
    assert office.snapshot.assignments["R"].awaits == ("P",)

    office.decide(office.snapshot.assignments["P"])

    assert office.snapshot.assignments["R"].awaits == ()
    assert any(isinstance(move, ReleaseDecision) and move.item == "R" for move in office.moves)
    assert MessageKind.PREREQUISITES_MET in {m.kind for m in office.snapshot.messages}


@pytest.mark.parametrize(
    ("refused", "optional", "outcome"),
    [
        ("", "", Outcome.GRANTED),
        ("S", "", Outcome.PARTLY_GRANTED),
        ("S", "S", Outcome.GRANTED),
        ("PS", "", Outcome.REFUSED),
        ("P", "", Outcome.PARTLY_GRANTED),
        ("P", "PQR", Outcome.GRANTED),
    ],
)
def test_the_outcome_counts_required_items(refused: str, optional: str, outcome: Outcome) -> None:
    items = [network_item(code, required=code not in optional) for code in "PQRS"]
    shape = network(items, [("P", "Q", "A"), ("P", "R", "H")], RefusalPolicy.STOP_DEPENDENTS)

    assert Office.of(shape, frozenset(refused)).run(Random(0)).snapshot.outcome is outcome


def test_items_behind_a_milestone_wait_for_the_agent_to_report_it() -> None:
    shape = network(
        [network_item("P"), network_item("Q")],
        [("P", "#START", "S"), ("#START", "#DONE", "W"), ("#DONE", "Q", "A")],
        RefusalPolicy.STOP_DEPENDENTS,
    )
    office = Office.of(shape)
    assert "#START" not in office.snapshot.milestones_opened

    office.decide(office.snapshot.assignments["P"])
    assert OpenGate(NodeCode("#START")) in office.moves
    assert [w.what for w in plan(office.snapshot, NOW).waits if w.party is Party.AGENT] == ["#START"]
    assert "Q" not in office.snapshot.assignments

    office.reach("#START")
    office.reach("#DONE")
    assert office.status("Q") is AssignmentStatus.OPENED


def test_items_behind_a_milestone_that_can_never_come_are_blocked() -> None:
    shape = network(
        [network_item("P"), network_item("Q")],
        [("P", "#START", "S"), ("#START", "#DONE", "W"), ("#DONE", "Q", "A")],
        RefusalPolicy.STOP_DEPENDENTS,
    )
    office = Office.of(shape, frozenset("P"))
    office.decide(office.snapshot.assignments["P"])

    assert office.status("Q") is AssignmentStatus.BLOCKED
    assert office.snapshot.outcome is Outcome.REFUSED


def test_missing_materials_of_all_ready_items_are_asked_for_in_one_notice_and_once() -> None:
    def needing(code: str, *names: str) -> object:
        materials = tuple(Material(name, False, MaterialSource.APPLICANT) for name in names)
        return replace(network_item(code), materials=materials)

    shape = network([needing("P", "甲", "乙"), needing("Q", "乙", "丙"), network_item("R")], [], RefusalPolicy.STOP_ALL)  # type: ignore[list-item]
    office = Office.of(shape)

    assert [m for m in office.moves if isinstance(m, AskMaterials)] == [AskMaterials(("甲", "乙", "丙"))]
    assert set(office.snapshot.assignments) == {"R"}

    office.snapshot = replace(office.snapshot, materials_provided=frozenset({"甲", "乙"}))
    office.settle()
    assert set(office.snapshot.assignments) == {"R", "P"}
    assert sum(isinstance(move, AskMaterials) for move in office.moves) == 1


def test_a_message_waiting_for_its_retry_is_not_due_but_sets_the_timer() -> None:
    office = Office.of(network([network_item("P")], [], RefusalPolicy.STOP_ALL))
    later = NOW + timedelta(minutes=1)
    (message,) = office.snapshot.messages
    office.snapshot = replace(office.snapshot, messages=(replace(message, retry_at=later),))

    assert plan(office.snapshot, NOW).outside == ()
    assert plan(office.snapshot, NOW).next_timer == later
    assert [move.message for move in plan(office.snapshot, later).outside] == [message.id]  # type: ignore[union-attr]


def test_a_light_that_has_changed_is_shown_and_the_next_change_is_the_timer() -> None:
    office = Office.of(network([network_item("P")], [], RefusalPolicy.STOP_ALL))
    view = office.snapshot.assignments["P"]
    clock = (ClockEvent(ClockEventKind.RECEIVED, NOW), ClockEvent(ClockEventKind.ACCEPTED, NOW))
    accepted = replace(view, status=AssignmentStatus.ACCEPTED, clock=clock)
    office.snapshot = replace(office.snapshot, assignments={view.item: accepted}, messages=())

    office.snapshot, moves, told = settle(office.snapshot, NOW)
    assert [type(move).__name__ for move in moves] == ["SetDeadline"]
    assert told.next_timer is not None
    early, moves, then = settle(office.snapshot, told.next_timer)
    assert [type(move).__name__ for move in moves] == ["RemindEarly"]
    assert [m.kind for m in early.messages] == [MessageKind.REMINDED]
    assert then.next_timer is not None
    after, moves, _ = settle(early, then.next_timer)

    assert [type(move).__name__ for move in moves] == ["ShowLight"]
    assert [m.kind for m in after.messages] == [MessageKind.REMINDED] * 2
