"""A complaint has its own time and ends only when the complainant has been asked (edge case 14)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from rules.complaints import (
    ComplaintKind,
    Ticket,
    answered,
    assigned,
    called_back,
    closed,
    due,
    overdue,
    reopened,
)
from rules.complaints import ComplaintStatus as S
from rules.errors import CallBackMissingError, NotAllowedNowError
from rules.terms import Policies
from rules.workdays import OFFICIAL, end_of_day
from tests.rules.assignments import MONDAY

TICKET = Ticket(ComplaintKind.COMPLAINT, S.RECEIVED, MONDAY)


def at(status: S) -> Ticket:
    return replace(
        TICKET, status=status, answered_by="wangf", called_back_by="zhang" if status is S.CALLED_BACK else None
    )


@pytest.mark.parametrize(
    ("kind", "last"),
    [
        (ComplaintKind.CONSULTATION, date(2026, 3, 5)),
        (ComplaintKind.COMPLAINT, date(2026, 3, 19)),
        (ComplaintKind.RECTIFICATION, date(2026, 3, 23)),
    ],
)
def test_each_kind_has_its_own_working_days(kind: ComplaintKind, last: date) -> None:
    ticket = replace(TICKET, kind=kind)
    assert due(ticket, Policies(), OFFICIAL).on == last
    assert not overdue(ticket, Policies(), OFFICIAL, end_of_day(last) - timedelta(seconds=1))
    assert overdue(ticket, Policies(), OFFICIAL, end_of_day(last))
    assert not overdue(replace(ticket, status=S.CLOSED), Policies(), OFFICIAL, end_of_day(last))
    assert due(ticket, Policies(consultation_days=1, complaint_days=1, rectification_days=1), OFFICIAL).on == date(
        2026, 3, 3
    )


def test_nobody_is_late_on_days_that_are_not_published() -> None:
    late = replace(TICKET, received_at=datetime(2026, 12, 30, 1, tzinfo=UTC))
    assert not overdue(late, Policies(), OFFICIAL, datetime(2027, 6, 1, tzinfo=UTC))


def test_its_time_runs_anew_when_it_is_opened_again() -> None:
    again = reopened(at(S.CLOSED), MONDAY + timedelta(days=7))
    assert (again.status, due(again, Policies(), OFFICIAL).on) == (S.REOPENED, date(2026, 3, 26))
    assert (again.answered_by, again.called_back_by) == (None, None)


def test_a_life_of_a_ticket() -> None:
    ticket = answered(assigned(TICKET, "wangf"), "wangf")
    assert (ticket.status, ticket.responsible) == (S.ANSWERED, "wangf")
    ticket = called_back(ticket, "zhang", MONDAY, satisfied=True)
    assert (ticket.status, ticket.called_back_by) == (S.CALLED_BACK, "zhang")
    assert closed(ticket).status is S.CLOSED
    assert closed(closed(ticket)) == closed(ticket)


def test_who_is_not_satisfied_has_their_ticket_opened_again() -> None:
    later = MONDAY + timedelta(days=1)
    ticket = called_back(at(S.ANSWERED), "zhang", later, satisfied=False)
    assert (ticket.status, ticket.reopened_at) == (S.REOPENED, later)


def test_who_answered_does_not_ask_whether_they_answered_well() -> None:
    with pytest.raises(NotAllowedNowError):
        called_back(at(S.ANSWERED), "wangf", MONDAY, satisfied=True)


@pytest.mark.parametrize("status", [S.RECEIVED, S.ASSIGNED, S.ANSWERED, S.REOPENED])
def test_nothing_is_closed_without_a_call_back(status: S) -> None:
    with pytest.raises(CallBackMissingError):
        closed(at(status))


def test_a_call_back_without_its_evidence_is_none() -> None:
    with pytest.raises(CallBackMissingError):
        closed(replace(at(S.CALLED_BACK), called_back_by=None))


@pytest.mark.parametrize(
    ("act", "fits"),
    [
        (lambda t: assigned(t, "a"), {S.RECEIVED, S.ASSIGNED, S.REOPENED}),
        (lambda t: answered(t, "a"), {S.ASSIGNED}),
        (lambda t: called_back(t, "b", MONDAY, satisfied=True), {S.ANSWERED}),
        (lambda t: reopened(t, MONDAY), {S.ANSWERED, S.CALLED_BACK, S.CLOSED}),
    ],
)
def test_each_act_fits_where_the_ticket_stands(act: Callable[[Ticket], Ticket], fits: set[S]) -> None:
    for status in S:
        if status in fits:
            act(at(status))
        else:
            with pytest.raises(NotAllowedNowError):
                act(at(status))
