"""Revoking a permit (撤销): two people decide, once the holder has been heard (行政许可法 art. 69)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from rules.acts.revoking import of as revocation_of
from rules.acts.speaking import stated
from rules.catalog import ItemCode, NodeCode, RefusalPolicy
from rules.effects import entered
from rules.entries import NoticeQueued, Step
from rules.errors import FilingIncompleteError, InvalidEventError, NotAllowedNowError
from rules.identifiers import assignment_id
from rules.planner import settle
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import ApplicationStatus, DepartmentAct, NoticeKind
from rules.vocabulary import AssignmentStatus as S
from rules.workdays import SHANGHAI
from tests.rules.assignments import MONDAY, NUMBER, of, report
from tests.rules.networks import network, network_item

P, Q, R = ItemCode("P"), ItemCode("Q"), ItemCode("R")
#: The holder may state their case until five working days after Monday 2 March.
LAST = date(2026, 3, 9)
AFTER = datetime(2026, 3, 10, 9, tzinfo=SHANGHAI)
OPENED = {
    "ground": "unqualified",
    "facts": "人员不足",
    "legal_basis": "行政许可法第六十九条",
    "authority": "住建局",
    "handler": "王芳",
}
REVOKED = {
    "decision": "revoked",
    "reason": "不符合条件",
    "legal_basis": "行政许可法第六十九条",
    "public_interest": "尚未开工",
    "compensation": "补偿图审费用",
    "handler": "王芳",
    "approver": "李强",
}


def granted(status: S = S.GRANTED) -> ApplicationSnapshot:
    """P is granted and gates the start; Q was granted on it, R comes after the start."""
    shape = network(
        [network_item(code) for code in "PQR"],
        [("P", "#START", "S"), ("P", "Q", "A"), ("#START", "R", "A")],
        RefusalPolicy.STOP_DEPENDENTS,
    )
    views = {
        code: AssignmentView(assignment_id(NUMBER, code, 1), code, network_item(code).department, 1, state)
        for code, state in ((P, status), (Q, S.GRANTED))
    }
    opened = frozenset({NodeCode("#START")})
    return ApplicationSnapshot(NUMBER, ApplicationStatus.IN_APPROVAL, shape, views, milestones_opened=opened)


def under_way(**changes: Any) -> ApplicationSnapshot:
    return report(granted(), DepartmentAct.REVOCATION_OPENED, MONDAY, **{**OPENED, **changes})[0]


def decide(snapshot: ApplicationSnapshot, at: datetime = AFTER, **changes: Any) -> Any:
    said = {name: value for name, value in {**REVOKED, **changes}.items() if value is not None}
    return report(snapshot, DepartmentAct.REVOCATION_DECIDED, at, **said)


def test_one_that_is_dropped_and_opened_again_on_the_same_day_is_told_again() -> None:
    opened, first = report(granted(), DepartmentAct.REVOCATION_OPENED, MONDAY, **OPENED)
    heard = entered(opened, *stated(of(opened), "人员已补足", "申请人", MONDAY))
    dropped, _ = decide(heard, MONDAY + timedelta(hours=1), decision="kept")
    _, second = report(dropped, DepartmentAct.REVOCATION_OPENED, MONDAY + timedelta(hours=2), **OPENED)
    notices = {entry.id for entry in (*first, *second) if isinstance(entry, NoticeQueued)}
    assert len(notices) == 2


def test_the_holder_is_told_first_and_the_permit_stays_valid() -> None:
    snapshot, entries = report(granted(), DepartmentAct.REVOCATION_OPENED, MONDAY, **OPENED)
    [notice] = [entry for entry in entries if isinstance(entry, NoticeQueued)]
    assert (notice.kind, notice.body["state_by"]) == (NoticeKind.REVOCATION_OPENED, LAST.isoformat())
    assert of(snapshot).status is S.GRANTED
    later, _, _ = settle(snapshot, AFTER + timedelta(days=300))
    assert of(later).status is S.GRANTED
    with pytest.raises(NotAllowedNowError, match="已经启动"):
        report(snapshot, DepartmentAct.REVOCATION_OPENED, MONDAY, **OPENED)


@pytest.mark.parametrize("status", [S.REFUSED, S.UNDER_REVIEW, S.LAPSED, S.REVOKED])
def test_only_what_is_granted_can_be_revoked(status: S) -> None:
    with pytest.raises(NotAllowedNowError):
        report(granted(status), DepartmentAct.REVOCATION_OPENED, MONDAY, **OPENED)


def test_nothing_is_decided_before_the_holder_was_heard_or_kept_silent() -> None:
    with pytest.raises(NotAllowedNowError, match="陈述申辩"):
        decide(under_way(), datetime(2026, 3, 9, 23, tzinfo=SHANGHAI))
    assert of(decide(under_way())[0]).status is S.REVOKED
    heard = entered(under_way(), *stated(of(under_way()), "如实申报", "清河餐饮", MONDAY))
    assert revocation_of(of(heard))["statement"] == "如实申报"
    assert of(decide(heard, MONDAY)[0]).status is S.REVOKED
    with pytest.raises(NotAllowedNowError, match="没有正在进行"):
        decide(granted())
    with pytest.raises(NotAllowedNowError, match="没有正在进行"):
        stated(of(granted()), "如实申报", "清河餐饮", MONDAY)


@pytest.mark.parametrize("approver", ["王芳", " 王 芳"])
def test_two_people_decide(approver: str) -> None:
    with pytest.raises(FilingIncompleteError, match="另一人"):
        decide(under_way(), approver=approver)


@pytest.mark.parametrize("missing", ["legal_basis", "public_interest", "compensation"])
def test_what_the_law_has_weighed_is_stated(missing: str) -> None:
    with pytest.raises(InvalidEventError, match="公共利益"):
        decide(under_way(), **{missing: None})


def test_who_deceived_is_not_compensated() -> None:
    assert of(decide(under_way(ground="deception"), compensation=None)[0]).status is S.REVOKED


def test_what_rests_on_it_is_flagged_and_what_has_not_begun_is_stopped() -> None:
    snapshot, entries = decide(under_way())
    assert [(e.kind, e.item) for e in entries if isinstance(e, Step)] == [("result.revoked", P), ("basis.lost", Q)]
    [notice] = [entry for entry in entries if isinstance(entry, NoticeQueued)]
    assert (notice.kind, notice.body["resting"]) == (NoticeKind.REVOKED, ["Q"])
    assert [remedy["remedy"] for remedy in notice.body["remedies"]] == ["行政复议", "行政诉讼"]
    after, _, _ = settle(snapshot, AFTER)
    assert [after.assignments[code].status for code in (P, Q, R)] == [S.REVOKED, S.GRANTED, S.BLOCKED]
    assert NodeCode("#START") not in after.milestones_opened
    assert revocation_of(of(after)) == {}


def test_a_permit_may_be_kept_and_the_procedure_is_over() -> None:
    snapshot, entries = decide(under_way(), decision="kept", public_interest=None, compensation=None, legal_basis=None)
    assert (of(snapshot).status, revocation_of(of(snapshot))) == (S.GRANTED, {})
    assert [entry.kind for entry in entries if isinstance(entry, Step)] == ["revocation.dropped"]
    [notice] = [entry for entry in entries if isinstance(entry, NoticeQueued)]
    assert (notice.kind, notice.item, notice.body["opened_on"]) == (
        NoticeKind.REVOCATION_DROPPED,
        P,
        MONDAY.date().isoformat(),
    )
    assert notice.body["reason"] == REVOKED["reason"]
    assert revocation_of(of(report(snapshot, DepartmentAct.REVOCATION_OPENED, AFTER, **OPENED)[0]))
