"""The law of opinions: several departments heard on one item, whose own department decides (行政许可法 art. 26(2))."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from rules.entries import MessageQueued
from rules.errors import InvalidEventError, OpinionsAwaitedError, OpinionsOpposedError
from rules.joining import Verdict, Vote, settled
from rules.snapshot import ApplicationSnapshot, AssignmentView, OpinionView
from rules.terms import Cooperation, Join, JoinPolicy, Voice
from rules.vocabulary import DecisionKind, MessageKind, OpinionAnswer, OpinionStatus
from rules.workdays import Calendar, Deadline, local_date

_GRANTS: Final = frozenset({DecisionKind.GRANT, DecisionKind.GRANT_BY_COMMITMENT, DecisionKind.PARTLY_GRANT})
_ASKED: Final = frozenset({OpinionStatus.SENT, OpinionStatus.SIGNED_FOR})
_VOTES: Final = {
    OpinionAnswer.AGREE: Vote.FOR,
    OpinionAnswer.AGREE_WITH_CONDITIONS: Vote.FOR,
    OpinionAnswer.DISAGREE: Vote.AGAINST,
}


def due(opinion: OpinionView, calendar: Calendar) -> Deadline | None:
    """Return the last day to answer, in working days after the question arrived; None: it has not (行政许可法 art. 82).

    Silence counts only against who has been asked: our own outage must not make a department consent.
    """
    if opinion.received_at is None:
        return None
    return calendar.add_working_days(local_date(opinion.received_at), opinion.days)


def overdue(opinion: OpinionView, on: date, calendar: Calendar) -> bool:
    """Tell whether the last day to answer is over; never on days that are not official yet."""
    last = due(opinion, calendar)
    return last is not None and not last.provisional and on > last.on


def asked(opinion: OpinionView) -> bool:
    """Tell whether the department has still to answer within its days."""
    return opinion.status in _ASKED


def over(snapshot: ApplicationSnapshot, opinion: OpinionView) -> bool:
    """Tell whether the assignment on which the opinion was asked has ended."""
    view = snapshot.assignments.get(opinion.item)
    return view is None or view.id != opinion.assignment or view.status.final


def vote(opinion: OpinionView) -> Vote | None:
    """Return what an opinion says; None while it says nothing.

    Conditions are the lead's to write into its permit. Who must forward the question to its superior has not
    answered yet; silence without a published basis is no answer, whenever the answer comes (行政许可法 art. 50(2)).
    """
    if opinion.deemed:
        return Vote.FOR
    return _VOTES.get(opinion.answer) if opinion.answer is not None else None


def join_of(cooperation: Cooperation) -> Join:
    """Say how the voices of one item become one answer."""
    voices = cooperation.voices
    return Join(
        cooperation.policy,
        cooperation.needed,
        tuple((voice.department, voice.weight) for voice in voices),
        tuple(voice.department for voice in voices if voice.veto),
    )


def given(snapshot: ApplicationSnapshot, view: AssignmentView) -> dict[str, OpinionView]:
    """Return the opinions asked for on an assignment, by department."""
    return {opinion.department: opinion for opinion in snapshot.opinions if opinion.assignment == view.id}


def verdict(snapshot: ApplicationSnapshot, view: AssignmentView) -> Verdict | None:
    """Return what the voices of an item come to; None while their answers can change it, or without any."""
    cooperation = snapshot.network.item(view.item).terms.cooperation
    if cooperation is None:
        return None
    found = given(snapshot, view)
    votes = {department: said for department, each in found.items() if (said := vote(each)) is not None}
    open_ = [voice.department for voice in _asked_for(cooperation, found) if voice.department not in votes]
    return settled(join_of(cooperation), votes, open_)


def _asked_for(cooperation: Cooperation, found: Mapping[str, OpinionView]) -> tuple[Voice, ...]:
    """Leave out who was told that nothing is asked any more, should the item be reviewed again."""
    void = {department for department, each in found.items() if each.status is OpinionStatus.VOID}
    return tuple(voice for voice in cooperation.voices if voice.department not in void)


def awaited(snapshot: ApplicationSnapshot, view: AssignmentView, on: date) -> tuple[Voice, ...]:
    """Name the voices that must be heard before an item may be decided on a day; none when enough are.

    Under LEAD each is heard, or has let its days pass: the lead decides with its own responsibility. Under every
    other policy whoever can still change the result is waited for.
    """
    cooperation = snapshot.network.item(view.item).terms.cooperation
    if cooperation is None:
        return ()
    found = given(snapshot, view)
    voices = _asked_for(cooperation, found)
    if cooperation.policy is JoinPolicy.LEAD:
        return tuple(v for v in voices if not _heard(found.get(v.department), on, snapshot.calendar))
    if verdict(snapshot, view) is not None:
        return ()
    return tuple(v for v in voices if v.department not in found or vote(found[v.department]) is None)


def _heard(opinion: OpinionView | None, on: date, calendar: Calendar) -> bool:
    if opinion is None:
        return False
    spoken = vote(opinion) is not None or opinion.status is OpinionStatus.LAPSED
    return spoken or overdue(opinion, on, calendar)


def heard(snapshot: ApplicationSnapshot, opinion: OpinionView, said: Mapping[str, Any], at: datetime) -> MessageQueued:
    """Tell the lead department what another has said, and whom it still awaits: it decides on the opinions (art. 26).

    ``snapshot`` knows of the opinion already; ``said`` is what the lead needs of it beyond its standing.
    """
    current = next(each for each in snapshot.opinions if each.id == opinion.id)
    still = awaited(snapshot, snapshot.assignments[opinion.item], local_date(at))
    body = {
        "heard": str(opinion.id),
        "department": opinion.department,
        "status": current.status.value,
        **({"answer": current.answer.value} if current.answer else {}),
        "deemed": current.deemed,
        **{name: value for name, value in said.items() if value},
        "awaited": [voice.department for voice in still],
    }
    serial = f"heard/{opinion.department}/{current.answer or current.status}"
    return MessageQueued(opinion.item, MessageKind.OPINION_HEARD, serial, body)


def require_heard(
    snapshot: ApplicationSnapshot, view: AssignmentView, kind: DecisionKind, reason: str | None, at: datetime
) -> None:
    """Let an item be decided only on the opinions of those to be heard (行政许可法 art. 26(2)).

    Raises OpinionsAwaitedError naming who is awaited; OpinionsOpposedError for a grant against a result that binds;
    InvalidEventError for a grant under LEAD in spite of disagreement that does not give the lead's own reasons.
    """
    cooperation = snapshot.network.item(view.item).terms.cooperation
    if cooperation is None:
        return
    if open_ := awaited(snapshot, view, local_date(at)):
        names = "、".join(voice.name for voice in open_)
        unasked = "" if given(snapshot, view) else "，受理后即征求意见"
        message = f"尚待答复意见：{names}{unasked}（行政许可法第二十六条）"
        raise OpinionsAwaitedError(message, awaited=[voice.department for voice in open_])
    if kind not in _GRANTS:
        return
    against = [voice for voice in cooperation.voices if _opposes(given(snapshot, view).get(voice.department))]
    opposed, names = [voice.department for voice in against], "、".join(voice.name for voice in against)
    if cooperation.policy is not JoinPolicy.LEAD:
        if verdict(snapshot, view) is Verdict.REJECTED:
            message = f"协办部门意见未通过，不得准予：{names}不同意"
            raise OpinionsOpposedError(message, opposed=opposed)
    elif against and not reason:
        message = f"{names}不同意，牵头部门准予须说明自己的理由"
        raise InvalidEventError(message, opposed=opposed)


def _opposes(opinion: OpinionView | None) -> bool:
    return opinion is not None and vote(opinion) is Vote.AGAINST


def unasked(snapshot: ApplicationSnapshot, view: AssignmentView) -> Iterator[Voice]:
    """Voices of an item that have not been asked."""
    cooperation = snapshot.network.item(view.item).terms.cooperation
    found = given(snapshot, view)
    for voice in cooperation.voices if cooperation else ():
        if voice.department not in found:
            yield voice


def told(snapshot: ApplicationSnapshot, opinion: OpinionView) -> bool:
    """Tell whether everything said to the department about its opinion has arrived."""
    kinds = (MessageKind.OPINION_ASKED, MessageKind.SILENCE_WARNED)
    return not any(
        m.assignment == opinion.assignment and m.department == opinion.department and m.kind in kinds
        for m in snapshot.messages
    )


def basis(snapshot: ApplicationSnapshot, opinion: OpinionView) -> str:
    """Return the published document by which silence on this item counts as consent; empty: there is none."""
    cooperation = snapshot.network.item(opinion.item).terms.cooperation
    return cooperation.silence_basis if cooperation else ""
