"""No agent acts outside what was entrusted: verb, item and day, at their very edges."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from rules.catalog import ItemCode
from rules.engagement import (
    EXPRESS,
    ORDINARY,
    Engagement,
    EngagementEnd,
    Patience,
    Verb,
    authorised,
    authorised_for_any,
    require_resumable,
    require_suspendable,
    unresponsive,
)
from rules.errors import NotAllowedNowError, NotAuthorisedError
from rules.people import Account

DAY = date(2026, 3, 9)
E01, E10 = ItemCode("E01"), ItemCode("E10")
WHOLE = Engagement((Account("zhang"), Account("li")), DAY)
PARTIAL = replace(WHOLE, items=frozenset({E10}))


def refused(engagement: Engagement, verb: Verb, item: ItemCode | None = None, on: date = DAY) -> str | None:
    try:
        authorised(engagement, verb, item, on)
    except NotAuthorisedError as error:
        return error.message
    return None


@pytest.mark.parametrize("verb", Verb)
def test_withdrawal_and_commitment_need_express_authority_and_nothing_else_does(verb: Verb) -> None:
    express = replace(WHOLE, verbs=ORDINARY | {verb})

    assert (refused(WHOLE, verb) is not None) is (verb in (Verb.WITHDRAW, Verb.COMMIT))
    assert ("明示授权" in (refused(WHOLE, verb) or "")) is (verb in EXPRESS)
    assert refused(express, verb) is None


@pytest.mark.parametrize("verb", Verb)
def test_an_excluded_act_is_refused_even_when_it_was_entrusted(verb: Verb) -> None:
    engagement = replace(WHOLE, verbs=frozenset(Verb), excluded=frozenset({verb}))

    assert [each for each in Verb if refused(engagement, each)] == [verb]
    assert "排除" in (refused(engagement, verb) or "")


def test_an_act_that_was_not_entrusted_is_refused() -> None:
    engagement = replace(WHOLE, verbs=frozenset({Verb.FILE}))

    assert [verb for verb in Verb if refused(engagement, verb) is None] == [Verb.FILE]
    assert "不在委托权限内" in (refused(engagement, Verb.SUPPLEMENT) or "")


@pytest.mark.parametrize(
    ("items", "item", "allowed"),
    [(None, None, True), (None, E01, True), ({E10}, E10, True), ({E10}, E01, False), ({E10}, None, False)],
)
def test_the_scope_is_kept(items: set[ItemCode] | None, item: ItemCode | None, allowed: bool) -> None:
    engagement = replace(WHOLE, items=None if items is None else frozenset(items))

    assert (refused(engagement, Verb.FILE, item) is None) is allowed


def test_an_act_that_serves_several_items_needs_one_of_them() -> None:
    authorised_for_any(PARTIAL, Verb.SUPPLEMENT, (E01, E10), DAY)
    for items in ((E01,), (), None):
        with pytest.raises(NotAuthorisedError):
            authorised_for_any(PARTIAL, Verb.SUPPLEMENT, items, DAY)


@pytest.mark.parametrize(
    ("offset", "end", "allowed"),
    [
        (-1, None, False),
        (0, None, True),
        (9, None, True),
        (10, EngagementEnd.EXPIRED, False),
        (400, EngagementEnd.EXPIRED, False),
    ],
)
def test_both_days_of_the_period_are_included(offset: int, end: EngagementEnd | None, allowed: bool) -> None:
    engagement, on = replace(WHOLE, valid_until=DAY + timedelta(days=9)), DAY + timedelta(days=offset)

    assert engagement.end_on(on) is end
    assert (refused(engagement, Verb.FILE, on=on) is None) is allowed


def test_without_an_end_it_lasts_for_the_whole_life() -> None:
    assert refused(WHOLE, Verb.FILE, on=DAY + timedelta(days=4000)) is None


@pytest.mark.parametrize(("offset", "ended"), [(-1, False), (0, True), (1, True)])
@pytest.mark.parametrize("reason", EngagementEnd)
def test_from_the_day_it_ended_nothing_is_allowed(reason: EngagementEnd, offset: int, ended: bool) -> None:
    day = DAY + timedelta(days=5)
    engagement = replace(WHOLE, ended_on=day, ended_because=reason, valid_until=DAY + timedelta(days=5))
    on = day + timedelta(days=offset)

    assert engagement.end_on(on) is (reason if ended else None)
    assert (refused(engagement, Verb.FILE, on=on) is not None) is ended
    if ended:
        assert reason.zh in (refused(engagement, Verb.FILE, on=on) or "")


def test_a_refusal_names_the_act_and_the_agents() -> None:
    with pytest.raises(NotAuthorisedError) as caught:
        authorised(PARTIAL, Verb.FILE, E01, DAY)

    assert caught.value.details == {"act": "file", "agents": ["zhang", "li"], "items": [E01]}


# 2026-03-02 is a Monday; the two weeks after it have no holiday.
FIRST, SECOND = date(2026, 3, 2), date(2026, 3, 4)


@pytest.mark.parametrize(
    ("reminded", "answered", "on", "silent"),
    [
        ([FIRST, SECOND], None, date(2026, 3, 18), False),  # the tenth working day is still the applicant's
        ([FIRST, SECOND], None, date(2026, 3, 19), True),
        ([SECOND, FIRST], None, date(2026, 3, 19), True),
        ([FIRST], None, date(2026, 12, 1), False),
        ([], None, date(2026, 12, 1), False),
        ([FIRST, FIRST, SECOND], None, date(2026, 3, 19), True),
        ([FIRST, SECOND], date(2026, 3, 1), date(2026, 3, 19), True),
        ([FIRST, SECOND], FIRST, date(2026, 3, 19), False),  # one reminder only since the answer
        ([FIRST, SECOND], SECOND, date(2026, 12, 1), False),
        ([FIRST, SECOND], date(2026, 3, 17), date(2026, 12, 1), False),
    ],
)
def test_an_applicant_is_unresponsive_after_two_reminders_and_ten_working_days(
    reminded: list[date], answered: date | None, on: date, silent: bool
) -> None:
    assert unresponsive(reminded, answered, on) is silent


def test_patience_is_policy() -> None:
    assert unresponsive([FIRST], None, date(2026, 3, 5), Patience(1, 2))
    assert not unresponsive([FIRST], None, date(2026, 3, 4), Patience(1, 2))


@pytest.mark.parametrize("because", list(EngagementEnd))
def test_proxy_handling_is_suspended_for_what_can_be_put_right(because: EngagementEnd) -> None:
    if because in (EngagementEnd.REVOKED, EngagementEnd.EXPIRED, EngagementEnd.PROJECT_CANCELLED):
        with pytest.raises(NotAllowedNowError, match="应终止"):
            require_suspendable(WHOLE, because, DAY)
    else:
        require_suspendable(WHOLE, because, DAY)
    ended = replace(WHOLE, ended_on=DAY, ended_because=EngagementEnd.REVOKED)
    for other in (ended, replace(WHOLE, suspended=EngagementEnd.FEES_UNPAID)):
        with pytest.raises(NotAllowedNowError):
            require_suspendable(other, EngagementEnd.STATUTORY, DAY)


@pytest.mark.parametrize("verb", Verb)
def test_nobody_acts_while_it_is_suspended(verb: Verb) -> None:
    suspended = replace(WHOLE, verbs=frozenset(Verb), suspended=EngagementEnd.FEES_UNPAID)
    assert "未按时缴纳法定费用" in (refused(suspended, verb) or "")
    assert refused(replace(suspended, suspended=None), verb) is None


def test_what_is_suspended_goes_on_unless_it_has_ended() -> None:
    suspended = replace(WHOLE, suspended=EngagementEnd.FEES_UNPAID)
    require_resumable(suspended, DAY)
    for other in (WHOLE, replace(suspended, ended_on=DAY, ended_because=EngagementEnd.REVOKED)):
        with pytest.raises(NotAllowedNowError):
            require_resumable(other, DAY)
