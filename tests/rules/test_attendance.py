"""Items for which the applicant must come in person: no agent puts those forward (行政许可法 art. 29(2))."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from rules.acts.applicant import materials_supplied
from rules.acts.attending import attended, kept
from rules.acts.refiling import applied_again
from rules.appointments import Appointment, AppointmentStatus, Purpose
from rules.attendance import attendance_name, attendances, require_no_visits
from rules.catalog import DepartmentCode, ItemCode, Material, MaterialSource, RefusalPolicy
from rules.effects import entered
from rules.entries import Step
from rules.errors import ApplicationClosedError, InPersonRequiredError, NotAllowedNowError, NotFoundError
from rules.network import NetworkItem
from rules.planner import settle
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import ApplicationStatus, AssignmentStatus, DepartmentAct, NoticeKind
from rules.wanted import wanted
from tests.rules.assignments import MONDAY, NUMBER, REFUSED, of, report, under_review, with_terms
from tests.rules.networks import network, network_item

P, DP = ItemCode("P"), DepartmentCode("DP")
IN_PERSON = with_terms(in_person=True)
VISIT = attendance_name(IN_PERSON)
S = AssignmentStatus


def registered(*items: NetworkItem) -> ApplicationSnapshot:
    shape = network(list(items), [], RefusalPolicy.STOP_DEPENDENTS)
    return settle(ApplicationSnapshot(NUMBER, ApplicationStatus.REGISTERED, shape), MONDAY)[0]


def test_an_agent_files_everything_but_what_the_applicant_must_come_for() -> None:
    snapshot = registered(IN_PERSON, network_item("Q"))
    assert set(snapshot.assignments) == {"Q"}
    assert snapshot.materials_asked == {VISIT}


def test_the_applicant_is_told_once_and_waited_for() -> None:
    shape = network([IN_PERSON], [], RefusalPolicy.STOP_DEPENDENTS)
    snapshot, _, plan = settle(ApplicationSnapshot(NUMBER, ApplicationStatus.REGISTERED, shape), MONDAY)
    assert [notice.kind for notice in snapshot.notices] == [NoticeKind.MATERIALS_MISSING]
    assert [(wait.party, wait.what) for wait in plan.waits] == [("applicant", VISIT)]
    assert [(each.material, each.in_person, each.signed) for each in wanted(snapshot)] == [(VISIT, True, False)]
    assert settle(snapshot, MONDAY + timedelta(days=3))[1] == ()


def test_it_is_filed_once_the_applicant_was_there() -> None:
    entries = attended(registered(IN_PERSON), P, "刘晓", DP)
    (step,) = [entry for entry in entries if isinstance(entry, Step)]
    assert (step.kind, step.details) == ("applicant.attended", {"visitor": "刘晓", "department": "DP", "visit": 1})
    after, _, plan = settle(entered(registered(IN_PERSON), *entries), MONDAY)
    assert after.assignments[P].status is S.OPENED
    assert plan.waits[0].party == "center"


def test_papers_that_are_missing_are_waited_for_all_the_same() -> None:
    lacking = replace(IN_PERSON, materials=(Material("章程", False, MaterialSource.APPLICANT),))
    snapshot = registered(lacking)
    assert snapshot.materials_asked == {"章程", VISIT}
    came = settle(entered(snapshot, *attended(snapshot, P, "刘晓", DP)), MONDAY)[0]
    assert came.assignments == {}
    brought = entered(came, *materials_supplied(came, ["章程"], "zhang", MONDAY))
    assert settle(brought, MONDAY)[0].assignments[P].status is S.OPENED


@pytest.mark.parametrize("replaces", [False, True])
def test_nobody_hands_in_a_visit_as_a_paper(replaces: bool) -> None:
    snapshot = registered(IN_PERSON)
    with pytest.raises(InPersonRequiredError, match=r"第二十九条") as refused:
        materials_supplied(snapshot, [VISIT], "zhang", MONDAY, replace=replaces)
    assert refused.value.details == {"items": ["P"]}


def test_only_items_that_need_a_visit_have_one() -> None:
    shape = network([IN_PERSON, network_item("Q")], [], RefusalPolicy.STOP_DEPENDENTS)
    assert attendances(shape) == {VISIT: P}
    require_no_visits(shape, ["章程", attendance_name(network_item("Q"))])


@pytest.mark.parametrize("status", S)
def test_a_visit_is_recorded_before_a_round_of_the_item_and_not_within_one(status: S) -> None:
    snapshot = under_review(IN_PERSON, status=status)
    before = (S.REFUSED, S.NOT_ACCEPTED, S.RETURNED, S.LAPSED, S.REVOKED, S.STRUCK_OFF, S.BLOCKED)
    if status in before:
        assert attended(snapshot, P, "刘晓", DP)
    else:
        with pytest.raises(NotAllowedNowError, match="已申报"):
            attended(snapshot, P, "刘晓", DP)


def test_no_visit_is_recorded_where_none_is_needed_or_nothing_is_open() -> None:
    with pytest.raises(NotAllowedNowError, match="不须申请人本人到场"):
        attended(registered(network_item("P")), P, "刘晓", DP)
    with pytest.raises(NotFoundError):
        attended(registered(IN_PERSON), ItemCode("Z"), "刘晓", DP)
    with pytest.raises(ApplicationClosedError):
        attended(replace(registered(IN_PERSON), status=ApplicationStatus.CONCLUDED), P, "刘晓", DP)


def test_whoever_was_refused_comes_again_to_apply_again() -> None:
    snapshot = under_review(IN_PERSON)
    visits = attended(registered(IN_PERSON), P, "刘晓", DP)
    refused, _ = report(entered(snapshot, *visits), DepartmentAct.DECIDED, approver="李强", **REFUSED)
    assert of(refused).relied_on == {VISIT: 1}
    with pytest.raises(NotAllowedNowError, match="再次本人到场"):
        applied_again(refused, P, "已整改", (), MONDAY)
    came = entered(refused, *attended(refused, P, "刘晓", DP))
    again = entered(came, *applied_again(came, P, "已整改", (), MONDAY))
    assert (of(again).round, of(again).status) == (2, S.OPENED)


def appointment(**changes: Any) -> Appointment:
    return replace(Appointment(1, DP, Purpose.IN_PERSON, MONDAY, "刘晓", P), **changes)


def test_a_kept_appointment_is_the_visit_when_the_department_says_so() -> None:
    snapshot = registered(IN_PERSON)
    assert kept(snapshot, appointment(), AppointmentStatus.KEPT, "DP") == attended(snapshot, P, "刘晓", DP)
    with pytest.raises(InPersonRequiredError, match="由承办部门登记"):
        kept(snapshot, appointment(), AppointmentStatus.KEPT, None)


@pytest.mark.parametrize(
    ("changes", "after"),
    [
        ({}, AppointmentStatus.MISSED),
        ({}, AppointmentStatus.CANCELLED),
        ({"purpose": Purpose.CONSULTATION}, AppointmentStatus.KEPT),
        ({"item": None}, AppointmentStatus.KEPT),
        ({"item": ItemCode("Q")}, AppointmentStatus.KEPT),
    ],
)
def test_no_other_appointment_is_a_visit_and_an_agent_may_answer_it(
    changes: dict[str, Any], after: AppointmentStatus
) -> None:
    snapshot = registered(IN_PERSON, network_item("Q"))
    assert kept(snapshot, appointment(**changes), after, None) == ()


def test_who_comes_again_while_the_item_is_under_way_does_not_apply_again() -> None:
    assert kept(under_review(IN_PERSON), appointment(), AppointmentStatus.KEPT, "DP") == ()
