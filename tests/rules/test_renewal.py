"""Renewal (延续): asked for in time, and renewed by silence alone (行政许可法 art. 50)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from rules.catalog import ItemCode
from rules.clocks import ClockEvent, ClockEventKind
from rules.effects import entered
from rules.entries import Decided, MessageQueued, NoticeQueued, Step
from rules.errors import InvalidIntakeError, NotFoundError
from rules.moves import OpenAssignment
from rules.moves import entries as entries_of
from rules.planner import plan, settle
from rules.renewal import DeemRenewed, Renewing, apply_by, moves, renewals
from rules.snapshot import ApplicationSnapshot, RenewalView
from rules.terms import Renewal
from rules.vocabulary import AssignmentStatus as S
from rules.vocabulary import DecisionKind, DepartmentAct, MessageKind
from rules.workdays import OFFICIAL, end_of_day
from tests.rules.assignments import MONDAY, REFUSED, of, report, under_review
from tests.rules.networks import network_item

P = ItemCode("P")
EXPIRES = date(2026, 4, 10)
EXPIRED = end_of_day(EXPIRES)


def renewing(*, in_time: bool = True, **changes: Any) -> ApplicationSnapshot:
    """P is to be renewed; its permit expires on 10 April, after P's own legal limit."""
    item = replace(network_item("P"), result="许可证")
    snapshot = under_review(item, **{"escalated": True, **changes})
    return replace(snapshot, renewals={P: RenewalView("旧证1号", EXPIRES, in_time)})


@pytest.mark.parametrize(
    ("terms", "last"),
    [
        (Renewal(), date(2026, 3, 11)),
        (Renewal(60, "ND"), date(2026, 2, 9)),
        (Renewal(5, "WD"), date(2026, 4, 2)),
    ],
)
def test_a_renewal_is_asked_for_so_many_days_before_the_permit_expires(terms: Renewal, last: date) -> None:
    assert apply_by(terms, EXPIRES, OFFICIAL) == last
    item = replace(network_item("P"), result="许可证", terms=replace(network_item("P").terms, renewal=terms))
    network = under_review(item).network
    asked = (Renewing("P", "旧证1号", EXPIRES),)
    assert renewals(network, asked, last, OFFICIAL)[P].in_time
    assert not renewals(network, asked, last + timedelta(days=1), OFFICIAL)[P].in_time


def test_what_has_expired_or_leaves_no_permit_cannot_be_renewed() -> None:
    network = renewing().network
    asked = Renewing("P", "旧证1号", EXPIRES)
    assert renewals(network, (asked,), EXPIRES, OFFICIAL)
    with pytest.raises(InvalidIntakeError, match="届满"):
        renewals(network, (asked,), EXPIRES + timedelta(days=1), OFFICIAL)
    with pytest.raises(InvalidIntakeError, match="有误"):
        renewals(network, (Renewing("P", "旧证1号", date(9999, 12, 31)),), EXPIRES, OFFICIAL)
    with pytest.raises(InvalidIntakeError, match="重复"):
        renewals(network, (asked, asked), MONDAY.date(), OFFICIAL)
    with pytest.raises(NotFoundError):
        renewals(network, (Renewing("Q", "旧证1号", EXPIRES),), MONDAY.date(), OFFICIAL)
    with pytest.raises(InvalidIntakeError):
        renewals(under_review().network, (asked,), MONDAY.date(), OFFICIAL)


@pytest.mark.parametrize(
    ("status", "renewed"),
    [
        (S.OPENED, True),
        (S.RECEIVED, True),
        (S.ACCEPTED, True),
        (S.UNDER_REVIEW, True),
        (S.SPECIAL_PROCEDURE, True),
        (S.REFUSAL_PROPOSED, True),
        (S.CORRECTION_REQUIRED, False),
        (S.PENDING_CURE, False),
    ],
)
def test_a_permit_that_expires_undecided_is_renewed_unless_the_applicant_is_waited_for(
    status: S, renewed: bool
) -> None:
    snapshot = renewing(status=status, awaits=(ItemCode("Q"),))
    assert list(moves(snapshot, EXPIRED - timedelta(seconds=1))) == []
    assert list(moves(snapshot, EXPIRED)) == ([DeemRenewed(of(snapshot).id, P, EXPIRES)] if renewed else [])


def test_the_renewal_by_silence_is_an_outcome_of_its_own_of_the_day_of_expiry() -> None:
    snapshot = renewing()
    after, made, _ = settle(snapshot, EXPIRED + timedelta(hours=1))
    assert of(after).status is S.DEEMED_APPROVED
    entries = entries_of(snapshot, next(m for m in made if isinstance(m, DeemRenewed)), EXPIRED)
    [decided] = [entry for entry in entries if isinstance(entry, Decided)]
    assert (decided.kind, decided.decided_at, decided.document_number) == (DecisionKind.DEEMED, EXPIRED, "旧证1号")
    assert decided.legal_basis == "行政许可法第五十条第二款"
    [notice] = [entry for entry in entries if isinstance(entry, NoticeQueued)]
    assert (notice.body["renews"], notice.body["due_on"]) == ("旧证1号", "2026-04-10")
    [message] = [entry for entry in entries if isinstance(entry, MessageQueued)]
    assert (message.kind, message.body["deemed"]) == (MessageKind.DEEMED, "approved")
    [step] = [entry for entry in entries if isinstance(entry, Step)]
    assert (step.kind, step.details["answers"]) == ("renewal.deemed", "DP")
    assert settle(after, EXPIRED + timedelta(days=30))[1].count(made[0]) == 0


def test_silence_does_not_renew_what_was_asked_for_late_or_is_decided() -> None:
    late, _, _ = settle(renewing(in_time=False), EXPIRED)
    assert of(late).status is S.UNDER_REVIEW
    refused, _ = report(renewing(), DepartmentAct.DECIDED, MONDAY, **REFUSED, approver="李强")
    assert of(settle(refused, EXPIRED)[0]).status is S.REFUSED


def test_the_application_wakes_when_the_permit_expires() -> None:
    # The clock has stopped for a procedure without end, and nothing else is to come.
    clock = (*of(renewing()).clock, ClockEvent(ClockEventKind.HOLD_STARTED, MONDAY, 200, "hearing"))
    snapshot = settle(renewing(status=S.SPECIAL_PROCEDURE, clock=clock), MONDAY)[0]
    assert plan(snapshot, MONDAY).next_timer == EXPIRED
    assert plan(replace(snapshot, renewals={}), MONDAY).next_timer != EXPIRED


def test_the_department_is_told_which_permit_it_is_to_renew() -> None:
    snapshot = replace(renewing(), assignments={})
    move = OpenAssignment(P, snapshot.network.item(P).department, ())
    [message] = [e for e in entries_of(snapshot, move, MONDAY) if isinstance(e, MessageQueued)]
    assert message.body == {"renews": {"document_number": "旧证1号", "expires_on": "2026-04-10", "in_time": True}}
    new = replace(snapshot, renewals={})
    [message] = [e for e in entries_of(new, move, MONDAY) if isinstance(e, MessageQueued)]
    assert message.body == {}
    assert entered(new, *entries_of(new, move, MONDAY)).messages
