"""Departments come together once: each told once, two officers each, the clocks held and released for all at once."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from rules.acts import Report, inspecting, reported
from rules.acts.sessions import Proceedings, Summons, cancelled, held, scheduled
from rules.catalog import DepartmentCode, ItemCode, RefusalPolicy, Stage
from rules.clocks import ClockEventKind
from rules.effects import entered
from rules.entries import Entry, MessageQueued, SessionRevised, SessionScheduled, Step
from rules.errors import ApplicationClosedError, InvalidSessionError, NotAllowedNowError
from rules.joint_session import SessionView
from rules.planner import settle
from rules.snapshot import ApplicationSnapshot
from rules.terms import Cooperation, SpecialProcedure, Terms, Voice
from rules.vocabulary import (
    ApplicationStatus,
    AssignmentStatus,
    DepartmentAct,
    MessageKind,
    SessionKind,
    SessionStatus,
)
from rules.workdays import SHANGHAI
from tests.rules.networks import network, network_item

MONDAY = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
THURSDAY = MONDAY + timedelta(days=3)
A, B, C = map(ItemCode, "ABC")
DA, DB, DC = (DepartmentCode(f"D{code}") for code in "ABC")
VISIT = Terms(procedures=(SpecialProcedure("inspection", "现场检查", "特种设备安全法", 5),))
BOTH = {"DA": ("王芳", "李强"), "DB": ("赵敏", "孙丽")}


def case(**terms: Terms) -> ApplicationSnapshot:
    """Three items of three departments, all accepted; DA leads."""
    items = [replace(network_item(code), terms=terms.get(code, Terms())) for code in "ABC"]
    shape = replace(network(items, [], RefusalPolicy.STOP_DEPENDENTS), stages=(Stage("1", "一", "one", DA),))
    snapshot = settle(ApplicationSnapshot("N", ApplicationStatus.REGISTERED, shape), MONDAY)[0]
    for code in "ABC":
        snapshot = entered(snapshot, *reported(snapshot, code, Report(DepartmentAct.ACCEPTED, MONDAY)))
    return snapshot


def summons(*items: ItemCode, kind: SessionKind = SessionKind.INSPECTION, **changes: object) -> Summons:
    return replace(Summons(kind, "1", items or (A, B), THURSDAY, place="一号路"), **changes)  # type: ignore[arg-type]


def arranged(
    snapshot: ApplicationSnapshot, call: Summons
) -> tuple[ApplicationSnapshot, SessionView, tuple[Entry, ...]]:
    made = scheduled(snapshot, 1, call, MONDAY)
    view = next(entry.view for entry in made if isinstance(entry, SessionScheduled))
    return entered(snapshot, *made), view, made


def messages(made: tuple[Entry, ...]) -> list[tuple[str, str | None]]:
    queued = [entry for entry in made if isinstance(entry, MessageQueued)]
    assert {entry.kind for entry in queued} <= {MessageKind.INVITED}
    return [(entry.item, entry.department) for entry in queued]


def test_every_department_is_told_once_on_its_own_item() -> None:
    _, view, made = arranged(case(), summons(B, C, B))

    assert view.departments == (DA, DB, DC)
    assert view.items == (B, C)
    # The lead has no item here: it is told on the first.
    assert messages(made) == [(B, DA), (B, DB), (C, DC)]
    assert (view.lead, view.status, view.held_items) == (DA, SessionStatus.PLANNED, ())


def test_a_department_heard_on_an_item_may_come_as_a_guest() -> None:
    terms = Terms(cooperation=Cooperation((Voice("FRB", "消防"),)))
    _, view, _ = arranged(case(A=terms), summons(A, guests=(DepartmentCode("FRB"), DC)))

    assert view.departments == (DA, "FRB", DC)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (summons(planned_at=MONDAY), "晚于现在"),
        (summons(stage="9"), "牵头部门"),
        (summons(A), "两个以上部门"),
        (summons(A, guests=(DepartmentCode("XXX"),)), "无关的部门"),
    ],
)
def test_what_is_no_joint_session_is_refused(call: Summons, said: str) -> None:
    with pytest.raises(InvalidSessionError, match=said):
        scheduled(case(), 1, call, MONDAY)


def test_only_items_at_work_are_looked_at() -> None:
    snapshot = case()
    views = {**snapshot.assignments, B: replace(snapshot.assignments[B], status=AssignmentStatus.GRANTED)}
    with pytest.raises(InvalidSessionError, match="不在办理中"):
        scheduled(replace(snapshot, assignments=views), 1, summons(A, B), MONDAY)
    with pytest.raises(ApplicationClosedError):
        scheduled(replace(snapshot, status=ApplicationStatus.CONCLUDED), 1, summons(), MONDAY)


def test_the_clocks_of_items_whose_law_excludes_the_inspection_stand_still_together() -> None:
    before = case(A=VISIT, B=VISIT)
    during, view, _ = arranged(before, summons(A, B, C))

    assert view.held_items == (A, B)
    assert [during.assignments[code].status for code in (A, B, C)] == [
        AssignmentStatus.SPECIAL_PROCEDURE,
        AssignmentStatus.SPECIAL_PROCEDURE,
        AssignmentStatus.ACCEPTED,
    ]
    started = [event for event in during.assignments[A].clock if event.kind is ClockEventKind.HOLD_STARTED]
    assert [(event.days, event.at) for event in started] == [(3, MONDAY)]

    made = held(during, view, Proceedings(THURSDAY, "一致", BOTH), THURSDAY)
    after = entered(during, *made)
    assert [after.assignments[code].status for code in (A, B)] == [AssignmentStatus.UNDER_REVIEW] * 2
    ended = [e.at for code in (A, B) for e in after.assignments[code].clock if e.kind is ClockEventKind.HOLD_ENDED]
    assert ended == [THURSDAY, THURSDAY]


def test_a_review_or_an_item_not_yet_accepted_stops_no_clock() -> None:
    review, view, _ = arranged(case(A=VISIT), summons(kind=SessionKind.REVIEW))
    assert (view.held_items, review.assignments[A].status) == ((), AssignmentStatus.ACCEPTED)

    early = case(A=VISIT)
    received = {**early.assignments, A: replace(early.assignments[A], status=AssignmentStatus.RECEIVED)}
    _, view, _ = arranged(replace(early, assignments=received), summons())
    assert view.held_items == ()


def test_an_inspection_stops_a_clock_no_longer_than_the_law_lets_it() -> None:
    in_five = MONDAY + timedelta(days=7)
    assert arranged(case(A=VISIT), summons(planned_at=in_five))[1].held_items == (A,)
    with pytest.raises(InvalidSessionError, match="最长 5 个工作日"):
        scheduled(case(A=VISIT), 1, summons(planned_at=in_five + timedelta(days=1)), MONDAY)
    today = MONDAY + timedelta(hours=3)
    same_day, _, _ = arranged(case(A=VISIT), summons(planned_at=today))
    assert [e.days for e in same_day.assignments[A].clock if e.kind is ClockEventKind.HOLD_STARTED] == [1]


def test_a_clock_whose_legal_limit_has_passed_is_not_stopped_any_more() -> None:
    """The limit of 20 working days from 03-02 ends on 03-30: on that day nothing is left to stop."""
    due = datetime(2026, 3, 30, 9, tzinfo=SHANGHAI)
    for now, holds in ((due - timedelta(days=1), (A,)), (due, ())):
        made = scheduled(case(A=VISIT), 1, summons(planned_at=now + timedelta(days=1)), now)
        [view] = [entry.view for entry in made if isinstance(entry, SessionScheduled)]
        assert view.held_items == holds


def test_a_clock_stopped_for_a_session_names_it() -> None:
    """The officers come with the record of the visit; until then the session stands for them."""
    _, view, made = arranged(case(A=VISIT), summons())

    [step] = [entry for entry in made if isinstance(entry, Step) and entry.kind == "special_procedure.opened"]
    assert step.details["session"] == str(view.id)


def test_what_came_of_it_is_recorded_with_who_was_absent() -> None:
    during, view, _ = arranged(case(), summons(A, B, C))
    said = Proceedings(THURSDAY, "现场与图纸一致", BOTH, {"DB": "符合规划"})
    made = held(during, view, said, THURSDAY)

    [step] = [entry for entry in made if isinstance(entry, Step)]
    assert (step.kind, step.after) == ("site_visit.recorded", SessionStatus.HELD)
    assert step.details["absent"] == ["DC"]
    assert step.details["attendance"]["DA"] == ["王芳", "李强"]
    assert step.details["conclusions"] == {"DB": "符合规划"}
    [change] = [entry for entry in made if isinstance(entry, SessionRevised)]
    assert (change.changes["held_at"], change.changes["minutes"]) == (THURSDAY, "现场与图纸一致")


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (Proceedings(THURSDAY, "", BOTH), "记录"),
        (Proceedings(THURSDAY, "  ", BOTH), "记录"),
        (Proceedings(THURSDAY, "一致", {"DB": ("赵敏", "孙丽")}), "牵头部门 DA 未到场"),
        (Proceedings(THURSDAY, "一致", {**BOTH, "DB": ("赵敏",)}), "DB 到场人员不足 2 人"),
        (Proceedings(THURSDAY, "一致", {**BOTH, "DB": ("赵敏", "赵敏")}), "DB 到场人员不足 2 人"),
        (Proceedings(THURSDAY, "一致", {**BOTH, "DX": ("甲", "乙")}), "未受邀"),
        (Proceedings(THURSDAY, "一致", BOTH, {"DX": "好"}), "未受邀"),
        (Proceedings(THURSDAY, "一致", {"DA": ("王芳", "李强")}, {"DB": "好"}), "未到场的部门没有结论"),
        (Proceedings(MONDAY - timedelta(seconds=1), "一致", BOTH), "召开时间"),
        (Proceedings(THURSDAY + timedelta(seconds=1), "一致", BOTH), "召开时间"),
    ],
)
def test_an_inspection_that_was_not_held_properly_is_not_recorded(said: Proceedings, message: str) -> None:
    during, view, _ = arranged(case(), summons(A, B))
    with pytest.raises(InvalidSessionError, match=message):
        held(during, view, said, THURSDAY)


def test_a_review_needs_one_person_of_each_department() -> None:
    during, view, _ = arranged(case(), summons(kind=SessionKind.REVIEW))
    made = held(during, view, Proceedings(THURSDAY, "一致", {"DA": ("王芳",)}), THURSDAY)
    assert [entry.kind for entry in made if isinstance(entry, Step)] == ["session.held"]
    with pytest.raises(InvalidSessionError, match="不足 1 人"):
        held(during, view, Proceedings(THURSDAY, "一致", {"DA": ()}), THURSDAY)


def test_a_session_called_off_is_told_once_more_and_releases_the_clocks() -> None:
    during, view, _ = arranged(case(A=VISIT), summons())
    made = cancelled(during, view, "大雪封路", THURSDAY)

    assert messages(made) == [(A, DA), (B, DB)]
    assert entered(during, *made).assignments[A].status is AssignmentStatus.UNDER_REVIEW
    assert [entry.reason for entry in made if isinstance(entry, Step)][-1] == "大雪封路"


def test_what_is_over_is_over() -> None:
    during, view, _ = arranged(case(), summons())
    for status in (SessionStatus.HELD, SessionStatus.CANCELLED):
        over = replace(view, status=status)
        with pytest.raises(NotAllowedNowError):
            held(during, over, Proceedings(THURSDAY, "一致", BOTH), THURSDAY)
        with pytest.raises(NotAllowedNowError):
            cancelled(during, over, "", THURSDAY)


def test_a_clock_its_department_has_released_itself_is_left_alone() -> None:
    during, view, _ = arranged(case(A=VISIT), summons())
    resumed = entered(during, *reported(during, "A", Report(DepartmentAct.HOLD_ENDED, THURSDAY)))

    made = held(resumed, view, Proceedings(THURSDAY, "一致", BOTH), THURSDAY)
    after = entered(resumed, *made).assignments[A]
    assert (after.clock, after.status) == (resumed.assignments[A].clock, resumed.assignments[A].status)
    # The joint inspection is the visit of each department that came (行政许可法 art. 34(3)).
    assert inspecting.of(after)["visited_on"] == THURSDAY.date().isoformat()
