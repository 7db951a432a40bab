"""Silence beyond the legal limit: supervision, once; consent only on a cited basis and a warning in time."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from rules.clocks import ClockEvent, ClockEventKind
from rules.entries import Clocked, Decided, MessageQueued, NoticeQueued, Revised, Step
from rules.moves import entries as entries_of
from rules.planner import settle
from rules.silence import DeemApproved, Escalate, WarnSilence, due_warning, means_consent, warn_on, warned_in_time
from rules.snapshot import ApplicationSnapshot
from rules.terms import DecisionSilence, Terms
from rules.vocabulary import AssignmentStatus as S
from rules.vocabulary import DecisionKind, MessageKind, NoticeKind, Rung
from rules.workdays import OFFICIAL, SHANGHAI, end_of_day
from tests.rules.assignments import of, under_review, with_terms

#: Twenty working days after Monday 2026-03-02.
DUE = date(2026, 3, 30)
EXPIRED = end_of_day(DUE)
CONSENT = {"silence": DecisionSilence.DEEMED_APPROVED, "silence_basis": "行政许可法第五十条第二款"}


def morning(day: int) -> datetime:
    return datetime(2026, 3, day, 9, tzinfo=SHANGHAI)


def silent(warned_at: datetime | None = None, **changes: Any) -> ApplicationSnapshot:
    """A snapshot in which silence means consent, warned of the limit when ``warned_at`` says so."""
    warned = {} if warned_at is None else {"warned_for": DUE, "warned_at": warned_at}
    return under_review(with_terms(**CONSENT), **{**warned, **changes})


def moves(snapshot: ApplicationSnapshot, now: datetime, *kinds: type) -> list[Any]:
    _, made, _ = settle(snapshot, now)
    return [move for move in made if isinstance(move, kinds)]


@pytest.mark.parametrize(
    ("silence", "basis", "consents"),
    [
        (DecisionSilence.ESCALATE, "", False),
        (DecisionSilence.ESCALATE, "文件", False),
        (DecisionSilence.DEEMED_APPROVED, "", False),
        (DecisionSilence.DEEMED_APPROVED, "  ", False),
        (DecisionSilence.DEEMED_APPROVED, "文件", True),
    ],
)
def test_silence_is_consent_only_on_a_cited_basis(silence: DecisionSilence, basis: str, consents: bool) -> None:
    assert means_consent(Terms(silence=silence, silence_basis=basis)) is consents


def test_a_passed_limit_is_brought_before_supervision_once() -> None:
    snapshot = under_review()
    assert moves(snapshot, EXPIRED - timedelta(seconds=1), Escalate) == []
    after, made, _ = settle(snapshot, EXPIRED)
    assert [move for move in made if isinstance(move, Escalate)] == [Escalate(of(snapshot).id, of(snapshot).item, DUE)]
    assert MessageKind.SUPERVISED in {message.kind for message in after.messages}
    assert NoticeKind.OVERDUE in {notice.kind for notice in after.notices}
    assert of(after).escalated
    assert moves(after, EXPIRED + timedelta(days=5), Escalate) == []
    assert of(after).status is S.UNDER_REVIEW


def test_the_applicant_is_told_of_remedies_and_the_department_of_its_duty_to_explain() -> None:
    snapshot = under_review()
    entries = entries_of(snapshot, Escalate(of(snapshot).id, of(snapshot).item, DUE), EXPIRED)
    notice = next(entry for entry in entries if isinstance(entry, NoticeQueued))
    order = next(entry for entry in entries if isinstance(entry, MessageQueued))

    assert [remedy["remedy"] for remedy in notice.body["remedies"]][1:] == ["行政复议", "行政诉讼"]
    assert "第三十六条" in order.body["duty"]
    assert [entry.kind for entry in entries if isinstance(entry, Step)] == ["escalated.supervision"]


def test_the_warning_comes_two_working_days_before_the_limit() -> None:
    assert warn_on(DUE, 2, OFFICIAL) == date(2026, 3, 26)
    begins = end_of_day(date(2026, 3, 25))
    assert moves(silent(), begins - timedelta(seconds=1), WarnSilence) == []
    assert settle(silent(), morning(25))[2].next_timer == begins
    [warning] = moves(silent(), begins, WarnSilence)
    assert warning.due == DUE
    after, _, _ = settle(silent(), begins)
    assert (of(after).warned_for, of(after).warned_at) == (DUE, None)
    assert moves(after, begins, WarnSilence) == []


def test_nobody_is_warned_where_silence_means_nothing() -> None:
    assert moves(under_review(), morning(27), WarnSilence) == []


def test_a_new_limit_is_warned_of_anew() -> None:
    extended = ClockEvent(ClockEventKind.EXTENDED, morning(27), 10)
    snapshot = silent(morning(26))
    view = replace(of(snapshot), clock=(*of(snapshot).clock, extended))
    snapshot = replace(snapshot, assignments={view.item: view})

    assert moves(snapshot, morning(31), WarnSilence, DeemApproved, Escalate) == []
    later = datetime(2026, 4, 13, 9, tzinfo=SHANGHAI)
    assert [move.due for move in moves(snapshot, later, WarnSilence)] == [snapshot.read_clock(view, later).legal_due]


@pytest.mark.parametrize(
    ("arrived", "in_time"),
    [
        # The limit is a Monday: the working day before it is Friday 27 March.
        (datetime(2026, 3, 27, 15, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 27, 16, 0, tzinfo=UTC), False),
        (morning(30), False),
        (None, False),
    ],
)
def test_consent_needs_a_warning_that_arrived_a_working_day_before(arrived: datetime | None, in_time: bool) -> None:
    snapshot = silent(arrived)
    assert warned_in_time(of(snapshot), DUE, OFFICIAL) is in_time
    after, _, _ = settle(snapshot, EXPIRED)

    assert of(after).status is (S.DEEMED_APPROVED if in_time else S.UNDER_REVIEW)
    assert of(after).escalated is not in_time


def test_a_warning_of_another_limit_counts_for_nothing() -> None:
    assert not warned_in_time(of(silent(morning(26), warned_for=date(2026, 3, 27))), DUE, OFFICIAL)


def test_consent_by_silence_is_an_outcome_of_its_own_on_the_last_day() -> None:
    snapshot = silent(morning(26))
    [move] = moves(snapshot, EXPIRED, DeemApproved)
    entries = entries_of(snapshot, move, EXPIRED)
    decision = next(entry for entry in entries if isinstance(entry, Decided))

    assert (decision.kind, decision.decided_at, decision.legal_basis) == (
        DecisionKind.DEEMED,
        EXPIRED,
        CONSENT["silence_basis"],
    )
    after, _, _ = settle(snapshot, EXPIRED)
    assert {notice.kind for notice in after.notices} == {NoticeKind.DEEMED, NoticeKind.RESULT}
    assert {message.kind for message in after.messages} == {MessageKind.DEEMED}
    assert [entry.kind for entry in entries if isinstance(entry, Step)] == ["decision.deemed"]


@pytest.mark.parametrize("changes", [{"awaits": ("Q",)}, {"status": S.PENDING_CURE}])
def test_silence_grants_nothing_that_may_not_be_granted_yet(changes: dict[str, Any]) -> None:
    snapshot = silent(morning(26), **changes)

    assert moves(snapshot, EXPIRED, DeemApproved) == []
    assert len(moves(snapshot, EXPIRED, Escalate)) == 1


def test_a_proposed_refusal_is_no_decision() -> None:
    assert len(moves(silent(morning(26), status=S.REFUSAL_PROPOSED, proposal={}), EXPIRED, DeemApproved)) == 1


def test_an_open_stop_holds_everything_back() -> None:
    held = ClockEvent(ClockEventKind.HOLD_STARTED, morning(20))
    snapshot = silent(morning(19), status=S.SPECIAL_PROCEDURE)
    view = replace(of(snapshot), clock=(*of(snapshot).clock, held))
    snapshot = replace(snapshot, assignments={view.item: view})

    assert moves(snapshot, datetime(2026, 6, 1, tzinfo=UTC), WarnSilence, DeemApproved, Escalate) == []


def test_nothing_is_concluded_from_days_that_are_not_published() -> None:
    started = datetime(2026, 12, 21, 1, tzinfo=UTC)
    clock = tuple(ClockEvent(kind, started) for kind in (ClockEventKind.RECEIVED, ClockEventKind.ACCEPTED))
    snapshot = silent(clock=clock)
    due = snapshot.read_clock(of(snapshot), started).legal_due
    assert due is not None
    assert due.year == 2027

    for now in (end_of_day(due - timedelta(days=3)), end_of_day(due) + timedelta(days=9)):
        assert moves(snapshot, now, WarnSilence, DeemApproved, Escalate) == []


def test_what_is_entered_of_a_warning_names_limit_and_basis_and_has_not_arrived() -> None:
    snapshot, basis = silent(), CONSENT["silence_basis"]
    body = {"due_on": "2026-03-30", "basis": basis}

    assert entries_of(snapshot, WarnSilence(of(snapshot).id, of(snapshot).item, DUE), morning(26)) == (
        Revised(of(snapshot).item, {"warned_for": DUE, "warned_at": None}),
        MessageQueued(of(snapshot).item, MessageKind.SILENCE_WARNED, "2026-03-30", body),
        Step("silence.announced", of(snapshot).item, reason=basis, details=body),
    )


def test_what_is_entered_of_supervision_names_limit_duty_and_the_silent_department() -> None:
    """R-46, R-90: the department must explain in public; the applicant learns why and what to do."""
    snapshot = under_review()
    view = of(snapshot)
    found = entries_of(snapshot, Escalate(view.id, view.item, DUE), EXPIRED)
    why = "法定时限 2026-03-30 已过，尚未作出决定"
    duty = "优化营商环境条例第三十六条：办理单位须公开说明超期原因"
    order = {"due_on": "2026-03-30", "reason": why, "duty": duty}
    notice = next(entry for entry in found if isinstance(entry, NoticeQueued))

    asked = {**order, "reply_by": "2026-04-08"}
    begun = {"escalated": True, "rung": Rung.ORDER, "supervised_on": date(2026, 3, 31), "answered": False}
    assert found[0] == Revised(view.item, begun)
    assert found[1] == MessageQueued(view.item, MessageKind.SUPERVISED, "2026-03-30", asked)
    assert found[3] == Step(
        "escalated.supervision", view.item, reason=why, details={**asked, "department": view.department}
    )
    assert (notice.kind, notice.item) == (NoticeKind.OVERDUE, view.item)
    assert notice.body == {
        "item": view.item,
        **order,
        "remedies": [
            {"remedy": "向营商环境建设局投诉", "law": "优化营商环境条例第三十六条"},
            {"remedy": "行政复议", "within": "办理期限届满之日起60日", "law": "行政复议法实施条例第十六条"},
            {
                "remedy": "行政诉讼",
                "within": "办理期限届满之日起6个月",
                "law": "最高人民法院关于适用行政诉讼法的解释第六十六条",
            },
        ],
    }


def test_what_is_entered_of_consent_by_silence_names_basis_warning_and_who_answers_for_it() -> None:
    """R-91: dated the last day, never a grant, and the silent department answers for it."""
    snapshot = silent(morning(26), proposal={"kind": "refuse"})
    view, basis = of(snapshot), CONSENT["silence_basis"]
    found = entries_of(snapshot, DeemApproved(view.id, view.item, DUE), EXPIRED + timedelta(days=4))
    why = "法定时限 2026-03-30 届满未作决定"
    body = {"item": view.item, "due_on": "2026-03-30", "basis": basis, "reason": why}
    told = {**body, "deemed": "approved", "legal_basis": basis}
    details = {"due_on": "2026-03-30", "basis": basis, "answers": view.department}
    details["warned_at"] = morning(26).isoformat()
    notice = next(entry for entry in found if isinstance(entry, NoticeQueued))

    assert Clocked(view.item, ClockEvent(ClockEventKind.STOPPED, EXPIRED, reason="silence")) in found
    assert Decided(view.item, DecisionKind.DEEMED, EXPIRED, reason=why, legal_basis=basis) in found
    assert Revised(view.item, {"status": S.DEEMED_APPROVED, "proposal": None}) in found
    assert MessageQueued(view.item, MessageKind.DEEMED, body=told) in found
    assert (notice.kind, notice.item, notice.body) == (NoticeKind.DEEMED, view.item, body)
    assert found[-1] == Step(
        "decision.deemed", view.item, before=view.status, after=S.DEEMED_APPROVED, reason=why, details=details
    )


def test_a_warning_is_still_due_on_the_last_day_and_pointless_the_day_after() -> None:
    snapshot = silent()

    assert due_warning(snapshot, of(snapshot), EXPIRED - timedelta(seconds=1)) == (date(2026, 3, 26), DUE)
    assert due_warning(snapshot, of(snapshot), EXPIRED) is None
