"""One approval item of an application as people look at it: its assignment, its clock, its decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from rules.acts.speaking import Say, sayable
from rules.catalog import LimitUnit
from rules.clocks import ClockEventKind, ClockReading, Light, reading
from rules.ledgers import Ledger, ledger
from rules.national_status import NationalStatus, national_status
from rules.network import NetworkItem
from rules.snapshot import ApplicationSnapshot, AssignmentView, RenewalView
from rules.using import ends
from rules.vocabulary import AssignmentStatus, DecisionKind
from rules.workdays import local_date

#: What a line shows beyond the snapshot, as columns of a SELECT over ``applications a``; each maps an assignment's id.
LINE_PARTS: Final = """
  (SELECT jsonb_object_agg(s.id, jsonb_build_object('opened_at', s.opened_at, 'ended_at', s.ended_at,
                                                    'handler', s.handler, 'receipt_number', s.receipt_number,
                                                    'reused_from', s.reused_from, 'department_name', b.name))
     FROM assignments s JOIN departments b ON b.code = s.department WHERE s.application_id = a.id) AS particulars,
  (SELECT jsonb_object_agg(s.id, to_jsonb(d) - 'id' - 'assignment_id' || jsonb_build_object('corrections',
            (SELECT jsonb_agg(jsonb_build_object('detail', c.detail, 'before', c.before, 'after', c.after,
                                                 'reason', c.reason, 'corrected_at', c.corrected_at) ORDER BY c.id)
               FROM decision_corrections c WHERE c.assignment_id = d.assignment_id)))
     FROM assignments s JOIN decisions d ON d.assignment_id = coalesce(s.reused_from, s.id)
    WHERE s.application_id = a.id) AS decisions,
  (SELECT jsonb_object_agg(m.assignment_id, m.last_error ORDER BY m.serial DESC)
     FROM department_messages m
    WHERE m.application_id = a.id AND m.sent_at IS NULL AND m.voided_at IS NULL AND m.last_error IS NOT NULL)
    AS undelivered"""


@dataclass(frozen=True, slots=True)
class LineCorrection:
    """A detail of a decision that was put right later: ``before`` is what the decision had said."""

    detail: str
    before: str | None
    after: str
    reason: str
    corrected_at: datetime


@dataclass(frozen=True, slots=True)
class LineDecision:
    """The one final decision of an assignment; ``decided_at`` counts, at ``recorded_at`` we heard of it.

    It is shown as it was made; what was put right later is in ``corrections``, the last of a detail counts.
    """

    kind: DecisionKind
    document_number: str | None
    reason: str | None
    legal_basis: str | None
    handler: str | None
    #: Whom the handler stood in for (AB岗).
    on_behalf_of: str | None
    decided_at: datetime
    recorded_at: datetime
    source: str
    #: Number of the refusal filing (否定备案).
    filing: str | None
    corrections: tuple[LineCorrection, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """An approval item; without a status its prerequisites or materials are still open and no department has it.

    ``used``, ``stopped`` and ``remaining`` are days of the promised limit in its unit, the first day not counted.
    """

    item: str
    name: str
    name_en: str
    department: str
    department_name: str
    stage: str
    required: bool
    assignment: UUID | None
    status: AssignmentStatus | None
    #: Its code in the national data exchange of construction approvals.
    national_status: NationalStatus | None
    #: None while no clock has started.
    light: Light | None
    used: int
    stopped: int
    remaining: int
    promised_days: int
    promised_unit: LimitUnit
    legal_days: int
    legal_unit: LimitUnit
    promised_due: date | None
    legal_due: date | None
    #: The days rest on a calendar that is not published yet.
    provisional: bool
    #: Who spent the working days since receipt.
    spent: Ledger
    opened_at: datetime | None
    received_at: datetime | None
    accepted_at: datetime | None
    ended_at: datetime | None
    handler: str | None
    receipt_number: str | None
    decision: LineDecision | None
    #: Items that must be granted before this one may be.
    awaits: tuple[str, ...]
    #: Why the department has not got our latest message; None when it has.
    undelivered: str | None
    #: How often the item has been opened; more than once when a document was replaced.
    round: int
    #: Silence has accepted it (行政许可法 art. 32(4)).
    deemed_accepted: bool
    #: What the department asked for in its one-time notice.
    asked: tuple[str, ...]
    #: Which version of each material the decision relied on.
    relied_on: dict[str, int]
    #: The assignment of an earlier application whose decision this is.
    reused_from: UUID | None
    #: The permit that it asks to renew (延续): its number and last day, and whether silence renews it.
    renews: RenewalView | None
    #: The last day to make use of the permit, or it lapses (建筑法 art. 9).
    use_by: date | None
    #: What is known of its hearing, its site visit and the revocation of its permit, by name.
    procedures: dict[str, Any]
    #: What the applicant may say of it today.
    sayable: tuple[Say, ...]


def line_of(snapshot: ApplicationSnapshot, item: NetworkItem, parts: Any, now: datetime) -> Line:
    """Put a line together; ``parts`` has the columns of LINE_PARTS."""
    view = snapshot.assignments.get(item.code)
    clock = snapshot.read_clock(view, now) if view else reading(item.legal, item.promised, (), now)
    key = str(view.id) if view else ""
    particulars: Mapping[str, Any] = (parts.particulars or {}).get(key, {})
    return Line(
        item=item.code,
        name=item.name,
        name_en=item.name_en,
        department=view.department if view else item.department,
        department_name=particulars.get("department_name", item.department_name),
        stage=item.stage,
        required=item.required,
        assignment=view.id if view else None,
        status=view.status if view else None,
        national_status=national_status(snapshot, view),
        awaits=view.awaits if view else (),
        round=view.round if view else 0,
        deemed_accepted=view.deemed_accepted if view else False,
        asked=view.asked if view else (),
        relied_on=dict(view.relied_on) if view else {},
        decision=_decision((parts.decisions or {}).get(key)),
        undelivered=(parts.undelivered or {}).get(key),
        opened_at=_instant(particulars.get("opened_at")),
        received_at=_first(view, ClockEventKind.RECEIVED),
        accepted_at=_first(view, ClockEventKind.ACCEPTED),
        ended_at=_instant(particulars.get("ended_at")),
        handler=particulars.get("handler"),
        reused_from=UUID(found) if (found := particulars.get("reused_from")) else None,
        receipt_number=particulars.get("receipt_number"),
        renews=snapshot.renewals.get(item.code),
        use_by=last.on if view and (last := ends(view, snapshot.calendar)) else None,
        procedures=dict(view.procedures) if view else {},
        sayable=sayable(view, local_date(now)) if view else (),
        spent=ledger(view.clock if view else (), now, snapshot.calendar),
        **_shown(item, clock),
    )


def _shown(item: NetworkItem, clock: ClockReading) -> dict[str, Any]:
    return {
        "light": clock.light if clock.started_on is not None else None,
        "used": clock.used,
        "stopped": clock.stopped_days,
        "remaining": clock.remaining,
        "promised_days": item.promised.days,
        "promised_unit": item.promised.unit,
        "legal_days": item.legal.days,
        "legal_unit": item.legal.unit,
        "promised_due": clock.promised_due,
        "legal_due": clock.legal_due,
        "provisional": clock.provisional,
    }


def _first(view: AssignmentView | None, kind: ClockEventKind) -> datetime | None:
    return next((event.at for event in view.clock if event.kind is kind), None) if view else None


def _decision(row: Mapping[str, Any] | None) -> LineDecision | None:
    if row is None:
        return None
    instants = {name: datetime.fromisoformat(row[name]) for name in ("decided_at", "recorded_at")}
    corrections = tuple(
        LineCorrection(**{**made, "corrected_at": datetime.fromisoformat(made["corrected_at"])})
        for made in row["corrections"] or ()
    )
    return LineDecision(**{**row, **instants, "kind": DecisionKind(row["kind"]), "corrections": corrections})


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
