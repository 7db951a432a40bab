"""A verdict is given exactly when the votes still missing cannot change it, whatever the policy."""

from itertools import product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.joining import Verdict, Vote, counted, settled
from rules.terms import Join, JoinPolicy

P = JoinPolicy
Y, N = Vote.FOR, Vote.AGAINST
CARRIED, REJECTED = Verdict.CARRIED, Verdict.REJECTED


@pytest.mark.parametrize(
    ("join", "votes", "open_", "verdict"),
    [
        (Join(), "A+ B+", "", CARRIED),
        (Join(), "A+", "B", None),
        (Join(), "A-", "B", REJECTED),
        (Join(), "", "", CARRIED),
        (Join(P.ANY), "A-", "B", None),
        (Join(P.ANY), "A+", "B", CARRIED),
        (Join(P.ANY), "A- B-", "", REJECTED),
        (Join(P.ANY), "", "", CARRIED),
        (Join(P.QUORUM, 2), "A+ B+", "C", CARRIED),
        (Join(P.QUORUM, 2), "A+ B-", "C", None),
        (Join(P.QUORUM, 2), "A- B-", "C", REJECTED),
        (Join(P.QUORUM, 5), "A+ B+", "", CARRIED),
        (Join(P.QUORUM, 5), "A+", "B", None),
        (Join(P.QUORUM, 0), "", "A", None),
        (Join(P.QUORUM, 0), "A-", "", REJECTED),
        (Join(P.WEIGHTED, 3, (("A", 3),)), "A+", "B C", CARRIED),
        (Join(P.WEIGHTED, 3, (("A", 3),)), "A-", "B C", REJECTED),
        (Join(P.WEIGHTED, 2, (("A", 3),)), "A-", "B C", None),
        (Join(P.WEIGHTED, 2, (("A", 3),)), "A- B+", "C", None),
        (Join(P.WEIGHTED, 2, (("A", 3),)), "A- B+ C+", "", CARRIED),
        (Join(P.VETO, deciding=("A",)), "A+", "B", CARRIED),
        (Join(P.VETO, deciding=("A",)), "B-", "A", None),
        (Join(P.VETO, deciding=("A", "B")), "A+", "B C", None),
        (Join(P.VETO, deciding=("A", "B")), "A-", "B C", REJECTED),
        (Join(P.VETO, deciding=("Z",)), "A+ B-", "", REJECTED),
        (Join(P.LEAD, deciding=("A",)), "A+ B-", "C", CARRIED),
        (Join(P.LEAD, deciding=("A",)), "A-", "B", REJECTED),
        (Join(P.LEAD, deciding=("A",)), "B+ C+", "A", None),
        (Join(P.LEAD), "A+", "B", None),
    ],
)
def test_a_verdict_is_given_as_early_as_it_is_certain(
    join: Join, votes: str, open_: str, verdict: Verdict | None
) -> None:
    cast = {vote[0]: Y if vote[1] == "+" else N for vote in votes.split()}

    assert settled(join, cast, open_.split()) is verdict


voters = st.lists(st.sampled_from("ABCDE"), unique=True, max_size=5)


@st.composite
def ballots(draw: st.DrawFn) -> tuple[Join, dict[str, Vote], list[str]]:
    join = Join(
        draw(st.sampled_from(list(P))),
        draw(st.integers(0, 7)),
        tuple((voter, draw(st.integers(0, 4))) for voter in draw(voters)),
        tuple(draw(voters)),
    )
    asked = draw(voters)
    heard = asked[: draw(st.integers(0, len(asked)))]
    return join, {voter: draw(st.sampled_from([Y, N])) for voter in heard}, asked[len(heard) :]


def by_hand(join: Join, votes: dict[str, Vote]) -> Verdict:
    """Count complete votes as the policies are defined, without a thought of what is open."""
    names = set(votes)
    agreed = {voter for voter, vote in votes.items() if vote is Y}
    entitled = (names & set(join.deciding)) or names
    weights = {voter: dict(join.weights).get(voter, 1) for voter in names}
    carried = {
        P.ALL: agreed == names,
        P.ANY: bool(agreed) or not names,
        P.QUORUM: len(agreed) >= min(max(1, join.needed), len(names)),
        P.WEIGHTED: sum(weights[v] for v in agreed) >= min(max(1, join.needed), sum(weights.values())),
        P.VETO: not entitled - agreed,
        P.LEAD: entitled <= agreed,
    }[join.policy]
    return CARRIED if carried else REJECTED


@given(ballots())
def test_the_verdict_is_that_of_every_completion_and_of_none_while_two_differ(
    ballot: tuple[Join, dict[str, Vote], list[str]],
) -> None:
    join, votes, open_ = ballot
    ends = {
        by_hand(join, {**votes, **dict(zip(open_, rest, strict=True))}) for rest in product([Y, N], repeat=len(open_))
    }

    assert settled(join, votes, open_) is (ends.pop() if len(ends) == 1 else None)


@given(ballots(), st.integers(0, 2**32))
def test_the_order_of_votes_does_not_matter(ballot: tuple[Join, dict[str, Vote], list[str]], seed: int) -> None:
    join, votes, open_ = ballot
    cast, waiting = list(votes.items()), list(open_)
    Random(seed).shuffle(cast)
    Random(seed).shuffle(waiting)

    assert settled(join, dict(cast), waiting) is settled(join, votes, open_)


@given(ballots())
def test_a_verdict_once_given_stands_whatever_is_voted_later(ballot: tuple[Join, dict[str, Vote], list[str]]) -> None:
    join, votes, open_ = ballot
    early = settled(join, votes, open_)
    if early is not None:
        assert counted(join, {**votes, **dict.fromkeys(open_, N)}) is early
        assert counted(join, {**votes, **dict.fromkeys(open_, Y)}) is early
