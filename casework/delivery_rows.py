"""Keep in tables what the rules say of deliveries, confirmations, objections and closings."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any, Final

from casework.casefile import CaseFile
from models import Delivery, Objection
from rules.delivery.entries import (
    ClosingRefused,
    DeliveryPrepared,
    DeliveryRevised,
    NoticeSent,
    ObjectionAnswered,
    ObjectionRaised,
    ReceiptConfirmed,
)


def _prepared(case: CaseFile, entry: DeliveryPrepared) -> None:
    view = {**asdict(entry.view), "assignment_id": entry.view.assignment, "evidence": dict(entry.view.evidence)}
    del view["assignment"]
    case.add(Delivery, application_id=case.id, address=entry.address or case.snapshot.wish.address, **view)


def _revised(case: CaseFile, entry: DeliveryRevised) -> None:
    changes = dict(entry.changes) | ({"ended_at": entry.at} if entry.at else {})
    case.delivery_changes.setdefault(entry.id, {}).update(changes)


def _notice_sent(case: CaseFile, entry: NoticeSent) -> None:
    case.notices_sent.append(entry.id)


def _confirmed(case: CaseFile, entry: ReceiptConfirmed) -> None:
    case.application_changes["confirmed_at"] = entry.at


def _objected(case: CaseFile, entry: ObjectionRaised) -> None:
    view = entry.view
    case.application_changes["confirmed_at"] = None
    case.add(
        Objection,
        id=view.id,
        application_id=case.id,
        item=view.item,
        kind=view.kind,
        reason=entry.reason,
        raised_by=entry.by,
        raised_at=entry.at,
    )


def _answered(case: CaseFile, entry: ObjectionAnswered) -> None:
    case.application_changes["objection_answered_at"] = entry.at
    changes = {"answered_at": entry.at, "answered_by": entry.by, "answer": entry.answer}
    case.objection_changes.setdefault(entry.id, {}).update(changes)


def _refused(case: CaseFile, entry: ClosingRefused) -> None:
    case.application_changes["closing_refused"] = list(entry.reasons)


KEEP: Final[Mapping[type, Callable[[CaseFile, Any], None]]] = MappingProxyType(
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
