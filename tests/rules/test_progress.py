"""What is remembered of a snapshot is what would be found anew, and is forgotten when what it rests on changes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rules.catalog import ItemCode, NodeCode, RefusalPolicy
from rules.frozen import changed, once
from rules.progress import Progress
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import AssignmentStatus
from tests.rules.assignments import MONDAY, of, under_review
from tests.rules.networks import network, network_item

S = AssignmentStatus
P = ItemCode("P")
NETWORK = network([network_item("P"), network_item("Q")], [("P", "#START", "S")], RefusalPolicy.STOP_DEPENDENTS)


def progress(reached: str = "", **ends: AssignmentStatus | None) -> Progress:
    return Progress(
        NETWORK,
        {ItemCode(code): status for code, status in ends.items()},
        frozenset(map(NodeCode, reached.split())),
    )


@pytest.mark.parametrize(
    ("status", "ended", "met", "nothing_lost"),
    [
        (None, False, False, True),
        (S.GRANTED, True, True, True),
        (S.PARTLY_GRANTED, True, True, True),
        (S.DEEMED_APPROVED, True, True, True),
        (S.NOT_REQUIRED, True, True, True),
        (S.REFUSED, True, False, False),
        (S.BLOCKED, True, False, False),
        (S.WITHDRAWN, True, False, False),
    ],
)
def test_an_item_stands_as_its_status_says(status: S, ended: bool, met: bool, nothing_lost: bool) -> None:
    of_p = progress(P=status, Q=S.GRANTED)

    assert (of_p.ended("P"), of_p.met("P"), of_p.nothing_lost) == (ended, met, nothing_lost)


def test_what_has_not_begun_has_neither_ended_nor_been_met_nor_been_lost() -> None:
    assert (progress().ended("P"), progress().met("P"), progress().nothing_lost) == (False, False, True)


def test_a_milestone_is_met_when_it_is_reached() -> None:
    assert progress("#START").met("#START")
    assert not progress("#DONE", P=S.GRANTED).met("#START")


def test_a_progress_is_of_one_network_its_statuses_and_its_milestones() -> None:
    found = progress("#START", P=None)

    assert found.is_of(NETWORK, {P: None}, frozenset({NodeCode("#START")}))
    assert not found.is_of(replace(NETWORK), {P: None}, frozenset({NodeCode("#START")}))
    assert not found.is_of(NETWORK, {P: S.GRANTED}, frozenset({NodeCode("#START")}))
    assert not found.is_of(NETWORK, {P: None}, frozenset())


def test_a_snapshot_keeps_its_progress_until_a_status_a_milestone_or_the_network_changes() -> None:
    snapshot = under_review()
    reminded = changed(snapshot, assignments={P: changed(of(snapshot), reminded=True)})
    proposed = changed(snapshot, assignments={P: changed(of(snapshot), status=S.REFUSAL_PROPOSED)})
    granted = changed(snapshot, assignments={P: changed(of(snapshot), status=S.GRANTED)})
    reached = changed(snapshot, milestones_reached=frozenset({NodeCode("#START")}))
    planned_anew = changed(snapshot, network=replace(snapshot.network))

    before = snapshot.progress
    assert before.ends == {P: None}
    assert reminded.progress is before
    assert proposed.progress is before  # it is at work all the same
    assert granted.progress.ends == {P: S.GRANTED}
    assert reached.progress.met("#START")
    assert planned_anew.progress.network is planned_anew.network
    assert snapshot.progress is before  # its own, whatever its copies found


def test_a_value_is_looked_at_once_and_its_copies_anew() -> None:
    looked: list[Progress] = []

    def find(value: Progress) -> int:
        looked.append(value)
        return len(looked)

    found = progress(P=None)
    copy = changed(found, ends={P: S.GRANTED})

    assert [once(found, find), once(found, find), once(copy, find)] == [1, 1, 2]
    assert looked == [found, copy]


def test_a_copy_differs_in_what_is_changed_and_has_no_field_of_another_name() -> None:
    found = progress(P=None)
    copy = changed(found, ends={P: S.GRANTED})

    assert (copy.ends, copy.network) == ({P: S.GRANTED}, NETWORK)
    assert found.ends == {P: None}
    with pytest.raises(TypeError, match="Progress has no colour, shape"):
        changed(found, colour="red", shape="round")


def test_what_time_does_to_an_assignment_is_found_once_a_day() -> None:
    """A day ends at 24:00 in Asia/Shanghai, which is 16:00 UTC."""
    looked: list[datetime] = []

    def find(_snapshot: ApplicationSnapshot, _view: AssignmentView, now: datetime) -> int:
        looked.append(now)
        return len(looked)

    snapshot = under_review()
    view = of(snapshot)
    last = datetime(2026, 3, 2, 16, tzinfo=UTC) - timedelta(seconds=1)
    tuesday = datetime(2026, 3, 2, 16, tzinfo=UTC)

    assert [snapshot.once_a_day(view, now, find) for now in (MONDAY, last, tuesday, MONDAY)] == [1, 1, 2, 3]
    planned_anew = changed(snapshot, network=replace(snapshot.network))
    closed = changed(planned_anew, calendar=snapshot.calendar.with_overrides({MONDAY.date(): False}))
    assert planned_anew.once_a_day(view, MONDAY, find) == 4
    assert closed.once_a_day(view, MONDAY, find) == 5
    assert closed.once_a_day(changed(view, reminded=True), MONDAY, find) == 6


def test_what_time_does_not_touch_is_found_once_for_a_network_and_a_calendar() -> None:
    looked: list[AssignmentView] = []

    def find(_snapshot: ApplicationSnapshot, view: AssignmentView) -> int:
        looked.append(view)
        return len(looked)

    snapshot = under_review()
    view = of(snapshot)
    planned_anew = changed(snapshot, network=replace(snapshot.network))
    closed = changed(planned_anew, calendar=snapshot.calendar.with_overrides({MONDAY.date(): False}))

    assert [each.once_of(view, find) for each in (snapshot, snapshot, planned_anew, closed, closed)] == [1, 1, 2, 3, 3]


def test_a_clock_is_read_anew_when_the_network_sets_other_limits() -> None:
    snapshot = under_review()
    strict = replace(snapshot.network, policies=replace(snapshot.network.policies, remind_percent=10))
    lax = replace(snapshot.network, policies=replace(snapshot.network.policies, remind_percent=0))
    view = of(snapshot)

    assert changed(snapshot, network=strict).read_clock(view, MONDAY).remind_on is not None
    assert changed(snapshot, network=lax).read_clock(view, MONDAY).remind_on is None
