"""How several voices become one answer, as early as the voices still missing cannot change it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from rules.terms import Join, JoinPolicy
from rules.vocabulary import Word


class Vote(StrEnum):
    """What one voice says."""

    FOR = "for"
    AGAINST = "against"


class Verdict(Word):
    """What all voices together say."""

    CARRIED = "carried", "通过"
    REJECTED = "rejected", "未通过"


@dataclass(frozen=True, slots=True)
class _Tally:
    """The weights of those for, against and not heard yet, among those whose voice counts."""

    for_: int
    against: int
    open: int

    @property
    def all(self) -> int:
        return self.for_ + self.against + self.open


def settled(join: Join, votes: Mapping[str, Vote], open_: Collection[str]) -> Verdict | None:
    """Return the verdict that every completion of the open votes leads to; None while two of them differ.

    Whose voice the policy does not ask is not counted. Where nobody is asked nothing stands in the way.
    """
    voters = {*votes, *open_}
    tally = _tally(_weights(join, voters), votes)
    needed = _needed(join, tally)
    if tally.for_ >= needed:
        return Verdict.CARRIED
    return Verdict.REJECTED if tally.for_ + tally.open < needed else None


def counted(join: Join, votes: Mapping[str, Vote]) -> Verdict:
    """Return the verdict when everybody has voted."""
    verdict = settled(join, votes, ())
    assert verdict is not None  # noqa: S101 - without open votes what is reached and what can be reached are one
    return verdict


def _deciding(join: Join, voters: Collection[str]) -> Mapping[str, int]:
    # The intake answers may have left all of them out; then no voice may be passed over.
    return dict.fromkeys([voter for voter in join.deciding if voter in voters] or voters, 1)


def _weighed(join: Join, voters: Collection[str]) -> Mapping[str, int]:
    weights = dict(join.weights)
    return {voter: weights.get(voter, 1) for voter in voters}


def _alike(_join: Join, voters: Collection[str]) -> Mapping[str, int]:
    return dict.fromkeys(voters, 1)


_WEIGHTS: Final[Mapping[JoinPolicy, Callable[[Join, Collection[str]], Mapping[str, int]]]] = MappingProxyType(
    {
        JoinPolicy.ALL: _alike,
        JoinPolicy.ANY: _alike,
        JoinPolicy.QUORUM: _alike,
        JoinPolicy.WEIGHTED: _weighed,
        JoinPolicy.VETO: _deciding,
        JoinPolicy.LEAD: _deciding,
    }
)


def _weights(join: Join, voters: Collection[str]) -> Mapping[str, int]:
    """Say whose voice counts, and how much."""
    return _WEIGHTS[join.policy](join, voters)


def _tally(weights: Mapping[str, int], votes: Mapping[str, Vote]) -> _Tally:
    totals = {Vote.FOR: 0, Vote.AGAINST: 0, None: 0}
    for voter, weight in weights.items():
        totals[votes.get(voter)] += weight
    return _Tally(totals[Vote.FOR], totals[Vote.AGAINST], totals[None])


def _needed(join: Join, tally: _Tally) -> int:
    """Return the weight that must be for it.

    A quorum greater than all who are asked is all of them: the intake answers may leave voices out, and an applicant
    must not fail for want of somebody to ask. One voice at least is needed wherever there is one.
    """
    match join.policy:
        case JoinPolicy.ANY:
            return min(1, tally.all)
        case JoinPolicy.QUORUM | JoinPolicy.WEIGHTED:
            return min(max(join.needed, 1), tally.all)
        case _:
            return tally.all
