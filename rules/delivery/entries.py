"""What is entered of deliveries, confirmations, objections and closings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from rules.delivery.record import DeliveryView, ObjectionView


@dataclass(frozen=True, slots=True)
class DeliveryPrepared:
    """A result is ready to be delivered, for the first time or again; an earlier attempt stays on file."""

    view: DeliveryView
    address: str | None = None


@dataclass(frozen=True, slots=True)
class DeliveryRevised:
    """Fields of a delivery change; the names are those of ``DeliveryView``."""

    id: UUID
    changes: Mapping[str, Any]
    #: With the end of the attempt.
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NoticeSent:
    """A notice has reached the applicant."""

    id: UUID


@dataclass(frozen=True, slots=True)
class ReceiptConfirmed:
    """The applicant has confirmed that they have everything (签收)."""

    at: datetime


@dataclass(frozen=True, slots=True)
class ObjectionRaised:
    """The applicant objects; a confirmation of before does not count any more."""

    view: ObjectionView
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ObjectionAnswered:
    """The center has answered an objection."""

    id: UUID
    answer: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ClosingRefused:
    """Closing was due or asked for, and something stands in the way; remembered so that it is recorded once."""

    reasons: tuple[str, ...]


AfterEntry = (
    DeliveryPrepared
    | DeliveryRevised
    | NoticeSent
    | ReceiptConfirmed
    | ObjectionRaised
    | ObjectionAnswered
    | ClosingRefused
)
