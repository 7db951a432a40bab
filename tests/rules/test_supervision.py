"""The ladder of supervision: an order, two cards, a referral by a person; answers gain days, a decision ends it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from rules.clocks import ClockEvent, ClockEventKind
from rules.effects import entered
from rules.entries import MessageQueued, Revised, Step
from rules.errors import NotAllowedNowError
from rules.moves import entries as entries_of
from rules.planner import plan, settle
from rules.snapshot import ApplicationSnapshot
from rules.supervision import Climb, answered, climb, referred, reply_by
from rules.terms import Policies
from rules.vocabulary import AssignmentStatus as S
from rules.vocabulary import DepartmentAct, MessageKind, Party, Rung
from rules.workdays import OFFICIAL, end_of_day
from tests.rules.assignments import MONDAY, of, report, under_review

# Accepted on 2 March, twenty working days: 30 March. Ordered the day after; Tomb-Sweeping Day lies in the five days.
ORDERED = end_of_day(date(2026, 3, 30))
REPLY_BY = date(2026, 4, 8)


def ordered(**changes: Any) -> ApplicationSnapshot:
    """The legal limit has passed and the first order is made; nothing is owed to anybody."""
    snapshot, _, _ = settle(under_review(**changes), ORDERED)
    return snapshot


def on(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 2, tzinfo=UTC)


def rungs(snapshot: ApplicationSnapshot, now: datetime) -> list[Rung]:
    _, made, _ = settle(snapshot, now)
    return [move.rung for move in made if isinstance(move, Climb)]


def test_the_first_order_asks_for_a_reply_in_five_working_days() -> None:
    snapshot = ordered()
    view = of(snapshot)

    assert (view.rung, view.supervised_on, view.answered) == (Rung.ORDER, date(2026, 3, 31), False)
    last = reply_by(view, Policies(), OFFICIAL)
    assert last is not None
    assert (last.on, last.provisional) == (REPLY_BY, False)
    later = reply_by(view, Policies(order_days=10), OFFICIAL)
    assert later is not None
    assert later.on == date(2026, 4, 15)


def test_nothing_climbs_before_the_day_to_reply_is_over() -> None:
    snapshot = ordered()

    assert rungs(snapshot, on(REPLY_BY)) == []
    assert rungs(snapshot, end_of_day(REPLY_BY)) == [Rung.YELLOW]


def test_the_day_to_reply_is_a_timer() -> None:
    """R-93: nobody has to remember it."""
    snapshot = ordered()

    assert plan(snapshot, on(date(2026, 4, 1))).next_timer == end_of_day(REPLY_BY)


@pytest.mark.parametrize(
    ("begun", "day", "next_"),
    [
        (Rung.ORDER, date(2026, 4, 9), Rung.YELLOW),
        (Rung.YELLOW, date(2026, 4, 9), Rung.RED),
        (Rung.RED, date(2026, 4, 9), Rung.REFERRAL),
        (Rung.REFERRAL, date(2026, 6, 1), None),
        (Rung.REFERRED, date(2026, 6, 1), None),
        (None, date(2026, 4, 9), None),
    ],
)
def test_silence_climbs_rung_by_rung_and_a_referral_is_left_to_people(
    begun: Rung | None, day: date, next_: Rung | None
) -> None:
    snapshot = under_review(escalated=True, rung=begun, supervised_on=date(2026, 3, 31))
    due = climb(snapshot, of(snapshot), on(day))

    assert (due.rung if due else None) is next_


def test_a_decision_ends_the_ladder_and_a_limit_that_has_moved_stops_it() -> None:
    ended = under_review(rung=Rung.ORDER, supervised_on=date(2026, 3, 31), status=S.GRANTED)
    assert climb(ended, of(ended), on(date(2026, 4, 20))) is None
    clock = (*of(under_review()).clock, ClockEvent(ClockEventKind.EXTENDED, MONDAY, 10))
    extended = under_review(rung=Rung.ORDER, supervised_on=date(2026, 3, 1), clock=clock)
    assert climb(extended, of(extended), on(date(2026, 4, 9))) is None


def test_no_order_falls_due_on_days_that_are_not_published() -> None:
    snapshot = under_review(rung=Rung.ORDER, supervised_on=date(2026, 12, 30))

    assert climb(snapshot, of(snapshot), on(date(2027, 3, 1))) is None


def test_a_card_names_reason_addressee_and_day_of_reply() -> None:
    snapshot = ordered()
    made = entries_of(snapshot, Climb(of(snapshot).id, of(snapshot).item, Rung.YELLOW), end_of_day(REPLY_BY))
    message = next(entry for entry in made if isinstance(entry, MessageQueued))
    step = next(entry for entry in made if isinstance(entry, Step))

    why = "法定时限 2026-03-30 已过，督办后逾期未答复"
    assert message.kind is MessageKind.SUPERVISED
    # From 9 April, a Thursday: 10, 13, 14, 15, 16.
    assert message.body == {
        "rung": "yellow",
        "due_on": "2026-03-30",
        "reason": why,
        "duty": "优化营商环境条例第三十六条：办理单位须公开说明超期原因",
        "reply_by": "2026-04-16",
    }
    assert (step.kind, step.before, step.after, step.reason) == ("escalated.yellow_card", "order", "yellow", why)
    assert step.details["department"] == "DP"
    assert made[0] == Revised(
        of(snapshot).item, {"rung": Rung.YELLOW, "supervised_on": date(2026, 4, 9), "answered": False}
    )


def test_a_referral_that_is_due_tells_nobody_outside() -> None:
    snapshot = under_review(escalated=True, rung=Rung.RED, supervised_on=date(2026, 3, 31))
    made = entries_of(snapshot, Climb(of(snapshot).id, of(snapshot).item, Rung.REFERRAL), on(date(2026, 4, 9)))

    assert [type(entry) for entry in made] == [Revised, Step]
    assert made[1].kind == "escalated.referral_due"  # type: ignore[union-attr]


def test_an_answer_gains_the_days_of_one_order_once() -> None:
    snapshot = ordered()
    said = {"text": "专家评审未回，预计 4 月 20 日办结", "answers": "supervision", "handler": "王芳"}
    first, entries = report(snapshot, DepartmentAct.NOTE, on(date(2026, 4, 7)), **said)
    view = of(first)

    assert (view.answered, view.supervised_on) == (True, date(2026, 4, 7))
    assert rungs(first, end_of_day(REPLY_BY)) == []
    step = entries[-1]
    assert isinstance(step, Step)
    assert (step.kind, step.reason, step.details["rung"]) == ("supervision.answered", said["text"], Rung.ORDER)
    # A second answer is kept and gains nothing.
    second, _ = report(first, DepartmentAct.NOTE, on(date(2026, 4, 9)), **said)
    assert of(second).supervised_on == date(2026, 4, 7)
    assert rungs(second, end_of_day(date(2026, 4, 14))) == [Rung.YELLOW]


def test_the_next_rung_says_whether_there_was_an_answer() -> None:
    snapshot = under_review(rung=Rung.ORDER, supervised_on=date(2026, 3, 31), answered=True)
    made = entries_of(snapshot, Climb(of(snapshot).id, of(snapshot).item, Rung.YELLOW), on(date(2026, 4, 9)))

    assert made[-1].reason == "法定时限 2026-03-30 已过，督办后已答复而未办结"  # type: ignore[union-attr]


@pytest.mark.parametrize("rung", [None, Rung.REFERRAL, Rung.REFERRED])
def test_what_is_not_asked_is_not_answered(rung: Rung | None) -> None:
    with pytest.raises(NotAllowedNowError):
        answered(of(under_review(rung=rung)), "说明", None, MONDAY)


def test_a_note_that_answers_no_order_gains_nothing() -> None:
    after, _ = report(ordered(), DepartmentAct.NOTE, on(date(2026, 4, 7)), text="资料已归档")

    assert of(after).answered is False


def test_a_referral_is_made_by_a_person_and_names_to_whom_and_by_which_document() -> None:
    view = of(under_review(rung=Rung.REFERRAL))
    made = referred(view, to="开原市纪委监委", document="开营商移〔2026〕1号", reason="两次红牌后仍不办理", by="zhou")

    assert made[0] == Revised(view.item, {"rung": Rung.REFERRED})
    step = made[1]
    assert isinstance(step, Step)
    assert step.details == {
        "to": "开原市纪委监委",
        "document_number": "开营商移〔2026〕1号",
        "by": "zhou",
        "department": "DP",
    }
    for rung in (None, Rung.ORDER, Rung.YELLOW, Rung.RED, Rung.REFERRED):
        with pytest.raises(NotAllowedNowError):
            referred(of(under_review(rung=rung)), to="纪委监委", document="1", reason="超期", by="zhou")


def test_climbing_changes_nothing_of_the_decision() -> None:
    snapshot = ordered()
    after = entered(snapshot, *entries_of(snapshot, Climb(of(snapshot).id, of(snapshot).item, Rung.YELLOW), ORDERED))

    assert of(after).status is S.UNDER_REVIEW
    assert after.decisions == {}


@pytest.mark.parametrize(
    ("kind", "status", "party"),
    [
        ("superior_decision 初审同意", S.SPECIAL_PROCEDURE, Party.SUPERIOR),
        ("hearing 申请人要求", S.SPECIAL_PROCEDURE, Party.DEPARTMENT),
        ("superior_decision 初审同意", S.UNDER_REVIEW, Party.DEPARTMENT),
    ],
)
def test_a_file_with_the_superior_is_waited_for_there(kind: str, status: S, party: Party) -> None:
    """行政许可法 art. 35, 43: review and decision have each their own time; case 12: it shows who has the file."""
    clock = (*of(under_review()).clock, ClockEvent(ClockEventKind.HOLD_STARTED, MONDAY, 20, kind))
    snapshot = under_review(status=status, clock=clock)
    (wait,) = plan(settle(snapshot, MONDAY)[0], MONDAY).waits

    assert wait.party is party
    if party is Party.SUPERIOR:
        assert (wait.who, wait.until) == ("DP", date(2026, 3, 30))
