"""What the required items come to under the journey's join policy, and what that does to those still at work."""

from typing import Final

from rules.catalog import ItemCode, NodeCode
from rules.frozen import once
from rules.joining import Verdict, Vote, settled
from rules.progress import Progress
from rules.snapshot import ApplicationSnapshot
from rules.terms import OnRefusal, Siblings
from rules.vocabulary import SiblingsDecision

#: The cause recorded for an item that stops because the matter is settled without it.
SETTLED: Final = NodeCode("settled")
#: What an agent is waited for under ASK.
QUESTION: Final = "siblings"


def ballot(progress: Progress) -> tuple[dict[str, Vote], tuple[str, ...]]:
    """Return the votes of the required items that have ended, and the required items still open.

    What can no longer be granted is a vote against, whether it was refused itself or blocked behind a refusal.
    """
    return once(progress, _ballot)


def _ballot(progress: Progress) -> tuple[dict[str, Vote], tuple[str, ...]]:
    votes: dict[str, Vote] = {}
    open_: list[str] = []
    for item in progress.network.items:
        if not item.required:
            continue
        if progress.ended(item.code):
            votes[item.code] = Vote.FOR if progress.met(item.code) else Vote.AGAINST
        else:
            open_.append(item.code)
    return votes, tuple(open_)


def verdict(snapshot: ApplicationSnapshot) -> Verdict | None:
    """Return what the required items come to, as early as it is certain."""
    return once(snapshot.progress, _verdict)


def _verdict(progress: Progress) -> Verdict | None:
    return settled(progress.network.join, *ballot(progress))


def news(snapshot: ApplicationSnapshot) -> bool:
    """Tell whether the verdict is certain before the end, or certain no longer, and that is not entered yet."""
    current = verdict(snapshot)
    if current is snapshot.verdict:
        return False
    return snapshot.verdict is not None or bool(once(snapshot.progress, _open))


def concerned(snapshot: ApplicationSnapshot) -> frozenset[ItemCode]:
    """Name the open items that the settled matter makes pointless.

    When the matter is carried these are the other required items: an optional one is the applicant's own wish. When
    it is rejected the policy says: STOP_NOW all, LET_FINISH those no department has yet, WAIT_FOR_ALL none before
    every required item has ended.
    """
    current = verdict(snapshot)
    if current is None:
        return frozenset()
    open_ = once(snapshot.progress, _open)
    required = frozenset(item.code for item in snapshot.network.items if item.required)
    if current is Verdict.CARRIED:
        return open_ & required
    match snapshot.network.join.on_refusal:
        case OnRefusal.STOP_NOW:
            return open_
        case OnRefusal.LET_FINISH:
            return open_ - frozenset(snapshot.progress.ends)
        case OnRefusal.WAIT_FOR_ALL:
            return frozenset() if open_ & required else open_


def stopped(snapshot: ApplicationSnapshot) -> frozenset[ItemCode]:
    """Name the open items that stop because the matter is settled, by the policy or by the agent's answer."""
    policy = snapshot.network.join.siblings
    asked_and_told = policy is Siblings.ASK and snapshot.siblings is SiblingsDecision.CANCEL
    return concerned(snapshot) if policy is Siblings.CANCEL or asked_and_told else frozenset()


def asked(snapshot: ApplicationSnapshot) -> bool:
    """Tell whether an agent has to say what becomes of those still at work."""
    waiting = snapshot.network.join.siblings is Siblings.ASK and snapshot.siblings is None
    return waiting and not snapshot.withdrawal_requested and bool(concerned(snapshot))


def _open(progress: Progress) -> frozenset[ItemCode]:
    return frozenset(item.code for item in progress.network.items if not progress.ended(item.code))
