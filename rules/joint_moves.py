"""The moves of joint handling: the matter is settled, departments are heard, silence has its consequence."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from rules.catalog import DepartmentCode, ItemCode
from rules.effects import entered
from rules.entries import Entry, JoinSettled, MessageQueued, OpinionAsked, OpinionRevised, Step
from rules.identifiers import opinion_id
from rules.joining import Verdict
from rules.opinions import basis, due, heard, unasked
from rules.planning import siblings
from rules.snapshot import ApplicationSnapshot, OpinionView
from rules.vocabulary import MessageKind, OpinionStatus


@dataclass(frozen=True, slots=True)
class SettleJoin:
    """What the required items come to is certain before all have ended, or (None) no longer certain."""

    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class AskOpinions:
    """Ask the departments that are to be heard on an accepted item, all at once."""

    item: ItemCode


@dataclass(frozen=True, slots=True)
class WarnOfSilence:
    """Tell a department that its silence is about to mean consent."""

    opinion: UUID


@dataclass(frozen=True, slots=True)
class LapseOpinion:
    """The days to answer have passed: consent where a published document says so, else a supervision order."""

    opinion: UUID


@dataclass(frozen=True, slots=True)
class CloseOpinion:
    """The item has ended: nothing is asked any more."""

    opinion: UUID


def settle(snapshot: ApplicationSnapshot, move: SettleJoin, now: datetime) -> tuple[Entry, ...]:
    votes, open_ = siblings.ballot(snapshot.progress)
    details = {
        "policy": snapshot.network.join.policy,
        "votes": {item: said.value for item, said in votes.items()},
        "open": list(open_),
    }
    kind = "join.settled" if move.verdict else "join.reopened"
    return JoinSettled(move.verdict, now), Step(kind, before=snapshot.verdict, after=move.verdict, details=details)


def ask(snapshot: ApplicationSnapshot, move: AskOpinions, _now: datetime) -> tuple[Entry, ...]:
    view = snapshot.assignments[move.item]
    cooperation = snapshot.network.item(move.item).terms.cooperation
    entries: list[Entry] = []
    for voice in unasked(snapshot, view):
        assert cooperation is not None  # noqa: S101 - only an item with voices has one that is unasked
        department = DepartmentCode(voice.department)
        id_ = opinion_id(view.id, department)
        asked = OpinionView(id_, view.id, view.item, department, OpinionStatus.SENT, cooperation.days)
        body: dict[str, Any] = {"opinion": str(id_), "days": cooperation.days}
        if cooperation.silence_basis:
            body["silence_basis"] = cooperation.silence_basis
        details = {"department": department, "days": cooperation.days, "law": "行政许可法第二十六条第二款"}
        entries += [
            OpinionAsked(asked),
            MessageQueued(view.item, MessageKind.OPINION_ASKED, department, body, department),
            Step("opinion.requested", view.item, after=OpinionStatus.SENT, details=details),
        ]
    return tuple(entries)


def warn(snapshot: ApplicationSnapshot, move: WarnOfSilence, _now: datetime) -> tuple[Entry, ...]:
    opinion = found(snapshot, move.opinion)
    body = _told(snapshot, opinion)
    return (
        OpinionRevised(opinion.id, {"warned": True}),
        MessageQueued(
            opinion.item, MessageKind.SILENCE_WARNED, f"opinion/{opinion.department}", body, opinion.department
        ),
        Step("opinion.warned", opinion.item, details={"department": opinion.department, **body}),
    )


def lapse(snapshot: ApplicationSnapshot, move: LapseOpinion, now: datetime) -> tuple[Entry, ...]:
    opinion = found(snapshot, move.opinion)
    document = basis(snapshot, opinion)
    body = _told(snapshot, opinion)
    kind = MessageKind.DEEMED if document else MessageKind.SUPERVISED
    changes = {"status": OpinionStatus.LAPSED, "deemed": bool(document)}
    revised = OpinionRevised(opinion.id, changes, {"lapsed_at": now, "basis": document})
    return (
        revised,
        MessageQueued(opinion.item, kind, f"opinion/{opinion.department}", body, opinion.department),
        heard(entered(snapshot, revised), opinion, {"basis": document}, now),
        Step(
            "opinion.lapsed",
            opinion.item,
            before=opinion.status,
            after=OpinionStatus.LAPSED,
            reason=document or None,
            details={"department": opinion.department, "deemed": bool(document), **body},
        ),
    )


def close(snapshot: ApplicationSnapshot, move: CloseOpinion, _now: datetime) -> tuple[Entry, ...]:
    opinion = found(snapshot, move.opinion)
    void = OpinionStatus.VOID
    body = {"opinion": str(opinion.id), "reason": _ended_as(snapshot, opinion)}
    return (
        OpinionRevised(opinion.id, {"status": void}),
        MessageQueued(opinion.item, MessageKind.CANCELLED, f"opinion/{opinion.department}", body, opinion.department),
        Step(
            "opinion.voided",
            opinion.item,
            before=opinion.status,
            after=void,
            reason=body["reason"],
            details={"department": opinion.department},
        ),
    )


def found(snapshot: ApplicationSnapshot, opinion: UUID) -> OpinionView:
    """Return an opinion of the application by its id."""
    return next(each for each in snapshot.opinions if each.id == opinion)


def _ended_as(snapshot: ApplicationSnapshot, opinion: OpinionView) -> str:
    """Say how the assignment asked about has ended; of a round that another has followed, that it has."""
    view = snapshot.assignments.get(opinion.item)
    return view.status.value if view is not None and view.id == opinion.assignment else "superseded"


def _told(snapshot: ApplicationSnapshot, opinion: OpinionView) -> dict[str, Any]:
    last = due(opinion, snapshot.calendar)
    document = basis(snapshot, opinion)
    return {
        "opinion": str(opinion.id),
        **({"due_on": last.on.isoformat()} if last else {}),
        **({"silence_basis": document} if document else {}),
    }
