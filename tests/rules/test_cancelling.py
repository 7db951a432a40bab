"""Striking a permit off (注销): on a ground that fits and is proved, by two people, its holder heard (许可 art. 70)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from rules.acts.cancelling import came_by, requested
from rules.acts.cancelling import of as cancellation_of
from rules.acts.speaking import stated
from rules.catalog import ItemCode, NodeCode
from rules.effects import entered
from rules.entries import MessageQueued, NoticeQueued, Step
from rules.errors import FilingIncompleteError, InvalidEventError, NotAllowedNowError
from rules.planner import settle
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import AssignmentStatus as S
from rules.vocabulary import DepartmentAct, MessageKind, NoticeKind
from rules.workdays import SHANGHAI
from tests.rules.assignments import MONDAY, of, report
from tests.rules.test_revoking import AFTER, LAST, granted
from tests.rules.test_revoking import OPENED as REVOCATION
from tests.rules.test_revoking import REVOKED as REVOCATION_DECIDED

P, Q, R = ItemCode("P"), ItemCode("Q"), ItemCode("R")
ENDED = {
    "ground": "holder_terminated",
    "facts": "已清算并注销登记",
    "evidence": "登字12号",
    "ended_on": "2026-03-02",
    "handler": "王芳",
}
STRUCK_OFF = {"decision": "struck_off", "reason": "法人终止", "handler": "王芳", "approver": "李强"}


def open_(snapshot: ApplicationSnapshot, at: datetime = MONDAY, **changes: Any) -> Any:
    said = {name: value for name, value in {**ENDED, **changes}.items() if value is not None}
    return report(snapshot, DepartmentAct.CANCELLATION_OPENED, at, **said)


def decide(snapshot: ApplicationSnapshot, at: datetime = AFTER, **changes: Any) -> Any:
    return report(snapshot, DepartmentAct.CANCELLATION_DECIDED, at, **{**STRUCK_OFF, **changes})


def asked_for(status: S = S.GRANTED) -> ApplicationSnapshot:
    snapshot = granted(status)
    return entered(snapshot, *requested(of(snapshot), "停业", "清河餐饮", MONDAY, "注销申请书1号"))


def under_way(**changes: Any) -> ApplicationSnapshot:
    snapshot: ApplicationSnapshot = open_(granted(), **changes)[0]
    return snapshot


def test_a_holder_who_did_not_ask_is_told_first_and_the_permit_stays_valid() -> None:
    snapshot, entries = open_(granted())
    [notice] = [entry for entry in entries if isinstance(entry, NoticeQueued)]
    assert (notice.kind, notice.body["state_by"]) == (NoticeKind.CANCELLATION_OPENED, LAST.isoformat())
    assert notice.body["basis"] == "《中华人民共和国行政许可法》第七十条第三项"
    assert of(settle(snapshot, AFTER + timedelta(days=300))[0]).status is S.GRANTED
    with pytest.raises(NotAllowedNowError, match="已经启动"):
        open_(snapshot)


def test_nothing_is_struck_off_before_its_holder_was_heard_or_kept_silent() -> None:
    with pytest.raises(NotAllowedNowError, match="陈述申辩"):
        decide(under_way(), datetime(2026, 3, 9, 23, tzinfo=SHANGHAI))
    assert of(decide(under_way())[0]).status is S.STRUCK_OFF
    heard = entered(under_way(), *stated(of(under_way()), "仍在清算", "清河餐饮", MONDAY))
    assert cancellation_of(of(heard))["statement"] == "仍在清算"
    assert of(decide(heard, MONDAY)[0]).status is S.STRUCK_OFF
    with pytest.raises(NotAllowedNowError, match="没有正在进行"):
        decide(granted())
    with pytest.raises(NotAllowedNowError, match="没有正在进行"):
        stated(of(granted()), "仍在清算", "清河餐饮", MONDAY)


def test_a_holder_asks_and_the_department_decides_without_waiting() -> None:
    snapshot = granted()
    entries = requested(of(snapshot), "停业", "清河餐饮", MONDAY, "注销申请书1号")
    [message] = [entry for entry in entries if isinstance(entry, MessageQueued)]
    assert (message.kind, "停业" in message.body["reason"]) == (MessageKind.REMINDED, True)
    assert [(e.kind, e.details["evidence"]) for e in entries if isinstance(e, Step)] == [
        ("cancellation.requested", "注销申请书1号")
    ]
    assert of(decide(entered(snapshot, *entries), MONDAY)[0]).status is S.STRUCK_OFF
    assert "evidence" not in cancellation_of(of(entered(snapshot, *requested(of(snapshot), "停业", "甲", MONDAY))))
    with pytest.raises(NotAllowedNowError, match="已经启动"):
        requested(of(asked_for()), "停业", "清河餐饮", MONDAY)


@pytest.mark.parametrize("status", set(S) - {S.GRANTED, S.PARTLY_GRANTED, S.DEEMED_APPROVED})
def test_only_a_permit_that_stands_can_be_given_up(status: S) -> None:
    with pytest.raises(NotAllowedNowError):
        asked_for(status)


@pytest.mark.parametrize("status", set(S) - {S.GRANTED, S.PARTLY_GRANTED, S.DEEMED_APPROVED, S.REVOKED, S.LAPSED})
def test_only_what_was_granted_and_stands_in_the_register_is_struck_off(status: S) -> None:
    with pytest.raises(NotAllowedNowError):
        open_(granted(status))


@pytest.mark.parametrize(
    ("status", "ground", "fits"),
    [
        (S.GRANTED, "revoked", False),
        (S.GRANTED, "recalled", True),
        (S.GRANTED, "forfeited", True),
        (S.GRANTED, "expired", True),
        (S.REVOKED, "revoked", True),
        (S.REVOKED, "requested", False),
        (S.REVOKED, "other", False),
        (S.LAPSED, "other", True),
        (S.LAPSED, "revoked", False),
        (S.LAPSED, "expired", False),
    ],
)
def test_the_ground_fits_how_the_permit_stands(status: S, ground: str, fits: bool) -> None:
    changes = {"ground": ground, "ended_on": "2026-03-01", "legal_basis": "建筑法第九条"}
    if fits:
        assert cancellation_of(of(open_(granted(status), **changes)[0]))["ground"] == ground
    else:
        with pytest.raises(NotAllowedNowError, match="注销事由不能是"):
            open_(granted(status), **changes)


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"evidence": None}, "evidence"),
        ({"ended_on": None}, "ended_on"),
        ({"ground": "expired", "ended_on": None}, "ended_on"),
        ({"ground": "holder_lost", "ended_on": None}, "ended_on"),
        ({"ground": "recalled", "ended_on": None}, "ended_on"),
        ({"ground": "forfeited", "ended_on": None}, "ended_on"),
        ({"ground": "force_majeure", "evidence": None}, "evidence"),
        ({"ground": "requested", "evidence": None}, "evidence"),
        ({"ground": "other"}, "legal_basis"),
    ],
)
def test_each_ground_is_proved(changes: dict[str, Any], missing: str) -> None:
    with pytest.raises(InvalidEventError) as refused:
        open_(granted(), **changes)
    assert refused.value.details["missing"] == [missing]


def test_another_case_names_another_law() -> None:
    with pytest.raises(InvalidEventError, match="以外"):
        open_(granted(), ground="other", legal_basis="行政许可法第七十条")
    [notice] = [e for e in open_(granted(), ground="other", legal_basis="药品管理法第七十条")[1] if hasattr(e, "body")]
    assert notice.body["basis"] == "药品管理法第七十条、《中华人民共和国行政许可法》第七十条第六项"
    assert "ended_on" not in cancellation_of(of(open_(granted(), ground="force_majeure", ended_on=None)[0]))


@pytest.mark.parametrize(
    ("ground", "ended_on", "allowed"),
    [
        ("expired", "2026-03-01", True),
        ("expired", "2026-03-02", False),
        ("holder_lost", "2026-03-02", True),
        ("holder_lost", "2026-03-03", False),
    ],
)
def test_nothing_is_struck_off_for_what_has_not_happened(ground: str, ended_on: str, allowed: bool) -> None:
    if allowed:
        assert cancellation_of(of(open_(granted(), ground=ground, ended_on=ended_on)[0]))
    else:
        with pytest.raises(NotAllowedNowError, match="尚未届满或者发生"):
            open_(granted(), ground=ground, ended_on=ended_on)


@pytest.mark.parametrize("approver", ["王芳", " 王 芳"])
@pytest.mark.parametrize("decision", ["struck_off", "kept"])
def test_two_people_decide(approver: str, decision: str) -> None:
    with pytest.raises(FilingIncompleteError, match="另一人"):
        decide(asked_for(), approver=approver, decision=decision)


def test_what_rests_on_it_is_flagged_and_what_has_not_begun_is_stopped() -> None:
    snapshot, entries = decide(under_way(), document_number="注1号")
    assert [(e.kind, e.item) for e in entries if isinstance(e, Step)] == [("result.struck_off", P), ("basis.lost", Q)]
    [notice] = [entry for entry in entries if isinstance(entry, NoticeQueued)]
    assert (notice.kind, notice.body["resting"], notice.body["document_number"]) == (
        NoticeKind.STRUCK_OFF,
        ["Q"],
        "注1号",
    )
    assert [remedy["remedy"] for remedy in notice.body["remedies"]] == ["行政复议", "行政诉讼"]
    after, _, _ = settle(snapshot, AFTER)
    assert [after.assignments[code].status for code in (P, Q, R)] == [S.STRUCK_OFF, S.GRANTED, S.BLOCKED]
    assert NodeCode("#START") not in after.milestones_opened
    assert cancellation_of(of(after)) == {}
    assert of(after).procedures["cancellation"]["struck_off_on"] == date(2026, 3, 10).isoformat()


def test_a_permit_that_was_revoked_stays_called_so_and_is_struck_off_once() -> None:
    snapshot, entries = open_(granted(S.REVOKED), ground="revoked", ended_on=None)
    assert [entry for entry in entries if isinstance(entry, NoticeQueued)] == []
    after, entries = decide(snapshot, MONDAY)
    assert of(after).status is S.REVOKED
    assert [(e.kind, e.item) for e in entries if isinstance(e, Step)] == [("result.struck_off", P)]
    [notice] = [entry for entry in entries if isinstance(entry, NoticeQueued)]
    assert notice.body["resting"] == []
    with pytest.raises(NotAllowedNowError, match="已经注销"):
        open_(after, ground="revoked", ended_on=None)


def test_who_may_lose_a_permit_does_not_escape_by_giving_it_up() -> None:
    revoking = report(granted(), DepartmentAct.REVOCATION_OPENED, MONDAY, **REVOCATION)[0]
    with pytest.raises(NotAllowedNowError, match="撤销程序正在进行"):
        requested(of(revoking), "停业", "清河餐饮", MONDAY)
    with pytest.raises(NotAllowedNowError, match="撤销程序正在进行"):
        open_(revoking)
    # The other way round the department lays the request aside first, at once.
    with pytest.raises(NotAllowedNowError, match="已经启动"):
        report(asked_for(), DepartmentAct.REVOCATION_OPENED, MONDAY, **REVOCATION)
    aside = decide(under_way(), MONDAY, decision="kept")[0]
    opened = report(aside, DepartmentAct.REVOCATION_OPENED, MONDAY, **REVOCATION)[0]
    assert of(report(opened, DepartmentAct.REVOCATION_DECIDED, AFTER, **REVOCATION_DECIDED)[0]).status is S.REVOKED


def test_a_request_may_be_refused_with_its_reason_and_made_again() -> None:
    snapshot, entries = decide(asked_for(), MONDAY, decision="kept", reason="尚有未了结的义务")
    assert (of(snapshot).status, cancellation_of(of(snapshot))) == (S.GRANTED, {})
    assert [entry.kind for entry in entries if isinstance(entry, Step)] == ["cancellation.dropped"]
    [notice] = [entry for entry in entries if isinstance(entry, NoticeQueued)]
    assert (notice.kind, notice.body["reason"]) == (NoticeKind.CANCELLATION_DROPPED, "尚有未了结的义务")
    assert notice.body["remedies"]
    again = entered(snapshot, *requested(of(snapshot), "停业", "清河餐饮", AFTER))
    assert cancellation_of(of(again))["opened_on"] == AFTER.date().isoformat()


def test_a_permit_that_stands_is_struck_off_although_the_rest_was_withdrawn() -> None:
    left = replace(granted(S.REVOKED), withdrawal_requested_at=MONDAY - timedelta(days=1))
    assert cancellation_of(of(open_(left, ground="revoked")[0]))


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (asked_for, "根据你（单位）的申请"),
        (under_way, "经事先告知，你（单位）未在期限内陈述申辩"),
        (
            lambda: entered(under_way(), *stated(of(under_way()), "仍在清算", "清河餐饮", MONDAY)),
            "经事先告知并听取陈述申辩",
        ),
    ],
)
def test_the_decision_says_how_it_came_to_it(made: Callable[[], ApplicationSnapshot], said: str) -> None:
    assert came_by(of(made())) == said


def test_the_other_law_that_has_a_permit_struck_off_is_kept() -> None:
    snapshot = under_way(ground="other", legal_basis="药品管理法第八十三条", ended_on=None)
    assert cancellation_of(of(snapshot))["legal_basis"] == "药品管理法第八十三条"
