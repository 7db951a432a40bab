"""First responder (首问负责): whoever is asked first stays responsible until another has accepted to take over."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from rules.errors import NotAllowedNowError, NotAuthorisedError
from rules.people import Account
from rules.vocabulary import Word

#: More answered hand-overs than this without a resolution are an alert.
TOLERATED_BOUNCES: Final = 1


class HandOver(Word):
    """What can happen to the responsibility for an enquiry."""

    OFFERED = "offered", "提请移交"
    ACCEPTED = "accepted", "接受移交"
    DECLINED = "declined", "拒绝移交"
    RESOLVED = "resolved", "已答复"


@dataclass(frozen=True, slots=True)
class Responsibility:
    """Who answers for an enquiry now, and how often it has been passed on or back (``bounces``)."""

    first: Account
    responsible: Account
    offered_to: Account | None = None
    bounces: int = 0
    resolved_at: datetime | None = None

    @property
    def alarming(self) -> bool:
        """It was re-routed more than once and is still not resolved."""
        return self.resolved_at is None and self.bounces > TOLERATED_BOUNCES


def asked(first: Account) -> Responsibility:
    """Begin: the first person asked is responsible."""
    return Responsibility(first, first)


def offered(state: Responsibility, by: Account, to: Account) -> Responsibility:
    """Offer the enquiry to another; ``by`` stays responsible until it is accepted.

    Raises NotAuthorisedError for another than the responsible person, NotAllowedNowError when it is resolved, offered
    already, or offered to oneself.
    """
    _require_unresolved(state)
    _require(by, state.responsible, "只有首问责任人可以提请移交")
    if state.offered_to is not None:
        raise NotAllowedNowError(f"已提请移交 {state.offered_to}，等待答复", offered_to=state.offered_to)
    if to == state.responsible:
        raise NotAllowedNowError("不能移交给自己", offered_to=to)
    return replace(state, offered_to=to)


def accepted(state: Responsibility, by: Account) -> Responsibility:
    """Take over. Raises NotAuthorisedError for anybody but the one it was offered to, NotAllowedNowError."""
    _require_offer_to(state, by)
    return replace(state, responsible=by, offered_to=None, bounces=state.bounces + 1)


def declined(state: Responsibility, by: Account) -> Responsibility:
    """Send it back: who offered it stays responsible, and the asker has waited in vain once more."""
    _require_offer_to(state, by)
    return replace(state, offered_to=None, bounces=state.bounces + 1)


def resolved(state: Responsibility, by: Account, at: datetime) -> Responsibility:
    """Answer the enquiry; an offer not answered is void. Raises NotAuthorisedError, NotAllowedNowError."""
    _require_unresolved(state)
    _require(by, state.responsible, "只有首问责任人可以答复办结")
    return replace(state, offered_to=None, resolved_at=at)


def _require_offer_to(state: Responsibility, by: Account) -> None:
    _require_unresolved(state)
    if state.offered_to is None:
        raise NotAllowedNowError("没有待答复的移交")
    _require(by, state.offered_to, "只有被移交人可以答复移交")


def _require_unresolved(state: Responsibility) -> None:
    if state.resolved_at is not None:
        raise NotAllowedNowError("已答复办结", resolved_at=state.resolved_at.isoformat())


def _require(by: Account, wanted: Account, why: str) -> None:
    if by != wanted:
        raise NotAuthorisedError(f"{why}：{wanted}", person=by, needs=wanted)
