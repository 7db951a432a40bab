"""The green channel (绿色通道) reorders queues and changes nothing else."""

from dataclasses import replace

import pytest

from rules.acts.priority import ended, opened
from rules.catalog import ItemCode
from rules.effects import entered
from rules.entries import MessageQueued, Step
from rules.errors import ApplicationClosedError, NotAllowedNowError
from rules.moves import OpenAssignment
from rules.moves import entries as entries_of
from rules.planner import plan
from rules.priority import goes_first
from rules.snapshot import GreenChannel
from rules.terms import Terms
from rules.vocabulary import ApplicationStatus, DepartmentAct, MessageKind
from rules.vocabulary import AssignmentStatus as S
from tests.rules.assignments import MONDAY, of, report, under_review, with_terms

GREEN = GreenChannel("开原市人民政府", "开政函〔2026〕3号", "省重点项目", MONDAY)


@pytest.mark.parametrize(
    ("channel", "limited", "first"), [(GREEN, False, True), (GREEN, True, False), (None, False, False)]
)
def test_the_order_of_acceptance_decides_where_permits_are_few(
    channel: GreenChannel | None, limited: bool, first: bool
) -> None:
    assert goes_first(channel, Terms(quantity_limited=limited)) is first


@pytest.mark.parametrize(
    ("limited", "ahead", "reason", "passes"),
    [
        (True, 1, None, False),
        (True, 1, "", False),
        (True, 1, "在先申请不符合布局要求", True),
        (True, 0, None, True),
        (False, 1, None, True),
    ],
)
def test_a_grant_out_of_turn_says_why_where_permits_are_few(
    limited: bool, ahead: int, reason: str | None, passes: bool
) -> None:
    snapshot = under_review(with_terms(quantity_limited=limited))
    details = {"decision": "granted", "document_number": "1号", "ahead": ahead, "reason": reason}
    told = {name: value for name, value in details.items() if value is not None}
    if passes:
        assert of(report(snapshot, DepartmentAct.DECIDED, MONDAY, **told)[0]).status is S.GRANTED
    else:
        with pytest.raises(NotAllowedNowError, match="受理在先"):
            report(snapshot, DepartmentAct.DECIDED, MONDAY, **told)


def test_an_application_goes_first_and_no_plan_or_clock_changes() -> None:
    before = under_review()
    after = entered(before, *opened(before, GREEN, MONDAY))
    assert (of(after).green, after.green) == (True, GREEN)
    assert (of(after).clock, of(after).status) == (of(before).clock, of(before).status)
    assert plan(after, MONDAY) == replace(plan(before, MONDAY), outside=plan(after, MONDAY).outside)
    back = entered(after, *ended(after, "已竣工"))
    assert (of(back).green, back.green) == (False, None)


@pytest.mark.parametrize(
    ("status", "limited", "told"),
    [(S.UNDER_REVIEW, False, True), (S.UNDER_REVIEW, True, False), (S.OPENED, False, False), (S.GRANTED, False, False)],
)
def test_a_department_at_work_is_told_why(status: S, limited: bool, told: bool) -> None:
    snapshot = under_review(with_terms(quantity_limited=limited), status=status)
    entries = opened(snapshot, GREEN, MONDAY)
    messages = [entry for entry in entries if isinstance(entry, MessageQueued)]
    assert [message.kind for message in messages] == [MessageKind.REMINDED] * told
    assert all("省重点项目" in message.body["reason"] for message in messages)
    assert of(entered(snapshot, *entries)).green is (not limited and not status.final)


@pytest.mark.parametrize(("limited", "told"), [(False, True), (True, False)])
def test_what_is_opened_later_goes_first_too_and_says_so(limited: bool, told: bool) -> None:
    snapshot = under_review(with_terms(quantity_limited=limited))
    snapshot = replace(entered(snapshot, *opened(snapshot, GREEN, MONDAY)), assignments={})
    entries = entries_of(snapshot, OpenAssignment(ItemCode("P"), snapshot.network.items[0].department, ()), MONDAY)
    [message] = [entry for entry in entries if isinstance(entry, MessageQueued)]
    assert message.body.get("green_channel", {}).get("authority") == ("开原市人民政府" if told else None)
    assert of(entered(snapshot, *entries)).green is told


def test_the_channel_is_entered_once_and_left_once_each_on_record() -> None:
    snapshot = under_review()
    entries = opened(snapshot, GREEN, MONDAY)
    [step] = [entry for entry in entries if isinstance(entry, Step)]
    assert (step.kind, step.reason, step.details["document"]) == (
        "green_channel.opened",
        "省重点项目",
        "开政函〔2026〕3号",
    )
    after = entered(snapshot, *entries)
    with pytest.raises(NotAllowedNowError, match="已在"):
        opened(after, GREEN, MONDAY)
    with pytest.raises(NotAllowedNowError, match="不在"):
        ended(snapshot, "无")
    with pytest.raises(ApplicationClosedError):
        opened(replace(snapshot, status=ApplicationStatus.CONCLUDED), GREEN, MONDAY)
