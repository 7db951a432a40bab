"""What the entries of deliveries and closings do to a snapshot."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from rules.delivery.entries import (
    ClosingRefused,
    DeliveryPrepared,
    DeliveryRevised,
    NoticeSent,
    ObjectionAnswered,
    ObjectionRaised,
    ReceiptConfirmed,
)
from rules.frozen import changed
from rules.snapshot import ApplicationSnapshot


def _prepared(snapshot: ApplicationSnapshot, entry: DeliveryPrepared) -> ApplicationSnapshot:
    others = tuple(each for each in snapshot.deliveries if each.assignment != entry.view.assignment)
    return changed(snapshot, deliveries=(*others, entry.view))


def _revised(snapshot: ApplicationSnapshot, entry: DeliveryRevised) -> ApplicationSnapshot:
    deliveries = tuple(replace(d, **entry.changes) if d.id == entry.id else d for d in snapshot.deliveries)
    return changed(snapshot, deliveries=deliveries)


def _notice_sent(snapshot: ApplicationSnapshot, entry: NoticeSent) -> ApplicationSnapshot:
    return changed(snapshot, notices=tuple(notice for notice in snapshot.notices if notice.id != entry.id))


def _confirmed(snapshot: ApplicationSnapshot, entry: ReceiptConfirmed) -> ApplicationSnapshot:
    return _closing(snapshot, confirmed_at=entry.at)


def _objected(snapshot: ApplicationSnapshot, entry: ObjectionRaised) -> ApplicationSnapshot:
    snapshot = _closing(snapshot, confirmed_at=None)
    return changed(snapshot, objections=(*snapshot.objections, entry.view))


def _answered(snapshot: ApplicationSnapshot, entry: ObjectionAnswered) -> ApplicationSnapshot:
    snapshot = _closing(snapshot, answered_at=entry.at)
    return changed(snapshot, objections=tuple(each for each in snapshot.objections if each.id != entry.id))


def _refused(snapshot: ApplicationSnapshot, entry: ClosingRefused) -> ApplicationSnapshot:
    return _closing(snapshot, refused=entry.reasons)


def _closing(snapshot: ApplicationSnapshot, **changes: Any) -> ApplicationSnapshot:
    return changed(snapshot, closing=replace(snapshot.closing, **changes))


EFFECTS: Final[Mapping[type, Callable[..., ApplicationSnapshot]]] = MappingProxyType(
    {
        DeliveryPrepared: _prepared,
        DeliveryRevised: _revised,
        NoticeSent: _notice_sent,
        ReceiptConfirmed: _confirmed,
        ObjectionRaised: _objected,
        ObjectionAnswered: _answered,
        ClosingRefused: _refused,
    }
)
