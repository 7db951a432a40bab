"""First responder: responsible until another has accepted, and an alert when it is passed on again and again."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.enquiries import Responsibility, accepted, asked, declined, offered, resolved
from rules.errors import DaibanError, NotAllowedNowError, NotAuthorisedError
from rules.people import Account

A, B, C = Account("a"), Account("b"), Account("c")
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
OFFERED = offered(asked(A), A, B)
RESOLVED = resolved(asked(A), A, NOW)


def test_the_first_person_asked_is_responsible() -> None:
    assert asked(A) == Responsibility(first=A, responsible=A)
    assert not asked(A).alarming


def test_an_offer_alone_changes_nothing() -> None:
    assert (OFFERED.responsible, OFFERED.offered_to, OFFERED.bounces) == (A, B, 0)


def test_accepting_moves_the_responsibility_and_the_first_stays_known() -> None:
    assert accepted(OFFERED, B) == Responsibility(first=A, responsible=B, bounces=1)


def test_declining_sends_it_back_and_counts() -> None:
    assert declined(OFFERED, B) == Responsibility(first=A, responsible=A, bounces=1)


def test_more_than_one_rerouting_without_resolution_is_an_alert() -> None:
    once = accepted(OFFERED, B)
    twice = accepted(offered(once, B, C), C)

    assert (once.alarming, twice.alarming) == (False, True)
    assert declined(offered(declined(OFFERED, B), A, C), C).alarming
    assert not resolved(twice, C, NOW).alarming


def test_resolving_voids_an_offer() -> None:
    assert resolved(OFFERED, A, NOW) == Responsibility(first=A, responsible=A, resolved_at=NOW)


@pytest.mark.parametrize(
    ("turn", "refusal"),
    [
        (lambda: offered(asked(A), B, C), NotAuthorisedError),
        (lambda: offered(asked(A), A, A), NotAllowedNowError),
        (lambda: offered(OFFERED, A, C), NotAllowedNowError),
        (lambda: offered(accepted(OFFERED, B), A, C), NotAuthorisedError),
        (lambda: offered(RESOLVED, A, B), NotAllowedNowError),
        (lambda: accepted(asked(A), B), NotAllowedNowError),
        (lambda: accepted(OFFERED, C), NotAuthorisedError),
        (lambda: accepted(OFFERED, A), NotAuthorisedError),
        (lambda: declined(OFFERED, A), NotAuthorisedError),
        (lambda: declined(asked(A), A), NotAllowedNowError),
        (lambda: resolved(asked(A), B, NOW), NotAuthorisedError),
        (lambda: resolved(OFFERED, B, NOW), NotAuthorisedError),
        (lambda: resolved(RESOLVED, A, NOW), NotAllowedNowError),
        (lambda: accepted(RESOLVED, B), NotAllowedNowError),
    ],
)
def test_what_does_not_fit_is_refused(turn: Callable[[], Responsibility], refusal: type[DaibanError]) -> None:
    with pytest.raises(refusal):
        turn()


TURNS = st.lists(st.tuples(st.sampled_from("oadr"), st.sampled_from([A, B, C]), st.sampled_from([A, B, C])))


@given(TURNS)
def test_whatever_happens_somebody_is_responsible_and_only_an_acceptance_changes_who(
    turns: list[tuple[str, Account, Account]],
) -> None:
    state = asked(A)
    for kind, by, to in turns:
        before = state
        try:
            match kind:
                case "o":
                    state = offered(state, by, to)
                case "a":
                    state = accepted(state, by)
                case "d":
                    state = declined(state, by)
                case _:
                    state = resolved(state, by, NOW)
        except DaibanError:
            continue
        assert state.first == A
        assert state.responsible == (by if kind == "a" else before.responsible)
        assert state.bounces == before.bounces + (kind in "ad")
