"""An applicant that changes under way is the same party in a new version (个转企, 企业更名)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from rules.acts.party import PartyChange, party_changed, require_dated
from rules.effects import entered
from rules.entries import MessageQueued, NoticeQueued, Step
from rules.errors import InvalidIntakeError
from rules.vocabulary import AssignmentStatus as S
from rules.vocabulary import MessageKind
from tests.rules.assignments import MONDAY, of, under_review

CHANGE = PartyChange("清河餐饮有限公司", "登字12号", date(2026, 3, 1), "有限责任公司")


@pytest.mark.parametrize(
    ("status", "told", "listed"),
    [
        (S.OPENED, [], ["P"]),
        (S.RECEIVED, [MessageKind.PARTY_CHANGED], ["P"]),
        (S.UNDER_REVIEW, [MessageKind.PARTY_CHANGED], ["P"]),
        (S.GRANTED, [], []),
    ],
)
def test_departments_at_work_are_told_and_the_applicant_what_needs_a_change_filed(
    status: S, told: list[MessageKind], listed: list[str]
) -> None:
    snapshot = under_review(status=status)
    entries = party_changed(snapshot, "清河餐饮店", "个体工商户", CHANGE, MONDAY)
    assert [e.kind for e in entries if isinstance(e, MessageQueued)] == told
    [notice] = [e for e in entries if isinstance(e, NoticeQueued)]
    [step] = [e for e in entries if isinstance(e, Step)]
    assert (notice.body["items"], notice.body["before"], notice.body["after"]) == (
        listed,
        "清河餐饮店",
        "清河餐饮有限公司",
    )
    assert (step.kind, step.before, step.after, step.reason) == (
        "applicant.changed",
        "清河餐饮店",
        "清河餐饮有限公司",
        "登字12号",
    )
    after = entered(snapshot, *entries)
    assert (of(after).status, of(after).clock) == (of(snapshot).status, of(snapshot).clock)


def test_the_kind_stays_where_none_is_told() -> None:
    renamed = PartyChange("新名称", "登字12号", date(2026, 3, 1))
    [notice] = [
        e for e in party_changed(under_review(), "旧", "个体工商户", renamed, MONDAY) if isinstance(e, NoticeQueued)
    ]
    assert notice.body["kind"] == "个体工商户"


@pytest.mark.parametrize(
    ("recorded", "told", "after", "conversion"),
    [
        ("个体工商户", None, "有限责任公司", True),
        (None, "个体工商户", "有限责任公司", True),
        ("有限责任公司", "个体工商户", "股份有限公司", False),
        ("个体工商户", None, "个体工商户", False),
        ("个体工商户", None, None, False),
        (None, None, "有限责任公司", False),
    ],
)
def test_that_an_individual_business_has_become_an_enterprise_rests_on_its_own_law(
    recorded: str | None, told: str | None, after: str | None, conversion: bool
) -> None:
    wanted = replace(CHANGE, kind=after, former_kind=told)
    [notice] = [e for e in party_changed(under_review(), "旧", recorded, wanted, MONDAY) if isinstance(e, NoticeQueued)]
    assert notice.body["conversion"] is conversion


def test_a_change_that_has_not_happened_is_not_taken_in() -> None:
    require_dated(CHANGE, CHANGE.changed_on)
    with pytest.raises(InvalidIntakeError, match="晚于今日"):
        require_dated(CHANGE, CHANGE.changed_on - timedelta(days=1))
