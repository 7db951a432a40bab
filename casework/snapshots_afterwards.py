"""The part of a snapshot that comes after the decisions: deliveries, closing, objections and complaints."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from rules.catalog import ItemCode
from rules.delivery.record import (
    ClosingView,
    DecisionView,
    DeliveryChannel,
    DeliveryStatus,
    DeliveryView,
    DeliveryWish,
    ObjectionKind,
    ObjectionView,
)
from rules.vocabulary import DecisionKind

#: Columns of a SELECT over ``applications a``. Decisions are asked for only once nothing else is left to ask.
AFTERWARDS: Final = """
  (SELECT jsonb_agg(jsonb_build_array(v.id, v.assignment_id, v.item, v.attempt, v.channel, v.status, v.decided_on,
                                      v.prepared_at, v.carrier, v.evidence, v.escalated) ORDER BY v.prepared_at, v.item)
     FROM (SELECT DISTINCT ON (assignment_id) * FROM deliveries WHERE application_id = a.id
            ORDER BY assignment_id, attempt DESC) v) AS deliveries,
  CASE WHEN a.status IN ('concluded', 'delivered', 'closed') THEN
    jsonb_build_object(
      'delivered_at', a.delivered_at, 'confirmed_at', a.confirmed_at, 'answered_at', a.objection_answered_at,
      'refused', a.closing_refused,
      'decisions', (SELECT jsonb_agg(jsonb_build_array(s.id, d.kind, d.decided_at, coalesce(c.after, d.document_number),
                                                       d.filing, d.legal_basis))
         FROM assignments s JOIN decisions d ON d.assignment_id = coalesce(s.reused_from, s.id)
         LEFT JOIN LATERAL (SELECT after FROM decision_corrections
                             WHERE assignment_id = d.assignment_id AND detail = 'document_number'
                             ORDER BY id DESC LIMIT 1) c ON true
        WHERE s.application_id = a.id),
      'objections', (SELECT jsonb_agg(jsonb_build_array(o.id, o.kind, o.item) ORDER BY o.raised_at, o.id)
         FROM objections o WHERE o.application_id = a.id AND o.answered_at IS NULL),
      'complaints', (SELECT jsonb_agg(k.id ORDER BY k.id)
         FROM complaints k WHERE k.application_id = a.id AND k.status <> 'closed'))
  END AS after,
  jsonb_build_array(a.delivery_channel, a.delivery_together, a.delivery_address) AS wish"""


def afterwards(parts: Any) -> dict[str, Any]:
    """Return the members of a snapshot that the columns of AFTERWARDS hold."""
    after = parts.after or {}
    channel, together, address = parts.wish
    return {
        "wish": DeliveryWish(DeliveryChannel(channel), together, address),
        "deliveries": tuple(_delivery(*row) for row in parts.deliveries or ()),
        "decisions": {UUID(row[0]): _decision(*row[1:]) for row in after.get("decisions") or ()},
        "closing": ClosingView(
            _instant(after.get("delivered_at")),
            _instant(after.get("confirmed_at")),
            _instant(after.get("answered_at")),
            tuple(after.get("refused") or ()),
        ),
        "objections": tuple(
            ObjectionView(UUID(id_), ObjectionKind(kind), ItemCode(item) if item else None)
            for id_, kind, item in after.get("objections") or ()
        ),
        "complaints": tuple(str(ticket) for ticket in after.get("complaints") or ()),
    }


def _delivery(
    id_: str,
    assignment: str,
    item: str,
    attempt: int,
    channel: str,
    status: str,
    decided_on: str,
    prepared_at: str,
    carrier: str | None,
    evidence: dict[str, Any],
    escalated: bool,
) -> DeliveryView:
    return DeliveryView(
        id=UUID(id_),
        assignment=UUID(assignment),
        item=ItemCode(item),
        attempt=attempt,
        channel=DeliveryChannel(channel),
        status=DeliveryStatus(status),
        decided_on=date.fromisoformat(decided_on),
        prepared_at=datetime.fromisoformat(prepared_at),
        carrier=UUID(carrier) if carrier else None,
        evidence=evidence,
        escalated=escalated,
    )


def _decision(
    kind: str, decided_at: str, document_number: str | None, filing: str | None, legal_basis: str | None
) -> DecisionView:
    return DecisionView(DecisionKind(kind), datetime.fromisoformat(decided_at), document_number, filing, legal_basis)


def _instant(moment: str | None) -> datetime | None:
    return datetime.fromisoformat(moment) if moment else None
