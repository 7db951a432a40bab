"""Permits that lapse by law when they are not made use of in time (建筑法 art. 9)."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from rules.catalog import ItemCode, NodeCode, RefusalPolicy
from rules.delivery.record import DeliveryChannel, DeliveryStatus, DeliveryView
from rules.effects import entered
from rules.entries import MilestoneClosed, MilestoneReached, NoticeQueued, Step
from rules.errors import InvalidEventError, NotAllowedNowError
from rules.identifiers import assignment_id
from rules.moves import entries as entries_of
from rules.planner import plan, settle
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.terms import UseBy
from rules.using import BeginUse, Lapse, ends
from rules.vocabulary import ApplicationStatus, DepartmentAct, NoticeKind, Outcome
from rules.vocabulary import AssignmentStatus as S
from rules.workdays import OFFICIAL, SHANGHAI, end_of_day
from tests.rules.assignments import MONDAY, NUMBER, of, report
from tests.rules.networks import network, network_item

P, Q, R = ItemCode("P"), ItemCode("Q"), ItemCode("R")
LAW = UseBy("#START", 3, "建筑法第九条", extensions=2, extension_months=3)
#: Three months after Monday 2 March.
USE_BY = date(2026, 6, 2)


def permitted(
    use: UseBy | None = LAW, *, delivered_on: str | None = "2026-03-02", **changes: Any
) -> ApplicationSnapshot:
    """P is granted and delivered and gates the start, R comes after it; Q rests on P."""
    item = network_item("P")
    item = replace(item, result="施工许可证", terms=replace(item.terms, use_by=use))
    edges = [("P", "#START", "S"), ("P", "Q", "A"), ("#START", "R", "A")]
    shape = network([item, network_item("Q"), network_item("R")], edges, RefusalPolicy.STOP_DEPENDENTS)
    given: dict[str, Any] = {"status": S.GRANTED, **changes}
    view = AssignmentView(assignment_id(NUMBER, P, 1), P, item.department, 1, **given)
    rest = AssignmentView(assignment_id(NUMBER, Q, 1), Q, network_item("Q").department, 1, S.GRANTED)
    status = DeliveryStatus.DELIVERED if delivered_on else DeliveryStatus.PREPARED
    evidence = {"tracking_number": "1", "delivered_on": delivered_on}
    delivery = DeliveryView(
        view.id, view.id, P, 1, DeliveryChannel.POST, status, MONDAY.date(), MONDAY, evidence=evidence
    )
    return ApplicationSnapshot(
        NUMBER,
        ApplicationStatus.IN_APPROVAL,
        shape,
        {P: view, Q: rest},
        milestones_opened=frozenset({NodeCode("#START")}),
        deliveries=(delivery,),
    )


def begun(**changes: Any) -> ApplicationSnapshot:
    return settle(permitted(**changes), MONDAY)[0]


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)


def test_the_time_to_use_a_permit_begins_with_its_receipt() -> None:
    after, made, _ = settle(permitted(), MONDAY + timedelta(days=3))
    assert [move for move in made if isinstance(move, BeginUse)] == [BeginUse(of(after).id, P, USE_BY)]
    assert of(after).use_by == USE_BY
    assert NoticeKind.USE_BEFORE in {notice.kind for notice in after.notices}
    assert plan(after, MONDAY).next_timer == end_of_day(USE_BY)


@pytest.mark.parametrize(
    "snapshot",
    [
        permitted(None),
        permitted(delivered_on=None),
        permitted(replace(LAW, milestone="#DONE")),
        permitted(reused=True),
        permitted(status=S.NOT_REQUIRED),
        replace(permitted(), milestones_reached=frozenset({NodeCode("#START")})),
        replace(permitted(), status=ApplicationStatus.CONCLUDED, outcome=Outcome.GRANTED, concluded_at=MONDAY),
    ],
)
def test_where_nothing_has_to_be_used_no_time_runs(snapshot: ApplicationSnapshot) -> None:
    _, made, _ = settle(snapshot, MONDAY)
    assert not [move for move in made if isinstance(move, BeginUse)]


def test_a_permit_that_is_not_used_is_void_and_closes_the_milestone_it_had_opened() -> None:
    last = end_of_day(USE_BY)
    before, _, _ = settle(begun(), last - timedelta(seconds=1))
    assert of(before).status is S.GRANTED
    after, made, _ = settle(begun(), last)
    assert [move for move in made if isinstance(move, Lapse)] == [Lapse(of(after).id, P, USE_BY)]
    assert of(after).status is S.LAPSED
    assert NodeCode("#START") not in after.milestones_opened
    # What comes after the milestone can no longer come; what was granted on it stays granted, and is flagged.
    assert [after.assignments[item].status for item in (Q, R)] == [S.GRANTED, S.BLOCKED]
    entries = entries_of(begun(), Lapse(of(after).id, P, USE_BY), last)
    assert [(e.kind, e.item) for e in entries if isinstance(e, Step)] == [("result.lapsed", P), ("basis.lost", Q)]
    assert [e.code for e in entries if isinstance(e, MilestoneClosed)] == ["#START"]
    [notice] = [e for e in entries if isinstance(e, NoticeQueued)]
    assert (notice.kind, notice.body["basis"], notice.body["resting"]) == (NoticeKind.LAPSED, "建筑法第九条", ["Q"])


def test_who_has_begun_keeps_the_permit() -> None:
    started = entered(begun(), MilestoneReached(NodeCode("#START"), "li01"))
    after, _, _ = settle(started, end_of_day(USE_BY) + timedelta(days=100))
    assert of(after).status is S.GRANTED


def test_a_period_that_ends_on_a_holiday_ends_after_it() -> None:
    # Three months after 19 March is the first day of the Dragon Boat Festival.
    view = of(begun(delivered_on="2026-03-19"))
    assert view.use_by == date(2026, 6, 19)
    last = ends(view, OFFICIAL)
    assert last is not None
    assert last.on == date(2026, 6, 22)


def test_nothing_lapses_by_a_day_that_is_not_published() -> None:
    snapshot = begun(delivered_on="2026-11-02")
    assert of(snapshot).use_by == date(2027, 2, 2)
    after, _, planned = settle(snapshot, at(date(2027, 3, 1)))
    assert of(after).status is S.GRANTED
    assert planned.next_timer is None


def extend(snapshot: ApplicationSnapshot, day: date, months: int = 3) -> ApplicationSnapshot:
    said = {"months": months, "reason": "冬季停工", "handler": "王芳"}
    return report(snapshot, DepartmentAct.USE_EXTENDED, at(day), **said)[0]


def test_the_time_is_extended_twice_and_counts_from_where_it_would_have_ended() -> None:
    once = extend(begun(), USE_BY)
    assert (of(once).use_by, of(once).use_extensions) == (date(2026, 9, 2), 1)
    assert NoticeKind.USE_EXTENDED in {notice.kind for notice in once.notices}
    twice = extend(once, date(2026, 9, 1), 1)
    assert (of(twice).use_by, of(twice).use_extensions) == (date(2026, 10, 2), 2)
    with pytest.raises(NotAllowedNowError, match="2 次"):
        extend(twice, date(2026, 9, 30))


def test_no_extension_is_longer_than_the_law_has_it_or_comes_too_late() -> None:
    with pytest.raises(InvalidEventError, match="3 个月"):
        extend(begun(), USE_BY, 4)
    with pytest.raises(NotAllowedNowError, match="已过"):
        extend(begun(), USE_BY + timedelta(days=1))
    with pytest.raises(NotAllowedNowError, match="尚未送达"):
        extend(permitted(delivered_on=None), USE_BY)
    with pytest.raises(NotAllowedNowError, match="没有限期"):
        extend(permitted(None), USE_BY)
