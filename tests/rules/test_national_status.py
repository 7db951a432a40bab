"""The codes of the national data exchange, for every status an item may have."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from rules.clocks import ClockEvent, ClockEventKind
from rules.commitments.record import CommitmentView
from rules.national_status import NationalStatus, national_status
from rules.snapshot import ApplicationSnapshot
from rules.terms import Tolerance, ToleranceMode
from rules.vocabulary import AssignmentStatus as S
from rules.vocabulary import CommitmentKind
from tests.rules.assignments import MONDAY, of, under_review, with_terms


def code(snapshot: ApplicationSnapshot) -> str | None:
    found = national_status(snapshot, of(snapshot))
    return found.value if found else None


CODES = {
    S.OPENED: None,
    S.RECEIVED: "1",
    S.CORRECTION_REQUIRED: "6",
    S.ACCEPTED: "3",
    S.UNDER_REVIEW: "8",
    S.SPECIAL_PROCEDURE: "9",
    S.PENDING_CURE: "8",
    S.REFUSAL_PROPOSED: "8",
    S.GRANTED: "11",
    S.PARTLY_GRANTED: "11",
    S.DEEMED_APPROVED: "11",
    S.REFUSED: "13",
    S.NOT_ACCEPTED: "5",
    S.NOT_REQUIRED: "4",
    S.RETURNED: "13",
    S.LAPSED: "11",
    S.REVOKED: "15",
    S.STRUCK_OFF: "11",
    S.BLOCKED: None,
    S.CANCELLED: "2",
    S.WITHDRAWN: "2",
}


@pytest.mark.parametrize("status", list(S))
def test_every_status_has_its_code(status: S) -> None:
    assert code(under_review(status=status)) == CODES[status]


def test_an_item_at_no_department_has_none() -> None:
    assert national_status(under_review(), None) is None


@pytest.mark.parametrize(("status", "shown"), [(S.UNDER_REVIEW, "16"), (S.GRANTED, "11"), (S.OPENED, None)])
def test_a_withdrawal_that_is_asked_for_awaits_its_confirmation(status: S, shown: str | None) -> None:
    assert code(replace(under_review(status=status), withdrawal_requested_at=MONDAY)) == shown


@pytest.mark.parametrize(
    ("status", "kinds", "shown"),
    [
        (S.UNDER_REVIEW, (ClockEventKind.HOLD_STARTED, ClockEventKind.HOLD_ENDED), "10"),
        (S.UNDER_REVIEW, (ClockEventKind.HOLD_STARTED, ClockEventKind.HOLD_ENDED, ClockEventKind.EXTENDED), "8"),
        (S.ACCEPTED, (ClockEventKind.CORRECTION_STARTED, ClockEventKind.CORRECTION_ENDED), "7"),
        (S.UNDER_REVIEW, (ClockEventKind.CORRECTION_STARTED, ClockEventKind.CORRECTION_ENDED), "8"),
    ],
)
def test_the_end_of_a_stop_shows_until_the_next_thing_happens(
    status: S, kinds: tuple[ClockEventKind, ...], shown: str
) -> None:
    events = tuple(ClockEvent(kind, MONDAY + timedelta(days=1 + n)) for n, kind in enumerate(kinds))
    assert code(under_review(status=status, clock=(*of(under_review()).clock, *events))) == shown


@pytest.mark.parametrize(
    ("mode", "open_", "shown"),
    [
        (ToleranceMode.ISSUE_THEN_CURE, True, "12"),
        (ToleranceMode.ISSUE_THEN_CURE, False, "11"),
        (ToleranceMode.HOLD_RESULT, True, "11"),
    ],
)
def test_what_was_granted_before_its_materials_came_says_so(mode: ToleranceMode, open_: bool, shown: str) -> None:
    snapshot = under_review(with_terms(tolerance=Tolerance(mode)), status=S.GRANTED)
    view = CommitmentView(UUID(int=1), of(snapshot).item, CommitmentKind.TOLERANCE, ("清单",), "原件")
    assert code(replace(snapshot, commitments=(view,) if open_ else ())) == shown


def test_the_codes_are_those_of_the_exchange() -> None:
    assert [int(each) for each in NationalStatus] == list(range(1, 17))
