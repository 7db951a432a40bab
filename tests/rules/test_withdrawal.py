"""A withdrawal against the decisions of departments: one end, decided by the dates of the acts."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.acts.applicant import withdrawal_requested
from rules.effects import entered
from rules.errors import WithdrawalPendingError
from rules.planner import plan, settle
from rules.snapshot import ApplicationSnapshot
from rules.terms import Policies
from rules.vocabulary import AssignmentStatus as S
from rules.vocabulary import DepartmentAct, MessageKind, Outcome, Party
from rules.withdrawal import confirmed_at, require_dated_before
from tests.rules.assignments import MONDAY, of, report, under_review

SECOND = timedelta(seconds=1)
ASKED = MONDAY + timedelta(hours=1)
CONFIRMED = ASKED + timedelta(hours=24)


def asked(snapshot: ApplicationSnapshot | None = None) -> ApplicationSnapshot:
    snapshot = snapshot or under_review()
    return entered(snapshot, *withdrawal_requested(snapshot, "取消", ASKED))


def test_a_department_at_work_is_told_at_once_and_the_end_confirmed_a_day_later() -> None:
    snapshot, moves, current = settle(asked(), ASKED)
    assert moves == ()
    assert [message.kind for message in snapshot.messages] == [MessageKind.CANCELLED]
    assert [wait.party for wait in current.waits] == [Party.CENTER]
    assert (confirmed_at(snapshot), current.next_timer) == (CONFIRMED, CONFIRMED)
    assert settle(snapshot, CONFIRMED - SECOND)[1] == ()

    after, _, _ = settle(snapshot, CONFIRMED)
    assert (of(after).status, after.outcome) == (S.WITHDRAWN, Outcome.WITHDRAWN)
    assert [message.kind for message in after.messages] == [MessageKind.CANCELLED]
    assert of(after).clock[-1].at == ASKED  # what came later was not the department's time


def test_the_city_sets_how_long_departments_may_still_report() -> None:
    snapshot = asked()
    policies = Policies(withdrawal_hours=2)
    snapshot = replace(snapshot, network=replace(snapshot.network, policies=policies))

    assert confirmed_at(snapshot) == ASKED + timedelta(hours=2)
    assert confirmed_at(under_review()) is None


def test_no_light_and_no_silence_counts_while_a_withdrawal_is_confirmed() -> None:
    snapshot = asked()
    snapshot = replace(snapshot, network=replace(snapshot.network, policies=Policies(withdrawal_hours=24 * 90)))

    assert settle(snapshot, MONDAY + timedelta(days=60))[1] == ()


def test_only_what_is_dated_up_to_the_request_is_taken() -> None:
    require_dated_before(asked(), ASKED)
    require_dated_before(under_review(), CONFIRMED)
    with pytest.raises(WithdrawalPendingError):
        require_dated_before(asked(), ASKED + SECOND)


@given(st.integers(-3000, 3000), st.integers(0, 30), st.booleans())
def test_a_grant_and_a_withdrawal_have_one_end_by_their_dates(offset: int, delay: int, grants: bool) -> None:
    """Case 8: the decision is dated ``offset`` seconds from the request and heard of ``delay`` hours after it."""
    decided_at, heard_at = ASKED + offset * SECOND, ASKED + timedelta(hours=delay)
    snapshot, _, _ = settle(asked(), heard_at)
    given_ = {"decision": "granted"} if grants else {"decision": "refused", "reason": "r", "legal_basis": "l"}
    stands = offset <= 0 and delay < 24
    if not of(snapshot).status.final:
        if offset > 0:
            with pytest.raises(WithdrawalPendingError):
                report(snapshot, DepartmentAct.DECIDED, decided_at, **given_, handler="王芳", approver="李强")
        else:
            snapshot, _ = report(snapshot, DepartmentAct.DECIDED, decided_at, **given_, handler="王芳", approver="李强")
    end, _, _ = settle(snapshot, CONFIRMED + timedelta(hours=30))

    decided = (S.GRANTED, Outcome.GRANTED) if grants else (S.REFUSED, Outcome.REFUSED)
    assert (of(end).status, end.outcome) == (decided if stands else (S.WITHDRAWN, Outcome.WITHDRAWN))
    assert plan(end, CONFIRMED + timedelta(hours=30)).waits


@pytest.mark.parametrize("requested", [True, False])
def test_an_item_decided_first_is_told_to_be_not_withdrawn(requested: bool) -> None:
    snapshot = asked() if requested else under_review()
    refusal = {"decision": "refused", "reason": "r", "legal_basis": "l", "handler": "王芳"}
    _, granted = report(snapshot, DepartmentAct.DECIDED, MONDAY, decision="granted")
    _, refused = report(snapshot, DepartmentAct.DECIDED, MONDAY, **refusal, approver="李强")
    proposed, proposal = report(snapshot, DepartmentAct.DECIDED, MONDAY, **refusal)
    _, approved = report(proposed, DepartmentAct.REFUSAL_APPROVED, ASKED, approver="李强")

    kept = [any(getattr(e, "kind", "") == "withdrawal.refused" for e in made) for made in (granted, refused, approved)]
    assert kept == [requested] * 3
    assert not any(getattr(entry, "kind", "") == "withdrawal.refused" for entry in proposal)
