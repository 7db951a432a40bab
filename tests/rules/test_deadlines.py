"""Every deadline is recorded with what it was and why it moves, and no stop outlasts what the applicant was told."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from rules.acts import Report, reported
from rules.catalog import ClockStart, ItemCode, Limit, LimitUnit, RefusalPolicy
from rules.clocks import ClockEvent, ClockEventKind, Light, reading
from rules.deadlines import RemindEarly, ReportOverrun, SetDeadline
from rules.effects import entered
from rules.entries import Clocked, Entry, MessageQueued, NoticeQueued, Step
from rules.errors import InvalidEventError, NotAllowedNowError, RefusedOnRecordError
from rules.moves import entries
from rules.planner import plan, settle
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.terms import Approver, SpecialProcedure, Terms
from rules.vocabulary import AssignmentStatus, DepartmentAct, MessageKind, NoticeKind
from rules.workdays import FIXED_FESTIVALS, OFFICIAL, SHANGHAI, CalendarDocument
from tests.rules.networks import network, network_item

K = ClockEventKind
REVIEW = SpecialProcedure("expert_review", "专家评审", "行政许可法第四十五条", 10)
VISIT = SpecialProcedure("inspection", "现场核查", "行政许可法第三十四条")
ITEM = ItemCode("X")
NOTICE_2027 = CalendarDocument(
    "国办发明电〔2026〕9号",
    2027,
    tuple((date(2027, m, d), False, "放假") for m, d in sorted(FIXED_FESTIVALS | {(1, 4), (1, 5)})),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T10:00").replace(tzinfo=SHANGHAI).astimezone(UTC)


def accepted(when: str, *more: ClockEvent, **terms: Any) -> ApplicationSnapshot:
    """An application whose only item, 5 promised and 20 legal working days, was accepted at that day."""
    item = replace(network_item("X"), terms=Terms(**{"procedures": (REVIEW, VISIT), **terms}))
    shape = network([item], [], RefusalPolicy.STOP_DEPENDENTS)
    clock = (ClockEvent(K.RECEIVED, at(when)), ClockEvent(K.ACCEPTED, at(when)), *more)
    start, _, _ = settle(ApplicationSnapshot("N", AssignmentStatus.OPENED, shape), at(when))  # type: ignore[arg-type]
    view = replace(start.assignments[ITEM], status=AssignmentStatus.UNDER_REVIEW, clock=clock)
    found, _, _ = settle(replace(start, assignments={ITEM: view}, messages=(), notices=()), at(when))
    return found


def view_of(snapshot: ApplicationSnapshot) -> AssignmentView:
    return snapshot.assignments[ITEM]


def steps(found: tuple[Entry, ...], kind: str) -> list[Step]:
    return [entry for entry in found if isinstance(entry, Step) and entry.kind == kind]


def notices(found: tuple[Entry, ...]) -> list[NoticeQueued]:
    return [entry for entry in found if isinstance(entry, NoticeQueued)]


def hold(procedure: str = "expert_review", days: int = 5, **more: Any) -> dict[str, Any]:
    return {"procedure": procedure, "days": days, "reason": "需评审", **more}


def report(snapshot: ApplicationSnapshot, act: DepartmentAct, when: str, **details: Any) -> tuple[Entry, ...]:
    return reported(snapshot, ITEM, Report(act, at(when), details))


# Recording


def test_a_deadline_is_recorded_when_it_is_first_known_and_only_then() -> None:
    snapshot = accepted("2026-03-02")

    assert (view_of(snapshot).promised_due, view_of(snapshot).legal_due) == (date(2026, 3, 9), date(2026, 3, 30))
    assert plan(snapshot, at("2026-03-02")).inside == ()
    untold = replace(view_of(snapshot), promised_due=None, legal_due=None, calendar_edition=None)
    before = replace(snapshot, assignments={ITEM: untold})
    [move] = plan(before, at("2026-03-02")).inside
    assert isinstance(move, SetDeadline)
    [step] = steps(entries(before, move, at("2026-03-02")), "deadline.set")
    assert (step.before, step.after, step.reason) == (None, "承诺 2026-03-09，法定 2026-03-30", "受理")


def test_every_stop_and_extension_leaves_a_step_with_before_and_after() -> None:
    snapshot = accepted("2026-03-02")
    held = entered(snapshot, *report(snapshot, DepartmentAct.HOLD_STARTED, "2026-03-04", **hold()))
    [move] = plan(held, at("2026-03-04")).inside

    found = entries(held, move, at("2026-03-04"))
    [step] = steps(found, "deadline.recomputed")
    assert (step.reason, step.details["changes"]["legal_due"]) == ("特别程序开始", ["2026-03-30", "2026-04-07"])
    assert notices(found) == []


def test_a_new_calendar_moves_what_was_told_says_by_which_document_and_tells_the_applicant() -> None:
    snapshot = accepted("2026-12-14")
    assert (view_of(snapshot).legal_due, view_of(snapshot).provisional) == (date(2027, 1, 12), True)
    published = replace(snapshot, calendar=OFFICIAL.with_document(NOTICE_2027))

    [move] = plan(published, at("2026-12-15")).inside
    found = entries(published, move, at("2026-12-15"))
    [step] = steps(found, "deadline.recomputed")
    assert step.reason == "工作日历更新：国办发明电〔2026〕9号"
    assert step.details["changes"] == {"legal_due": ["2027-01-12", "2027-01-14"], "provisional": [True, False]}
    [notice] = notices(found)
    assert notice.kind is NoticeKind.DEADLINE_MOVED
    assert notice.title == "办理期限重新计算：承诺 2026-12-21，法定 2027-01-14"
    assert notice.body == {
        "item": ITEM,
        "changes": step.details["changes"],
        "reason": step.reason,
        "provisional": False,
    }
    assert (step.details["cause"], step.details["calendar"]) == ("受理", ["国办发明电〔2026〕9号"])
    assert step.before == "承诺 2026-12-21，法定 2027-01-12（暂定）"
    after = entered(published, *found)
    assert plan(after, at("2026-12-15")).inside == ()
    assert view_of(after).calendar_edition == 1


def test_a_calendar_that_moves_nothing_is_remembered_in_silence() -> None:
    snapshot = accepted("2026-03-02")
    published = replace(snapshot, calendar=OFFICIAL.with_document(NOTICE_2027))

    [move] = plan(published, at("2026-03-03")).inside
    found = entries(published, move, at("2026-03-03"))
    assert [type(entry).__name__ for entry in found] == ["Revised"]
    assert plan(entered(published, *found), at("2026-03-03")).inside == ()


def test_a_decided_assignment_is_not_judged_again() -> None:
    snapshot = accepted("2026-12-14")
    decided = replace(view_of(snapshot), status=AssignmentStatus.GRANTED)
    published = replace(snapshot, assignments={ITEM: decided}, calendar=OFFICIAL.with_document(NOTICE_2027))

    assert not any(isinstance(move, SetDeadline) for move in plan(published, at("2026-12-15")).inside)


# The first reminder


def test_half_of_the_promise_gone_reminds_once_without_a_light() -> None:
    snapshot = accepted("2026-03-02")

    assert plan(snapshot, at("2026-03-04")).inside == ()
    [move] = plan(snapshot, at("2026-03-05")).inside  # the third of five days
    assert isinstance(move, RemindEarly)
    found = entries(snapshot, move, at("2026-03-05"))
    urgency = {"light": "green", "due_on": "2026-03-09"}
    assert MessageQueued(ITEM, MessageKind.REMINDED, "early", urgency) in found
    [step] = steps(found, "deadline.warned")
    assert (step.reason, step.details) == ("承诺时限已过 50%", urgency)
    after = entered(snapshot, *found)
    assert view_of(after).light is Light.GREEN
    assert plan(after, at("2026-03-05")).inside == ()


def test_no_early_reminder_where_yellow_comes_as_soon() -> None:
    limit = Limit(2, LimitUnit.WORKING_DAY, ClockStart.ACCEPTANCE)
    history = [ClockEvent(K.ACCEPTED, at("2026-03-02"))]

    assert reading(limit, limit, history, at("2026-03-02"), remind_percent=50).remind_on is None
    longer = replace(limit, days=10)
    assert reading(longer, longer, history, at("2026-03-02"), remind_percent=50).remind_on == date(2026, 3, 9)
    assert reading(longer, longer, history, at("2026-03-02"), remind_percent=0).remind_on is None


# Special procedures


def test_a_procedure_not_on_the_list_is_refused_with_the_list() -> None:
    with pytest.raises(NotAllowedNowError) as caught:
        report(accepted("2026-03-02"), DepartmentAct.HOLD_STARTED, "2026-03-04", **hold("publicity"))

    assert caught.value.details["procedures"] == ["expert_review", "inspection"]
    with pytest.raises(NotAllowedNowError, match="无"):
        report(accepted("2026-03-02", procedures=()), DepartmentAct.HOLD_STARTED, "2026-03-04", **hold())


def test_a_procedure_is_no_longer_than_its_law_allows() -> None:
    snapshot = accepted("2026-03-02")

    assert report(snapshot, DepartmentAct.HOLD_STARTED, "2026-03-04", **hold(days=10))
    with pytest.raises(NotAllowedNowError, match="最长 10"):
        report(snapshot, DepartmentAct.HOLD_STARTED, "2026-03-04", **hold(days=11))


def test_a_procedure_begins_before_the_legal_deadline() -> None:
    snapshot = accepted("2026-03-02")

    assert report(snapshot, DepartmentAct.HOLD_STARTED, "2026-03-29", **hold())
    with pytest.raises(NotAllowedNowError, match="2026-03-30"):
        report(snapshot, DepartmentAct.HOLD_STARTED, "2026-03-30", **hold())


@pytest.mark.parametrize("officers", [(), ("王芳",), ("王芳", "王芳 ")])
def test_a_site_visit_needs_two_officers(officers: tuple[str, ...]) -> None:
    snapshot = accepted("2026-03-02")

    with pytest.raises(InvalidEventError, match="两名"):
        report(snapshot, DepartmentAct.HOLD_STARTED, "2026-03-04", **hold("inspection", officers=officers))
    assert report(snapshot, DepartmentAct.HOLD_STARTED, "2026-03-04", **hold("inspection", officers=("王芳", "李强")))


def test_the_applicant_is_told_kind_basis_days_and_end() -> None:
    found = report(accepted("2026-03-02"), DepartmentAct.HOLD_STARTED, "2026-03-04", **hold())

    [notice] = notices(found)
    assert notice.kind is NoticeKind.SPECIAL_PROCEDURE
    assert {key: notice.body[key] for key in ("procedure", "basis", "days", "until")} == {
        "procedure": "expert_review",
        "basis": "行政许可法第四十五条",
        "days": 5,
        "until": "2026-03-11",
    }


def test_a_procedure_longer_than_told_lets_the_clock_run_again_and_is_reported_once() -> None:
    snapshot = accepted("2026-03-02")
    held, _, _ = settle(
        entered(snapshot, *report(snapshot, DepartmentAct.HOLD_STARTED, "2026-03-04", **hold())), at("2026-03-04")
    )
    assert plan(held, at("2026-03-11")).inside == ()  # the fifth day told
    assert held.read_clock(view_of(held), at("2026-03-11")).used == 2
    assert held.read_clock(view_of(held), at("2026-03-12")).used == 3

    move = next(move for move in plan(held, at("2026-03-12")).inside if isinstance(move, ReportOverrun))
    found = entries(held, move, at("2026-03-12"))
    [step] = steps(found, "special_procedure.overrun")
    [message] = [entry for entry in found if isinstance(entry, MessageQueued)]
    reason = "特别程序已满告知的期限（2026-03-11），时限恢复计算（行政许可法第四十五条）"
    assert step.reason == message.body["reason"] == reason
    assert (message.kind, message.serial) == (MessageKind.REMINDED, "overrun/2026-03-11")
    [ended] = [entry.event for entry in found if isinstance(entry, Clocked)]
    assert (ended.kind, ended.reason) == (K.HOLD_ENDED, "告知的期限已满")
    assert step.details == {"until": "2026-03-11", "occurred_at": ended.at.isoformat()}
    assert ended.on == date(2026, 3, 11)  # the last day told is still uncounted
    after, _, _ = settle(entered(held, *found), at("2026-03-12"))
    assert view_of(after).status is AssignmentStatus.SPECIAL_PROCEDURE
    assert plan(after, at("2026-03-12")).inside == ()
    over = entered(after, *report(after, DepartmentAct.HOLD_ENDED, "2026-03-13"))
    assert view_of(over).status is AssignmentStatus.UNDER_REVIEW
    assert over.read_clock(view_of(over), at("2026-03-13")).legal_due == date(2026, 4, 7)


def test_the_end_of_the_days_told_is_a_timer() -> None:
    snapshot = accepted("2026-03-02")
    held = entered(snapshot, *report(snapshot, DepartmentAct.HOLD_STARTED, "2026-03-03", **hold()))
    settled, _, told = settle(held, at("2026-03-03"))

    assert settled.read_clock(view_of(settled), at("2026-03-04")).running is False
    assert told.next_timer == datetime(2026, 3, 11, tzinfo=SHANGHAI).astimezone(UTC)


# The extension


def asked(days: int = 10, level: str = "agency_head") -> dict[str, Any]:
    return {"days": days, "approver": "李强", "approver_level": level, "reason": "需复核"}


def test_an_extension_is_told_with_its_reason_approver_and_new_deadline() -> None:
    found = report(accepted("2026-03-02"), DepartmentAct.EXTENSION_REQUESTED, "2026-03-04", **asked())

    [notice] = notices(found)
    assert notice.kind is NoticeKind.EXTENSION
    assert {key: notice.body[key] for key in ("reason", "approver", "approver_level", "legal_due")} == {
        "reason": "需复核",
        "approver": "李强",
        "approver_level": "agency_head",
        "legal_due": "2026-04-14",
    }


@pytest.mark.parametrize(
    ("when", "given", "terms", "why"),
    [
        ("2026-03-31", asked(), {}, "已过"),
        ("2026-03-04", asked(days=11), {}, "不得超过 10"),
        ("2026-03-04", asked(level="government_head"), {}, "行政机关负责人"),
        ("2026-03-04", asked(), {"extension_approver": Approver.GOVERNMENT_HEAD}, "人民政府负责人"),
    ],
)
def test_an_extension_that_is_not_allowed_is_refused_and_the_attempt_kept(
    when: str, given: dict[str, Any], terms: dict[str, Any], why: str
) -> None:
    with pytest.raises(RefusedOnRecordError, match=why) as caught:
        report(accepted("2026-03-02", **terms), DepartmentAct.EXTENSION_REQUESTED, when, **given)

    [step] = caught.value.entries
    assert isinstance(step, Step)
    assert (step.kind, step.details["days"], step.details["approver"]) == ("extension.rejected", given["days"], "李强")


def test_a_second_extension_is_refused_and_one_on_the_last_day_is_not() -> None:
    snapshot = accepted("2026-03-02")
    extended = entered(snapshot, *report(snapshot, DepartmentAct.EXTENSION_REQUESTED, "2026-03-30", **asked(days=1)))

    with pytest.raises(RefusedOnRecordError, match="只能一次"):
        report(extended, DepartmentAct.EXTENSION_REQUESTED, "2026-03-31", **asked(days=1))


# Months


@pytest.mark.parametrize(
    ("start", "months", "due"),
    [
        ("2026-03-16", 1, "2026-04-16"),
        ("2026-01-30", 1, "2026-02-28"),  # no 30 February: its last day, a make-up Saturday
        ("2026-11-30", 3, "2027-02-28"),  # provisional: a Sunday, rolled
        ("2026-12-31", 0, "2026-12-31"),
        ("2025-12-08", 1, "2026-01-08"),
    ],
)
def test_a_month_ends_on_the_day_of_the_same_number(start: str, months: int, due: str) -> None:
    limit = Limit(months, LimitUnit.MONTH, ClockStart.RECEIPT)
    shown = reading(limit, limit, [ClockEvent(K.RECEIVED, at(start))], at(start))

    assert shown.legal_due == OFFICIAL.roll_forward(date.fromisoformat(due)).on


def test_a_month_is_extended_by_months() -> None:
    limit = Limit(1, LimitUnit.MONTH, ClockStart.RECEIPT, 1)
    history = [ClockEvent(K.RECEIVED, at("2026-01-30")), ClockEvent(K.EXTENDED, at("2026-02-03"), 1)]

    assert reading(limit, limit, history, at("2026-02-04")).legal_due == date(2026, 3, 30)
