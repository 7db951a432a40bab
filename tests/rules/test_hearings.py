"""Hearings (听证): told, asked for, announced and held in their times, and not counted (行政许可法 art. 45 to 48)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from rules.acts.hearings import applied_for
from rules.acts.hearings import of as hearing_of
from rules.effects import entered
from rules.entries import MessageQueued, NoticeQueued, Step
from rules.errors import InvalidEventError, NotAllowedNowError
from rules.planner import plan, settle
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import AssignmentStatus as S
from rules.vocabulary import DepartmentAct as A
from rules.vocabulary import MessageKind, NoticeKind
from rules.workdays import SHANGHAI, end_of_day
from tests.rules.assignments import MONDAY, REFUSED, of, report, under_review

TOLD = {"addressee": "清河餐饮", "subject": "拟不予许可", "contact": "3号窗口", "handler": "王芳"}
#: Five working days after Monday 2 March; twenty after the day of the request; seven after that of the notice.
ASK_BY, HOLD_BY = date(2026, 3, 9), date(2026, 4, 7)
GRANTED = {"decision": "granted", "handler": "王芳"}


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


def told() -> ApplicationSnapshot:
    return report(under_review(handler="王芳"), A.HEARING_TOLD, MONDAY, **TOLD)[0]


LAST_HOUR, NEXT_DAY = at(3, 9, 23), at(3, 10)


def asked(when: datetime = LAST_HOUR) -> ApplicationSnapshot:
    return report(told(), A.HEARING_REQUESTED, when, by="清河餐饮")[0]


def announce(snapshot: ApplicationSnapshot, held_at: datetime, when: datetime = NEXT_DAY, **changes: Any) -> Any:
    said = {"place": "三楼", "presider": "孙法", "examiners": ["李强"], "subject": "拟不予许可", **changes}
    return report(snapshot, A.HEARING_ANNOUNCED, when, held_at=held_at.isoformat(), **said)


def test_who_is_told_has_five_working_days_to_ask() -> None:
    snapshot, entries = report(under_review(), A.HEARING_TOLD, MONDAY, **TOLD)
    [notice] = [entry for entry in entries if isinstance(entry, NoticeQueued)]
    assert (notice.kind, notice.body["ask_by"]) == (NoticeKind.HEARING_RIGHTS, ASK_BY.isoformat())
    assert hearing_of(of(asked()))["hold_by"] == HOLD_BY.isoformat()
    for late in (at(3, 10, 0), at(3, 11)):
        with pytest.raises(NotAllowedNowError, match="已过"):
            report(snapshot, A.HEARING_REQUESTED, late, by="清河餐饮")
    with pytest.raises(NotAllowedNowError, match="已告知"):
        report(snapshot, A.HEARING_TOLD, MONDAY, **TOLD)
    with pytest.raises(NotAllowedNowError):
        report(under_review(), A.HEARING_REQUESTED, MONDAY, by="清河餐饮")
    with pytest.raises(NotAllowedNowError):
        report(asked(), A.HEARING_REQUESTED, at(3, 9), by="清河餐饮")


def test_a_request_that_the_agent_hands_in_is_told_to_the_department() -> None:
    entries = applied_for(told(), of(told()), "清河餐饮", at(3, 9))
    [message] = [entry for entry in entries if isinstance(entry, MessageQueued)]
    assert (message.kind, message.body["due_on"]) == (MessageKind.REMINDED, HOLD_BY.isoformat())
    assert hearing_of(of(entered(told(), *entries))) == hearing_of(of(asked(at(3, 9))))


def test_who_lets_the_days_pass_has_waived_it() -> None:
    snapshot = told()
    assert plan(settle(snapshot, MONDAY)[0], MONDAY).next_timer is not None
    before, _, _ = settle(snapshot, end_of_day(ASK_BY) - timedelta(seconds=1))
    assert "waived_on" not in hearing_of(of(before))
    after, _, _ = settle(snapshot, end_of_day(ASK_BY))
    assert hearing_of(of(after))["waived_on"] == "2026-03-10"
    assert "waived_on" not in hearing_of(of(settle(asked(), end_of_day(ASK_BY))[0]))


@pytest.mark.parametrize(
    ("held_at", "why"),
    [(at(3, 18), "提前 7"), (at(3, 19), None), (at(4, 7, 16), None), (at(4, 8), "2026-04-07 前")],
)
def test_it_is_announced_seven_working_days_ahead_and_held_within_twenty(held_at: datetime, why: str | None) -> None:
    if why is None:
        snapshot, _ = announce(asked(), held_at)
        assert of(snapshot).status is S.SPECIAL_PROCEDURE
    else:
        with pytest.raises(NotAllowedNowError, match=why):
            announce(asked(), held_at)


@pytest.mark.parametrize("presider", ["李强", " 李 强", "王芳"])
def test_nobody_presides_who_has_examined_the_matter(presider: str) -> None:
    with pytest.raises(InvalidEventError, match="主持人"):
        announce(asked(), at(3, 19), presider=presider)


def test_its_time_is_not_counted_from_the_notice_to_the_day_it_is_held() -> None:
    snapshot, entries = announce(asked(), at(3, 19))
    [notice] = [entry for entry in entries if isinstance(entry, NoticeQueued)]
    assert (notice.body["days_ahead"], notice.body["on_request"], notice.body["until"]) == (7, True, "2026-03-19")
    plain = under_review()
    before = plain.read_clock(of(plain), at(3, 10)).legal_due
    held, _ = report(snapshot, A.HEARING_HELD, at(3, 19, 11), record="笔录2号")
    assert of(held).status is S.UNDER_REVIEW
    after = held.read_clock(of(held), at(3, 20)).legal_due
    assert (before, after) == (date(2026, 3, 30), date(2026, 4, 9))


def test_an_own_hearing_needs_no_request_and_none_is_announced_twice() -> None:
    own, entries = announce(under_review(), at(3, 30))
    [notice] = [entry for entry in entries if isinstance(entry, NoticeQueued)]
    assert notice.body["on_request"] is False
    with pytest.raises(NotAllowedNowError, match="2026-04-08 前"):
        announce(under_review(), at(4, 9))
    held, _ = report(own, A.HEARING_HELD, at(3, 30), record="笔录")
    with pytest.raises(NotAllowedNowError, match="已经通知"):
        announce(held, at(4, 20), at(4, 1))


def test_no_decision_comes_before_the_right_or_the_hearing_is_over() -> None:
    with pytest.raises(NotAllowedNowError, match="期满前"):
        report(told(), A.DECIDED, at(3, 9), **GRANTED)
    assert of(report(told(), A.DECIDED, at(3, 10), **GRANTED)[0]).status is S.GRANTED
    with pytest.raises(NotAllowedNowError, match="尚未举行"):
        report(asked(), A.DECIDED, at(3, 12), **GRANTED)
    announced, _ = announce(asked(), at(3, 19))
    with pytest.raises(NotAllowedNowError, match="尚未举行"):
        report(announced, A.DECIDED, at(3, 20), **REFUSED, approver="李强")


def test_the_decision_rests_on_the_record() -> None:
    announced, _ = announce(asked(), at(3, 19))
    with pytest.raises(NotAllowedNowError, match="未到"):
        report(announced, A.HEARING_HELD, at(3, 19, 8), record="笔录2号")
    held, _ = report(announced, A.HEARING_HELD, at(3, 19), record="笔录2号")
    with pytest.raises(NotAllowedNowError, match="没有已通知"):
        report(held, A.HEARING_HELD, at(3, 20), record="笔录3号")
    _, entries = report(held, A.DECIDED, at(3, 20), **GRANTED)
    step = next(entry for entry in entries if isinstance(entry, Step) and entry.kind == "decision.granted")
    assert step.details["hearing_record"] == "笔录2号"


def test_a_hearing_that_is_not_organised_is_brought_before_supervision_once() -> None:
    due = end_of_day(HOLD_BY)
    snapshot = settle(asked(), due - timedelta(seconds=1))[0]
    assert "escalated" not in of(snapshot).procedures
    after, _, _ = settle(snapshot, due)
    assert of(after).procedures["escalated"] == {"hearing": HOLD_BY.isoformat()}
    assert len(after.messages) == len(settle(after, due + timedelta(hours=1))[0].messages)
    announced, _ = announce(asked(), at(3, 19))
    assert "escalated" not in of(settle(announced, due)[0]).procedures
