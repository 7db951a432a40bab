"""What an applicant may say of one item as it stands now, so that nobody has to know the procedure to be heard."""

from collections.abc import Callable
from datetime import date, datetime

from rules.acts import cancelling, hearings, keeping, revoking
from rules.acts.revoking import CANCELLATION, REVOCATION
from rules.entries import Entry, MessageQueued, Step
from rules.errors import NotAllowedNowError
from rules.snapshot import AssignmentView
from rules.vocabulary import MessageKind, Word
from rules.workdays import local_date


class Say(Word):
    """What an applicant may have to say in a procedure."""

    #: Within five working days of being told (行政许可法 art. 47).
    HEARING = "hearing", "申请听证"
    #: Before a permit is revoked or struck off (art. 7, 69).
    STATEMENT = "statement", "陈述、申辩"
    #: art. 70.
    CANCELLATION = "cancellation", "申请注销许可"


def sayable(view: AssignmentView, today: date) -> tuple[Say, ...]:
    """Name what an applicant may say of an assignment today."""
    found = []
    if _passes(lambda: hearings.require_askable(view, today)):
        found.append(Say.HEARING)
    if revoking.of(view) or "state_by" in cancelling.of(view):
        found.append(Say.STATEMENT)
    if _passes(lambda: cancelling.require_requestable(view)):
        found.append(Say.CANCELLATION)
    return tuple(found)


def stated(view: AssignmentView, statement: str, by: str, now: datetime) -> tuple[Entry, ...]:
    """Enter what a holder has to say against losing a permit (陈述、申辩); whoever decides is told of it.

    Raises NotAllowedNowError where nothing is under way.
    """
    name, known = (CANCELLATION, cancelling.of(view)) if cancelling.of(view) else (REVOCATION, revoking.of(view))
    if not known:
        raise NotAllowedNowError("没有正在进行的撤销或者注销程序", item=view.item)
    body = {"reason": f"{by}陈述、申辩，请在作出决定前予以考虑（行政许可法第七条）：{statement}"}
    return (
        keeping.kept(view, name, {**known, "stated_on": local_date(now).isoformat(), "statement": statement}),
        MessageQueued(view.item, MessageKind.REMINDED, f"statement/{now.isoformat()}", body),
        Step(f"{name}.stated", view.item, reason=f"{by}：{statement}", details={"by": by, "statement": statement}),
    )


def _passes(require: Callable[[], None]) -> bool:
    try:
        require()
    except NotAllowedNowError:
        return False
    return True
