"""Which documents follow from what is entered in a case file, and what the entries then say of them.

Every notice to an applicant that the law wants in writing is a document; so are the papers that no notice goes with.
Casework numbers nothing and decides nothing here: it fixes the content, computes hash and check code, keeps the row.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from rules.catalog import ItemCode
from rules.documents.draft import Draft
from rules.effects import entered
from rules.entries import (
    CommitmentSigned,
    Decided,
    Entry,
    MessageQueued,
    NoticeQueued,
    Step,
)
from rules.issuing import answers, changing, closing, consulting, notices
from rules.issuing.act import Act, Parties
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import MessageKind, NoticeKind

__all__ = ["Act", "Facts", "Paper", "Parties", "carried", "following"]

Writer = Callable[[Act, Any], Iterable[Draft]]


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that follows from ``entries[trigger]``, with the number it gets."""

    draft: Draft
    number: str
    serial: int
    trigger: int
    assignment: UUID | None
    #: The moment it is dated by.
    at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """What the entries say of a document: the step its hash, the applicant its check code and where it is."""

    step: Mapping[str, str]
    told: Mapping[str, str]


_NOTICES: Final[Mapping[NoticeKind, Writer]] = MappingProxyType(
    {
        NoticeKind.RECEIPT: notices.receipts,
        NoticeKind.ACCEPTANCE: notices.acceptances,
        NoticeKind.MATERIALS_MISSING: notices.missing,
        NoticeKind.CORRECTION: notices.corrections,
        NoticeKind.SPECIAL_PROCEDURE: notices.special_procedures,
        NoticeKind.EXTENSION: notices.extensions,
        NoticeKind.OVERDUE: notices.overdue,
        NoticeKind.DEFERRED_MATERIALS: consulting.deferred,
        NoticeKind.BREACH: consulting.orders_to_correct,
        NoticeKind.NOT_REQUIRED: answers.not_required,
        NoticeKind.NOT_ACCEPTED: answers.not_accepted,
        NoticeKind.REFUSAL: answers.refused,
        NoticeKind.RETURNED: answers.returned,
        NoticeKind.DEEMED: answers.deemed_approved,
        NoticeKind.HEARING_RIGHTS: consulting.hearing_rights,
        NoticeKind.HEARING_NOTICE: consulting.hearing_notices,
        NoticeKind.REVOCATION_OPENED: changing.revocations_opened,
        NoticeKind.REVOKED: changing.revoked,
        NoticeKind.CANCELLATION_OPENED: changing.cancellations_opened,
        NoticeKind.STRUCK_OFF: changing.struck_off,
        NoticeKind.LAPSED: changing.lapsed,
        NoticeKind.PARTY_CHANGED: changing.parties_changed,
        NoticeKind.WITHDRAWN: closing.withdrawn,
        NoticeKind.RESULT: closing.results,
    }
)
_MESSAGES: Final[Mapping[MessageKind, Writer]] = MappingProxyType(
    {MessageKind.OPINION_ASKED: consulting.opinion_requests, MessageKind.SUPERVISED: consulting.supervision}
)


def following(
    before: ApplicationSnapshot, entries: tuple[Entry, ...], parties: Parties, now: datetime
) -> tuple[Paper, ...]:
    """Say which documents follow from entries that are about to be kept.

    Raises DocumentIncompleteError when an act lacks what its document must state: then the act is not done.
    """
    triggers = [(at, write) for at, entry in enumerate(entries) if (write := _writer(entry)) is not None]
    if not triggers:
        return ()
    act = Act(before, entered(before, *entries), entries, parties, now)
    papers: list[Paper] = []
    for at, write in triggers:
        for draft in write(act, entries[at]):
            number, serial = act.number(draft)
            view = act.after.assignments.get(ItemCode(draft.matter.item)) if draft.matter.item else None
            dated = _dated(act, draft)
            papers.append(Paper(draft, number, serial, at, view.id if view else None, dated))
    return tuple(papers)


def carried(entries: tuple[Entry, ...], papers: Iterable[Paper], facts: Mapping[str, Facts]) -> tuple[Entry, ...]:
    """Return the entries as they are kept: their steps, notices and messages name the documents.

    Each document is named by one step: the first of its item after its trigger, else the nearest before it.
    """
    kept: list[Entry] = list(entries)
    for paper in papers:
        said = facts[paper.number]
        kept[paper.trigger] = _telling(kept[paper.trigger], paper, said)
        place = _step_of(kept, paper)
        step = kept[place]
        assert isinstance(step, Step)  # noqa: S101 - _step_of found it by that
        # What one office writes to another says in the record to whom; the applicant is known from the file.
        to = {"addressee": paper.draft.addressee} if isinstance(entries[paper.trigger], MessageQueued) else {}
        named = [*step.details.get("documents", ()), {**said.step, **to}]
        kept[place] = replace(step, details={**step.details, "documents": named})
    return tuple(kept)


def _writer(entry: Entry) -> Writer | None:
    match entry:
        case NoticeQueued():
            return _NOTICES.get(entry.kind)
        case MessageQueued():
            return _MESSAGES.get(entry.kind)
        case Decided():
            return answers.granted if entry.kind in answers.GRANTS else None
        case CommitmentSigned():
            return consulting.commitment_letters
        case Step(kind="delivery.completed"):
            return closing.delivered
    return None


def _dated(act: Act, draft: Draft) -> datetime:
    """Date a decision's papers by the decision; all others are of the moment they are written."""
    if draft.kind in answers.OF_DECISION and draft.matter.item:
        decided = act.found(Decided, ItemCode(draft.matter.item))
        if decided is not None:
            return decided.decided_at
    return act.now


def _telling(entry: Entry, paper: Paper, facts: Facts) -> Entry:
    match entry:
        case NoticeQueued() | MessageQueued():
            return replace(entry, body={**entry.body, "documents": [*entry.body.get("documents", ()), facts.told]})
        case CommitmentSigned():
            return replace(entry, view=replace(entry.view, document=paper.number))
    return entry


def _step_of(entries: list[Entry], paper: Paper) -> int:
    steps = [at for at, entry in enumerate(entries) if isinstance(entry, Step)]
    own = [at for at in steps if getattr(entries[at], "item", None) == paper.draft.matter.item]
    after = next((at for at in (*own, *steps) if at >= paper.trigger), None)
    found = after if after is not None else next(iter(reversed(own or steps)), None)
    if found is None:
        raise ValueError(f"{paper.number}: an act that issues a document has a step")
    return found
