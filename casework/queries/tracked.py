"""An application as its applicant sees it: where it is, what comes next, and nothing about the people of the office."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from casework.queries.afterwards import DeliveryLine
from casework.queries.appointments import TrackedAppointment, tracked_appointments
from casework.queries.issued import DocumentLine, issued_documents
from casework.queries.reports import ApplicationReport, NoticeLine, report
from rules.delivery.record import ObjectionKind
from rules.documents.kinds import DocumentKind
from rules.vocabulary import ApplicationStatus, AssignmentStatus, Outcome

_MOST_APPOINTMENTS: Final = 20
#: What the center and the departments tell each other; the filing of a refusal (否定备案) is for its superior.
_NOT_FOR_APPLICANTS: Final = frozenset(
    {
        DocumentKind.OPINION_REQUEST,
        DocumentKind.REFUSAL_FILING,
        DocumentKind.SUPERVISION_ORDER,
        DocumentKind.YELLOW_CARD,
        DocumentKind.RED_CARD,
    }
)


@dataclass(frozen=True, slots=True)
class TrackedItem:
    """An item and its department; without a status it is not yet its turn."""

    item: str
    name: str
    department_name: str
    status: AssignmentStatus | None
    promised_due: date | None
    provisional: bool
    document_number: str | None


@dataclass(frozen=True, slots=True)
class TrackedObjection:
    """What the applicant objected, and the answer."""

    id: UUID
    kind: ObjectionKind
    reason: str
    raised_at: datetime
    answer: str | None


@dataclass(frozen=True, slots=True)
class Tracked:
    """What an applicant sees of their application."""

    number: str
    project: str
    journey_name: str
    status: ApplicationStatus
    outcome: Outcome | None
    registered_at: datetime
    delivered_at: datetime | None
    confirmed_at: datetime | None
    objection_until: date | None
    closed_at: datetime | None
    #: Whom it waits for, in one line.
    waiting: str
    items: tuple[TrackedItem, ...]
    #: Those that have reached the applicant.
    notices: tuple[NoticeLine, ...]
    deliveries: tuple[DeliveryLine, ...]
    objections: tuple[TrackedObjection, ...]
    documents: tuple[DocumentLine, ...]
    #: The latest first.
    appointments: tuple[TrackedAppointment, ...]


async def tracked(session: AsyncSession, number: str, *, now: datetime) -> Tracked:
    """Show an application to its applicant. Raises NotFoundError."""
    return await tracked_of(session, await report(session, number, now=now), now=now)


async def tracked_of(session: AsyncSession, found: ApplicationReport, *, now: datetime) -> Tracked:
    """Leave of a report what concerns its applicant."""
    closing, documents = found.closing, await issued_documents(session, found.number)
    return Tracked(
        number=found.number,
        project=found.project,
        journey_name=found.journey_name,
        status=found.status,
        outcome=found.outcome,
        registered_at=found.registered_at,
        delivered_at=found.delivered_at,
        confirmed_at=closing.confirmed_at,
        objection_until=closing.objection_until,
        closed_at=closing.closed_at,
        waiting=found.waiting,
        items=tuple(
            TrackedItem(
                line.item,
                line.name,
                line.department_name,
                line.status,
                line.promised_due,
                line.provisional,
                line.decision.document_number if line.decision else None,
            )
            for line in found.lines
        ),
        notices=tuple(notice for notice in found.notices if notice.sent_at is not None),
        deliveries=closing.deliveries,
        objections=tuple(
            TrackedObjection(each.id, each.kind, each.reason, each.raised_at, each.answer)
            for each in closing.objections
        ),
        documents=tuple(each for each in documents if each.kind not in _NOT_FOR_APPLICANTS),
        appointments=await tracked_appointments(session, found.number, now=now, limit=_MOST_APPOINTMENTS),
    )
