"""What the applicant says of the end: all received (签收), or an objection; and what the center answers or asks."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from rules import closing
from rules.acts.handing import renewed
from rules.catalog import ItemCode
from rules.closing import Close, RefuseClosing
from rules.delivery.duty import AFTERWARDS, outstanding
from rules.delivery.entries import ObjectionAnswered, ObjectionRaised, ReceiptConfirmed
from rules.delivery.record import DeliveryChannel, DeliveryStatus, ObjectionKind, ObjectionView
from rules.entries import Entry, StatusSet, Step
from rules.errors import ClosureRefusedError, NotAllowedNowError, NotFoundError
from rules.identifiers import objection_id
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import ApplicationStatus


def confirmed(snapshot: ApplicationSnapshot, now: datetime, receipt: str | None = None) -> tuple[Entry, ...]:
    """Enter that the applicant has everything; ``receipt`` names the paper they signed, where another hands it in.

    Nothing where they have confirmed before. Raises NotAllowedNowError before everything is delivered: nobody confirms
    what is not there.
    """
    if snapshot.status is ApplicationStatus.CLOSED or snapshot.closing.confirmed_at is not None:
        return ()
    if snapshot.status is not ApplicationStatus.DELIVERED:
        raise NotAllowedNowError("结果尚未全部送达，不能确认签收", application_status=snapshot.status)
    details = {} if receipt is None else {"receipt": receipt}
    return ReceiptConfirmed(now), Step("receipt.confirmed", details=details)


def objected(
    snapshot: ApplicationSnapshot,
    kind: ObjectionKind,
    reason: str,
    item: ItemCode | None,
    by: str,
    now: datetime,
    serial: int,
) -> tuple[Entry, ...]:
    """Enter an objection: what was delivered or closed is open again, as a further step; nothing before it changes.

    What the applicant has not received is delivered anew, against a signature. Raises NotAllowedNowError while the
    application is still being decided: then there is nothing to object to but the course of it, by a complaint.
    """
    if snapshot.status not in AFTERWARDS:
        raise NotAllowedNowError("尚未办结，对办理过程有意见可以投诉", application_status=snapshot.status)
    if item is not None:
        snapshot.network.item(item)
    view = ObjectionView(objection_id(snapshot.number, serial), kind, item)
    after = ApplicationStatus.CONCLUDED
    reopened: tuple[Entry, ...] = ()
    if snapshot.status is not after:
        reopened = (StatusSet(after), Step("application.reopened", before=snapshot.status, after=after, reason=reason))
    return (
        ObjectionRaised(view, reason, by, now),
        Step("objection.raised", item, reason=reason, details={"kind": kind.value}),
        *reopened,
        *(_delivered_anew(snapshot, item, reason, now) if kind is ObjectionKind.NOT_RECEIVED else ()),
    )


def _delivered_anew(
    snapshot: ApplicationSnapshot, item: ItemCode | None, reason: str, now: datetime
) -> Iterator[Entry]:
    for delivery in outstanding(snapshot).current:
        if item in (None, delivery.item) and delivery.status is DeliveryStatus.DELIVERED:
            yield from renewed(delivery, DeliveryChannel.WINDOW, reason, now)


def answered(snapshot: ApplicationSnapshot, objection: UUID, answer: str, by: str, now: datetime) -> tuple[Entry, ...]:
    """Enter the answer to an objection, from which the time to object runs again. Raises NotFoundError."""
    view = next((each for each in snapshot.objections if each.id == objection), None)
    if view is None:
        raise NotFoundError(f"没有待答复的异议 {objection}", wanted=str(objection))
    return ObjectionAnswered(objection, answer, by, now), Step("objection.answered", view.item, reason=answer)


def closing_requested(snapshot: ApplicationSnapshot, now: datetime) -> tuple[Entry, ...]:
    """Enter a closing that somebody asks for. Nothing where it is closed.

    Raises ClosureRefusedError, with what is entered all the same, while anything stands in the way.
    """
    if snapshot.status is ApplicationStatus.CLOSED:
        return ()
    if found := closing.obstacles(snapshot, now):
        reasons = tuple(obstacle.why for obstacle in found)
        entries = closing.refused(snapshot, RefuseClosing(reasons), now)
        listed = [{"ground": obstacle.ground.value, "why": obstacle.why} for obstacle in found]
        raise ClosureRefusedError(f"{snapshot.number} 尚不能结案：{'；'.join(reasons)}", entries, obstacles=listed)
    return closing.closed(snapshot, Close(), now)
