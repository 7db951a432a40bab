"""What comes after the decisions as people look at it: deliveries with their evidence, objections, and the closing."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from rules.closing import Ground, obstacles, window
from rules.delivery.duty import AFTERWARDS, due
from rules.delivery.record import DeliveryChannel, DeliveryStatus, ObjectionKind
from rules.snapshot import ApplicationSnapshot

#: Columns of a SELECT over ``applications a``.
AFTERWARDS_PARTS: Final = """
  (SELECT jsonb_object_agg(v.id, jsonb_build_object('ended_at', v.ended_at, 'address', v.address))
     FROM deliveries v WHERE v.application_id = a.id) AS delivery_rows,
  (SELECT jsonb_agg(jsonb_build_array(o.id, o.item, o.kind, o.reason, o.raised_by, o.raised_at, o.answered_at,
                                      o.answered_by, o.answer) ORDER BY o.raised_at, o.id)
     FROM objections o WHERE o.application_id = a.id) AS objection_rows,
  a.closed_at"""


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """The latest attempt to deliver the result of an item; ``due`` counts from its own decision (art. 44)."""

    item: str
    name: str
    attempt: int
    channel: DeliveryChannel
    status: DeliveryStatus
    decided_on: date
    due: date
    provisional: bool
    #: What shows that it arrived, or why it did not.
    evidence: dict[str, Any]
    address: str | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ObjectionLine:
    """What the applicant said against a delivery or a closing."""

    id: UUID
    item: str | None
    kind: ObjectionKind
    reason: str
    raised_by: str
    raised_at: datetime
    answered_at: datetime | None
    answered_by: str | None
    answer: str | None


@dataclass(frozen=True, slots=True)
class ObstacleLine:
    """What stands in the way of closing."""

    ground: Ground
    why: str


@dataclass(frozen=True, slots=True)
class ClosingLine:
    """How the application comes to its end; obstacles are told once it is concluded and until it is closed."""

    confirmed_at: datetime | None
    #: The last day to object.
    objection_until: date | None
    closed_at: datetime | None
    obstacles: tuple[ObstacleLine, ...]
    #: Results together (一并出件), as the applicant wished.
    together: bool
    deliveries: tuple[DeliveryLine, ...]
    objections: tuple[ObjectionLine, ...]


def closing_line(snapshot: ApplicationSnapshot, row: Any, now: datetime) -> ClosingLine:
    """Put the end together; ``row`` has the columns of AFTERWARDS_PARTS."""
    last = window(snapshot)
    pending = snapshot.status in AFTERWARDS and row.closed_at is None
    return ClosingLine(
        confirmed_at=snapshot.closing.confirmed_at,
        objection_until=last.on if last else None,
        closed_at=row.closed_at,
        obstacles=tuple(ObstacleLine(each.ground, each.why) for each in obstacles(snapshot, now)) if pending else (),
        together=snapshot.wish.together,
        deliveries=_deliveries(snapshot, row.delivery_rows or {}),
        objections=tuple(_objection(*each) for each in row.objection_rows or ()),
    )


def _deliveries(snapshot: ApplicationSnapshot, rows: dict[str, Any]) -> tuple[DeliveryLine, ...]:
    lines = []
    for each in snapshot.deliveries:
        last, kept = due(snapshot, each), rows.get(str(each.id), {})
        line = DeliveryLine(
            item=each.item,
            name=snapshot.network.item(each.item).name,
            attempt=each.attempt,
            channel=each.channel,
            status=each.status,
            decided_on=each.decided_on,
            due=last.on,
            provisional=last.provisional,
            evidence=dict(each.evidence),
            address=kept.get("address"),
            ended_at=_instant(kept.get("ended_at")),
        )
        lines.append(line)
    return tuple(lines)


def _objection(
    id_: str,
    item: str | None,
    kind: str,
    reason: str,
    raised_by: str,
    raised_at: str,
    answered_at: str | None,
    answered_by: str | None,
    answer: str | None,
) -> ObjectionLine:
    return ObjectionLine(
        UUID(id_),
        item,
        ObjectionKind(kind),
        reason,
        raised_by,
        datetime.fromisoformat(raised_at),
        _instant(answered_at),
        answered_by,
        answer,
    )


def _instant(moment: str | None) -> datetime | None:
    return datetime.fromisoformat(moment) if moment else None
