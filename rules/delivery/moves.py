"""What happens to deliveries by itself: made ready, told online, brought before supervision when late, completed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from rules.catalog import ItemCode
from rules.delivery.duty import carrier, channel_of, decided_on, due, result_under_way
from rules.delivery.entries import DeliveryPrepared, DeliveryRevised, NoticeSent
from rules.delivery.record import DeliveryChannel, DeliveryStatus, DeliveryView
from rules.entries import Entry, NoticeQueued, StatusSet, Step
from rules.identifiers import delivery_id, notice_id
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import ApplicationStatus, NoticeKind

_LAW: Final = "行政许可法第四十四条"


@dataclass(frozen=True, slots=True)
class PrepareDelivery:
    """An item has been decided: its result is to be delivered."""

    item: ItemCode


@dataclass(frozen=True, slots=True)
class SendResults:
    """Bring what goes online to the applicant, in one notice."""

    deliveries: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class EscalateDelivery:
    """A result should have been delivered by ``due`` and has not been."""

    delivery: UUID
    item: ItemCode
    due: date


@dataclass(frozen=True, slots=True)
class CompleteDelivery:
    """The applicant knows the outcome and has every result."""


DeliveryMove = PrepareDelivery | SendResults | EscalateDelivery | CompleteDelivery


def prepared(snapshot: ApplicationSnapshot, move: PrepareDelivery, now: datetime) -> tuple[Entry, ...]:
    """Enter that a result is ready; where the decision itself is being told online, that brings it."""
    view, item = snapshot.assignments[move.item], snapshot.network.item(move.item)
    channel = channel_of(snapshot, item, view.status)
    brought_by = carrier(snapshot, view) if channel is DeliveryChannel.ONLINE else None
    delivery = DeliveryView(
        id=delivery_id(view.id, 1),
        assignment=view.id,
        item=view.item,
        attempt=1,
        channel=channel,
        status=DeliveryStatus.SENT if brought_by else DeliveryStatus.PREPARED,
        decided_on=decided_on(snapshot, view, now),
        prepared_at=now,
        carrier=brought_by,
    )
    details = {"channel": channel.value, "due_on": due(snapshot, delivery).on.isoformat(), "law": _LAW}
    return DeliveryPrepared(delivery), Step("result.issued", view.item, after=delivery.status, details=details)


def told(snapshot: ApplicationSnapshot, move: SendResults, now: datetime) -> tuple[Entry, ...]:
    """Enter that results go to the applicant: with the outcome, where that is still to be told, else by themselves."""
    sent = [delivery for delivery in snapshot.deliveries if delivery.id in move.deliveries]
    notice, queued = result_under_way(snapshot), tuple[Entry, ...]()
    if notice is None:
        notice = notice_id(snapshot.number, NoticeKind.DELIVERY, "/".join(str(delivery.id) for delivery in sent))
        results = [_named(snapshot, delivery) for delivery in sent]
        title = "结果送达：" + "、".join(result["item_name"] for result in results)
        queued = (NoticeQueued(notice, NoticeKind.DELIVERY, title, {"results": results}),)
    changes = {"status": DeliveryStatus.SENT, "carrier": notice}
    return (
        *queued,
        *(DeliveryRevised(delivery.id, changes) for delivery in sent),
        *(sent_step(delivery, {"notice": str(notice)}) for delivery in sent),
    )


def sent_step(delivery: DeliveryView, details: Mapping[str, Any]) -> Step:
    """Say in the record that a result is on its way."""
    told_of = {"channel": delivery.channel.value, "attempt": delivery.attempt, **details}
    after = DeliveryStatus.SENT
    return Step("delivery.sent", delivery.item, before=delivery.status, after=after, details=told_of)


def _named(snapshot: ApplicationSnapshot, delivery: DeliveryView) -> dict[str, Any]:
    decision = snapshot.decisions.get(delivery.assignment)
    named = {
        "item": delivery.item,
        "item_name": snapshot.network.item(delivery.item).name,
        "status": snapshot.assignments[delivery.item].status.value,
        "decided_on": delivery.decided_on.isoformat(),
    }
    return {**named, **({"document_number": decision.document_number} if decision else {})}


def escalated(snapshot: ApplicationSnapshot, move: EscalateDelivery, _now: datetime) -> tuple[Entry, ...]:
    """Enter that supervision is told of a late delivery."""
    why = f"{snapshot.network.item(move.item).name}的办理结果应于 {move.due.isoformat()} 前送达，至今未送达"
    details = {"due_on": move.due.isoformat(), "law": _LAW}
    return (
        DeliveryRevised(move.delivery, {"escalated": True}),
        Step("escalated.delivery", move.item, reason=why, details=details),
    )


def completed(snapshot: ApplicationSnapshot, _move: CompleteDelivery, now: datetime) -> tuple[Entry, ...]:
    """Enter that everything is with the applicant, from when on they may confirm or object."""
    after = ApplicationStatus.DELIVERED
    return StatusSet(after, at=now), Step("application.delivered", before=snapshot.status, after=after)


def arrived(snapshot: ApplicationSnapshot, notice: UUID, kind: NoticeKind, now: datetime) -> tuple[Entry, ...]:
    """Enter that a notice has been published to the applicant, and that it has brought what it carried.

    Published is received: the applicant has chosen the system to receive in (电子签名法 art. 11).
    """
    entries: list[Entry] = [NoticeSent(notice), Step("notice.delivered", details={"kind": kind.value})]
    for delivery in snapshot.deliveries:
        if delivery.carrier == notice and delivery.status is DeliveryStatus.SENT:
            evidence = {"notice": str(notice), "published_at": now.isoformat()}
            entries += delivered(snapshot, delivery, evidence, now)
    return tuple(entries)


def delivered(
    snapshot: ApplicationSnapshot, delivery: DeliveryView, evidence: Mapping[str, Any], now: datetime
) -> tuple[Entry, ...]:
    """Enter that a result has reached the applicant, and by what that is shown."""
    after, last = DeliveryStatus.DELIVERED, due(snapshot, delivery)
    on = evidence.get("delivered_on") or evidence.get("published_at", now.isoformat())
    details = {"channel": delivery.channel.value, **evidence}
    if not last.provisional and date.fromisoformat(str(on)[:10]) > last.on:
        details["overdue_since"] = last.on.isoformat()
    return (
        DeliveryRevised(delivery.id, {"status": after, "evidence": dict(evidence)}, at=now),
        Step("delivery.completed", delivery.item, before=delivery.status, after=after, details=details),
    )


ENTRIES: Final[Mapping[type, Callable[..., tuple[Entry, ...]]]] = MappingProxyType(
    {PrepareDelivery: prepared, SendResults: told, EscalateDelivery: escalated, CompleteDelivery: completed}
)
