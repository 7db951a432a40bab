"""What people do to bring a result to the applicant: hand it over, send it, and begin again when it did not arrive."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from rules.catalog import ItemCode
from rules.delivery.duty import outstanding
from rules.delivery.entries import DeliveryPrepared, DeliveryRevised
from rules.delivery.moves import delivered as delivered_entries
from rules.delivery.moves import sent_step
from rules.delivery.record import DeliveryChannel, DeliveryStatus, DeliveryView
from rules.entries import Entry, Step
from rules.errors import InvalidDeliveryError, NotAllowedNowError, NotFoundError
from rules.identifiers import delivery_id
from rules.snapshot import ApplicationSnapshot
from rules.workdays import local_date

#: What shows that a result has arrived, by its way (送达回证): who signed, or what the carrier says.
EVIDENCE: Final[Mapping[DeliveryChannel, tuple[str, ...]]] = MappingProxyType(
    {
        DeliveryChannel.WINDOW: ("signer",),
        DeliveryChannel.POST: ("tracking_number", "delivered_on"),
        DeliveryChannel.AGENT: ("sheet", "signer"),
        DeliveryChannel.ONLINE: ("notice",),
    }
)
_UNDER_WAY: Final = (DeliveryStatus.PREPARED, DeliveryStatus.SENT)


def sent(snapshot: ApplicationSnapshot, item: ItemCode, evidence: Mapping[str, Any]) -> tuple[Entry, ...]:
    """Enter that a result has been posted, or given to the agent to hand over.

    Raises NotAllowedNowError for what is not waiting to be sent, InvalidDeliveryError for a letter without number.
    """
    delivery = _one(snapshot, item, DeliveryStatus.PREPARED)
    if delivery.channel not in (DeliveryChannel.POST, DeliveryChannel.AGENT):
        raise InvalidDeliveryError(f"{delivery.channel.zh}无需寄出，请直接登记送达", channel=delivery.channel)
    if delivery.channel is DeliveryChannel.POST:
        _require(evidence, ("tracking_number",), delivery.channel)
    changes = {"status": DeliveryStatus.SENT, "evidence": dict(evidence)}
    return DeliveryRevised(delivery.id, changes), sent_step(delivery, evidence)


def delivered(
    snapshot: ApplicationSnapshot, item: ItemCode, evidence: Mapping[str, Any], now: datetime
) -> tuple[Entry, ...]:
    """Enter that a result has reached the applicant, with what shows it.

    Raises NotAllowedNowError for one that is not under way, InvalidDeliveryError for missing evidence, a date before
    the decision or ahead of us, and for what goes online: that brings itself.
    """
    delivery = _one(snapshot, item, *_UNDER_WAY)
    if delivery.channel is DeliveryChannel.ONLINE:
        raise InvalidDeliveryError("网上送达由系统登记", channel=delivery.channel)
    known = {**delivery.evidence, **evidence}
    _require(known, EVIDENCE[delivery.channel], delivery.channel)
    if (on := known.get("delivered_on")) is not None:
        _require_date(date.fromisoformat(on), delivery.decided_on, local_date(now))
    return delivered_entries(snapshot, delivery, known, now)


def failed(snapshot: ApplicationSnapshot, item: ItemCode, reason: str, now: datetime) -> tuple[Entry, ...]:
    """Enter that a result came back or was refused: it is still to be delivered, and its time goes on."""
    delivery = _one(snapshot, item, *_UNDER_WAY)
    if delivery.channel is DeliveryChannel.ONLINE:
        raise InvalidDeliveryError("网上送达由系统登记", channel=delivery.channel)
    after = DeliveryStatus.FAILED
    details = {"channel": delivery.channel.value, "attempt": delivery.attempt, **delivery.evidence}
    return (
        DeliveryRevised(delivery.id, {"status": after, "evidence": {**delivery.evidence, "reason": reason}}, at=now),
        Step("delivery.failed", delivery.item, before=delivery.status, after=after, reason=reason, details=details),
    )


def again(
    snapshot: ApplicationSnapshot, item: ItemCode, channel: DeliveryChannel, address: str | None, now: datetime
) -> tuple[Entry, ...]:
    """Begin another attempt after one that failed: by another way, or to another address.

    Raises NotAllowedNowError where nothing failed, InvalidDeliveryError for the same way to the same place.
    """
    delivery = _one(snapshot, item, DeliveryStatus.FAILED)
    if channel is delivery.channel and not address:
        raise InvalidDeliveryError(f"{channel.zh}未能送达，请改用其他方式或者更换地址", channel=channel)
    if channel is DeliveryChannel.POST and not address:
        raise InvalidDeliveryError("邮寄送达须写明地址", missing=["address"])
    return renewed(delivery, channel, delivery.evidence.get("reason", ""), now, address)


def renewed(
    delivery: DeliveryView, channel: DeliveryChannel, reason: str, now: datetime, address: str | None = None
) -> tuple[Entry, ...]:
    """Enter another attempt; the time to deliver still counts from the decision."""
    following = replace(
        delivery,
        id=delivery_id(delivery.assignment, delivery.attempt + 1),
        attempt=delivery.attempt + 1,
        channel=channel,
        status=DeliveryStatus.PREPARED,
        prepared_at=now,
        carrier=None,
        evidence={},
    )
    details = {"channel": channel.value, "attempt": following.attempt}
    step = Step("delivery.renewed", delivery.item, before=delivery.status, after=following.status, reason=reason)
    return DeliveryPrepared(following, address), replace(step, details=details)


def _one(snapshot: ApplicationSnapshot, item: ItemCode, *statuses: DeliveryStatus) -> DeliveryView:
    snapshot.network.item(item)
    delivery = next((each for each in outstanding(snapshot).current if each.item == item), None)
    if delivery is None:
        raise NotFoundError(f"{item} 没有待送达的结果", wanted=item)
    if delivery.status not in statuses:
        message = f"{item} 的结果{delivery.status.zh}（{delivery.channel.zh}），不能这样登记"
        raise NotAllowedNowError(message, delivery_status=delivery.status)
    return delivery


def _require(evidence: Mapping[str, Any], names: tuple[str, ...], channel: DeliveryChannel) -> None:
    if missing := [name for name in names if not evidence.get(name)]:
        raise InvalidDeliveryError(f"{channel.zh}缺少送达凭证", missing=missing)


def _require_date(on: date, decided: date, today: date) -> None:
    if not decided <= on <= today:
        message = f"送达日期 {on.isoformat()} 须在决定日期 {decided.isoformat()} 与今日之间"
        raise InvalidDeliveryError(message, delivered_on=on.isoformat())
