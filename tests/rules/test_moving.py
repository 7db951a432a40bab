"""A newer catalog version moves what is not accepted, and takes a handed-over power along in its clock."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from rules.acts.moving import moved
from rules.catalog import ApprovalItem, Catalog, Channel, Department, DepartmentCode, Limit, Material, MaterialSource
from rules.clocks import ClockEvent, ClockEventKind
from rules.effects import entered
from rules.entries import NoticeQueued, Step
from rules.network import NetworkItem
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import ApplicationStatus, MessageKind
from rules.vocabulary import AssignmentStatus as S
from tests.rules.assignments import MONDAY, of, under_review
from tests.rules.networks import LIMIT, network_item

LATER = MONDAY + timedelta(days=2)
SHORTER = replace(LIMIT, days=10)
BEFORE = (Material("方案", deferrable=False, source=MaterialSource.APPLICANT),)
AFTER = (*BEFORE, Material("新增材料", deferrable=False, source=MaterialSource.APPLICANT))
RECEIVED = (ClockEvent(ClockEventKind.RECEIVED, MONDAY),)
ACCEPTED = (*RECEIVED, ClockEvent(ClockEventKind.ACCEPTED, MONDAY))


def newer(item: NetworkItem, department: str = "DP", legal: Limit = SHORTER) -> Catalog:
    """A version in which the item has a shorter limit and one material more, and perhaps another department."""
    published = ApprovalItem(
        code=item.code,
        name=item.name,
        name_en=item.name_en,
        department=DepartmentCode(department),
        kind=item.kind,
        legal=legal,
        promised=item.promised,
        materials=AFTER,
        result=item.result,
    )
    departments = {
        DepartmentCode(code): Department(DepartmentCode(code), f"部门{code[1:]}", code, "county", None, Channel.INBOX)
        for code in ("DP", "DQ")
    }
    return Catalog("开原市", "211282", departments, {item.code: published})


def opened(status: S, clock: tuple[ClockEvent, ...], **more: Any) -> ApplicationSnapshot:
    return under_review(replace(network_item("P"), materials=BEFORE), status=status, clock=clock, **more)


def unopened() -> ApplicationSnapshot:
    return replace(opened(S.OPENED, ()), assignments={})


@pytest.mark.parametrize(
    ("snapshot", "days", "materials"),
    [
        (unopened(), 10, AFTER),
        (opened(S.OPENED, ()), 10, BEFORE),
        (opened(S.RECEIVED, RECEIVED), 10, BEFORE),
        (opened(S.CORRECTION_REQUIRED, RECEIVED), 10, BEFORE),
        (opened(S.ACCEPTED, ACCEPTED), 20, BEFORE),
        (opened(S.UNDER_REVIEW, ACCEPTED), 20, BEFORE),
        (opened(S.GRANTED, ACCEPTED), 20, BEFORE),
    ],
)
def test_what_is_accepted_keeps_its_law_and_what_was_handed_in_is_not_asked_for_again(
    snapshot: ApplicationSnapshot, days: int, materials: tuple[Material, ...]
) -> None:
    after = entered(snapshot, *moved(snapshot, newer(snapshot.network.item("P")), 2, LATER))

    item = after.network.item("P")
    assert (item.legal.days, item.materials) == (days, materials)


def test_the_step_says_which_items_moved_and_which_had_been_accepted() -> None:
    snapshot = opened(S.RECEIVED, RECEIVED)
    step = next(e for e in moved(snapshot, newer(snapshot.network.item("P")), 2, LATER) if isinstance(e, Step))

    assert step.kind == "plan.version_moved"
    assert step.details == {"version": 2, "moved": ["P"], "accepted": []}
    assert step.before != step.after


@pytest.mark.parametrize(
    ("before", "clock", "after"),
    [
        (S.RECEIVED, RECEIVED, S.OPENED),
        (S.CORRECTION_REQUIRED, RECEIVED, S.CORRECTION_REQUIRED),
        (S.ACCEPTED, ACCEPTED, S.ACCEPTED),
        (S.UNDER_REVIEW, ACCEPTED, S.ACCEPTED),
        (S.SPECIAL_PROCEDURE, ACCEPTED, S.SPECIAL_PROCEDURE),
        (S.REFUSAL_PROPOSED, ACCEPTED, S.ACCEPTED),
        (S.REFUSAL_PROPOSED, RECEIVED, S.OPENED),
    ],
)
def test_a_power_that_moves_takes_its_assignment_along_in_the_clock_already_used(
    before: S, clock: tuple[ClockEvent, ...], after: S
) -> None:
    proposal = {"decision": "refused"} if before is S.REFUSAL_PROPOSED else None
    snapshot = opened(before, clock, proposal=proposal)
    entries = moved(snapshot, newer(snapshot.network.item("P"), "DQ"), 2, LATER)
    made = entered(snapshot, *entries)
    view = of(made)

    assert (view.department, view.status, view.proposal) == ("DQ", after, None)
    assert view.clock == clock
    assert [(m.department, m.kind) for m in made.messages] == [
        ("DP", MessageKind.CANCELLED),
        ("DQ", MessageKind.DISPATCHED),
    ]
    assert "职权划转" in next(e for e in entries if isinstance(e, NoticeQueued)).body["reason"]
    taken = next(e for e in entries if isinstance(e, Step) and e.kind == "assignment.taken_over")
    assert taken.details["used_days"] == (2 if len(clock) > 1 else 0)


def test_what_its_department_has_not_got_yet_goes_straight_to_the_other() -> None:
    snapshot = opened(S.OPENED, ())
    entries = moved(snapshot, newer(snapshot.network.item("P"), "DQ"), 2, LATER)
    made = entered(snapshot, *entries)

    assert (of(made).department, of(made).status) == ("DQ", S.OPENED)
    assert [(m.department, m.kind) for m in made.messages] == [("DQ", MessageKind.DISPATCHED)]
    assert not [e for e in entries if isinstance(e, NoticeQueued)]


def test_a_decided_item_is_not_handed_over() -> None:
    snapshot = opened(S.GRANTED, ACCEPTED)

    assert moved(snapshot, newer(snapshot.network.item("P"), "DQ"), 2, LATER) == ()


def test_a_version_that_changes_nothing_of_it_enters_nothing() -> None:
    snapshot = opened(S.ACCEPTED, ACCEPTED)

    assert moved(snapshot, newer(snapshot.network.item("P")), 2, LATER) == ()


@pytest.mark.parametrize(
    "over", [{"status": ApplicationStatus.CONCLUDED}, {"withdrawal_requested_at": MONDAY}], ids=["concluded", "left"]
)
def test_what_is_over_or_being_withdrawn_stays_as_it_is(over: dict[str, Any]) -> None:
    snapshot = replace(opened(S.RECEIVED, RECEIVED), **over)

    assert moved(snapshot, newer(snapshot.network.item("P")), 2, LATER) == ()
