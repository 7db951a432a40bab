"""What happens next, for an applicant who knows nothing of procedure: one sentence for each thing awaited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casework.queries import Line
from casework.wording import MILESTONES
from rules.catalog import is_milestone
from rules.planner import Wait
from rules.planning.siblings import QUESTION
from rules.planning.waiting import COMPLAINT, CONFIRMATION, DELIVERY, OBJECTION, WITHDRAWAL
from rules.vocabulary import Party


class Awaited(StrEnum):
    """What is awaited; the page has a sentence for each."""

    BRING = "bring"
    CORRECT = "correct"
    CONFIRM = "confirm"
    DECISION = "decision"
    COUNTERSIGNATURE = "countersignature"
    OPINION = "opinion"
    SENDING = "sending"
    MILESTONE = "milestone"
    DELIVERY = "delivery"
    OBJECTION = "objection"
    COMPLAINT = "complaint"
    WITHDRAWAL = "withdrawal"
    AGENT = "agent"


_PLAIN = {
    CONFIRMATION: Awaited.CONFIRM,
    OBJECTION: Awaited.OBJECTION,
    COMPLAINT: Awaited.COMPLAINT,
    WITHDRAWAL: Awaited.WITHDRAWAL,
    QUESTION: Awaited.AGENT,
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is awaited, of what, and until when; ``mine`` is the applicant's own turn."""

    awaited: Awaited
    subject: str
    department: str
    until: date | None
    provisional: bool
    late: bool
    mine: bool


def sentences(waits: Sequence[Wait], lines: Sequence[Line]) -> list[Sentence]:
    """Put what is awaited in order: the applicant's own turn first, then by date."""
    known = {line.item: line for line in lines}
    said = [_sentence(wait, known) for wait in waits]
    return sorted(said, key=lambda each: (not each.mine, each.until or date.max, each.awaited, each.subject))


def _sentence(wait: Wait, known: dict[str, Line]) -> Sentence:
    code = wait.what.removeprefix(DELIVERY)
    line = known.get(code)
    return Sentence(
        awaited=_awaited(wait, line),
        subject=line.name if line else MILESTONES.get(wait.what, wait.what),
        department=line.department_name if line else "",
        until=wait.until,
        provisional=wait.provisional,
        late=wait.left is not None and wait.left < 0 and not wait.provisional,
        mine=wait.party is Party.APPLICANT,
    )


def _awaited(wait: Wait, line: Line | None) -> Awaited:
    if wait.what in _PLAIN:
        return _PLAIN[wait.what]
    if wait.what.startswith(DELIVERY):
        return Awaited.DELIVERY
    if is_milestone(wait.what):
        return Awaited.MILESTONE
    if wait.party is Party.APPLICANT:
        return Awaited.BRING if line is None else Awaited.CORRECT
    if line is None:
        return Awaited.DELIVERY if wait.party is Party.CENTER else Awaited.AGENT
    if wait.party is Party.DEPARTMENT:
        return Awaited.DECISION if wait.who == line.department else Awaited.OPINION
    if wait.party is Party.SUPERIOR:
        return Awaited.DECISION
    return {Party.LEADER: Awaited.COUNTERSIGNATURE, Party.CENTER: Awaited.SENDING}.get(wait.party, Awaited.AGENT)
