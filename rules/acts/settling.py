"""What an agent says of those still at work once the matter is settled."""

from rules.acts.applicant import require_open
from rules.entries import Entry, SiblingsDecided, Step
from rules.errors import NotAllowedNowError
from rules.planning import siblings
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import SiblingsDecision


def siblings_decided(snapshot: ApplicationSnapshot, decision: SiblingsDecision, reason: str) -> tuple[Entry, ...]:
    """Enter the agent's answer; nothing when it is known.

    Raises ApplicationClosedError once concluded, NotAllowedNowError when nothing is asked.
    """
    if snapshot.siblings is decision:
        return ()
    require_open(snapshot)
    if not siblings.asked(snapshot):
        raise NotAllowedNowError("没有需要决定的其余事项", join=snapshot.network.join.siblings)
    details = {"items": sorted(siblings.concerned(snapshot)), "verdict": snapshot.verdict}
    return SiblingsDecided(decision), Step("siblings.decided", after=decision, reason=reason, details=details)
